// What a convention is: how one tool comes from our figure to its own, sort by sort of step. The tools are one file each.

import type { Sort, Step } from './step.js';

/** How a figure differs from ours at a step: for what, and by how much. Terms of one label are added up. */
export interface Difference {
  readonly label: string;
  readonly of: (step: Step) => number;
}

/** By the sort of step. What is absent differs in nothing: its multiply-accumulates count, and nothing else. */
export type Rules = Readonly<Partial<Record<Sort, readonly Difference[]>>>;

export interface Convention {
  /** What --convention and `reconcile` call it. */
  readonly name: string;
  readonly tool: string;
  readonly version: string;
  /** What the tool itself calls its figure. */
  readonly quantity: string;
  /** What it is, for a reader who does not know the tool. */
  readonly doc: string;
  /** What of ours it is compared with; `nothing` where it counts something else altogether. */
  readonly base: 'macs' | 'params' | 'nothing';
  /** A multiplication and an addition count as two. */
  readonly twice?: true;
  readonly rules: Rules;
  /** Of functions without a module; the same as of modules by default, null where it does not see them at all. */
  readonly functions?: Rules | null;
  /** Of modules of a derived class; the same by default, null where it knows classes by their very names. */
  readonly subclasses?: null;
  /** Sorts that it counts by formulas that nobody has measured here: a network with one of them has no figure. */
  readonly unmeasured?: readonly Sort[];
  /** Of the parameters of a step, those that it sees; all by default. */
  readonly params?: (step: Step) => number;
  /** It measures at the network's stride, and scales by the area. */
  readonly atStride?: true;
}

export const term = (label: string, of: Difference['of']): readonly [Difference] => [{ label, of }];

/** The same rule for many sorts. */
export const each = (sorts: readonly Sort[], rule: readonly Difference[]): Rules =>
  Object.fromEntries(sorts.map((sort) => [sort, rule]));

/** Normalisations with so many operations per input value, fewer where they learn no scale. */
export const perValue = (what: string, scaled: number, plain: number): readonly [Difference] =>
  term(`${what}, ${scaled} per value (${plain} without a scale)`, (step) => (step.scaled ? scaled : plain) * step.n);

export const perInput = (what: string): readonly [Difference] => term(`${what}, 1 per input value`, ({ n }) => n);
export const perOutput = (what: string): readonly [Difference] => term(`${what}, 1 per output value`, ({ m }) => m);

/** The outputs of layers that have a bias: each adds it once. */
export const biases = term('biases, 1 per output value', ({ biases, m }) => (biases > 0 ? m : 0));

/** Inside of a response normalisation: three operations per value, and a mean over a copy padded along the channels. */
export const paddedSquares = ({ n, size, input: [channels = 1] }: Step): number =>
  3 * n + (n / channels) * (channels + size - 1);

/** What is ours and not theirs. */
export const uncounted = (what: string): readonly [Difference] =>
  term(`${what}, which it does not count`, ({ macs }) => -macs);
