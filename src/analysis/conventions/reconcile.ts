// Whose figure a number is: which tools say it of a network, and, where none does, what comes nearest to it. No formatting.

import { type Graph, isInput } from '../../core/graph.js';
import { matches, type Quantity } from '../../core/quantity.js';
import { product, spatial } from '../../core/shape.js';
import type { Analysis } from '../analysis.js';
import type { Convention } from './convention.js';
import { type Tally, tallies, tally } from './conventions.js';
import { resized } from './resized.js';
import { type Steps, stepsOf } from './step.js';

/** One of our own figures. */
export interface Own {
  readonly label: string;
  readonly value: number;
}

/** A figure that is not of the network as it is: twice as much, at another size, without some of its layers. */
export interface Near {
  /** The tool, and what of it. */
  readonly of: string;
  readonly how: string;
  readonly value: number;
  readonly matches: boolean;
}

/** What is found of one number. */
export interface Found {
  readonly number: Quantity;
  /** Those who say it. */
  readonly tallies: readonly Tally[];
  /** Those whose parameters it is. */
  readonly params: readonly Tally[];
  readonly own: readonly Own[];
  /** Where nobody says it: those that match in another way, or else the nearest. */
  readonly near: readonly Near[];
}

export interface Reconciled {
  readonly tallies: readonly Tally[];
  readonly found: readonly Found[];
}

export const reconcile = (analysis: Analysis, numbers: readonly Quantity[]): Reconciled => {
  const { graph, totals } = analysis;
  const all = tallies(graph);
  const ours = (
    [
      ['our MACs', totals.macs],
      ['our FLOPs', totals.flops],
      ['our parameters', totals.params],
    ] as const
  ).flatMap(([label, value]) => (value === null ? [] : [{ label, value }]));
  const found = numbers.map((number): Found => {
    const is = (value: number | null) => value !== null && matches(number, value);
    const said = all.filter(({ value }) => is(value));
    const params = all.filter((one) => is(one.params));
    const own = ours.filter(({ value }) => is(value));
    const near = said.length + params.length + own.length > 0 ? [] : nearest(graph, all, number);
    return { number, tallies: said, params, own, near };
  });
  return { tallies: all, found };
};

/** Whether somebody says it. */
export const isFound = ({ tallies, params, own }: Found): boolean => tallies.length + params.length + own.length > 0;

/** Sides of pictures that networks are measured at. */
const SIDES = [
  192, 224, 227, 240, 256, 260, 288, 299, 300, 320, 331, 380, 384, 416, 448, 456, 480, 512, 528, 600, 608, 640,
];

const MOST_NEAR = 5;

/** Every layer is worked out anew for every size: of more nobody would wait for the answer. */
const MOST_RESIZED = 3000;

const nearest = (graph: Graph, all: readonly Tally[], number: Quantity): readonly Near[] => {
  const middle = (number.low + number.high) / 2;
  const near = together(variations(graph, all)).map((one) => ({ ...one, matches: matches(number, one.value) }));
  const same = near.filter((one) => one.matches);
  if (same.length > 0) return same.slice(0, MOST_NEAR);
  const apart = ({ value }: Near) =>
    value > 0 && middle > 0 ? Math.abs(Math.log(value / middle)) : Number.POSITIVE_INFINITY;
  return near.sort((a, b) => apart(a) - apart(b)).slice(0, 3);
};

/** Tools that say the same are told together. */
const together = (all: readonly Variation[]): readonly Variation[] => {
  const same = new Map<string, Variation>();
  for (const one of all) {
    const key = `${one.how} ${one.value}`;
    const before = same.get(key);
    same.set(key, before ? { ...before, of: `${before.of}, ${one.of}` } : one);
  }
  return [...same.values()];
};

/** Of one tool with several figures, which. */
export const nameOf = ({ tool, quantity, name }: Convention): string =>
  `${name.startsWith('ptflops-') || name === 'torchinfo-1.8' ? name : tool} ${quantity}`;

type Variation = Omit<Near, 'matches'>;

/** The plain ways first. */
const variations = (graph: Graph, all: readonly Tally[]): readonly Variation[] => {
  const counted = all.filter(({ convention, value }) => convention.base === 'macs' && value !== null);
  const plain = counted.map(({ convention, value }) => ({
    of: nameOf(convention),
    how: 'as it is',
    value: value ?? 0,
  }));
  const scaled = (
    [
      ['twice', 2],
      ['half of it', 0.5],
    ] as const
  ).flatMap(([how, factor]) => plain.map(({ of, value }) => ({ of, how, value: value * factor })));
  const as = (how: string, changed: Graph, steps: Steps): readonly Variation[] =>
    counted.flatMap(({ convention }) => {
      const { value } = tally(convention, changed, steps);
      return value === null ? [] : [{ of: nameOf(convention), how, value }];
    });
  return [...plain, ...scaled, ...withoutSome(graph, as), ...atOtherSizes(graph, as)];
};

type As = (how: string, changed: Graph, steps: Steps) => readonly Variation[];

const withoutSome = (graph: Graph, as: As): readonly Variation[] => {
  const { steps, unknown } = stepsOf(graph);
  const sliding = steps.filter(({ sort }) => sort !== 'dense');
  const main = mainPath(graph);
  const kept = steps.filter(({ node }) => main.has(node.id));
  return [
    ...(kept.length < steps.length
      ? as('without the heads beside its last output', graph, { steps: kept, unknown })
      : []),
    ...(sliding.length < steps.length ? as('without its dense layers', graph, { steps: sliding, unknown }) : []),
  ];
};

/** What the last output hangs on. */
const mainPath = ({ nodes, outputs }: Graph): ReadonlySet<number> => {
  const last = Math.max(...outputs, 0);
  const path = new Set(outputs.length === 0 ? nodes.map(({ id }) => id) : [last]);
  for (let id = last; id >= 0; id -= 1) if (path.has(id)) for (const input of nodes[id]?.inputs ?? []) path.add(input);
  return path;
};

/** Where the parameters stay what they are: a dense layer behind a volume would be another one. */
const atOtherSizes = (graph: Graph, as: As): readonly Variation[] => {
  const sizes = spatial(graph.nodes.find(isInput)?.facts?.output ?? []);
  if (sizes.length !== 2 || graph.nodes.length > MOST_RESIZED) return [];
  const learned = paramsOf(stepsOf(graph));
  return SIDES.flatMap((side) => {
    const other = side * side === product(sizes) ? null : resized(graph, [side, side]);
    const steps = other && stepsOf(other);
    return steps && paramsOf(steps) === learned ? as(`at ${side}x${side}`, other, steps) : [];
  });
};

const paramsOf = ({ steps }: Steps): number => steps.reduce((sum, { learned }) => sum + learned, 0);
