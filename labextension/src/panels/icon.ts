import { LabIcon } from '@jupyterlab/ui-components';

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 24 24">
  <path class="jp-icon3" fill="#616161" fill-rule="evenodd" d="M12 1.8 20.8 6.9v10.2L12 22.2 3.2 17.1V6.9ZM12 4.1 5.2 8v8L12 19.9 18.8 16V8Z"/>
  <path class="jp-icon3" fill="#616161" d="M7 14.9 10.2 10.4 12.9 12.4 15.8 8.3 17.4 9.4 13.3 15.2 10.6 13.2 8.6 16Z"/>
</svg>`;

/** The mark of jupyter_artifacts: a curve inside a block. */
export const artifactsIcon = new LabIcon({
  name: 'jupyter-artifacts:mark',
  svgstr: SVG
});
