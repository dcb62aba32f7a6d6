// What a sweep says of one network: a line of JSON, the same figures as in its report. And every figure that a sweep knows by name.

import type { Analysis } from '../analysis/analysis.js';
import { reader } from '../analysis/figures.js';
import { sizeOf } from '../analysis/track-measures.js';
import { lastField } from '../analysis/view.js';
import { FIGURES, type Figure } from '../core/figures.js';
import { arrange } from '../core/shape.js';

/** Which of two values of a figure is the better one, for who looks for the best networks. */
export type Best = 'least' | 'most';

export interface SweepFigure {
  /** What a list of networks calls it, and how it is told in tables. */
  readonly title: string;
  readonly doc: string;
  readonly unit?: 'B';
  readonly best: Best;
  /** Null where it is not known. */
  readonly of: (analysis: Analysis) => number | null;
}

const total = (key: string, title: string, best: Best = 'least'): SweepFigure => {
  const { doc, unit }: Figure = FIGURES[key as keyof typeof FIGURES];
  const read = reader(key);
  return { title, doc, best, ...(unit === 'bytes' && { unit: 'B' }), of: ({ totals }) => read(totals) };
};

/** Where a layer is wrong nobody knows which feature map would be the last. */
const sizes = (analysis: Analysis): readonly number[] | null =>
  analysis.rows.every(({ node }) => node.facts)
    ? (lastField(analysis)?.map((track) => sizeOf(track).size) ?? null)
    : null;

/** By the name that conditions, columns and axes call it. Those that every line has come first. */
export const SWEEP_FIGURES = {
  params: total('params', 'params'),
  macs: total('macs', 'MACs'),
  activations: total('activations', 'activations'),
  peakActivations: total('bytes.peakActivations', 'peak'),
  trainable: total('trainable', 'trainable'),
  frozen: total('frozen', 'frozen'),
  buffers: total('buffers', 'buffers'),
  flops: total('flops', 'FLOPs'),
  weightLayers: total('weightLayers', 'layers', 'most'),
  rf: {
    title: 'rf',
    doc: 'the receptive field of the last feature map in input cells, along its longest side',
    best: 'most',
    of: (analysis) => {
      const field = sizes(analysis);
      return field && Math.max(...field);
    },
  },
  memory: {
    title: 'memory',
    doc: 'bytes of parameters and peak activations, as --max-memory has them',
    unit: 'B',
    best: 'least',
    of: ({ totals: { bytes } }) =>
      bytes.params === null || bytes.peakActivations === null ? null : bytes.params + bytes.peakActivations,
  },
} as const satisfies Readonly<Record<string, SweepFigure>>;

export type FigureName = keyof typeof SWEEP_FIGURES;

export const isFigure = (name: string): name is FigureName => Object.hasOwn(SWEEP_FIGURES, name);

/** A network as a line has it; what each field is stands in report/json/sweep.ts. */
export interface Network {
  readonly type: 'network';
  readonly index: number;
  readonly name?: string;
  readonly set: Readonly<Record<string, unknown>>;
  readonly receptiveField?: { readonly size: readonly number[] };
  readonly error?: string;
  readonly message?: string;
  readonly help?: string;
  /** Figures, and what is given back as it stands. */
  readonly [field: string]: unknown;
}

/** The figures that every line has. */
const USUAL = ['params', 'macs', 'activations', 'peakActivations'] as const satisfies readonly FigureName[];

/** What a line says of a network that was analysed, and the further figures that are asked for. */
export const figuresOf = (analysis: Analysis, more: readonly FigureName[]): Readonly<Record<string, unknown>> => {
  const { graph } = analysis;
  const figures: Record<string, unknown> = {};
  for (const name of USUAL) figures[name] = SWEEP_FIGURES[name].of(analysis);
  figures['outputs'] = graph.outputs.map((id) => {
    const { name = '', facts } = graph.nodes[id] ?? {};
    return { name, shape: facts ? arrange(facts.output, graph.layout) : null };
  });
  const size = sizes(analysis);
  if (size) figures['receptiveField'] = { size };
  for (const name of more) figures[name] ??= SWEEP_FIGURES[name].of(analysis);
  return figures;
};

/** A figure of a line, or a value that it sets, by its name. Null where it is not known, undefined where there is no such name. */
export const valueIn = (network: Network, name: string): unknown => {
  if (name === 'rf') {
    const size = network.receptiveField?.size;
    return Array.isArray(size) && size.length > 0 ? Math.max(...size) : null;
  }
  if (isFigure(name)) return network[name] ?? null;
  if (Object.hasOwn(network.set, name)) return network.set[name];
  return Object.hasOwn(network, name) ? network[name] : undefined;
};

/** The values of some names; what is wrong is said in any case. */
export const pick = (network: Network, names: readonly string[]): object => {
  const { error, message } = network;
  const values = names.map((name) => [name, valueIn(network, name) ?? null] as const);
  return { ...Object.fromEntries(values), ...(error !== undefined && { error, message }) };
};
