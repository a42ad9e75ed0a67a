import { experimentOf, routeOf, shortOf, treeOf } from '../addresses';
import type { ISource } from '../source/source';
import { AnswerModel } from './answer';
import { LogModel } from './logs';
import type {
  Checkpoint,
  Experiment,
  Lineage,
  Problem,
  Run,
  RunWithExperiments,
  TeamEvent
} from './nouns';
import { PreviewModel } from './preview';
import { Store } from './store';
import { Throttle } from './throttle';
import { TreeModel } from './tree';

/** The parts of a run's details. */
export type DetailsTab =
  'overview' | 'artifacts' | 'checkpoints' | 'logs' | 'lineage';

/** What is shown of the run that is looked at. */
export interface IDetailsState {
  /** Its address; "" for none. */
  readonly address: string;
  readonly experiment: Experiment | null;
  readonly run: Run | null;
  readonly tab: DetailsTab;
  readonly checkpoints: readonly Checkpoint[] | null;
  /** Its files; null until they are looked at. */
  readonly tree: TreeModel | null;
  /** Its log; null until it is looked at. */
  readonly log: LogModel | null;
  readonly failed: Problem | null;
}

const REFRESH_EVERY = 1000;

/** Everything about one experiment, read tab by tab. */
export class DetailsModel extends Store<IDetailsState> {
  constructor(source: ISource) {
    super({
      address: '',
      experiment: null,
      run: null,
      tab: 'artifacts',
      checkpoints: null,
      tree: null,
      log: null,
      failed: null
    });
    this._source = source;
    this.preview = this.own(new PreviewModel(source));
    this.lineage = this.own(new AnswerModel<Lineage>(source));
    this._refresh = this.own(new Throttle(() => this._again(), REFRESH_EVERY));
    this.own(
      source.watch(event => {
        this._noticed(event);
      })
    );
  }

  /** The file of the tree that is looked at. */
  readonly preview: PreviewModel;
  /** What it came from, and what came of it; asked when it is looked at. */
  readonly lineage: AnswerModel<Lineage>;

  /** Show an experiment; "" for none. */
  show(address: string): void {
    if (address === this.state.address) {
      return;
    }
    this._leave();
    this.set({ address, experiment: null, run: null, failed: null });
    if (address) {
      this._openTab(this.state.tab);
      void this._read();
    }
  }

  /** Show another tab. */
  setTab(tab: DetailsTab): void {
    this.set({ tab });
    this._openTab(tab);
  }

  /** Ask its run to stop. */
  async stop(): Promise<void> {
    await this._source.post(`${this._runRoute()}/stop`, {});
    this._refresh.ask();
  }

  /** Delete its run with its bytes; others' need a reason. */
  async delete(reason = ''): Promise<void> {
    await this._source.delete(this._runRoute(), { reason });
  }

  /** Queue a run of mine made as this one was; returns the line that starts it. */
  async clone(): Promise<{ run: Run; command: string }> {
    return this._source.post(`${this._runRoute()}/clone`, { name: '' });
  }

  /** Read again after a failure. */
  retry(): void {
    this.set({ failed: null });
    void this._again();
  }

  override dispose(): void {
    this._leave();
    super.dispose();
  }

  private _leave(): void {
    this.state.tree?.dispose();
    this.state.log?.dispose();
    this.preview.show(null);
    void this.lineage.ask('');
    this.set({ tree: null, log: null, checkpoints: null });
  }

  private _tree(): string {
    const name = experimentOf(this.state.address);
    return name ? treeOf(name) : this.state.address;
  }

  private _runRoute(): string {
    const name = experimentOf(this.state.address);
    return name ? routeOf(`runs/${name.user}/${name.run}`) : '';
  }

  private _openTab(tab: DetailsTab): void {
    if (!this.state.address) {
      return;
    }
    if (tab === 'artifacts' && !this.state.tree) {
      const tree = new TreeModel(this._source, `${this._tree()}/files`);
      this.set({ tree });
    }
    if (tab === 'lineage') {
      void this.lineage.ask(routeOf(`${this._tree()}/lineage`));
    }
    if (tab === 'logs' || tab === 'overview') {
      // The overview of a crashed run shows the end of its log.
      this.set({
        log: this.state.log ?? new LogModel(this._source, this._tree())
      });
    }
    if (tab === 'checkpoints' && !this.state.checkpoints) {
      void this._readCheckpoints();
    }
  }

  private async _read(): Promise<void> {
    const { address } = this.state;
    await this.attempt(
      async () => {
        const found = await this._source.get<RunWithExperiments>(
          this._runRoute(),
          {},
          { signal: this.signal }
        );
        if (address === this.state.address) {
          const number = experimentOf(address)?.number;
          const experiment =
            found.experiments.find(one => one.number === number) ?? null;
          this.set({ run: found.run, experiment, failed: null });
        }
      },
      failed => {
        if (address === this.state.address) {
          this.set({ failed });
        }
      }
    );
  }

  private async _readCheckpoints(): Promise<void> {
    const { address } = this.state;
    await this.attempt(
      async () => {
        const route = routeOf(`${this._tree()}/checkpoints`);
        const checkpoints = await this._source.get<Checkpoint[]>(
          route,
          {},
          { signal: this.signal }
        );
        if (address === this.state.address) {
          this.set({ checkpoints });
        }
      },
      failed => {
        if (address === this.state.address) {
          this.set({ failed });
        }
      }
    );
  }

  private _noticed(event: TeamEvent | null): void {
    const { address } = this.state;
    const name = experimentOf(address);
    if (!name) {
      return;
    }
    const about = event && experimentOf(event.address);
    const ours =
      event === null ||
      (about ? shortOf(about) === address : false) ||
      event.address === `${name.user}:${name.run}`;
    if (event === null || event.kind === 'artifact') {
      void this.lineage.retry();
    }
    if (ours && event?.kind !== 'logs') {
      this._filesChanged ||= event === null || event.kind === 'files';
      this._refresh.ask();
    }
  }

  private async _again(): Promise<void> {
    const filesChanged = this._filesChanged;
    this._filesChanged = false;
    await this._read();
    if (this.state.checkpoints || this.state.tab === 'checkpoints') {
      await this._readCheckpoints();
    }
    if (filesChanged) {
      await this.state.tree?.refresh();
    }
  }

  private _filesChanged = false;
  private readonly _refresh: Throttle;
  private readonly _source: ISource;
}
