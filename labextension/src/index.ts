import { commSubshellsPlugin } from './plugins/commSubshells';
import { hostPlugin } from './plugins/host';
import { outputPlugin } from './plugins/output';
import { panelPlugin } from './plugins/panel';
import { sourcePlugin } from './plugins/source';
import { transfersPlugin } from './plugins/transfers';
import { trustSyncPlugin } from './plugins/trustSync';

export default [
  sourcePlugin,
  hostPlugin,
  panelPlugin,
  outputPlugin,
  trustSyncPlugin,
  commSubshellsPlugin,
  transfersPlugin
];
