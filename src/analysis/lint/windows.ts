// The windows of layers that slide one over their input, axis by axis, as lint rules look at them.

import { axisWord, spatial } from '../../core/shape.js';
import { extent, type Window } from '../../core/window.js';
import { isTransposed, type Layer } from './network.js';

/** A window along one axis of a layer. */
export interface Axis {
  readonly window: Window;
  /** The cells from its first to its last tap. */
  readonly extent: number;
  /** Of the input, without padding. */
  readonly size: number;
  /** How many places the window takes. */
  readonly places: number;
  /** `height`, `width`. */
  readonly word: string;
}

/** The axes of a convolution or a pool; none for any other layer. */
export const axesOf = (layer: Layer): readonly Axis[] => {
  const { windows } = layer.facts;
  if (!windows || isTransposed(layer)) return [];
  const [sizes, places] = [spatial(layer.input), spatial(layer.output)];
  return windows.map((window, axis) => ({
    window,
    extent: extent(window),
    size: sizes[axis] ?? 1,
    places: places[axis] ?? 1,
    word: axisWord(windows.length, axis),
  }));
};

/** The first axis that something holds for, and what it and those with the same numbers are called: `height and width`. */
export const where = (
  axes: readonly Axis[],
  holds: (axis: Axis) => boolean,
): { readonly axis: Axis; readonly words: string } | undefined => {
  const axis = axes.find(holds);
  return (
    axis && {
      axis,
      words: axes
        .filter((other) => sameNumbers(axis, other))
        .map(({ word }) => word)
        .join(' and '),
    }
  );
};

const sameNumbers = (a: Axis, b: Axis): boolean =>
  a.size === b.size &&
  (['kernel', 'stride', 'dilation', 'before', 'after'] as const).every((name) => a.window[name] === b.window[name]);

/** The last cells of the input that no window reaches. Windows that skip cells everywhere leave none of these. */
export const unread = ({ window, extent: reach, size, places }: Axis): number =>
  window.stride > reach ? 0 : Math.max(0, size - ((places - 1) * window.stride - window.before + reach));

/** `3`, or `5 (3 taps, dilation 2)`. */
export const kernelText = ({ window, extent: reach }: Axis): string =>
  window.dilation === 1 ? `${reach}` : `${reach} (${window.kernel} taps, dilation ${window.dilation})`;
