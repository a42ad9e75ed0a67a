import React from 'react';
import type { ExplorerModel } from '../../model/explorer';
import type { Experiment } from '../../model/nouns';
import type { TreeModel } from '../../model/tree';
import type { IHost } from '../host';
import { Files } from './files';

/** A run's files, and the one that is looked at. */
export function Artifacts(props: {
  model: ExplorerModel;
  tree: TreeModel;
  experiment: Experiment;
  host: IHost;
}): React.JSX.Element {
  const { model, tree, experiment, host } = props;
  const { trans } = host;
  return (
    <Files
      model={model}
      tree={tree}
      preview={model.details.preview}
      label={trans.__('Files of %1', experiment.address)}
      ended={experiment.ended !== null}
      host={host}
    >
      {experiment.uncaptured > 0 && (
        <p className="jp-Artifacts-note">
          {trans._n(
            '%1 file was seen and not captured',
            '%1 files were seen and not captured',
            experiment.uncaptured
          )}
        </p>
      )}
    </Files>
  );
}
