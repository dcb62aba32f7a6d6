// separable: a depthwise convolution and a 1x1 convolution after it, as one layer with one bias.

import { type Factors, placeFactors, type TensorCount, term } from '../core/count.js';
import { isProblem } from '../core/diagnostic.js';
import { layer } from '../core/layer.js';
import { channels, spatial } from '../core/shape.js';
import { POINT, windowLabel } from '../core/window.js';
import {
  bias,
  biases,
  convolution,
  depthwiseFactors,
  filters,
  grouped,
  multiplier,
  multiplierLabel,
  slideOver,
  sliding,
  weight_norm,
  weightNormLabel,
  weightsAndBias,
} from './family/convolution.js';

export default layer(() => ({
  doc: 'A depthwise convolution and a 1x1 convolution to `filters` channels, with nothing between them and one bias at the end: depthwise separable, as in Xception.',
  role: 'weights',
  linear: true,
  sugar: true,
  main: 'filters',
  args: { filters, ...sliding, multiplier, bias, weight_norm },
  label: (args) => `${args.filters} ${windowLabel(args)}${multiplierLabel(args)}${weightNormLabel(args)}`,

  analyze(args, [input]) {
    const slid = slideOver(input, args);
    if (isProblem(slid)) return slid;
    const depthwise = depthwiseFactors(args, input);
    const between = channels(input) * args.multiplier;
    const pointwise = { C_out: args.filters, C_in: between };
    const places = placeFactors(slid.out, '_out');
    return {
      output: [args.filters, ...slid.out],
      params: [
        ...weightsOf('depthwise', depthwise, args, between),
        ...weightsOf('pointwise', pointwise, args, args.filters),
        ...biases(args.bias, args.filters),
      ],
      macs: [term({ ...depthwise, ...places }), term({ ...pointwise, ...places })],
      ...slid.facts,
      ...grouped(1, input, args.filters),
    };
  },

  execute: (_, facts, input) => [
    convolution(facts, channels(input)),
    { op: 'convolution', windows: spatial(input).map(() => POINT), groups: 1 },
  ],

  examples: [
    `
input: 19x19x728
layers:
  - {separable: 728, kernel: 3, padding: 1, bias: false} # => 19x19x728, params 536536, macs 193689496
  - {separable: 64, kernel: 3, multiplier: 2}            # => 17x17x64, params 106352
  - {separable: 8, kernel: 3, weight_norm: true}         # => 15x15x8, params 1168
`,
  ],
}));

/** What one of the two convolutions learns; the bias is that of both. */
const weightsOf = (
  part: string,
  weights: Factors,
  { weight_norm }: { readonly weight_norm: boolean | undefined },
  filters: number,
): TensorCount =>
  weightsAndBias(weights, { bias: false, weight_norm }, filters).map((each) => ({
    ...each,
    label: `${part} ${each.label}`,
    part,
  }));
