import type { IRenderMime } from '@jupyterlab/rendermime';
import { renderHTML } from '@jupyterlab/rendermime';
import { Panel, Widget } from '@lumino/widgets';
import type { Message } from '@lumino/messaging';

import type { IHost } from '../components/host';
import type { IDisposable, ISource } from '../source/source';
import { parseSpec, VIEW, type IViewSpec } from '../widgets/spec';

const PATIENCE = 4_000;

/** What an output needs from the notebook around it. */
export interface IOutputPlace {
  /**
   * Return a renderer of the live widget, or null when its kernel has none.
   *
   * Resolves when the kernel is known to be there or not.
   */
  widgetRenderer(
    element: HTMLElement,
    model: IRenderMime.IMimeModel
  ): Promise<IRenderMime.IRenderer | null>;
  /** Call `changed` when another kernel came to the notebook around `element`. */
  onKernel(element: HTMLElement, changed: () => void): IDisposable;
  hostFor(element: HTMLElement): IHost;
  /** Return the team, or null where its server extension is missing. */
  source(): Promise<ISource | null>;
}

/**
 * An output of a widget of ours, never blank: the live widget where its kernel
 * has it and the output is trusted; else the same view over REST, as the person who
 * looks; else the static form.
 */
export class OutputView extends Panel implements IRenderMime.IRenderer {
  constructor(options: IRenderMime.IRendererOptions, place: IOutputPlace) {
    super();
    this.addClass('jp-Artifacts-output');
    this._options = options;
    this._place = place;
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const key = JSON.stringify([model.data[VIEW], model.trusted]);
    if (key === this._key) {
      return; // the same once more, e.g. when another output was added
    }
    this._key = key;
    this._model = model;
    await this._render();
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._turn += 1;
    this._watching?.dispose();
    this._clear();
    super.dispose();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this._watching = this._place.onKernel(this.node, () => {
      void this._render();
    });
    void this._render();
  }

  protected override onBeforeDetach(message: Message): void {
    super.onBeforeDetach(message);
    this._watching?.dispose();
    this._watching = null;
  }

  private async _render(): Promise<void> {
    const model = this._model;
    if (!model || !this.isAttached) {
      return;
    }
    const turn = (this._turn += 1);
    await this._showStatic(model);
    if (turn !== this._turn) {
      return;
    }
    const widget = model.trusted
      ? this._showWidget(model, turn)
      : Promise.resolve(false);
    // A busy kernel may leave us waiting: look at the team meanwhile.
    const shown = await Promise.race([widget, patience()]);
    if (!shown && turn === this._turn) {
      await this._showLive(model, turn);
    }
  }

  /** Show the sanitised HTML that came with the output, until there is better. */
  private async _showStatic(model: IRenderMime.IMimeModel): Promise<void> {
    this._clear();
    const holder = new Widget();
    holder.addClass('jp-RenderedHTMLCommon');
    this.addWidget(holder);
    const source = model.data['text/html'];
    if (typeof source !== 'string') {
      return;
    }
    await renderHTML({
      host: holder.node,
      source,
      trusted: false, // nothing in it may run, whoever trusts the output
      resolver: this._options.resolver,
      sanitizer: this._options.sanitizer,
      linkHandler: this._options.linkHandler,
      shouldTypeset: false,
      latexTypesetter: null
    });
  }

  private async _showWidget(
    model: IRenderMime.IMimeModel,
    turn: number
  ): Promise<boolean> {
    const renderer = await this._place.widgetRenderer(this.node, model);
    if (!renderer) {
      return false;
    }
    if (turn !== this._turn) {
      renderer.dispose();
      return true;
    }
    this._clear();
    this.addWidget(renderer);
    return true;
  }

  private async _showLive(
    model: IRenderMime.IMimeModel,
    turn: number
  ): Promise<void> {
    let spec: IViewSpec;
    try {
      spec = parseSpec(model.data[VIEW]);
    } catch {
      return; // a newer version's view: its static form stays
    }
    const source = await this._place.source();
    if (turn !== this._turn) {
      return;
    }
    const host = this._place.hostFor(this.node);
    if (!source) {
      this._offerLive(host);
      return;
    }
    const { mountView } = await import('../widgets/mount');
    if (turn !== this._turn) {
      return;
    }
    this._clear();
    const said =
      spec.kind === 'explorer'
        ? host.trans.__('Live, without the kernel: the selection is not shared')
        : host.trans.__('Live, without the kernel');
    const holder = new Widget();
    holder.node.append(noteNode(said), document.createElement('div'));
    this.addWidget(holder);
    const body = holder.node.lastElementChild as HTMLElement;
    this._mounted = mountView(body, spec, source, host);
  }

  private _offerLive(host: IHost): void {
    const note = noteNode(
      host.trans.__('The server of this page has no jupyter_artifacts.')
    );
    const button = document.createElement('button');
    button.className = 'jp-mod-styled';
    button.textContent = host.trans.__('Show live');
    button.addEventListener('click', () => {
      void this._render();
    });
    note.append(' ', button);
    this.insertWidget(0, new Widget({ node: note }));
  }

  private _clear(): void {
    this._mounted?.dispose();
    this._mounted = null;
    for (const widget of [...this.widgets]) {
      widget.dispose();
    }
  }

  private _key = '';
  private _turn = 0;
  private _model: IRenderMime.IMimeModel | null = null;
  private _mounted: IDisposable | null = null;
  private _watching: IDisposable | null = null;
  private readonly _options: IRenderMime.IRendererOptions;
  private readonly _place: IOutputPlace;
}

function patience(): Promise<boolean> {
  return new Promise(resolve => {
    setTimeout(() => {
      resolve(false);
    }, PATIENCE);
  });
}

function noteNode(text: string): HTMLElement {
  const note = document.createElement('div');
  note.className = 'jp-Artifacts-note';
  note.dataset['kind'] = 'live';
  note.textContent = text;
  return note;
}
