// cnncalc norms --depth N: sizes of values and gradients through a stack of layers, normalised in several ways.

import { isInput } from '../core/graph.js';
import { grouped } from '../core/quantity.js';
import { product, spatial } from '../core/shape.js';
import type { Io } from '../io.js';
import type { Scene } from '../report/drawing/scene.js';
import type { DepthSetting } from '../report/pages/norms-depth.js';
import { version } from '../version.js';
import type { OptionsOf } from './command.js';
import type { COMMANDS } from './commands.js';
import { analyzedItems } from './items.js';
import { UsageError } from './output.js';
import type { Printer } from './print.js';
import { turning, withProgress } from './progress.js';

const INPUT = '4x4x16';
const BATCH = 8;
const GROUPS = 4;

/** With more the largest are past what a float64 holds. */
const MOST_LAYERS = 200;
/** Multiply-accumulates forwards and back that nobody waits too long for. */
const MOST_MACS = 5e9;

export const runDepth = async (
  depth: number,
  options: OptionsOf<typeof COMMANDS.norms.options>,
  output: Printer,
  io: Io,
): Promise<number> => {
  const { input = INPUT, batch = BATCH, groups = GROUPS, seed = 0, svg } = options;
  if (depth < 2 || depth > MOST_LAYERS)
    throw new UsageError(`a stack of ${depth} cannot be followed`, `write --depth 2 to --depth ${MOST_LAYERS}`);
  const norms = { none: 'none', batch: 'batchnorm', layer: 'layernorm', group: { groupnorm: groups } };
  const stacks = Object.entries(norms).map(([norm, item]) => ({
    norm,
    analysis: analyzedItems([{ sequence: layerOf(item), repeat: depth, name: 'layer' }], {
      input,
      usual: INPUT,
      batch,
    }),
  }));
  // Three initialisations; back there are two products where there is one forwards.
  const macs = stacks.reduce((sum, { analysis }) => sum + (analysis.totals.macs ?? 0), 0) * batch * 3 * 3;
  if (macs > MOST_MACS)
    throw new UsageError(
      `${depth} layers on ${batch} images of ${input} take ${grouped(macs)} multiply-accumulates; at most ${grouped(MOST_MACS)} are done here`,
      'give a smaller --depth, --input or --batch',
    );
  const shape = stacks[0]?.analysis.graph.nodes.find(isInput)?.facts?.output ?? [];
  if (Math.min(batch * product(spatial(shape)), product(shape) / groups) < 2)
    throw new UsageError(
      'one value has no deviation',
      'give more images (--batch), places (--input) or fewer --groups',
    );
  const { batchNoise, throughDepth } = await import('../run/depth.js');
  const { passes } = await import('../kernels/backward.js');
  const setting: DepthSetting = await withProgress('normalising', options, io, (bar) => {
    const both = passes(turning(bar));
    return {
      input: shape,
      batch,
      depth,
      groups,
      followed: throughDepth(stacks, batch, both, seed),
      noise: batchNoise(both, seed),
    };
  });
  const { depthCurves, depthPage } = await import('../report/pages/norms-depth.js');
  const scene = async (): Promise<Scene> =>
    (await import('../report/drawing/curves.js')).curvesScene(depthCurves(setting));
  if (svg !== undefined) (await import('./draw.js')).drawTo(svg, await scene(), io);
  await output.print({
    page: () => depthPage(setting),
    json: async () => (await import('../report/json/norms-depth.js')).depthJson(setting, version),
    scene,
  });
  return 0;
};

/** The image goes on from its other side: zeros at the edges would make values smaller, layer by layer. */
const layerOf = (norm: string | { readonly groupnorm: number }) => [
  { circularpad: 1 },
  { conv: 'c', kernel: 3, bias: false, norm, act: 'relu' },
];
