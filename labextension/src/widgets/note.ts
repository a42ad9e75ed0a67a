/** What a line above a widget says; none hides it. */
export type Said = 'kernel-gone' | 'refused' | 'notice' | 'live';

/** A line above a widget, for what its reader must know. */
export class Note {
  constructor(parent: HTMLElement) {
    this._node = document.createElement('div');
    this._node.className = 'jp-Artifacts-note';
    this._node.setAttribute('role', 'status');
    this._node.hidden = true;
    parent.append(this._node);
  }

  /** Show a line until another one takes its place. */
  say(said: Said, text: string): void {
    this._said = said;
    this._node.textContent = text;
    this._node.dataset['kind'] = said;
    this._node.hidden = false;
  }

  /** Take the line away, if it is of that kind. */
  clear(said: Said): void {
    if (this._said === said) {
      this._said = null;
      this._node.hidden = true;
    }
  }

  private _said: Said | null = null;
  private readonly _node: HTMLElement;
}
