import { MimeModel, RenderMimeRegistry } from '@jupyterlab/rendermime';
import { Widget } from '@lumino/widgets';
import { afterEach, expect, test, vi } from 'vitest';

import { OutputView, type IOutputPlace } from '../../src/panels/outputView';
import type { ISource } from '../../src/source/source';
import { pageHost } from '../../src/widgets/door';
import { VIEW } from '../../src/widgets/spec';
import { FakeSource } from '../fake/source';

const HTML =
  '<table><tr><td>saved <img src="x" onerror="window.ran = true">' +
  '<script>window.ran = true</script></td></tr></table>';
const SPEC = {
  kind: 'downloader',
  addresses: ['alice:resnet-sweep-exp3'],
  version: 1
};

vi.setConfig({ testTimeout: 20_000 });

const views: OutputView[] = [];

afterEach(() => {
  views.splice(0).forEach(view => {
    view.dispose();
  });
});

/** What a notebook around an output may have. */
class FakePlace implements IOutputPlace {
  kernelHasIt = false;
  team: ISource | null = new FakeSource();
  kernelChanged: () => void = () => undefined;

  widgetRenderer: IOutputPlace['widgetRenderer'] = () => {
    if (!this.kernelHasIt) {
      return Promise.resolve(null);
    }
    const widget = new Widget();
    widget.node.append('the live widget');
    return Promise.resolve(
      Object.assign(widget, { renderModel: () => Promise.resolve() })
    );
  };

  onKernel: IOutputPlace['onKernel'] = (_, changed) => {
    this.kernelChanged = changed;
    return { dispose: () => undefined };
  };

  hostFor: IOutputPlace['hostFor'] = () => pageHost(() => undefined);

  source: IOutputPlace['source'] = () => Promise.resolve(this.team);
}

/** Show an output as JupyterLab does. */
function show(place: FakePlace, trusted: boolean, spec: object = SPEC) {
  const data = { [VIEW]: { ...spec }, 'text/html': HTML };
  const registry = new RenderMimeRegistry();
  registry.addFactory({
    safe: true,
    mimeTypes: [VIEW],
    createRenderer: options => new OutputView(options, place)
  });
  const view = registry.createRenderer(VIEW) as OutputView;
  views.push(view);
  void view.renderModel(new MimeModel({ data, trusted }));
  Widget.attach(view, document.body);
  return view.node;
}

async function until(node: HTMLElement, text: string): Promise<void> {
  await vi.waitFor(
    () => {
      expect(node.textContent).toContain(text);
    },
    { timeout: 10_000 } // the components are loaded when first needed
  );
}

test('A trusted output whose kernel has the widget shows the widget.', async () => {
  const place = new FakePlace();
  place.kernelHasIt = true;
  const node = show(place, true);
  await until(node, 'the live widget');
  expect(node.querySelector('.jp-Artifacts-note')).toBeNull();
  expect(node.textContent).not.toContain('saved');
});

test('Without trust the team is shown live, never the widget.', async () => {
  const place = new FakePlace();
  place.kernelHasIt = true;
  const node = show(place, false);
  await until(node, 'Live, without the kernel');
  await until(node, 'alice:resnet-sweep-exp3');
  expect(node.textContent).not.toContain('the live widget');
});

test('Without its kernel a trusted output is shown live, too.', async () => {
  const node = show(new FakePlace(), true);
  await until(node, 'Live, without the kernel');
});

test('When a kernel comes that has it, the widget takes over.', async () => {
  const place = new FakePlace();
  const node = show(place, true);
  await until(node, 'Live, without the kernel');
  place.kernelHasIt = true;
  place.kernelChanged();
  await until(node, 'the live widget');
});

test('Without a server the static form stays, with a way to the live one.', async () => {
  const place = new FakePlace();
  place.team = null;
  const node = show(place, false);
  await until(node, 'saved');
  await until(node, 'Show live');
  place.team = new FakeSource();
  node.querySelector('button')?.click();
  await until(node, 'Live, without the kernel');
});

test.each([true, false])(
  'Nothing in the static form runs (trusted: %s).',
  async trusted => {
    const place = new FakePlace();
    place.team = null;
    const node = show(place, trusted);
    await until(node, 'Show live');
    expect(node.querySelector('script, [onerror]')).toBeNull();
    expect('ran' in window).toBe(false);
  }
);

test('A view of a newer version shows its static form.', async () => {
  const node = show(new FakePlace(), false, { ...SPEC, version: 99 });
  await until(node, 'saved');
  expect(node.querySelector('.jp-Artifacts-note')).toBeNull();
});
