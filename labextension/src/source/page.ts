import { newProblem, SourceError } from './source';

/** Return a name for this page: browsers offer `randomUUID` over https only. */
export function newPageId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('');
}

/** Return what is wrong when a kernel keeps still. */
export function silent(path: string): SourceError {
  const hint = 'Start the kernel and run the cell again.';
  return new SourceError(
    newProblem('kernel-gone', 'The kernel did not answer', path, hint),
    0
  );
}

/** Refuse a change: a kernel does not know who clicked. */
export function readsOnly(path: string): Promise<never> {
  const hint =
    'Use JupyterLab with jupyter_artifacts on its server, or Python.';
  const message = 'A widget without its server can read, not change';
  return Promise.reject(
    new SourceError(newProblem('reads-only', message, path, hint), 0)
  );
}
