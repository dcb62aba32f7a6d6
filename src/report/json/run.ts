// A run as JSON: `cnncalc/run/1`.

import type { Analysis } from '../../analysis/analysis.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { arrange, LAYOUTS, type Layout, type Shape } from '../../core/shape.js';
import { algorithmNames, type Execution, gflops } from '../../run/execute.js';
import { ranked } from '../../run/statistics.js';

import { diagnostic, diagnosticJson, shape as shapeSchema } from './parts.js';
import * as s from './schema.js';

/** Outputs of more values are not printed; `--save` writes them. */
const MOST_VALUES = 100_000;

export interface RunSetting {
  readonly version: string;
  readonly source: string;
  readonly layout: Layout;
  readonly batch: number;
  /** Where they come from. */
  readonly weights: string;
  readonly data: string;
  readonly top?: number;
  readonly labels?: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

const speed = (description: string) =>
  s.orNull(s.number(`10^9 operations a second, two per multiply-accumulate${description}`));

export const runSchema = () =>
  s.ofNetwork('run', 'the network executed; without layers where nothing was run, and the diagnostics say why', {
    settings: s.optional(
      s.object('what was run; absent where nothing was', {
        batch: s.whole('images at once', 1),
        layout: s.word('the order of the sizes in shapes', LAYOUTS),
        weights: s.text('the file, or the seed: seed 0'),
        data: s.text('the files, or noise'),
      }),
    ),
    layers: s.list(
      'the rows in the order they run',
      s.object('a layer', {
        name: s.text('as in the report'),
        kind: s.text('the kind of layer: conv'),
        outputShape: shapeSchema('what came out for one image'),
        shapeMatches: s.flag('the same was inferred'),
        ms: s.number('milliseconds of the whole batch, the median of the repeats'),
        gflops: speed('; null where it has none, or no time was measured'),
        algorithm: s.text('winograd 4x4; "in conv1" where it runs as a part of that layer'),
        fusedInto: s.optional(
          s.text('the layer that it runs as a part of; absent where it has an algorithm of its own'),
        ),
        statistics: s.optional(
          s.object('of all its values; absent without --stats, and not in training', {
            mean: s.measured('of the finite values'),
            deviation: s.measured('of the finite values, divided by n'),
            min: s.measured('of the finite values'),
            max: s.measured('of the finite values'),
            zeros: s.number('the share of all values that are exactly 0'),
            notFinite: s.whole('how many are no finite numbers'),
          }),
        ),
      }),
    ),
    outputs: s.list(
      'what came out of the network',
      s.object('an output', {
        name: s.text('the layer that makes it'),
        shape: shapeSchema('of one image'),
        dataShape: s.optional(
          s.list('of data, always images, channels, height, width; absent with it', s.whole('a size', 1)),
        ),
        data: s.optional(s.list('all values; absent above 100,000, which --save writes', s.measured('a value'))),
        top: s.optional(
          s.list(
            'per image the largest scores; empty of what is no vector, absent without --top and --labels',
            s.list(
              'the largest first',
              s.object('a score', {
                index: s.whole('where it stands, from 0'),
                value: s.measured('the score'),
                share: s.measured('its part of the softmax over all; the score itself where all are shares'),
                label: s.optional(s.orNull(s.text('its line of --labels; null where the file is shorter'))),
              }),
            ),
          ),
        ),
      }),
    ),
    statistics: s.optional(
      s.record(
        'of --training: the running statistics after it, by the names of their tensors: bn1.running_mean',
        s.list('per channel', s.measured('a value')),
      ),
    ),
    totals: s.object('of the whole network; null where nothing was run', {
      ms: s.orNull(s.number('milliseconds of the whole batch, the median of the repeats')),
      gflops: speed('; null also where no time was measured'),
      peakBytes: s.orNull(s.whole('bytes held at most')),
      memory: s.optional(
        s.object('what those are for; absent where the backend does not say', {
          weights: s.whole('bytes of tensors, as packed for their algorithms'),
          activations: s.whole('bytes of what layers hand on'),
          workspaces: s.whole('bytes that threads work in'),
        }),
      ),
      predicted: s.optional(
        s.object('what the analysis says before; absent where nothing was run', {
          weights: s.whole('bytes of learned tensors and running statistics, in float32'),
          activations: s.whole('bytes of the activations alive at most, in float32'),
        }),
      ),
    }),
    core: s.orNull(
      s.object('what ran it; null where nothing was run', {
        backend: s.text('wasm, reference'),
        simd: s.flag('with vectors'),
        relaxed: s.flag('with relaxed vectors, whose rounding is left to the machine'),
        threads: s.whole('how many', 1),
        build: s.optional(s.text('of the core: simd, relaxed, revec; absent of other backends')),
        peakGflops: s.optional(
          s.number(
            '10^9 operations a second that one thread reaches in a trial at the start; of --profile, and absent of other backends',
          ),
        ),
      }),
    ),
    diagnostics: s.list('what is wrong with the spec or the weights, and what came out odd', diagnostic()),
  });

type Run = s.Described<ReturnType<typeof runSchema>>;

export const runJson = (analysis: Analysis, execution: Execution, setting: RunSetting): Run => {
  const { graph, rows, totals } = analysis;
  const { version, source, layout, batch, weights, data, top, labels, diagnostics } = setting;
  const macs = new Map(rows.map(({ node, figures }) => [node.id, figures?.macs ?? 0]));
  const shape = (sizes: Shape) => arrange(sizes, layout);
  return {
    ...s.envelope('run', { version, source, graph }),
    settings: { batch, layout, weights, data },
    layers: execution.layers.map((layer) => ({
      name: layer.node.name,
      kind: layer.node.kind.name,
      outputShape: shape(layer.shape),
      shapeMatches: layer.matches,
      ms: layer.ms,
      gflops: gflops(macs.get(layer.node.id) ?? 0, batch, layer.ms),
      algorithm: algorithmNames(layer.algorithms).join(', '),
      ...fusedInto(layer),
      ...(layer.statistics && { statistics: layer.statistics }),
    })),
    outputs: [...execution.outputs].map(([id, tensor]) => ({
      name: graph.nodes[id]?.name ?? '',
      shape: shape(tensor.shape.slice(1)),
      ...(tensor.data.length <= MOST_VALUES && { dataShape: tensor.shape, data: [...tensor.data] }),
      ...(top !== undefined && {
        top: ranked(tensor, top).map((best) =>
          best.map((one) => ({ ...one, ...(labels && { label: labels[one.index] ?? null }) })),
        ),
      }),
    })),
    ...(execution.statistics && {
      statistics: Object.fromEntries([...execution.statistics].map(([name, tensor]) => [name, [...tensor.data]])),
    }),
    totals: {
      ms: execution.ms,
      gflops: gflops(totals.macs ?? 0, batch, execution.ms),
      peakBytes: execution.peakBytes,
      ...(execution.memory && { memory: execution.memory }),
      predicted: execution.predicted,
    },
    core: execution.core,
    diagnostics: diagnostics.map(diagnosticJson),
  };
};

/** Nothing was run, and why. */
export const failureJson = (
  { graph }: Analysis,
  diagnostics: readonly Diagnostic[],
  origin: Omit<s.Origin, 'graph'>,
): Run => ({
  ...s.envelope('run', { ...origin, graph }),
  layers: [],
  outputs: [],
  totals: { ms: null, gflops: null, peakBytes: null },
  core: null,
  diagnostics: diagnostics.map(diagnosticJson),
});

/** The layer that all of this one runs as a part of. */
const fusedInto = ({ algorithms: [first, ...others] }: Execution['layers'][number]): { readonly fusedInto?: string } =>
  first?.fusedInto !== undefined && others.every((other) => other.fusedInto !== undefined)
    ? { fusedInto: first.fusedInto }
    : {};
