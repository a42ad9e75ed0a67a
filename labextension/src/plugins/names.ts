/** The ids of the plugins; people switch them off by these. */
export const PluginIDs = {
  commSubshells: 'jupyter-artifacts:comm-subshells',
  host: 'jupyter-artifacts:host',
  output: 'jupyter-artifacts:output',
  panel: 'jupyter-artifacts:panel',
  source: 'jupyter-artifacts:source',
  transfers: 'jupyter-artifacts:transfers',
  trustSync: 'jupyter-artifacts:trust-sync'
} as const;

/** The ids of the commands; scripts and shortcuts name these. */
export const CommandIDs = {
  insertCode: 'jupyter-artifacts:insert-code',
  openArtifacts: 'jupyter-artifacts:open-artifacts',
  openRuns: 'jupyter-artifacts:open-runs',
  showTeam: 'jupyter-artifacts:show-team',
  showTransfers: 'jupyter-artifacts:show-transfers'
} as const;

/** The domain of the translations. */
export const DOMAIN = 'jupyter_artifacts';
