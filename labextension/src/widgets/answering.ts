import { SourceError, type ISource } from '../source/source';

const NOT_FOUND = 404;

/**
 * Return whether the server of a source knows of us: JupyterLab may have the front
 * end without the server extension.
 */
export async function answers(source: ISource): Promise<boolean> {
  try {
    await source.get('teams');
    return true;
  } catch (error) {
    // Whoever refuses is there, and says in each view why it refuses.
    return (
      error instanceof SourceError &&
      error.status !== 0 &&
      error.status !== NOT_FOUND
    );
  }
}
