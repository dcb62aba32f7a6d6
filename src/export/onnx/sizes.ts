// What values are laid as in ONNX: other sizes, axes in another order, cells around them, parts of them. Nothing is computed.

import type { Shape } from '../../core/shape.js';
import { type Graph, images, type Value } from './graph.js';

/** The sizes of a value behind the batch. */
export const shapeOf = ({ sizes }: Value): Shape => sizes.slice(1) as number[];

/** The same values of an image in another shape. */
export const reshaped = (graph: Graph, x: Value, shape: Shape): Value => {
  if (shapeOf(x).join() === shape.join()) return x;
  return shape.length === 1
    ? graph.node('Flatten', [x], images(shape))
    : // 0 keeps the batch.
      graph.node('Reshape', [x, graph.integers([0, ...shape])], images(shape));
};

/** Axes in another order, the batch being 0. */
export const transposed = (graph: Graph, x: Value, order: readonly number[]): Value =>
  order.every((axis, i) => axis === i)
    ? x
    : graph.node(
        'Transpose',
        [x],
        order.map((axis) => x.sizes[axis] ?? 1),
        { perm: order },
      );

/** The axes behind the batch by their letters, in another order: `laid(graph, x, 'chw', 'hwc')`. */
export const laid = (graph: Graph, x: Value, from: string, to: string): Value =>
  transposed(graph, x, [0, ...[...to].map((letter) => from.indexOf(letter) + 1)]);

export type Sides = readonly (readonly [before: number, after: number])[];

export const isNothing = (sides: Sides): boolean => sides.every(([before, after]) => before === 0 && after === 0);

/** Cells around a value, or off it: sides for each axis behind the batch. */
export const padded = (graph: Graph, x: Value, sides: Sides, { mode = 'constant', value = 0 } = {}): Value => {
  if (isNothing(sides)) return x;
  const pads = graph.integers([0, ...sides.map(([before]) => before), 0, ...sides.map(([, after]) => after)]);
  const shape = shapeOf(x).map((size, axis) => size + (sides[axis]?.[0] ?? 0) + (sides[axis]?.[1] ?? 0));
  const filling = value === 0 ? undefined : graph.floats([value]);
  return graph.node('Pad', [x, pads, filling], images(shape), mode === 'constant' ? {} : { mode });
};

/** `count` cells along an axis from `start` on, every `step`-th; the channels are axis 0. */
export const cells = (graph: Graph, x: Value, axis: number, start: number, count: number, step = 1): Value => {
  const shape = shapeOf(x);
  if (start === 0 && count === shape[axis]) return x;
  const end = start + (count - 1) * step + 1;
  const [starts, ends, axes] = [[start], [end], [axis + 1]].map((numbers) => graph.integers(numbers));
  const steps = step === 1 ? undefined : graph.integers([step]);
  return graph.node('Slice', [x, starts, ends, axes, steps], images(shape.with(axis, count)));
};

/** One behind the other along an axis, the channels being 0. */
export const joined = (graph: Graph, all: readonly Value[], axis: number): Value => {
  const [first, second] = all;
  if (!first || !second) return first as Value;
  const size = all.reduce((sum, one) => sum + (shapeOf(one)[axis] ?? 0), 0);
  return graph.node('Concat', all, images(shapeOf(first).with(axis, size)), { axis: axis + 1 });
};

/** How many images there are, of a value that has them in front. */
export const batchOf = (graph: Graph, x: Value): Value => graph.typed('int64', 'Shape', [x], [1], { start: 0, end: 1 });
