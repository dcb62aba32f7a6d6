// Places of windows as other tools reckon them from what is asked of a layer, which need not be where the output has them.

import { product, spatial } from '../../core/shape.js';
import { extent, type Window } from '../../core/window.js';
import type { Step } from './step.js';

/** The places of the output, for one channel. */
export const placesOf = ({ output }: Step): number => product(spatial(output));

/** Places of windows with the same padding, the one before, on both sides. */
export const placesPaddedAlike = ({ input, windows }: Step): number =>
  product(spatial(input).map((size, axis) => places(size, windows[axis])));

const places = (size: number, window: Window | undefined): number =>
  window ? Math.max(0, Math.floor((size + 2 * window.before - extent(window)) / window.stride) + 1) : size;

/** The multiply-accumulates of a transposed convolution as if it were one that slides over what comes out. */
export const asConvolution = ({ macs, input, output }: Step): number =>
  (macs / product(spatial(input))) * product(spatial(output));
