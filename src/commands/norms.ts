// cnncalc norms: the normalisations side by side on one tensor, analysed and executed. Through a stack: norms-depth.ts.

import { isInput, operatorsOf } from '../core/graph.js';
import { elements, product, spatial } from '../core/shape.js';
import type { Scene } from '../report/drawing/scene.js';
import { normalisationOf } from '../run/norms.js';
import { version } from '../version.js';
import type { COMMANDS } from './commands.js';
import { analyzedItems } from './items.js';
import { UsageError } from './output.js';
import { withProgress } from './progress.js';
import type { Work } from './work.js';

const INPUT = '8x8x6';
const BATCH = 4;
const GROUPS = 3;

/** More values than this are not normalised fifty times while somebody waits. */
const MOST_VALUES = 1 << 18;

/** What is shown, by the names under which it is shown: every layer reads the input. */
const NORMS = (groups: number): Readonly<Record<string, Readonly<Record<string, string | number>>>> => ({
  batch: { batchnorm: '' },
  layer: { layernorm: '' },
  instance: { instancenorm: '' },
  group: { groupnorm: groups },
  'layer-c': { layernorm: '', over: 'c' },
  rms: { rmsnorm: '' },
  lrn: { lrn: '' },
});

export const run: Work<typeof COMMANDS.norms> = async (_, options, output, io) => {
  if (options.depth !== undefined)
    return (await import('./norms-depth.js')).runDepth(options.depth, options, output, io);
  const { input = INPUT, batch = BATCH, groups = GROUPS, seed = 0 } = options;
  const items = Object.entries(NORMS(groups)).map(([name, item]) => ({ ...item, name, from: 'input' }));
  const analysis = analyzedItems(items, { input, usual: INPUT, batch });
  const shape = analysis.graph.nodes.find(isInput)?.facts?.output ?? [];
  const values = batch * elements(shape);
  if (batch * product(spatial(shape)) < 2)
    throw new UsageError('one value per channel has no deviation', 'give more images (--batch) or places (--input)');
  if (values > MOST_VALUES)
    throw new UsageError(
      `${batch} images of ${input} have ${values} values; at most ${MOST_VALUES} are normalised here`,
      'give a smaller --input or --batch',
    );
  const norms = analysis.rows.flatMap(({ node, figures }) => {
    const [operator] = operatorsOf(node, shape);
    return operator && figures
      ? [normalisationOf(node.name, operator, batch, shape, { params: figures.params ?? 0, buffers: figures.buffers })]
      : [];
  });
  const { normalised, workOf } = await import('../run/normalised.js');
  const { backendFor } = await import('./backend.js');
  const executed = await withProgress('normalising', options, io, (bar) =>
    normalised(analysis, norms, batch, backendFor(workOf(norms, values), io, bar), seed),
  );
  const setting = { input: shape, batch, norms, executed };
  const scene = async (): Promise<Scene> => {
    const { normsFigure } = await import('../report/pages/norms.js');
    const { solidsScene } = await import('../report/drawing/solids.js');
    return solidsScene('normalisations: which values share a mean', normsFigure(setting));
  };
  if (options.svg !== undefined) (await import('./draw.js')).drawTo(options.svg, await scene(), io);
  await output.print({
    page: async () => (await import('../report/pages/norms.js')).normsPage(setting),
    json: async () => (await import('../report/json/norms.js')).normsJson(setting, version),
    scene,
  });
  return 0;
};
