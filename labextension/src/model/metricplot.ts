import { experimentOf, routeOf, shortOf } from '../addresses';
import type { ISource } from '../source/source';
import type { Experiment, Problem, RunWithExperiments } from './nouns';
import type { IMetricPlotOptions } from './options';
import { PlotsModel } from './plots';
import { SelectionModel } from './selection';
import { Store } from './store';

/** What stands around the plot. */
export interface IMetricPlotState {
  /** What keeps runs from being found. */
  readonly failed: Problem | null;
}

interface IFound {
  readonly addresses: readonly string[];
  readonly experiments: readonly Experiment[];
}

/** One metric of some runs. */
export class MetricPlotModel extends Store<IMetricPlotState> {
  constructor(options: IMetricPlotOptions) {
    super({ failed: null });
    this._source = options.source;
    this.metric = options.metric;
    this.plots = this.own(new PlotsModel(options.source, [options.metric]));
    this.selection = this.own(new SelectionModel(options.source));
    const stop = this.selection.subscribe(() => {
      this._selectionCame();
    });
    this.own({ dispose: stop });
    void this.setAddresses(options.addresses);
  }

  readonly metric: string;
  readonly plots: PlotsModel;
  readonly selection: SelectionModel;

  /** Plot these runs or experiments; a run stands for all its experiments. */
  async setAddresses(addresses: readonly string[]): Promise<void> {
    const turn = (this._turn += 1);
    this._addresses = addresses;
    this.set({ failed: null });
    const found = await Promise.all(addresses.map(one => this._find(one)));
    if (turn !== this._turn) {
      return; // others are asked for meanwhile
    }
    this.selection.select(found.flatMap(one => one.addresses));
    this.selection.learn(found.flatMap(one => one.experiments));
  }

  /** Read again after a failure. */
  retry(): void {
    this.plots.retry();
    void this.setAddresses(this._addresses);
  }

  private async _find(address: string): Promise<IFound> {
    const name = experimentOf(address);
    if (name) {
      return { addresses: [shortOf(name)], experiments: [] };
    }
    const [user = '', run = ''] = address.replace(/^runs\//, '').split(/[:/]/);
    let found: IFound = { addresses: [], experiments: [] };
    await this.attempt(
      async () => {
        const { experiments } = await this._source.get<RunWithExperiments>(
          routeOf(`runs/${user}/${run}`)
        );
        const addresses = experiments.map(one => one.address);
        found = { addresses, experiments };
      },
      failed => {
        this.set({ failed });
      }
    );
    return found;
  }

  private _selectionCame(): void {
    const { selected, slots, known } = this.selection.state;
    this.plots.show(
      selected.flatMap(address => {
        const experiment = known.get(address);
        const slot = slots.get(address) ?? 0;
        return experiment ? [{ experiment, slot }] : [];
      })
    );
  }

  private _turn = 0;
  private _addresses: readonly string[] = [];
  private readonly _source: ISource;
}
