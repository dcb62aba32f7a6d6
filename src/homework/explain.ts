// Analysis -> the arithmetic behind every number of a layer, step by step, with the convention it follows. No layout.

import type { Analysis, Row } from '../analysis/analyze.js';
import { sizeOf, strideOf, type Track } from '../analysis/receptive-field.js';
import { type Count, total } from '../core/count.js';
import { DTYPES, type Node } from '../core/graph.js';
import type { Facts, Role } from '../core/layer.js';
import { grouped, human, humanBytes } from '../core/quantity.js';
import {
  axisNames,
  axisWord,
  channels,
  elements,
  formatShape,
  type Layout,
  type Shape,
  spatial,
} from '../core/shape.js';
import { extent, slideText, spread, spreadText, type Window } from '../core/window.js';
import { labels, writeCount } from './formula.js';

export interface Step {
  readonly layer: string;
  /** `out`, `params`, `buffers`, `macs`, `memory`, `rf`, `stride`, `bias`: the names that answers use too. */
  readonly quantity: string;
  /** What a reader calls it: `height and width`. */
  readonly title: string;
  /** In letters; empty where there is nothing to compute. */
  readonly formula: string;
  /** The same with this layer's numbers. */
  readonly substituted: string;
  readonly value: number | string | readonly number[];
  /** The value as a person reads it: `34,944, about 35K`. */
  readonly shown: string;
  readonly convention: string;
}

export interface Explained {
  readonly name: string;
  readonly kind: string;
  readonly label: string;
  readonly inputs: readonly (Shape | null)[];
  readonly steps: readonly Step[];
  /** The layer's own failure, or that of a layer it reads. */
  readonly error?: string;
}

/** Every layer whose name is accepted, worked out. */
export const explain = (
  analysis: Analysis,
  layout: Layout = 'hwc',
  only: (name: string) => boolean = () => true,
): readonly Explained[] =>
  analysis.rows
    .filter((row) => only(row.node.name))
    .map((row) => {
      const { node } = row;
      const label = node.args ? (node.kind.label?.(node.args as never) ?? '') : '';
      const inputs = node.inputs.map((id) => analysis.graph.nodes[id]?.facts?.output ?? null);
      const common = { name: node.name, kind: node.kind.name, label, inputs };
      if (!node.facts) return { ...common, steps: [], error: node.error ?? 'unknown input' };
      return { ...common, steps: steps(analysis, row, node.facts, layout) };
    });

const steps = (analysis: Analysis, row: Row, facts: Facts, layout: Layout): readonly Step[] =>
  [
    ...shapeSteps(analysis, row.node, facts, layout),
    ...paramSteps(row.node, facts),
    ...uselessBias(analysis, row.node, facts),
    ...macSteps(facts),
    memoryStep(analysis, facts, layout),
    ...fieldSteps(analysis, row),
  ].map((step) => ({ layer: row.node.name, ...step }));

type Unnamed = Omit<Step, 'layer'>;

const NOTHING = { formula: '', substituted: '', convention: '' };

// --- the output ------------------------------------------------------------------------------------------------------

const shapeSteps = ({ graph }: Analysis, node: Node, facts: Facts, layout: Layout): Unnamed[] => {
  const input = graph.nodes[node.inputs[0] ?? -1]?.facts?.output ?? [];
  const volume: Unnamed = {
    ...NOTHING,
    quantity: 'out',
    title: 'output',
    value: layout === 'chw' ? facts.output : [...spatial(facts.output), channels(facts.output)],
    shown: formatShape(facts.output, layout),
    convention: volumeConvention(input, facts),
  };
  const lines = facts.why?.() ?? [];
  if (!facts.windows) {
    const sums = lines.filter((line) => SUM.test(line));
    const sentences = lines.filter((line) => !SUM.test(line));
    return [
      ...sums.map(lineSum),
      { ...volume, convention: [...sentences, volume.convention].filter(Boolean).join('; ') },
    ];
  }
  const axes = facts.windows.length;
  const sums = facts.windows.map((w, axis) => ({
    ...windowSum(lines[axis] ?? '', spatial(input)[axis] ?? 0, w, spatial(facts.output)[axis] ?? 0),
    axis,
  }));
  // Square windows over square images are worked out once.
  const [first] = sums;
  const once = first && sums.every((sum) => sum.substituted === first.substituted);
  const said = once ? sums.slice(0, 1) : sums;
  return [
    ...said.map(({ axis, ...sum }) => ({
      ...sum,
      quantity: 'out',
      title: once
        ? axisNames(axes)
            .map((_, i) => axisWord(axes, i))
            .join(' and ')
        : axisWord(axes, axis),
      shown: `${sum.value}`,
    })),
    volume,
  ];
};

const volumeConvention = (input: Shape, { output, windows, params }: Facts): string => {
  if (!windows) return '';
  if (params) return 'one channel per filter';
  return channels(input) === channels(output) ? 'each channel by itself: the depth stays' : '';
};

/** A line of the layer's own that is a sum, `H: 30 + 2 + 2 = 34`; others are sentences. */
const SUM = /^(?:(\w): )?([^a-z]*) = (\d+)$/;

const lineSum = (line: string): Unnamed => {
  const [, axis = 'size', substituted = '', value = ''] = SUM.exec(line) ?? [];
  return {
    quantity: 'out',
    title: axis,
    formula: '',
    substituted,
    value: Number(value),
    shown: grouped(Number(value)),
    convention: '',
  };
};

/** Which arithmetic gave the layer's line, in letters: the one whose line it is. */
const windowSum = (
  line: string,
  size: number,
  w: Window,
  out: number,
): Pick<Unnamed, 'formula' | 'substituted' | 'value' | 'convention'> => {
  const text = line.replace(/^\w+: /, '');
  const substituted = text.slice(0, text.lastIndexOf(' = '));
  const kernel = w.dilation === 1 ? 'k' : '(d*(k - 1) + 1)';
  const padding = w.before === w.after ? '2p' : 'p_before + p_after';
  const whole = Number.isInteger((size + w.before + w.after - extent(w)) / w.stride);
  const common = { substituted, value: out };
  for (const ceil of [false, true]) {
    if (text !== slideText(size, w, ceil)) continue;
    const quotient = `(n - ${kernel} + ${padding})/s`;
    return {
      ...common,
      formula: `${whole ? quotient : `${ceil ? 'ceil' : 'floor'}(${quotient})`} + 1`,
      convention: whole
        ? ''
        : ceil
          ? 'a last window may hang over the end'
          : 'it does not come out whole: frameworks round down, some courses call it invalid',
    };
  }
  const extra = out - spread(size, w);
  if (text !== spreadText(size, w, extra)) return { ...common, formula: '', convention: '' };
  return {
    ...common,
    formula: `(n - 1)*s - ${w.before === w.after ? padding : `(${padding})`} + ${kernel.replace(/^\((.*)\)$/, '$1')}${extra ? ' + output padding' : ''}`,
    convention: 'transposed: the convolution formula the other way round',
  };
};

// --- parameters ------------------------------------------------------------------------------------------------------

/** Why a layer of a role has no parameters. */
const LEARNS_NOTHING: Readonly<Record<Role, string>> = {
  input: 'an input learns nothing',
  weights: 'it uses the weights of another layer',
  norm: 'without a learned scale and shift it learns nothing',
  activation: 'this activation learns nothing',
  pool: 'a pool learns nothing',
  merge: 'a merge learns nothing',
  shape: 'moving values learns nothing',
  regularisation: 'regularisation learns nothing',
  scale: 'it uses the factors of another layer',
};

const counted = (n: number): string => (n < 1000 ? grouped(n) : `${grouped(n)}, about ${human(n)}`);

const countStep = (quantity: string, title: string, count: Count, convention: string): Unnamed => {
  const value = total(count);
  return { quantity, title, ...writeCount(count), value, shown: counted(value), convention };
};

const paramSteps = (node: Node, { params = [], buffers = [] }: Facts): Unnamed[] => {
  const nothing: Unnamed = {
    ...NOTHING,
    quantity: 'params',
    title: 'parameters',
    value: 0,
    shown: `0, ${LEARNS_NOTHING[node.kind.role]}`,
  };
  if (buffers.length === 0)
    return [params.length === 0 ? nothing : countStep('params', 'parameters', params, labels(params))];
  return [
    params.length === 0 ? nothing : countStep('params', 'parameters', params, `${labels(params)}, learned`),
    countStep(
      'buffers',
      'running statistics',
      buffers,
      `${labels(buffers)}: kept, not learned; Keras prints learned and kept together`,
    ),
  ];
};

/** A bias that the next layer's mean takes away again. Only a norm that keeps a mean per channel does that. */
const uselessBias = ({ graph }: Analysis, node: Node, { params = [] }: Facts): Unnamed[] => {
  const bias = params.filter((term) => term.label === 'bias');
  const readers = graph.nodes.filter((reader) => reader.inputs.includes(node.id));
  const [norm] = readers;
  if (bias.length === 0 || !norm || readers.length > 1) return [];
  if (norm.kind.role !== 'norm' || !norm.facts?.buffers || norm.facts.buffers.length === 0) return [];
  return [
    {
      quantity: 'bias',
      title: 'useless bias',
      formula: '(x + b) - mean(x + b) = x - mean(x)',
      substituted: '',
      value: total(bias),
      shown: `${grouped(total(bias))} biases change nothing`,
      convention: `${norm.name} subtracts the mean of each channel, and the bias with it; its own beta shifts instead: write bias: false`,
    },
  ];
};

// --- cost ------------------------------------------------------------------------------------------------------------

const macSteps = ({ macs = [] }: Facts): Unnamed[] =>
  macs.length === 0
    ? []
    : [countStep('macs', 'multiply-accumulates', macs, 'bias not counted, one image; FLOPs are twice as many')];

const memoryStep = ({ graph }: Analysis, { output }: Facts, layout: Layout): Unnamed => {
  const size = DTYPES[graph.dtype];
  const bytes = elements(output) * size * graph.batch;
  const batch = graph.batch > 1 ? [['batch', graph.batch] as const] : [];
  const names =
    output.length === 1
      ? ['N']
      : layout === 'chw'
        ? ['C', ...axisNames(output.length - 1)]
        : [...axisNames(output.length - 1), 'C'];
  const sizes = layout === 'chw' || output.length === 1 ? output : [...spatial(output), channels(output)];
  return {
    quantity: 'memory',
    title: 'memory',
    formula: [...names, ...batch.map(([name]) => name), 'bytes'].join('*'),
    substituted: [...sizes, ...batch.map(([, n]) => n), size].join('*'),
    value: bytes,
    shown: `${grouped(bytes)} bytes${bytes < 1024 ? '' : `, ${humanBytes(bytes)}`}`,
    convention: `the output in ${graph.dtype}, ${size} ${size === 1 ? 'byte' : 'bytes'} a value; 1 KiB is 1024 bytes`,
  };
};

// --- receptive field -------------------------------------------------------------------------------------------------

const fieldSteps = ({ graph, fields }: Analysis, { node, field }: Row): Unnamed[] => {
  if (!field) return [];
  if (field.local === 'global' || field.local.length === 0) {
    return [{ ...NOTHING, quantity: 'rf', title: 'receptive field', value: 'global', shown: 'the whole input' }];
  }
  const before = [...fields.values()].map((of) => of[node.inputs[0] ?? -1]).find((f) => f)?.local;
  const tracks = field.local;
  const axes = tracks.length;
  const each = tracks.map((track, axis) => {
    const from = before && before !== 'global' ? before[axis] : undefined;
    const window = graph.nodes[node.id]?.facts?.windows?.[axis];
    return axisField(track, node.inputs.length === 1 ? from : undefined, window);
  });
  const [first] = each;
  const once =
    first !== undefined &&
    each.every((sums) =>
      sums.every((sum, i) => sum.substituted === first[i]?.substituted && sum.value === first[i]?.value),
    );
  return (once ? [first] : each).flatMap((sums, axis) =>
    sums.map((sum) => (once ? sum : { ...sum, title: `${sum.title}, ${axisWord(axes, axis)}` })),
  );
};

const axisField = (track: Track, from: Track | undefined, w: Window | undefined): Unnamed[] => {
  const { size } = sizeOf(track);
  const step = strideOf(track);
  const field = {
    quantity: 'rf',
    title: 'receptive field',
    value: size,
    shown: `${size}`,
    convention: 'in cells of the input',
  };
  const jump = {
    quantity: 'stride',
    title: 'effective stride',
    value: step,
    shown: `${Number(step.toFixed(4))}`,
    convention: 'input cells between neighbouring fields',
  };
  if (!from) return [{ ...NOTHING, ...field }];
  const r = sizeOf(from).size;
  const j = strideOf(from);
  if (!w)
    return r === size && j === step
      ? [{ ...NOTHING, ...field, convention: 'that of the layer before' }]
      : [{ ...NOTHING, ...field }];
  // Where fields have phases (after upsampling) the two lines of the lectures do not hold, and are not printed.
  if (r + w.dilation * (w.kernel - 1) * j !== size || j * w.stride !== step)
    return [
      { ...NOTHING, ...field },
      { ...NOTHING, ...jump },
    ];
  const dilated = w.dilation === 1 ? ['', ''] : ['d*', `${w.dilation}*`];
  return [
    { ...field, formula: `r + ${dilated[0]}(k - 1)*j`, substituted: `${r} + ${dilated[1]}(${w.kernel} - 1)*${j}` },
    { ...jump, formula: 'j*s', substituted: `${j}*${w.stride}` },
  ];
};
