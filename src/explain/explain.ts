// Analysis -> the arithmetic behind every number of a layer, step by step, with the convention it follows. No layout.

import type { Analysis, Row } from '../analysis/analysis.js';
import type { KeptRow } from '../analysis/training/training.js';
import { type Count, isBias, isExact, OPERATIONS, type Operation, total } from '../core/count.js';
import { DTYPES, labelOf, type Node } from '../core/graph.js';
import type { Facts, Role } from '../core/layer.js';
import { grouped, human, humanBytes } from '../core/quantity.js';
import {
  arrange,
  axisNames,
  axisWord,
  channels,
  elements,
  formatShape,
  type Layout,
  type Shape,
} from '../core/shape.js';
import { fieldSteps } from './field.js';
import { labels, writeCount } from './formula.js';
import { NOTHING, type Step, type Unnamed } from './step.js';
import { keptRows, trainingSteps } from './training.js';

export type { Step } from './step.js';

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
): readonly Explained[] => {
  const readers = readersOf(analysis);
  const kept = keptRows(analysis);
  return analysis.rows
    .filter((row) => only(row.node.name))
    .map((row) => {
      const { node } = row;
      const label = labelOf(node);
      const inputs = node.inputs.map((id) => analysis.graph.nodes[id]?.facts?.output ?? null);
      const common = { name: node.name, kind: node.kind.name, label, inputs };
      if (!node.facts || node.uncounted) return { ...common, steps: [], error: node.error ?? 'unknown input' };
      return {
        ...common,
        steps: steps(analysis, row, node.facts, layout, readers[node.id] ?? [], kept[row.index - 1]),
      };
    });
};

/** The nodes that read each node, by its id. */
const readersOf = ({ graph }: Analysis): readonly (readonly Node[])[] => {
  const readers = graph.nodes.map((): Node[] => []);
  for (const node of graph.nodes) for (const id of new Set(node.inputs)) readers[id]?.push(node);
  return readers;
};

const steps = (
  analysis: Analysis,
  row: Row,
  facts: Facts,
  layout: Layout,
  readers: readonly Node[],
  kept: KeptRow | undefined,
): readonly Step[] =>
  [
    ...shapeSteps(analysis, row.node, facts, layout),
    ...paramSteps(analysis, row.node, facts),
    // What a layer bends with its bias no mean takes away.
    ...(row.node.kind.linear ? uselessBias(readers, facts) : []),
    ...macSteps(facts),
    ...operationSteps(facts),
    ...paramMemory(analysis, facts),
    ...memoryStep(analysis, facts, layout),
    ...trainingSteps(facts, kept),
    ...fieldSteps(analysis, row),
  ].map((step) => ({ layer: row.node.name, ...step }));

// --- the output ------------------------------------------------------------------------------------------------------

const shapeSteps = ({ graph }: Analysis, node: Node, facts: Facts, layout: Layout): Unnamed[] => {
  const input = graph.nodes[node.inputs[0] ?? -1]?.facts?.output ?? [];
  const volume: Unnamed = {
    ...NOTHING,
    quantity: 'out',
    title: 'output',
    value: arrange(facts.output, layout),
    shown: formatShape(facts.output, layout),
    convention: volumeConvention(input, facts),
  };
  const lines = facts.why?.(layout) ?? [];
  const sums = lines.filter((line) => typeof line !== 'string');
  if (!facts.windows) {
    const sentences = new Set(lines.filter((line) => typeof line === 'string'));
    return [
      ...sums.map(({ axis = 'size', ...sum }) => ({
        ...NOTHING,
        ...sum,
        quantity: 'out',
        title: axis,
        shown: grouped(sum.value),
      })),
      { ...volume, convention: [...sentences, volume.convention].filter(Boolean).join('; ') },
    ];
  }
  const axes = sums.length;
  // Square windows over square images are worked out once.
  const [first] = sums;
  const isSquare = first && sums.every((sum) => sum.substituted === first.substituted);
  const said = isSquare ? sums.slice(0, 1) : sums;
  return [
    ...said.map((sum, axis) => ({
      ...NOTHING,
      ...sum,
      quantity: 'out',
      title: isSquare
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

// --- parameters ------------------------------------------------------------------------------------------------------

/** Why a layer of a role has no parameters. */
const LEARNS_NOTHING: Readonly<Record<Role, string>> = {
  input: 'an input learns nothing',
  weights: 'it has no weights',
  norm: 'without a learned scale and shift it learns nothing',
  activation: 'this activation learns nothing',
  pool: 'a pool learns nothing',
  merge: 'a merge learns nothing',
  shape: 'moving values learns nothing',
  regularisation: 'regularisation learns nothing',
  scale: 'it has no factors',
  opaque: 'as it is stated',
};

const counted = (n: number): string => (n < 1000 ? grouped(n) : `${grouped(n)}, about ${human(n)}`);

const countStep = (quantity: string, title: string, count: Count, convention: string): Unnamed => {
  const value = total(count);
  const { formula, substituted } = writeCount(count);
  return {
    quantity,
    title,
    formula,
    // A single factor is the result itself.
    substituted: substituted === `${value}` ? '' : substituted,
    value,
    shown: counted(value),
    convention: convention === formula ? '' : convention,
  };
};

/** What nobody knows of a layer that does not state it. */
const unstatedStep = (quantity: string, title: string): Unnamed => ({
  ...NOTHING,
  quantity,
  title,
  value: '?',
  shown: '?, not stated',
});

const paramSteps = ({ graph }: Analysis, node: Node, { params = [], buffers = [], unstated }: Facts): Unnamed[] => {
  if (unstated?.includes('params')) return [unstatedStep('params', 'parameters')];
  const owner = node.sharedWith === undefined ? undefined : graph.nodes[node.sharedWith];
  const nothing: Unnamed = {
    ...NOTHING,
    quantity: 'params',
    title: 'parameters',
    value: 0,
    shown: `0, ${owner ? `it uses the weights of ${owner.name}, which count there` : LEARNS_NOTHING[node.kind.role]}`,
  };
  const frozen = node.frozen ? ', frozen: training leaves them alone' : '';
  if (buffers.length === 0)
    return [params.length === 0 ? nothing : countStep('params', 'parameters', params, `${labels(params)}${frozen}`)];
  return [
    params.length === 0
      ? nothing
      : countStep('params', 'parameters', params, `${labels(params)}${frozen || ', learned'}`),
    countStep(
      'buffers',
      'running statistics',
      buffers,
      `${labels(buffers)}: kept, not learned; Keras prints learned and kept together`,
    ),
  ];
};

/** A bias that the next layer's mean takes away again. Only a norm that keeps a mean per channel does that. */
const uselessBias = ([norm, ...others]: readonly Node[], { params = [] }: Facts): Unnamed[] => {
  const bias = params.filter(isBias);
  if (bias.length === 0 || !norm || others.length > 0) return [];
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

const macSteps = ({ macs = [], unstated }: Facts): Unnamed[] => {
  if (unstated?.includes('macs')) return [unstatedStep('macs', 'multiply-accumulates')];
  return macs.length === 0
    ? []
    : [countStep('macs', 'multiply-accumulates', macs, 'bias not counted, one image; FLOPs are twice as many')];
};

const OPERATION_WORDS: Readonly<Record<Operation, string>> = {
  compare: 'comparisons',
  add: 'additions',
  multiply: 'multiplications',
  divide: 'divisions',
  exp: 'exponentials',
};

/** What a layer does besides multiply-accumulates, each sort by itself. */
const operationSteps = ({ ops = [] }: Facts): Unnamed[] =>
  OPERATIONS.flatMap((operation) => {
    const terms = ops.filter((term) => term.operation === operation);
    return terms.length === 0 || total(terms) === 0
      ? []
      : [countStep('ops', OPERATION_WORDS[operation], terms, 'counted among FLOPs, one each')];
  });

const inBytes = (n: number): string => `${grouped(n)} bytes${n < 1024 ? '' : `, ${humanBytes(n)}`}`;

const paramMemory = ({ graph }: Analysis, { params = [] }: Facts): Unnamed[] => {
  if (graph.unknown.includes('dtype')) return [];
  const size = DTYPES[graph.dtype];
  const n = total(params);
  return n === 0 || !isExact(n * size)
    ? []
    : [
        {
          quantity: 'param_memory',
          title: 'memory of the parameters',
          formula: 'parameters*bytes',
          substituted: `${n}*${size}`,
          value: n * size,
          shown: inBytes(n * size),
          convention: '',
        },
      ];
};

const memoryStep = ({ graph }: Analysis, { output, learned }: Facts, layout: Layout): Unnamed[] => {
  const size = DTYPES[graph.dtype];
  const bytes = elements(output) * size * graph.batch;
  if (learned || !isExact(bytes) || graph.unknown.length > 0) return [];
  const batch = graph.batch > 1 ? [['batch', graph.batch] as const] : [];
  const names =
    output.length === 1
      ? ['N']
      : layout === 'chw'
        ? ['C', ...axisNames(output.length - 1)]
        : [...axisNames(output.length - 1), 'C'];
  return [
    {
      quantity: 'memory',
      title: 'memory of the output',
      formula: [...names, ...batch.map(([name]) => name), 'bytes'].join('*'),
      substituted: [...arrange(output, layout), ...batch.map(([, n]) => n), size].join('*'),
      value: bytes,
      shown: inBytes(bytes),
      convention: `in ${graph.dtype}, ${size} ${size === 1 ? 'byte' : 'bytes'} a value; 1 KiB is 1024 bytes`,
    },
  ];
};
