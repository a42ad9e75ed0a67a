import type { IPage, NewShare, Share } from '../../src/model/nouns';

/** What stands behind the "#" of every link. */
export const SECRET = 'the-secret-of-the-link';

const DAY = 86_400;

/** The links of one person, and what the server would answer about them. */
export class FakeShares {
  all: Share[] = [];

  /** Make a share of an address. */
  make(address: string, owner: string): NewShare {
    const created = Date.now() / 1000;
    const id = `share${String(this.all.length + 1)}`;
    const share: Share = {
      id,
      address,
      kind: 'file',
      owner,
      created,
      lasts: DAY,
      expires: created + DAY,
      revoked: null,
      revoked_by: '',
      opens: 0,
      downloads: 0,
      bytes: 0,
      state: 'active'
    };
    this.all = [share, ...this.all];
    const path = `jupyter-artifacts/share/${id}#${SECRET}`;
    return { share, link: '', path };
  }

  /** End a share. */
  revoke(id: string): Share | undefined {
    this.all = this.all.map(share =>
      share.id === id ? { ...share, state: 'revoked' } : share
    );
    return this.all.find(share => share.id === id);
  }

  /** List them. */
  page(): IPage<Share> {
    const items = this.all;
    return { items, cursor: null, total: items.length, total_capped: false };
  }
}
