import '../style/index.css';
import '../style/places.css';

import type { IHost } from './components/host';
import { CommSource } from './source/comm';
import type { IDisposable, ISource } from './source/source';
import { Channel } from './widgets/channel';
import { hostAround, kernelAround } from './widgets/door';
import { mountView } from './widgets/mount';
import { Note } from './widgets/note';
import { serverSource } from './widgets/server';
import { Sharing } from './widgets/sharing';
import { showSnapshot } from './widgets/snapshot';
import { remaking, specOf, type IWidgetModel } from './widgets/traits';

const PING_EVERY = 20_000;

/** One view of a widget in one page. */
class WidgetView implements IDisposable {
  constructor(model: IWidgetModel, element: HTMLElement) {
    this._model = model;
    element.classList.add('jp-Artifacts', 'jp-Artifacts-widget');
    this._note = new Note(element);
    this._body = document.createElement('div');
    element.append(this._body);
    this._host = hostAround(element, (_, text) => {
      this._note.say('notice', text);
    });
    this._channel = new Channel(model, () => {
      this._note.clear('kernel-gone');
    });
    const { kind } = specOf(model);
    this._shares = kind === 'explorer';
    this._timer = setInterval(() => {
      this._look();
    }, PING_EVERY);
    for (const trait of remaking(kind)) {
      model.on(`change:${trait}`, this._remake);
    }
    void this._open();
  }

  dispose(): void {
    this._closed = true;
    clearInterval(this._timer);
    for (const trait of remaking(specOf(this._model).kind)) {
      this._model.off(`change:${trait}`, this._remake);
    }
    this._unmount();
    this._source?.dispose();
    this._channel.dispose();
  }

  /** Find where the team is: a server as this person, else the kernel. */
  private async _open(): Promise<void> {
    const server = await serverSource();
    if (this._closed) {
      server?.dispose();
      return;
    }
    if (server) {
      this._source = server;
      this._remake();
      this._look();
      return;
    }
    const snapshot = this._model.get('_snapshot') as string;
    showSnapshot(
      this._body,
      snapshot,
      this._host.trans.__('As it was when the cell ran')
    );
    this._asksKernel = true;
    this._look();
  }

  /** See whether the kernel is there, where that changes anything. */
  private _look(): void {
    if (document.hidden || !(this._shares || this._asksKernel)) {
      return;
    }
    void this._ping().then(answers => {
      if (answers && this._asksKernel && !this._source) {
        this._source = new CommSource(this._model);
        this._remake();
      }
    });
  }

  private readonly _remake = (): void => {
    if (this._closed || !this._source) {
      return;
    }
    this._unmount();
    this._body.replaceChildren();
    const mounted = mountView(
      this._body,
      specOf(this._model),
      this._source,
      this._host
    );
    this._mounted.push(mounted);
    if (mounted.explorer) {
      this._mounted.push(
        new Sharing(this._model, mounted.explorer, this._channel, problem => {
          if (problem.code === 'kernel-gone') {
            this._saySilent();
          } else {
            this._note.say('refused', `${problem.message} ${problem.hint}`);
          }
        })
      );
    }
  };

  private _unmount(): void {
    for (const one of this._mounted.splice(0).reverse()) {
      one.dispose();
    }
  }

  /** Return whether the kernel answers. */
  private async _ping(): Promise<boolean> {
    try {
      await this._channel.send({ type: 'ping' });
      return !this._closed;
    } catch {
      if (!this._closed) {
        this._saySilent();
      }
      return false;
    }
  }

  /** Say why the kernel does not answer, and what shares the selection again. */
  private _saySilent(): void {
    const { trans } = this._host;
    const [shared, alone] = {
      // a kernel that would answer does not know this widget
      ready: [
        trans.__(
          'The kernel was restarted – re-run the cell to share the selection'
        ),
        trans.__(
          'The kernel was restarted – this is how it was when the cell ran'
        )
      ],
      busy: [
        trans.__('Kernel busy – the selection is shared once it is done'),
        trans.__('Kernel busy – this is how it was when the cell ran')
      ],
      gone: [
        trans.__('Kernel gone – re-run the cell to share the selection'),
        trans.__('Kernel gone – this is how it was when the cell ran')
      ]
    }[kernelAround(this._body)];
    this._note.say('kernel-gone', (this._source ? shared : alone) ?? '');
  }

  private _closed = false;
  /** Whether no server is there, so that the kernel has to answer. */
  private _asksKernel = false;
  private readonly _shares: boolean;
  private _source: ISource | null = null;
  private readonly _mounted: IDisposable[] = [];
  private readonly _model: IWidgetModel;
  private readonly _host: IHost;
  private readonly _note: Note;
  private readonly _body: HTMLElement;
  private readonly _channel: Channel;
  private readonly _timer: ReturnType<typeof setInterval>;
}

/** What anywidget calls for each view of a widget. */
export default {
  render: ({
    model,
    el
  }: {
    model: IWidgetModel;
    el: HTMLElement;
  }): (() => void) => {
    const view = new WidgetView(model, el);
    return () => {
      view.dispose();
    };
  }
};
