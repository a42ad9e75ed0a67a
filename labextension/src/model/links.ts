import { routeOf } from '../addresses';
import { newProblem, SourceError, type ISource } from '../source/source';
import { AnswerModel } from './answer';
import type { IPage, NewShare, Problem, Share } from './nouns';
import { Store } from './store';

/** The link that was asked for last. */
export interface ILinksState {
  /** What it is of, as it was asked for; "" for none. */
  readonly address: string;
  /** Whether something is on its way. */
  readonly busy: boolean;
  readonly share: Share | null;
  /** Opens the share: shown where the clipboard is closed, and nowhere kept. */
  readonly link: string;
  /** Whether the clipboard has it. */
  readonly copied: boolean;
  readonly failed: Problem | null;
}

const NOTHING: ILinksState = {
  address: '',
  busy: false,
  share: null,
  link: '',
  copied: false,
  failed: null
};

/** How long a link lasts. */
const LASTS = 24 * 3600;
/** A link that has lost no more than this is given again, not made again. */
const STILL_NEW = 3600;
const MOST_LISTED = 100;

/** Links to what somebody looks at, for others of the team. */
export class LinksModel extends Store<ILinksState> {
  constructor(source: ISource) {
    super(NOTHING);
    this._source = source;
    this.mine = this.own(new AnswerModel<IPage<Share>>(source));
  }

  /** What I have shared, newest first. */
  readonly mine: AnswerModel<IPage<Share>>;

  /** Make a link to an address and put it on the clipboard, by `copy`. */
  async make(
    address: string,
    copy: (link: string) => Promise<void>
  ): Promise<void> {
    if (this.state.busy) {
      return;
    }
    if (this._isNew(address)) {
      await this.copyAgain(copy);
      return;
    }
    this.set({ ...NOTHING, address, busy: true });
    await this.attempt(
      async () => {
        const made = await this._source.post<NewShare>('shares', {
          address,
          expires: LASTS
        });
        const link = this._source.page(made.path);
        if (link === null) {
          const message = 'this page has no server that a link could lead to';
          throw new SourceError(newProblem('no-server', message, address), 0);
        }
        this.set({ share: made.share, link });
        await this.copyAgain(copy);
      },
      failed => {
        this.set({ failed });
      }
    );
    this.set({ busy: false });
  }

  /** Put the link on the clipboard once more. */
  async copyAgain(copy: (link: string) => Promise<void>): Promise<void> {
    const { link } = this.state;
    try {
      await copy(link);
      this.set({ copied: true });
    } catch {
      this.set({ copied: false }); // it is shown instead, to be copied by hand
    }
  }

  /** End a share: from now on its link opens nothing. */
  async revoke(id: string): Promise<void> {
    const route = routeOf(`shares/${id}`);
    const revoked = await this._source.delete<Share>(route);
    if (this.state.share?.id === id) {
      this.set({ share: revoked, link: '', copied: false });
    }
    await this.mine.retry();
  }

  /** Read what I have shared, anew. */
  async readMine(): Promise<void> {
    await this.mine.ask('');
    await this.mine.ask('shares', { limit: MOST_LISTED });
  }

  /** Say no more of it; it lasts on. */
  leave(): void {
    this.set(NOTHING);
  }

  private _isNew(address: string): boolean {
    const { share, link } = this.state;
    const now = Date.now() / 1000;
    return (
      address === this.state.address &&
      link !== '' &&
      share !== null &&
      share.expires - now > LASTS - STILL_NEW
    );
  }

  private readonly _source: ISource;
}
