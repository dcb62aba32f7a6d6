// Convolutions and pools over one axis or three, for libraries that have them over two. No other operator.

import { asMap, channelsLast } from './channels-last.js';
import { product, withSides } from './rearranged.js';

/**
 * A convolution of volumes as one of maps: the frames of a window stand one behind the other in the channels, the frames of the
 * output are images. XNNPACK has none of volumes; the libraries' own loops for them take 14 and 43 times as long (64 channels, 8x28x28).
 */
export const volumes = (kit, step) => {
  const { windows, groups } = step.operator;
  const [[C, frames, ...sizes]] = step.inputShapes;
  const [filters, framesOut, ...sizesOut] = step.output;
  if (groups > 1) kit.lacks('a convolution of volumes in groups');
  const { kernel, stride, dilation, before } = windows[0];
  const of = kit.operators.convolution({
    ...step,
    operator: { ...step.operator, windows: windows.slice(1) },
    inputShapes: [[kernel * C, ...sizes]],
    output: [filters, ...sizesOut],
  });
  // Frames in rows of one stride: what a tap of the window meets is a column of them, from some row on. As matrices, because
  // libraries pad and cut those quickest.
  const taps = Array.from({ length: kernel }, (_, i) => i * dilation);
  const rows = framesOut + Math.floor(taps.at(-1) / stride);
  const after = rows * stride - frames - before;
  const places = product(sizes);
  const frame = places * C;
  return ([x]) => {
    const padded = withSides(kit, kit.reshape(x, [frames, frame]), [
      [before, after],
      [0, 0],
    ]);
    const cut = kit.reshape(padded, [rows, stride * frame]);
    const seen = taps.map((tap) => {
      const column = kit.slice(cut, [Math.floor(tap / stride), (tap % stride) * frame], [framesOut, frame]);
      return kit.reshape(column, [framesOut * places, C]);
    });
    const beside = kit.reshape(kernel > 1 ? kit.concat(seen, 1) : seen[0], [framesOut, ...sizes, kernel * C]);
    return kit.reshape(of([beside]), [1, framesOut, ...sizesOut, filters]);
  };
};

/** What a library computes over maps, for sequences: maps of one row. */
export const sequences = (run, kit, step) => {
  const { inputShapes, output } = asMap(step);
  const of = run(asMap(step));
  return ([x]) => {
    const y = of([kit.reshape(x, [1, ...channelsLast(inputShapes[0])])]);
    return kit.reshape(y, [1, ...channelsLast([output[0], output[2]])]);
  };
};
