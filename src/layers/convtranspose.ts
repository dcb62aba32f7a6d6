// convtranspose: transposed convolution, which spreads each input cell over a window of the output.

import { axes } from '../core/args.js';
import { kernelFactors, placeFactors, term } from '../core/count.js';
import { Problem, write } from '../core/diagnostic.js';
import { layer } from '../core/layer.js';
import { transposedReach } from '../core/reach.js';
import { axisWord, channels, type Shape, spatial } from '../core/shape.js';
import { extent, type Sliding, spread, spreadSum, type Window, windowLabel } from '../core/window.js';
import {
  bias,
  filters,
  grouped,
  groups,
  groupsDivide,
  groupsLabel,
  needsVolume,
  sliding,
  weight_norm,
  weightNormLabel,
  weightsAndBias,
} from './family/convolution.js';

export default layer(() => ({
  doc: 'Spreads each input cell over a kernel of the output, `stride` cells apart: (n - 1) stride - padding + kernel. Also called deconvolution. `padding: same` gives n times the stride, whatever the output padding (as in ONNX and Keras); `causal` as well, all of it taken away at the end.',
  role: 'weights',
  linear: true,
  sugar: true,
  aliases: ['deconv'],
  main: 'filters',
  args: {
    filters,
    ...sliding,
    output_padding: axes('cells added at the end of the output', { min: 0, default: 0 }),
    groups,
    bias,
    weight_norm: {
      ...weight_norm,
      doc: 'learn a magnitude per input channel beside the direction of its weights, as PyTorch does',
    },
  },
  label: (args) =>
    `${args.filters} ${windowLabel(args)}${groupsLabel(args)}${outputPaddingLabel(args)}${weightNormLabel(args)}`,

  analyze(args, [input]) {
    const refused = needsVolume(input) ?? groupsDivide(args.groups, input, args.filters) ?? outputPaddingFits(args);
    if (refused) return refused;
    const sizes = spatial(input);
    const { windows, extra } = transposed(args, sizes);
    const out = windows.map((w, axis) => spread(sizes[axis] ?? 1, w, extra[axis]));
    const empty = out.findIndex((n) => n < 1);
    if (empty >= 0) {
      const { substituted, value } = spreadSum(sizes[empty] ?? 1, windows[empty] as Window, extra[empty]);
      return new Problem(
        'shape/empty',
        `the output's ${axisWord(out.length, empty)} would be ${substituted} = ${value}`,
        'lower the padding, or raise the kernel',
        'padding',
      );
    }
    const weights = { C_in: channels(input), 'C_out/g': args.filters / args.groups, ...kernelFactors(args.kernel) };
    return {
      output: [args.filters, ...out],
      params: weightsAndBias(weights, args, args.filters, { C_in: channels(input) }),
      // Every input cell meets every weight of its group once.
      macs: [term({ ...weights, ...placeFactors(sizes, '_in') })],
      reach: transposedReach(windows),
      windows,
      ...grouped(args.groups, input, args.filters),
      why: () => windows.map((w, axis) => spreadSum(sizes[axis] ?? 1, w, extra[axis])),
    };
  },

  execute: ({ groups }, { windows = [] }) => ({ op: 'transposed', windows, groups }),

  examples: [
    `
input: 14x14x512
layers:
  - {convtranspose: 256, kernel: 2, stride: 2}                               # => 28x28x256, params 524544, macs 102760448
  - {deconv: 128, kernel: 4, stride: 2, padding: 1, bias: false}             # => 56x56x128, params 524288
  - {deconv: 64, kernel: 3, stride: 2, padding: 1, output_padding: 1}        # => 112x112x64
  - {deconv: 64, kernel: 5, stride: 2, padding: same}                        # => 224x224x64
  - {deconv: 8, kernel: 3, stride: 2, padding: same, output_padding: 1}      # => 448x448x8
  - {deconv: 64, kernel: 3, stride: 2, output_padding: 2}                    # error: shape/output-padding
`,
  ],
}));

interface Transposed extends Sliding {
  readonly output_padding: readonly number[];
  readonly dilation: readonly number[];
}

/** A padding at the end of as much as a step would be another cell, with nothing under it. */
const outputPaddingFits = ({ output_padding, stride, dilation }: Transposed): Problem | null => {
  const axis = output_padding.findIndex((p, i) => p > 0 && p >= Math.max(stride[i] ?? 1, dilation[i] ?? 1));
  if (axis < 0) return null;
  const most = Math.max(stride[axis] ?? 1, dilation[axis] ?? 1) - 1;
  return new Problem(
    'shape/output-padding',
    `output_padding ${output_padding[axis]} must be less than the stride ${stride[axis]} or the dilation ${dilation[axis]}`,
    write(String(most), ' or less'),
    'output_padding',
  );
};

const outputPaddingLabel = ({ output_padding }: Transposed): string => {
  const [first = 0] = output_padding;
  if (output_padding.every((p) => p === 0)) return '';
  return `, output padding ${output_padding.every((p) => p === first) ? first : output_padding.join('x')}`;
};

/**
 * A word trims the output to n times the stride, what is added at its end counted: `same` on both sides, the odd cell at the end
 * (ONNX's SAME_UPPER), `causal` at the end alone. A kernel below the stride leaves empty cells instead.
 */
const transposed = (args: Transposed, sizes: Shape): { windows: readonly Window[]; extra: readonly number[] } => {
  const extra = [...args.output_padding];
  const windows = sizes.map((_, axis): Window => {
    const w = { kernel: args.kernel[axis] ?? 1, stride: args.stride[axis] ?? 1, dilation: args.dilation[axis] ?? 1 };
    if (typeof args.padding !== 'string') {
      const [before, after] = args.padding[axis] ?? [0, 0];
      return { ...w, before, after };
    }
    const surplus = extent(w) - w.stride + (extra[axis] ?? 0);
    extra[axis] = (extra[axis] ?? 0) + Math.max(0, -surplus);
    const trim = Math.max(0, surplus);
    const before = args.padding === 'same' ? Math.floor(trim / 2) : 0;
    return { ...w, before, after: trim - before };
  });
  return { windows, extra };
};
