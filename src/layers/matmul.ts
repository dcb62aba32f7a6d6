// matmul: the product of two tensors as matrices, rows being places and columns channels.

import { flag, integer, real } from '../core/args.js';
import { operation, shapeFactors, term } from '../core/count.js';
import { Problem, write } from '../core/diagnostic.js';
import { layer } from '../core/layer.js';
import { matricesOf, type Product } from '../core/matrices.js';
import type { AxisRead, Reads } from '../core/reach.js';
import { channels, formatShape, type Layout, type Shape, spatial } from '../core/shape.js';

export default layer(() => ({
  doc: 'The product of two tensors, each a matrix of places by channels as it is printed: 197x64 times 64x10 is 197x10. Axes before are those of as many matrices. `transpose` turns the second (197x64 and 197x64 make 197x197); `heads` divides the columns into as many matrices, one above the other in the result of a transposed product (12x197x197), before the axes of both, and beside each other in the product of those by values.',
  role: 'merge',
  inputs: 'many',
  args: {
    transpose: flag('the second is turned: its rows are the columns of the result', { default: false }),
    heads: integer('into how many matrices the columns are divided', { min: 1, default: 1 }),
    factor: real('what the products are multiplied by', { default: 1 }),
  },
  label: ({ transpose, heads }) =>
    [transpose ? 'transposed' : '', heads > 1 ? `${heads} heads` : ''].filter(Boolean).join(', '),
  analyze({ transpose, heads, factor }, inputs) {
    const [a, b, ...more] = inputs;
    if (!b || more.length > 0)
      return new Problem('graph/inputs', `matmul reads two tensors, not ${inputs.length}`, 'name both: matmul: [a, b]');
    const refused = misfit({ transpose, heads }, a, b);
    if (refused) return refused;
    const { rows, inner, columns, count } = matricesOf({ transpose, heads }, [a, b]);
    const output =
      heads > 1 && !transpose
        ? [columns * heads, ...a.slice(2)]
        : [columns, ...(heads > 1 ? [heads] : []), ...spatial(a)];
    const macs = { ...(count > 1 && { matrices: count }), rows, columns, inner };
    return {
      output,
      macs: [term(macs)],
      ...(factor !== 1 && { ops: [operation('multiply', shapeFactors(output))] }),
      reads: readsOf({ transpose, heads }, a, b),
      why: (layout) => [
        `${count > 1 ? `${count} products of ` : ''}${rows}x${inner} and ${inner}x${columns}: ${formatShape(output, layout)}`,
      ],
    };
  },
  execute: ({ transpose, heads, factor }) => ({ op: 'matmul', transpose, heads, factor }),
  examples: [
    `
input: 1024x3
layers:
  - {conv: 9, kernel: 1}                   # => 1024x9
  - {gmp, name: pooled}                    # => 9
  - {reshape: 3x3, name: turn}             # => 3x3
  - matmul: [input, turn]                  # => 1024x3, params 0, macs 9216
  - {matmul: [input, input], transpose: true} # => 1024x1024
  - matmul: [input, input]                 # error: shape/matrices
`,
  ],
}));

const misfit = ({ transpose, heads }: Product, a: Shape, b: Shape): Problem | null => {
  const vector = [a, b].find((shape) => shape.length === 1);
  if (vector)
    return new Problem(
      'shape/matrices',
      (layout) => `${formatShape(vector, layout)} is a vector, and a product needs places by channels`,
      `reshape it: {reshape: 1x${vector[0]}}`,
    );
  const undivided = headsDivide(heads, channels(b));
  if (undivided) return undivided;
  const [inner, other] = [channels(a), transpose ? channels(b) : (b.at(-1) ?? 1)];
  const fits =
    inner === other &&
    (heads === 1 || transpose
      ? (b.length === a.length || b.length === 2) && a.length + (heads > 1 ? 1 : 0) <= MOST_AXES && batchesFit(a, b)
      : a[1] === heads && a.length === b.length + 1 && batchesFit([inner, ...a.slice(2)], b));
  if (fits) return null;
  const text = (shape: Shape, layout: Layout, turned = false): string =>
    `${formatShape(shape, layout)}${turned ? ' transposed' : ''}`;
  return new Problem(
    'shape/matrices',
    (layout) => `${text(a, layout)} and ${text(b, layout, transpose)} cannot be multiplied`,
    inner === other
      ? 'bring both to as many axes before the last place: reshape'
      : transpose
        ? 'give both as many channels'
        : `the second needs ${inner} places, one for each channel of the first${other !== inner && channels(b) === inner ? '; or write transpose: true' : ''}`,
  );
};

const batchesFit = (a: Shape, b: Shape): boolean => {
  const [before, other] = [spatial(a).slice(0, -1), spatial(b).slice(0, -1)];
  return other.every((n, i) => n === 1 || (b.length === a.length && n === before[i]));
};

/** Each head has as many channels. */
export const headsDivide = (heads: number, channels: number): Problem | null => {
  if (channels % heads === 0) return null;
  let divisor = heads;
  while (channels % divisor !== 0) divisor -= 1;
  return new Problem(
    'shape/heads',
    `${heads} heads do not divide ${channels} channels`,
    write(String(divisor), `, or another divisor of ${channels}`),
    'heads',
  );
};

/** Where the rows and columns of both lie in the result, and the axes before them. */
const readsOf = ({ transpose, heads }: Product, a: Shape, b: Shape): readonly Reads[] => {
  // An axis of heads lies before the others: in the result where it is transposed, else in the first.
  const [inResult, inFirst] = heads > 1 ? (transpose ? [1, 0] : [0, 1]) : [0, 0];
  const own = [channels(a), ...a.slice(1 + inFirst)];
  const before = (shape: Shape): readonly AxisRead[] =>
    spatial(shape)
      .slice(0, -1)
      .map((n, i) => (n === 1 && own[i + 1] !== 1 ? ('all' as const) : i + 1 + inResult));
  const last = own.length - 1 + inResult;
  return [
    ['all', ...(inFirst ? (['all'] as const) : []), ...before(own), last],
    transpose ? ['all', ...before(b), 0] : [heads > 1 ? 'all' : 0, ...before(b), 'all'],
  ];
};

/** Channels and three axes. */
const MOST_AXES = 4;
