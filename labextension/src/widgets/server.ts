import { pageSettings, RestSource } from '../source/rest';
import { SourceError, type ISource } from '../source/source';

const NOT_FOUND = 404;

/**
 * Return the team over the server of this page, as the person who looks at it;
 * null where no server has jupyter_artifacts (VS Code, Colab, a saved page).
 */
export async function serverSource(): Promise<ISource | null> {
  const settings = pageSettings();
  if (!settings) {
    return null;
  }
  const source = new RestSource(settings);
  try {
    await source.get('teams');
  } catch (error) {
    const absent =
      !(error instanceof SourceError) ||
      error.status === 0 ||
      error.status === NOT_FOUND;
    if (absent) {
      source.dispose();
      return null;
    }
    // It is there and refuses: the view says why.
  }
  return source;
}
