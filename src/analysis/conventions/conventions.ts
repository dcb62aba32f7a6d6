// The one table of conventions, and what a network comes to by each of them. Their rules are one file each; whose a number is, is reconcile.ts.

import { type Graph, isInput } from '../../core/graph.js';
import { product, spatial } from '../../core/shape.js';
import { calflops, calflopsMacs } from './calflops.js';
import type { Convention, Rules } from './convention.js';
import { deepspeed, deepspeedMacs } from './deepspeed.js';
import { flopcounter } from './flopcounter.js';
import { fvcore, fvcoreActivations } from './fvcore.js';
import { keras } from './keras.js';
import { ptflops, ptflopsAten, ptflopsModules } from './ptflops.js';
import { resized, strideOf } from './resized.js';
import { type Step, type Steps, stepsOf } from './step.js';
import { thop } from './thop.js';
import { timm, timmActivations } from './timm.js';
import { torchinfo, torchinfo18 } from './torchinfo.js';
import { torchscan } from './torchscan.js';
import { ultralytics } from './ultralytics.js';

/** Of those with one name, the first is the tool's usual figure. */
export const CONVENTIONS: readonly Convention[] = [
  fvcore,
  fvcoreActivations,
  thop,
  ptflops,
  ptflopsModules,
  ptflopsAten,
  torchinfo,
  torchinfo18,
  calflops,
  calflopsMacs,
  deepspeed,
  deepspeedMacs,
  torchscan,
  keras,
  flopcounter,
  timm,
  timmActivations,
  ultralytics,
];

export interface Term {
  readonly label: string;
  readonly value: number;
}

/** What a tool says of a network. */
export interface Tally {
  readonly convention: Convention;
  /** For one image; null where a layer is unknown, or counts by a formula that is not known here. */
  readonly value: number | null;
  readonly params: number | null;
  /** How it comes from ours; they add up to the value. */
  readonly terms: readonly Term[];
  /** The layers that it hangs on where it is null, by their names. */
  readonly unknown: readonly string[];
}

const NOTHING: Rules = {};

/** The rules for a step; null where the tool does not see it. */
const rulesFor = ({ rules, functions, subclasses }: Convention, { as }: Step): Rules | null => {
  if (as === 'function') return functions === undefined ? rules : functions;
  if (as === 'subclass') return subclasses === undefined ? rules : subclasses;
  return as === 'mean' ? NOTHING : rules;
};

/** What is between our figure of a step and the tool's, by label. */
const differences = (convention: Convention, step: Step): readonly Term[] => {
  const rules = rulesFor(convention, step);
  if (rules) return (rules[step.sort] ?? []).map(({ label, of }) => ({ label, value: of(step) }));
  return convention.base === 'macs'
    ? [{ label: 'functions and derived classes, which it does not see', value: -step.macs }]
    : [];
};

/** Learned tensors count with the layer that owns them. */
const isOwner = ({ node }: Step): boolean => node.sharedWith === undefined;

const ours = ({ base }: Convention, step: Step): number =>
  base === 'macs' ? step.macs : base === 'params' && isOwner(step) ? step.learned : 0;

const LABELS = { macs: 'our MACs', params: 'our parameters', nothing: 'nothing of ours' } as const;

/** What is twice another tool's figure. */
const scaleOf = ({ atStride }: Convention): number => (atStride ? 2 : 1);

const sumOf = (terms: readonly Term[]): readonly Term[] => {
  const sums = new Map<string, number>();
  for (const { label, value } of terms) sums.set(label, (sums.get(label) ?? 0) + value);
  return [...sums].flatMap(([label, value]) => (value === 0 ? [] : [{ label, value }]));
};

const isMeasured = ({ unmeasured = [] }: Convention, { sort }: Step): boolean => !unmeasured.includes(sort);

export const tally = (convention: Convention, graph: Graph, { steps, unknown }: Steps = stepsOf(graph)): Tally => {
  const missing = [
    ...unknown.map(({ name }) => name),
    ...steps.flatMap((step) => (isMeasured(convention, step) ? [] : [step.node.name])),
  ];
  const params = steps.reduce(
    (sum, step) => sum + (isOwner(step) ? (convention.params ? convention.params(step) : step.learned) : 0),
    0,
  );
  if (missing.length > 0)
    return { convention, value: null, params: unknown.length > 0 ? null : params, terms: [], unknown: missing };
  const base = steps.reduce((sum, step) => sum + ours(convention, step), 0);
  const [factor, moved] = (convention.atStride && atStride(graph)) || [1, steps];
  const there = moved.reduce((sum, step) => sum + ours(convention, step), 0) * factor;
  const terms = sumOf([
    { label: LABELS[convention.base], value: base },
    { label: 'measured at the stride of the network, scaled by the area', value: there - base },
    ...(convention.twice
      ? [{ label: 'the same once more: a multiplication and an addition are two', value: there }]
      : []),
    ...moved.flatMap((step) =>
      differences(convention, step).map(({ label, value }) => ({ label, value: value * factor * scaleOf(convention) })),
    ),
  ]).map(({ label, value }) => ({ label, value: Math.round(value) }));
  return { convention, value: terms.reduce((sum, { value }) => sum + value, 0), params, terms, unknown: [] };
};

/** The steps at an input as large as the stride, 32 at least, and how many of those the whole input has; null where that is no network. */
const atStride = (graph: Graph): readonly [factor: number, steps: readonly Step[]] | null => {
  const sizes = spatial(graph.nodes.find(isInput)?.facts?.output ?? []);
  const stride = Math.max(32, Math.round(strideOf({ ...graph })));
  const small = sizes.length === 2 ? resized(graph, [stride, stride]) : null;
  if (!small) return null;
  const { steps, unknown } = stepsOf(small);
  return unknown.length > 0 ? null : [product(sizes) / (stride * stride), steps];
};

/** A tool's figure of the whole and layer by layer, by the id of the node. */
export interface Counted extends Tally {
  readonly layers: ReadonlyMap<number, number>;
}

export const counted = (convention: Convention, graph: Graph): Counted => {
  const all = stepsOf(graph);
  const [factor, steps] = (convention.atStride && atStride(graph)) || [1, all.steps];
  const layers = new Map<number, number>();
  for (const step of steps) {
    if (!isMeasured(convention, step)) continue;
    const apart = differences(convention, step).reduce((sum, { value }) => sum + value * scaleOf(convention), 0);
    const value = (ours(convention, step) * (convention.twice ? 2 : 1) + apart) * factor;
    layers.set(step.node.id, (layers.get(step.node.id) ?? 0) + value);
  }
  return { ...tally(convention, graph, all), layers };
};

/** By all of them. */
export const tallies = (graph: Graph): readonly Tally[] => {
  const steps = stepsOf(graph);
  return CONVENTIONS.map((convention) => tally(convention, graph, steps));
};

/** The names of --convention, each once. */
export const NAMES: readonly string[] = [...new Set(CONVENTIONS.map(({ name }) => name))];

export const conventionNamed = (name: string): Convention | undefined =>
  CONVENTIONS.find((convention) => convention.name === name);
