import type { State } from '../../src/model/nouns';

/** The clock of the fake team: Friday 20 November 2026, 14:00 UTC. */
export const NOW = Date.UTC(2026, 10, 20, 14) / 1000;

export const HOUR = 3600;
export const DAY = 24 * HOUR;
/** What makes one fake experiment. */
export interface IRecipe {
  user: string;
  run: string;
  number?: number;
  state: State;
  ago: number;
  duration: number;
  params: Record<string, unknown>;
  end?: number;
  accuracy?: number;
  count?: number;
  bytes: number;
  reason?: string;
  nan?: boolean;
  tags?: string[];
}

const LONG = 'ablation-of-the-augmentation-strength-on-cifar-with-cosine-decay';

/** The team's experiments; nothing stands in the way of hostile ones. */
export const RECIPES: IRecipe[] = [
  {
    user: 'alice',
    run: 'resnet-sweep',
    number: 3,
    state: 'RUNNING',
    ago: 130,
    duration: 2467,
    params: { model: 'resnet50', lr: 3e-4, batch: 128 },
    end: 0.041,
    accuracy: 0.953,
    count: 260,
    bytes: 1.9e9
  },
  {
    user: 'alice',
    run: 'resnet-sweep',
    number: 2,
    state: 'RUNNING',
    ago: 132,
    duration: 2465,
    params: { model: 'resnet50', lr: 1e-3, batch: 128 },
    end: 0.058,
    accuracy: 0.947,
    count: 258,
    bytes: 1.9e9
  },
  {
    user: 'bob',
    run: 'vit-finetune',
    number: 0,
    state: 'COMPLETED',
    ago: 3 * HOUR,
    duration: 7964,
    params: { model: 'vit-b16', lr: 5e-5, batch: 64 },
    end: 0.0298,
    accuracy: 0.966,
    count: 380,
    bytes: 3.4e9
  },
  {
    user: 'chen',
    run: 'baseline',
    number: 1,
    state: 'ERRORED',
    ago: 5 * HOUR,
    duration: 192,
    params: { model: 'resnet18', lr: 0.1, batch: 256 },
    end: 2.3,
    accuracy: 0.1,
    count: 120,
    bytes: 84e6,
    nan: true,
    reason: 'exit status 1: ValueError: loss is NaN at step 9600'
  },
  {
    user: 'chen',
    run: 'baseline',
    number: 0,
    state: 'COMPLETED',
    ago: 5 * HOUR + 60,
    duration: 3511,
    params: { model: 'resnet18', lr: 1e-3, batch: 256 },
    end: 0.118,
    accuracy: 0.912,
    count: 380,
    bytes: 512e6
  },
  {
    user: 'dara',
    run: 'distil-vit',
    number: 0,
    state: 'PAUSED',
    ago: DAY,
    duration: 4809,
    params: { model: 'vit-s16', lr: 1e-4, batch: 128 },
    end: 0.071,
    accuracy: 0.938,
    count: 200,
    bytes: 860e6
  },
  {
    user: 'bob',
    run: 'vit-finetune',
    number: 1,
    state: 'CANCELED',
    ago: DAY + HOUR,
    duration: 1370,
    params: { model: 'vit-b16', lr: 5e-4, batch: 64 },
    end: 0.204,
    accuracy: 0.883,
    count: 150,
    bytes: 1.1e9,
    reason: 'stopped by bob'
  },
  {
    user: 'alice',
    run: 'aug-study',
    number: 0,
    state: 'COMPLETED',
    ago: 2 * DAY,
    duration: 14700,
    params: { model: 'resnet50', lr: 3e-3, batch: 128 },
    end: 0.0365,
    accuracy: 0.958,
    count: 380,
    bytes: 2e9,
    tags: ['mlflow']
  },
  {
    user: 'dara',
    run: LONG,
    number: 12,
    state: 'COMPLETED',
    ago: 3 * DAY,
    duration: 9000,
    params: {
      model: 'wide-resnet-28-10-with-shake-shake',
      lr: 0.05,
      batch: 512,
      optim: { name: 'sgd', momentum: 0.9, nesterov: true }
    },
    end: 0.09,
    accuracy: 0.94,
    count: 380,
    bytes: 730e6
  },
  {
    user: 'bob',
    run: 'eda-features',
    state: 'QUEUED',
    ago: 20,
    duration: 0,
    params: { model: '<img src=x onerror=alert(1)>', lr: 1e-3 },
    count: 0,
    bytes: 0
  },
  {
    user: 'alice',
    run: 'lr-probe',
    state: 'STOPPING_CANCELED',
    ago: 4 * HOUR,
    duration: 600,
    params: { model: 'resnet50', lr: 1, batch: 32 },
    end: 0.5,
    accuracy: 0.7,
    count: 90,
    bytes: 12e3
  },
  {
    user: 'chen',
    run: 'tabular',
    state: 'COMPLETED',
    ago: 12 * DAY,
    duration: 45,
    params: { model: 'gbm', depth: 6 },
    end: 0.3,
    accuracy: 0.88,
    count: 60,
    bytes: 1.4e6
  }
];
