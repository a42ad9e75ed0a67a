import type { Asset, Entry } from '../../model/nouns';
import { digestText, sizeText } from '../format';
import type { ITranslation } from '../host';

/** Whether a file is only a link: none of its bytes are known. */
export function isLink(entry: Entry): boolean {
  const kind = entry.asset?.kind;
  return kind === 'link' || kind === 'symlink';
}

/** Return a file's size; a link has none. */
export function bytesText(entry: Entry): string {
  return isLink(entry) ? '—' : sizeText(entry.size);
}

/** Return in a word what is known of a file's bytes, and the whole of it. */
export function heldText(
  asset: Asset | null,
  trans: ITranslation
): [string, string] {
  switch (asset?.kind) {
    case 'link':
    case 'symlink':
      return [trans.__('link'), asset.link];
    case 'remote':
      return [trans.__('at %1', asset.uri.split(':')[0]), remoteText(asset)];
    case 'file':
      return asset.digest
        ? [
            `${asset.digest.split(':')[0] ?? ''} ✓`,
            trans.__('%1, recorded when it was captured', asset.digest)
          ]
        : ['', ''];
    default:
      return ['', ''];
  }
}

/** Return a digest and what it is worth: "blake3 4c1e…9a02 ✓". */
export function digestNote(asset: Asset | null, trans: ITranslation): string {
  if (asset?.kind === 'link' || asset?.kind === 'symlink') {
    return trans.__('a link');
  }
  if (asset?.kind === 'remote') {
    return asset.checksum
      ? trans.__('%1, as its store says', digestText(asset.checksum))
      : trans.__('its store recorded no checksum');
  }
  return asset?.digest
    ? `${digestText(asset.digest)} ✓`
    : trans.__('no digest recorded');
}

/** Return where an object of somebody's bucket is, and which version of it. */
export function remoteText(asset: Asset): string {
  return asset.version_id ? `${asset.uri} · ${asset.version_id}` : asset.uri;
}
