import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-artifacts:explorer',
  description: "The team's runs, artifacts and datastores.",
  autoStart: true,
  activate: () => undefined
};

export default [plugin];
