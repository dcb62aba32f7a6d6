// The shape a step comes to, counted from its operator and what it reads, apart from what the analysis says of it.
//
// Windows are moved along and counted one by one: where the analysis has a formula, this has the definition.

import type { Step } from '../core/kernels.js';
import { channels, product, type Shape, spatial } from '../core/shape.js';
import { extent, type Window } from '../core/window.js';

/** Channels first, without the batch, as {@link Step.output} has it. Where the operator leaves it open, the step's own. */
export const countedShape = ({ operator, inputShapes, output, weights }: Step): Shape => {
  const [input = []] = inputShapes;
  const [filters = channels(output), second = 0] = weights.weight?.shape ?? [];
  const [C, sizes, wanted] = [channels(input), spatial(input), spatial(output)];
  const places = (windows: readonly Window[], ceil = false) =>
    sizes.map((size, axis) => countPlaces(size, windows[axis], ceil));
  switch (operator.op) {
    case 'convolution':
      return [filters, ...places(operator.windows)];
    case 'transposed':
      return [second * operator.groups, ...sizes.map((n, axis) => spreadOver(n, operator.windows[axis], wanted[axis]))];
    case 'dense':
      return [filters];
    case 'pool':
      return [C, ...places(operator.windows, operator.ceil)];
    case 'adaptive-pool':
    case 'upsample':
      return [C, ...wanted];
    case 'concat':
      return input.map((n, axis) =>
        axis === operator.axis ? inputShapes.reduce((all, shape) => all + (shape[axis] ?? 0), 0) : n,
      );
    case 'combine':
      return inputShapes
        .reduce((longest, shape) => (shape.length > longest.length ? shape : longest), input)
        .map((_, axis) => Math.max(...inputShapes.map((shape) => shape[axis] ?? 1)));
    case 'reduce':
      return input.map((n, axis) => (operator.axes.includes(axis) ? 1 : n));
    case 'matmul': {
      const [, b = []] = inputShapes;
      const columns = operator.transpose ? (b.at(-1) ?? 0) : channels(b);
      if (operator.heads === 1) return [columns, ...sizes];
      return operator.transpose ? [columns, operator.heads, ...sizes] : [columns, ...sizes.slice(1)];
    }
    case 'permute':
      return operator.order.map((axis) => input[axis] ?? 0);
    case 'pad':
      return [
        C + (operator.channels ?? 0),
        ...sizes.map((n, axis) => n + (operator.sides[axis] ?? [0, 0]).reduce((a, b) => a + b)),
      ];
    case 'slice': {
      const left = (input[operator.axis] ?? 0) - operator.start;
      // One of an axis that is gone.
      if (output.length < input.length) return left > 0 ? input.filter((_, axis) => axis !== operator.axis) : input;
      return input.map((n, axis) => (axis === operator.axis ? Math.min(output[axis] ?? 0, left) : n));
    }
    case 'pixelshuffle':
      return [C / operator.by ** sizes.length, ...sizes.map((n) => n * operator.by)];
    case 'pixelunshuffle':
      return [C * operator.by ** sizes.length, ...sizes.map((n) => n / operator.by)];
    case 'embedding':
      return [second, ...(sizes.length > 0 ? sizes : [C])];
    case 'recurrent': {
      const [, units = 0] = weights.weight_hh_l0?.shape ?? [];
      return [units * (operator.bidirectional ? 2 : 1), ...(operator.last ? [] : sizes)];
    }
    case 'parameter':
      return weights.weight?.shape ?? output;
    case 'reshape':
      return product(input) === product(output) ? output : input;
    case 'normalise':
    case 'lrn':
    case 'pointwise':
    case 'prelu':
    case 'softmax':
    case 'scale':
    case 'affine':
    case 'shuffle':
      return input;
    case 'glu':
      return [C / 2, ...sizes];
    case 'unpool':
      return inputShapes[1] ?? input;
  }
};

/** Moves the window until it hangs over the end, or under `ceil` until it would start behind the input. */
const countPlaces = (size: number, window: Window | undefined, ceil: boolean): number => {
  if (!window) return size;
  const { stride, before, after } = window;
  const fits = (start: number): boolean => start + extent(window) <= size + after;
  let places = 0;
  let start = -before;
  while (fits(start)) {
    places += 1;
    start += stride;
  }
  // The last place is left over where the window before it leaves cells of the padded input unread, if some of the input is among them;
  // it may be the first, of a window that hangs over by less than a stride.
  const unread = start - stride + extent(window) < size + after;
  return ceil && unread && start < size ? places + 1 : places;
};

/** From the first cell that is written to the last; what `wanted` has beyond is output padding, less than a step of it. */
const spreadOver = (size: number, window: Window | undefined, wanted = 0): number => {
  if (!window) return size;
  const { stride, dilation, before, after } = window;
  const written = (size - 1) * stride + extent(window) - before - after;
  const beyond = wanted - written;
  return beyond > 0 && beyond < Math.max(stride, dilation) ? wanted : written;
};
