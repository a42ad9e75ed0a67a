/** Return the path of a REST request for a place in the tree. */
export function routeOf(tree: string): string {
  return tree.split('/').map(encodeURIComponent).join('/');
}

/** What names an experiment: its owner, its run and its number. */
export interface IExperimentName {
  readonly user: string;
  readonly run: string;
  readonly number: number;
}

/** Return where an experiment stands in the tree. */
export function treeOf(experiment: IExperimentName): string {
  return `runs/${experiment.user}/${experiment.run}/exp${experiment.number}`;
}

/** Return an experiment's address as people say it. */
export function shortOf(experiment: IExperimentName): string {
  return `${experiment.user}:${experiment.run}-exp${experiment.number}`;
}

/** Return the experiment that an address names, with or without a path; or null. */
export function experimentOf(address: string): IExperimentName | null {
  const tree = /^runs\/([^/]+)\/([^/]+)\/exp(\d+)(?:\/|$)/.exec(address);
  const found = tree ?? /^([^:/@]+):([^:/@]+)-exp(\d+)(?:\/|$)/.exec(address);
  const [, user, run, number] = found ?? [];
  return user && run && number ? { user, run, number: Number(number) } : null;
}

/** What names a version of an artifact: "v3", or an alias. */
export interface IVersionName {
  readonly artifact: string;
  readonly version: string;
}

/** Return the version that an address names, with or without a path; or null. */
export function versionOf(address: string): IVersionName | null {
  const tree = /^artifacts\/([^/]+)\/([^/]+)(?:\/|$)/.exec(address);
  const found = tree ?? /^([^:/@]+)@([^:/@]+)(?:\/|$)/.exec(address);
  const [, artifact, version] = found ?? [];
  return artifact && version ? { artifact, version } : null;
}

/** Return an address as people say it; what has no short form stays as it is. */
export function spoken(address: string): string {
  const version = address.startsWith('artifacts/') ? versionOf(address) : null;
  if (version) {
    const { artifact, version: name } = version;
    const below = address.slice(`artifacts/${artifact}/${name}`.length);
    return `${artifact}@${name}${below}`;
  }
  const experiment = experimentOf(address);
  if (experiment && address.startsWith('runs/')) {
    const below = address.slice(treeOf(experiment).length);
    if (below === '' || below === '/files') {
      return shortOf(experiment);
    }
    return below.startsWith('/files/')
      ? shortOf(experiment) + below.slice('/files'.length)
      : address;
  }
  const run = /^runs\/([^/]+)\/([^/]+)$/.exec(address);
  return run ? `${run[1] ?? ''}:${run[2] ?? ''}` : address;
}

/** Return the last part of a path. */
export function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
