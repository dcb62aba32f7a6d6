// In which range a value is looked for, and which of several answers is the usual one. No searching.

import type { Analysis } from '../analysis/analysis.js';
import { samePlace } from '../core/diagnostic.js';
import { type Node, operatorsOf } from '../core/graph.js';
import type { LayerKind } from '../core/layer.js';
import { isTransposed } from '../core/operator.js';
import { type Shape, spatial, sum } from '../core/shape.js';
import { extent, type Window } from '../core/window.js';
import type { Blank, Filling, Fillings } from '../lang/blanks.js';

/** What may be tried: values one by one, the usual ones first; or any size up to one, where figures only grow with it. */
export type Range =
  | { readonly listed: readonly Filling[]; readonly text: string }
  | { readonly most: number; readonly text: string };

const upTo = (first: number, last: number): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);

const listed = (first: number, last: number, usual: readonly number[] = []): Range => ({
  listed: [...usual, ...upTo(first, last).filter((n) => !usual.includes(n))].map((n) => [n]),
  text: `${first} to ${last}`,
});

const size = (most: number): Range => ({ most, text: `1 to ${most}` });

const MOST = { kernel: 11, stride: 8, padding: 16 } as const;
const ODD = [3, 5, 7, 1, 9, 11];

/** Pools halve, transposed convolutions double: their usual kernels are even. */
const usualKernels = (kind: LayerKind | null): readonly number[] =>
  kind?.role === 'pool' ? [2, 3] : kind && Object.hasOwn(kind.args, 'output_padding') ? [2, 4, 3] : ODD;

/** The range of an unknown; null where nobody looks for such a thing. */
export const rangeOf = ({ of, option, kind }: Blank): Range | null => {
  if (of === 'input') return size(option === 'size' ? 1 << 12 : 1 << 14);
  if (of === 'value') return listed(1, 256);
  switch (option) {
    case 'kernel':
      return listed(1, MOST.kernel, usualKernels(kind));
    case 'stride':
      return listed(1, MOST.stride);
    case 'padding':
      return padding(kind);
    case 'dilation':
      return listed(1, 8);
    case 'groups':
      return listed(1, 64);
    case 'multiplier':
    case 'factor':
      return listed(1, 8);
    case 'output_padding':
      return listed(0, 3);
    case 'repeat':
      return listed(1, 32);
    case 'filters':
    case 'units':
      return size(1 << 16);
    default:
      return null;
  }
};

/** TensorFlow's SAME may give more on one side, which no number says: it comes last. */
const padding = (kind: LayerKind | null): Range => {
  const numbers = upTo(0, MOST.padding).map((n): Filling => [n]);
  const takesSame = kind?.args['padding']?.words?.includes('same');
  const text = `0 to ${MOST.padding}, less than the kernel`;
  return takesSame ? { listed: [...numbers, 'same'], text: `${text}, or same` } : { listed: numbers, text };
};

/** The layers that a blank is about: its own item's, or all. */
export const layersOf = ({ graph }: Analysis, { of, item }: Blank): readonly Node[] =>
  of === 'layer' ? graph.nodes.filter(({ at }) => samePlace(at, item)) : graph.nodes;

/** A window that could lie in the padding alone: nobody means that. */
export const padsTooMuch = (analysis: Analysis, fillings: Fillings): boolean =>
  [...fillings.keys()].some(
    (blank) =>
      blank.option === 'padding' &&
      layersOf(analysis, blank).some(({ facts }) =>
        facts?.windows?.some((w) => Math.max(w.before, w.after) >= extent(w)),
      ),
  );

/**
 * How far a choice is from the usual one, the weightiest first: odd kernels of convolutions, no dilation, no groups, pools
 * that come out whole and have no padding, small strides, padding that keeps the size or none, convolutions that come out
 * whole, the kernels that people choose.
 */
export const unusual = (analysis: Analysis, fillings: Fillings): readonly number[] => {
  const nodes = [...new Set([...fillings.keys()].flatMap((blank) => layersOf(analysis, blank)))];
  const windows = nodes.flatMap((node) => (node.facts?.windows ?? []).map((w, axis) => ({ node, w, axis })));
  const add = (weigh: (one: (typeof windows)[number]) => number): number => sum(windows.map(weigh));
  const inputOf = ({ inputs }: Node): Shape => analysis.graph.nodes[inputs[0] ?? -1]?.facts?.output ?? [];
  const isPool = ({ kind }: Node): boolean => kind.role === 'pool';
  const rest = ({ node, w, axis }: (typeof windows)[number]): number =>
    ((spatial(inputOf(node))[axis] ?? 0) + w.before + w.after - extent(w)) % w.stride;
  const spreads = (node: Node): boolean => isTransposed(operatorsOf(node, inputOf(node)));
  // What padding leaves over at the end is padding, and who steps further than the kernel leaves cells out anyway.
  const leavesOver = (one: (typeof windows)[number]): number =>
    !spreads(one.node) && one.w.before + one.w.after === 0 && one.w.kernel >= one.w.stride && rest(one) !== 0 ? 1 : 0;
  return [
    add(({ node, w }) => (isPool(node) || spreads(node) ? 0 : (w.kernel + 1) % 2)),
    add(({ w }) => w.dilation - 1),
    sum(nodes.map(({ args }) => (typeof args?.['groups'] === 'number' ? args['groups'] - 1 : 0))),
    add((one) => (isPool(one.node) ? leavesOver(one) : 0)),
    add(({ node, w }) => (isPool(node) ? w.before + w.after : 0)),
    add(({ node, w, axis }) =>
      isPool(node)
        ? Math.abs(w.stride - w.kernel)
        : spreads(node)
          ? Math.abs(w.stride - enlarged(node, inputOf(node), axis))
          : w.stride - 1,
    ),
    add(({ node, w }) => (spreads(node) ? spreadingRank(w) : paddingRank(w))),
    add(leavesOver),
    add(({ node, w }) => rankOf(w.kernel, usualKernels(node.kind))),
    ...[...fillings.entries()].flatMap(([blank, filling]) => {
      const range = rangeOf(blank);
      const value = filling === 'same' ? Number.MAX_SAFE_INTEGER : sum(filling);
      return range && 'most' in range ? [-roundness(value, blank), value] : [value];
    }),
  ];
};

/** 224, 96 and 1000 are likelier than their neighbours: how often 2 divides a size, or 10 what is no input. */
const roundness = (n: number, { of }: Blank): number => {
  const times = (divisor: number): number => {
    let count = 0;
    for (let rest = n; rest > 0 && rest % divisor === 0; rest /= divisor) count += 1;
    return count;
  };
  return of === 'input' ? times(2) : Math.max(times(2), 3 * times(10));
};

/** How many times as large a transposed convolution makes its input: its usual stride. */
const enlarged = ({ facts }: Node, input: Shape, axis: number): number =>
  Math.max(1, Math.round((spatial(facts?.output ?? [])[axis] ?? 1) / (spatial(input)[axis] ?? 1)));

/** Of transposed convolutions: padding that makes the output as many times as large as the stride, or none. */
const spreadingRank = (w: Window): number => {
  if (w.before !== w.after) return 3;
  return w.before + w.after === extent(w) - w.stride ? 0 : w.before === 0 ? 1 : 2;
};

const paddingRank = (w: Window): number => {
  if (w.before !== w.after) return 3;
  return 2 * w.before === extent(w) - 1 ? 0 : w.before === 0 ? 1 : 2;
};

const rankOf = (n: number, usual: readonly number[]): number => {
  const at = usual.indexOf(n);
  return at < 0 ? usual.length + n : at;
};
