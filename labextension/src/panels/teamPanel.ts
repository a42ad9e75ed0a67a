import { Widget } from '@lumino/widgets';
import type { Message } from '@lumino/messaging';

import type { IDisposable, ISource } from '../source/source';
import { QuietSource } from './quietSource';

/** Shows something of the team inside an element, until it is disposed of. */
export type Mount<T extends IDisposable> = (
  element: HTMLElement,
  source: ISource
) => Promise<T>;

/**
 * The Lumino shell around components: they are made when it is first shown, and
 * rest while it is hidden.
 */
export class TeamPanel<T extends IDisposable = IDisposable> extends Widget {
  constructor(source: ISource, mount: Mount<T>) {
    super();
    this.addClass('jp-Artifacts-panel');
    this._source = new QuietSource(source);
    this._mount = mount;
    this.mounted = new Promise(resolve => {
      this._resolve = resolve;
    });
  }

  /** What was mounted, once it was shown. */
  readonly mounted: Promise<T>;

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    super.dispose();
    this._content?.dispose();
    this._source.dispose();
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._source.quiet = false;
    this._begin();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    if (this.isVisible) {
      this._begin();
    }
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this._source.quiet = true;
  }

  private _begin(): void {
    if (this._begun) {
      return;
    }
    this._begun = true;
    this.node.replaceChildren();
    void this._mount(this.node, this._source).then(content => {
      if (this.isDisposed) {
        content.dispose();
        return;
      }
      this._content = content;
      this._resolve(content);
    }, this._failed);
  }

  /** Say why there is nothing, and try again when it is shown again. */
  private readonly _failed = (error: unknown): void => {
    this._begun = false;
    const reason = error instanceof Error ? error.message : String(error);
    const note = document.createElement('div');
    note.className = 'jp-Artifacts-note';
    note.setAttribute('role', 'alert');
    note.textContent = `${reason} – reload the page.`;
    this.node.replaceChildren(note);
  };

  private _begun = false;
  private _content: T | null = null;
  private _resolve: (content: T) => void = () => undefined;
  private readonly _source: QuietSource;
  private readonly _mount: Mount<T>;
}
