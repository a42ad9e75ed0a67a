import type { components } from '../records';
import type { ICommModel } from '../source/comm';
import { newPageId } from '../source/page';
import { newProblem, SourceError, type IDisposable } from '../source/source';

type Problem = components['schemas']['Problem'];

/** What a page may tell the kernel, besides reading. */
export type Command =
  | { readonly type: 'select'; readonly addresses: readonly string[] }
  | { readonly type: 'deselect'; readonly addresses: readonly string[] }
  | { readonly type: 'select-only'; readonly addresses: readonly string[] }
  | { readonly type: 'set-query'; readonly query: string }
  | { readonly type: 'set-sort'; readonly sort: string }
  | { readonly type: 'set-columns'; readonly columns: readonly string[] }
  | { readonly type: 'ping' };

interface IReply {
  readonly type: 'reply';
  readonly page: string;
  readonly id: number;
  readonly status: number;
  readonly json: unknown;
}

interface IWaiting {
  readonly settle: (reply: IReply) => void;
  readonly fail: (error: Error) => void;
}

const PATIENCE = 5_000;

/**
 * Tells the kernel what this page changed, as commands.
 *
 * A kernel's replies go to every browser that shows the widget: each takes only
 * those that carry its own page and number.
 */
export class Channel implements IDisposable {
  /**
   * @param alive is called whenever anything comes from the kernel, late replies
   * of a busy one as well.
   */
  constructor(model: ICommModel, alive: () => void, patience = PATIENCE) {
    this._model = model;
    this._alive = alive;
    this._patience = patience;
    this._model.on('msg:custom', this._heard);
  }

  /**
   * Send a command; resolves when the kernel has done it.
   *
   * Rejects with a `SourceError`, of code "kernel-gone" when nothing answers.
   */
  send(command: Command): Promise<void> {
    const id = (this._lastId += 1);
    return new Promise((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer);
        this._waiting.delete(id);
      };
      const fail = (error: Error): void => {
        done();
        reject(error);
      };
      const timer = setTimeout(() => {
        fail(silence());
      }, this._patience);
      const settle = (reply: IReply): void => {
        done();
        if (reply.status < 400) {
          resolve();
        } else {
          reject(new SourceError(reply.json as Problem, reply.status));
        }
      };
      this._waiting.set(id, { settle, fail });
      try {
        this._model.send({ ...command, page: this._page, id });
      } catch {
        fail(silence()); // its comm was closed
      }
    });
  }

  dispose(): void {
    this._model.off('msg:custom', this._heard);
    for (const waiting of [...this._waiting.values()]) {
      waiting.fail(silence());
    }
  }

  private readonly _heard = (content: unknown): void => {
    const reply = content as Partial<IReply>;
    this._alive();
    if (reply.type === 'reply' && reply.page === this._page) {
      this._waiting.get(reply.id ?? 0)?.settle(reply as IReply);
    }
  };

  private _lastId = 0;
  private readonly _page = newPageId();
  private readonly _model: ICommModel;
  private readonly _alive: () => void;
  private readonly _patience: number;
  private readonly _waiting = new Map<number, IWaiting>();
}

function silence(): SourceError {
  const hint = 'Run the cell again.';
  return new SourceError(
    newProblem('kernel-gone', 'The kernel did not answer', '', hint),
    0
  );
}
