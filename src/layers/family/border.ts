// What layers share that add cells around a volume or cut them off: amounts per side, and the input moved by them.

import { padding } from '../../core/args.js';
import { isProblem, Problem, write } from '../../core/diagnostic.js';
import { type Definition, type Facts, layer } from '../../core/layer.js';
import type { Operator } from '../../core/operator.js';
import { copyReach, shiftReach } from '../../core/reach.js';
import { axisNames, axisWord, channels, type Shape, spatial } from '../../core/shape.js';
import { type Padding, toSides } from '../../core/window.js';
import { needsVolume } from './convolution.js';

export const sides = (doc: string) => padding(doc, { words: 'none' });

type Amounts = Exclude<Padding, string>;

/** The amounts of an option that takes no words. */
export const amountsOf = (padding: Padding): Amounts => (typeof padding === 'string' ? [] : padding);

export const sidesLabel = (padding: Padding): string => {
  const all = toSides(amountsOf(padding));
  return all.every((n) => n === all[0]) ? `${all[0] ?? 0}` : all.join(', ');
};

/** The volume with cells added (`sign` 1) or removed (-1) on each side. `most` limits what a side may have. */
export const moveBorder = (
  input: Shape,
  padding: Padding,
  sign: 1 | -1,
  option: string,
  most: (size: number) => number = () => Number.POSITIVE_INFINITY,
): Facts | Problem => {
  const refused = needsVolume(input);
  if (refused) return refused;
  const amounts = amountsOf(padding);
  const sizes = spatial(input);
  const out = sizes.map((size, axis) => size + sign * ((amounts[axis]?.[0] ?? 0) + (amounts[axis]?.[1] ?? 0)));
  for (const [axis, size] of sizes.entries()) {
    const word = axisWord(sizes.length, axis);
    const [before = 0, after = 0] = amounts[axis] ?? [];
    if ((out[axis] ?? 0) < 1)
      return new Problem(
        'shape/empty',
        `cutting ${before} + ${after} off a ${word} of ${size} leaves nothing`,
        `write less than ${size} in all`,
        option,
      );
    if (Math.max(before, after) > most(size))
      return new Problem(
        'shape/pad-too-large',
        most(size) <= size
          ? `a border of ${Math.max(before, after)} needs more than a ${word} of ${size} has`
          : `a border of ${Math.max(before, after)} is more than the ${most(size)} that there may be`,
        write(String(most(size)), ' or less'),
        option,
      );
  }
  return {
    output: [channels(input), ...out],
    reach: shiftReach(amounts.map(([before]) => sign * before)),
    why: () =>
      axisNames(sizes.length).map((name, axis) => ({
        axis: name,
        substituted: [sizes[axis], ...(amounts[axis] ?? [0, 0])].join(sign > 0 ? ' + ' : ' - '),
        value: out[axis] ?? 0,
      })),
  };
};

interface Pad {
  readonly doc: string;
  /** The most a side may have, for an axis of the given size. */
  readonly most?: (size: number) => number;
  readonly by: (Operator & { op: 'pad' })['by'];
  /** The cell that one before (below 0) or behind them (from `size` on) is a copy of. */
  readonly shows: (at: number, size: number) => number;
  readonly examples: readonly string[];
}

/** A layer that adds copies of the volume's own cells on each side. */
export const pad = (describe: () => Pad): Definition =>
  layer(() => {
    const { doc, most, by, shows, examples } = describe();
    return {
      doc,
      role: 'shape',
      linear: true,
      main: 'padding',
      args: { padding: sides('cells added: 2, 1x2, or [t, r, b, l]') },
      label: (args) => sidesLabel(args.padding),
      analyze(args, [input]) {
        const facts = moveBorder(input, args.padding, 1, 'padding', most);
        if (isProblem(facts)) return facts;
        const amounts = amountsOf(args.padding);
        return { ...facts, reach: spatial(input).map((size, axis) => copyReach(size, amounts[axis] ?? [0, 0], shows)) };
      },
      execute: ({ padding }) => ({ op: 'pad', by, sides: amountsOf(padding) }),
      examples,
    };
  });
