import type { Experiment } from './nouns';

/** What runs along the bottom of a plot. */
export type XAxis = 'step' | 'time' | 'relative';

/** How one metric is drawn. */
export interface ICard {
  /** "<group>.<name>". */
  readonly metric: string;
  readonly xAxis: XAxis;
  /** Weight of the past in the moving average, 0 for none, below 1. */
  readonly smoothing: number;
  readonly logY: boolean;
  /** Whether its numbers are shown instead of its lines. */
  readonly asTable: boolean;
}

/** A run that is plotted, and the colour it has. */
export interface IPlotted {
  readonly experiment: Experiment;
  readonly slot: number;
}

const PREFERRED = [
  'training.loss',
  'validation.accuracy',
  'validation.loss',
  'training.accuracy'
];

/** Return how a metric is drawn at first. */
export function newCard(metric: string): ICard {
  return {
    metric,
    xAxis: 'step',
    smoothing: 0.6,
    logY: false,
    asTable: false
  };
}

/** Return the metrics of runs: those preferred, then those that most have. */
export function metricsOf(plotted: readonly IPlotted[]): string[] {
  const counts = new Map<string, number>();
  for (const { experiment } of plotted) {
    for (const metric of Object.keys(experiment.summary_metrics)) {
      counts.set(metric, (counts.get(metric) ?? 0) + 1);
    }
  }
  const rank = (metric: string): number => {
    const preferred = PREFERRED.indexOf(metric);
    const group = metric.startsWith('training.') ? 0 : 1;
    return preferred >= 0 ? preferred : PREFERRED.length + group;
  };
  return [...counts.keys()].sort(
    (one, other) =>
      (counts.get(other) ?? 0) - (counts.get(one) ?? 0) ||
      rank(one) - rank(other) ||
      one.localeCompare(other)
  );
}
