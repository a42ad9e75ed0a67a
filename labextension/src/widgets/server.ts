import { RestSource } from '../source/rest';
import { pageSettings } from '../source/settings';
import type { ISource } from '../source/source';
import { answers } from './answering';

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
  if (await answers(source)) {
    return source;
  }
  source.dispose();
  return null;
}
