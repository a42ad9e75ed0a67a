import { spoken } from '../../addresses';
import type { ExplorerModel } from '../../model/explorer';
import type { IHost } from '../host';

/** Wait for work; tell the person when it fails. */
export async function failing(
  host: IHost,
  work: Promise<unknown>
): Promise<void> {
  try {
    await work;
  } catch (error) {
    host.notify('error', reasonOf(error));
  }
}

/** Put a text on the clipboard and say `said`; where it is closed, say the text. */
export async function copied(
  host: IHost,
  text: string,
  said: string
): Promise<void> {
  try {
    await host.copy(text);
  } catch (error) {
    host.notify('error', host.trans.__('%1; copy: %2', reasonOf(error), text));
    return;
  }
  host.notify('success', said);
}

/** Show what an address names; where there is no view of it, copy the address. */
export function openOrCopy(
  model: ExplorerModel,
  host: IHost,
  address: string
): void {
  if (!model.open(address)) {
    const said = spoken(address);
    void copied(host, said, host.trans.__('Copied %1', said));
  }
}

/** Begin to download an address into the session, and say where it goes. */
export async function download(
  model: ExplorerModel,
  host: IHost,
  address: string
): Promise<void> {
  const { trans } = host;
  await failing(
    host,
    model.transfers
      .start({
        address,
        to: '',
        include: [],
        exclude: [],
        overwrite: 'error'
      })
      .then(transfer => {
        host.notify('info', trans.__('Downloading to %1', transfer.to));
      })
  );
}

function reasonOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'problem' in error) {
    const { address, message, hint } = error.problem as {
      address: string;
      message: string;
      hint: string;
    };
    const told = address ? `${address}: ${message}` : message;
    return hint ? `${told} (${hint})` : told;
  }
  return error instanceof Error ? error.message : String(error);
}
