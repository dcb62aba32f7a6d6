// Solutions as they are told: the usual one first, each as assignments, the first worked out. No searching.

import type { Analysis } from '../analysis/analysis.js';
import { isInput, type Node } from '../core/graph.js';
import { arrange, type Layout } from '../core/shape.js';
import { type Explained, explain } from '../explain/explain.js';
import type { Blank, Filling } from '../lang/blanks.js';
import { layersOf, unusual } from './ranges.js';
import type { Solution } from './search.js';
import type { Wanted } from './trial.js';

export interface Assignment {
  readonly layer: string;
  readonly option: string;
  /** One number per axis for what has axes, whatever was written; `same` for padding that is no number. */
  readonly value: number | string | readonly number[];
}

/** Padding by a word goes where numbers say the same. */
export const usualFirst = (solutions: readonly Solution[]): readonly Solution[] => {
  const words = ({ fillings }: Solution): boolean => [...fillings.values()].includes('same');
  const numbers = solutions.filter((solution) => !words(solution));
  const ranked = (numbers.length > 0 ? numbers : solutions).map((solution) => ({
    solution,
    rank: unusual(solution.analysis, solution.fillings),
  }));
  return ranked.sort((a, b) => compare(a.rank, b.rank)).map(({ solution }) => solution);
};

const compare = (a: readonly number[], b: readonly number[]): number => {
  const at = a.findIndex((n, i) => n !== b[i]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
};

/** The layers with blanks, and the next that expects something: their volumes, and the figures that are expected of them. */
export const workedOut = (
  analysis: Analysis,
  blanks: readonly Blank[],
  wanted: readonly Wanted[],
  layout: Layout,
): readonly Explained[] => {
  const { nodes, expectations } = analysis.graph;
  const once = blanks.filter(({ of, option }) => of === 'layer' && option !== 'repeat');
  const own = once.flatMap((blank) => layersOf(analysis, blank).slice(0, 1));
  const asked = new Map(own.map(({ name }) => [name, new Set(['out'])]));
  const last = Math.max(-1, ...own.map(({ id }) => id));
  const expected = [
    ...expectations.map(({ rows, quantity }) => ({ node: nodes[rows?.first ?? -1], quantity })),
    ...wanted.map(({ layer, expectation }) => ({
      node: nodes.find(({ name }) => name === layer),
      quantity: expectation.quantity,
    })),
  ];
  const next = Math.min(...expected.flatMap(({ node }) => (node && node.id > last ? [node.id] : [])));
  for (const { node, quantity } of expected) {
    if (!node || (node.id !== next && !asked.has(node.name))) continue;
    asked.set(node.name, (asked.get(node.name) ?? new Set()).add(quantity));
  }
  // Copies are told one after the other: the last has what is expected, those before it how that came about.
  const within = [
    ...expectations.map(({ rows, quantity }) => ({
      copies: nodes.slice(rows?.first ?? 0, (rows?.last ?? -1) + 1),
      quantity,
    })),
    ...wanted.map(({ layer, expectation: { quantity } }) => ({
      copies: nodes.filter(({ name }) => name === layer || name.startsWith(`${layer}.`)),
      quantity,
    })),
  ];
  if (blanks.some(({ option }) => option === 'repeat'))
    for (const { copies, quantity } of within)
      for (const { name } of shownOf(copies)) asked.set(name, (asked.get(name) ?? new Set()).add(quantity));
  return explain(analysis, layout, (name) => asked.has(name)).map((layer) => ({
    ...layer,
    steps: layer.steps.filter(({ quantity }) => asked.get(layer.name)?.has(quantity) === true),
  }));
};

/** Of many copies the first and the last are enough to see what each adds. */
const shownOf = (nodes: readonly Node[]): readonly Node[] => {
  const working = nodes.filter(({ facts }) => facts?.windows !== undefined || (facts?.params ?? []).length > 0);
  return working.length <= MOST_COPIES
    ? working
    : [...working.slice(0, MOST_COPIES / 2), ...working.slice(-MOST_COPIES / 2)];
};

const MOST_COPIES = 8;

/** The blanks of an input are told as its whole shape. */
export const assignmentsOf = (
  { fillings, analysis }: Solution,
  blanks: readonly Blank[],
  layout: Layout,
): readonly Assignment[] => {
  const inputs = new Set(blanks.filter(({ of }) => of === 'input').map(({ name }) => name));
  const shapes = [...inputs].map((name): Assignment => {
    const node = analysis.graph.nodes.find((one) => isInput(one) && one.name === name);
    return { layer: name, option: 'shape', value: arrange(node?.facts?.output ?? [], layout) };
  });
  const others = blanks.flatMap((blank) => {
    const filling = blank.of === 'input' ? undefined : fillings.get(blank);
    return filling ? [assignment(blank, filling, analysis)] : [];
  });
  return [...shapes, ...others];
};

const assignment = (blank: Blank, filling: Filling, analysis: Analysis): Assignment => {
  const [node] = blank.of === 'layer' ? layersOf(analysis, blank) : [];
  const { option } = blank;
  const name = node?.name ?? blank.name;
  const named = { layer: option === 'repeat' ? name.replace(/\.0$/, '') : name, option };
  const argument = node?.args?.[option];
  if (filling === 'same') return { ...named, value: filling };
  // What is written for one axis only stands beside what was known of the others.
  if (Array.isArray(argument)) return { ...named, value: argument.map((n) => (Array.isArray(n) ? n[0] : n)) };
  return { ...named, value: filling.length === 1 ? (filling[0] ?? 0) : filling };
};
