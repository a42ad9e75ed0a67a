import { shortOf, treeOf } from '../../src/addresses';
import type { Checkpoint, Experiment, Run } from '../../src/model/nouns';
import { filesOf, logOf, type IFakeFile } from './files';
import { NOW, RECIPES, type IRecipe } from './recipes';
import { curve, summaryOf, type IFakeSeries } from './series';

/** One experiment with everything it wrote. */
export interface IFakeExperiment {
  experiment: Experiment;
  series: Map<string, IFakeSeries>;
  files: Map<string, IFakeFile>;
  log: string;
  checkpoints: Checkpoint[];
}

function made(recipe: IRecipe, index: number): IFakeExperiment {
  const name = {
    user: recipe.user,
    run: recipe.run,
    number: recipe.number ?? 0
  };
  const started = NOW - recipe.ago;
  const count = recipe.count ?? 0;
  const series = new Map<string, IFakeSeries>();
  if (count > 0) {
    const shape = { count, began: started };
    const loss = curve(index + 1, {
      ...shape,
      start: 1.02,
      end: recipe.end ?? 0
    });
    if (recipe.nan) {
      for (let at = 96; at < count; at += 1) {
        loss.values[at] = at % 3 ? Number.NaN : Number.POSITIVE_INFINITY;
      }
    }
    series.set('training.loss', loss);
    series.set(
      'validation.accuracy',
      curve(index + 21, {
        ...shape,
        start: 0.1,
        end: recipe.accuracy ?? 0,
        rate: 7
      })
    );
    series.set(
      'validation.loss',
      curve(index + 41, {
        ...shape,
        start: 1.02,
        end: (recipe.end ?? 0) * 1.2,
        rate: 4
      })
    );
    if (index % 2 === 0) {
      series.set(
        'profiler.gpu_util',
        curve(index + 61, { ...shape, start: 0, end: 0.94, rate: 12 })
      );
    }
  }
  const files = filesOf(recipe);
  const ended = ['COMPLETED', 'ERRORED', 'CANCELED'].includes(recipe.state);
  const tree = treeOf(name);
  const experiment: Experiment = {
    ...name,
    id: `01J${String(index).padStart(23, '0')}`,
    address: shortOf(name),
    state: recipe.state,
    exit_reason: recipe.reason ?? '',
    params: recipe.params,
    tags: recipe.tags ?? [],
    source: 'script',
    started,
    ended: ended ? started + recipe.duration : null,
    wall_clock_time: recipe.duration,
    running_since: null,
    runner_state: '',
    restarts: 0,
    total_batches_processed: count * 100,
    warm_start_checkpoint: '',
    best_checkpoint: '',
    best_validation: recipe.accuracy ?? null,
    latest_validation: recipe.accuracy ?? null,
    searcher_metric: 'validation.accuracy',
    searcher_metric_value: recipe.accuracy ?? null,
    checkpoint_count: count > 0 ? 3 : 0,
    total_checkpoint_size: 1.8e9,
    file_count: files.size,
    artifact_bytes: recipe.bytes,
    uncaptured: recipe.nan ? 1 : 0,
    summary_metrics: Object.fromEntries(
      [...series].map(([metric, points]) => [metric, summaryOf(points)])
    ),
    task_ids: ['4711'],
    log_retention_days: null,
    log_policy_matched: '',
    metadata: { epoch: 12 },
    storage_uri: `s3://vision-team/experiments/01J${String(index).padStart(23, '0')}`,
    revision: 3
  };
  const checkpoints =
    count > 0
      ? [20000, 24000, 28000].map((steps, at): Checkpoint => ({
          uuid: `8e2f${String(index)}c${String(at)}1-93b0-4d7e-a2f0-5a1d0c7e4b11`,
          address: `${tree}/checkpoints/8e2f${String(index)}c${String(at)}1`,
          state:
            at === 2 && recipe.state === 'RUNNING' ? 'ACTIVE' : 'COMPLETED',
          steps_completed: steps,
          reported: started + (at + 1) * 600,
          resources: { 'model.safetensors': 409e6, 'optimizer.pt': 203e6 },
          metadata: { epoch: at * 3 },
          storage_uri: ''
        }))
      : [];
  return { experiment, series, files, log: logOf(recipe), checkpoints };
}

/** Return the team's twelve experiments, newest first. */
export function fakeExperiments(): IFakeExperiment[] {
  return RECIPES.map(made).sort(
    (one, other) => other.experiment.started - one.experiment.started
  );
}

/** Return the run that an experiment belongs to. */
export function fakeRun(experiment: Experiment): Run {
  const { user, run, state, tags, started, ended } = experiment;
  return {
    id: `02${experiment.id}`,
    address: `${user}:${run}`,
    user,
    name: run,
    state,
    source: 'script',
    tags,
    created: started,
    ended,
    script: 'train.py',
    arguments: ['--lr', '0.1'],
    folder: '/home/team/vision',
    git: {
      commit: '4c1e9a02d5b7f3e86a91',
      branch: 'main',
      remote: 'https://git.example.org/vision.git',
      dirty: true
    },
    environment: {
      python: '3.11.2',
      platform: 'Linux-6.1-x86_64',
      host: 'gpu-04',
      packages: 142
    },
    datastores: ['datastores/imagenet-mini/v3'],
    cloned_from: '',
    renamed_from: '',
    experiments: 4,
    artifact_bytes: experiment.artifact_bytes
  };
}
