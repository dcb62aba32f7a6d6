// Every operator on every contender against the reference backend, one small network each. Outputs only, nothing is timed.

import { CONTENDERS } from './contenders.js';
import { testInput } from './input.js';
import { loadLibrary, networkOfText, openReference } from './library.js';
import { TOLERANCE } from './rounds.js';
import { relativeError } from './statistics.js';
import { Unsupported } from './unsupported.js';

/** Items on an input of 9x7x6: odd sizes that differ, and channels that are no multiple of four. */
const ITEMS = [
  '{conv: 5, kernel: 3, padding: 1}',
  '{conv: 8, kernel: 1, bias: false}',
  '{conv: 7, kernel: [5, 3], stride: [2, 1], padding: [2, 0]}',
  '{conv: 4, kernel: 3, padding: same, stride: 2}',
  '{conv: 4, kernel: 3, padding: [0, 1, 2, 0], dilation: 2}',
  '{conv: 9, kernel: 3, groups: 3, padding: 1}',
  '{depthwise: 3, padding: 1, act: relu6}',
  '{depthwise: 3, stride: 2, padding: 1, multiplier: 2}',
  '{separable: 5, kernel: 3, padding: 1}',
  '{convtranspose: 5, kernel: 2, stride: 2}',
  '{convtranspose: 4, kernel: 3, stride: 2, padding: 1, output_padding: 1, groups: 2}',
  '{fc: 10, act: relu}',
  '{conv: 5, kernel: 3, bias: false, norm: bn, act: relu}',
  '{conv: 5, kernel: 3, norm: bn, act: leakyrelu}',
  '{maxpool: 3, stride: 2}',
  '{maxpool: 3, stride: 2, padding: 1}',
  '{maxpool: 2, ceil: true}',
  '{maxpool: 2, stride: 1, dilation: 3}',
  '{avgpool: 2}',
  '{avgpool: 3, stride: 2, padding: 1}',
  '{avgpool: 3, stride: 2, padding: 1, count_include_pad: false}',
  '{avgpool: 2, ceil: true}',
  '{avgpool: 3, stride: 1, dilation: 2, padding: 1}',
  '{maxpool: 3, stride: 2, padding: 2, wide: true}',
  '{avgpool: 3, stride: 2, padding: 1, divisor: 5}',
  '{adaptiveavgpool: [3, 7]}',
  '{adaptiveavgpool: [4, 5]}',
  '{adaptivemaxpool: [3, 7]}',
  'gap',
  '{gap, keepdims: true}',
  'gmp',
  'batchnorm',
  '{bn, affine: false, eps: 0.001}',
  '{groupnorm: 3}',
  'instancenorm',
  'layernorm',
  '{ln, over: c}',
  'rmsnorm',
  '{lrn: 5, alpha: 0.1, beta: 0.75, k: 2}',
  'relu',
  'relu6',
  '{leakyrelu: 0.2}',
  '{elu, alpha: 0.5}',
  '{celu, alpha: 2}',
  'selu',
  'gelu',
  '{gelu, approximate: tanh}',
  'silu',
  'mish',
  'sigmoid',
  'tanh',
  'softplus',
  'softsign',
  'hardswish',
  'hardsigmoid',
  '{hardtanh, low: -0.5, high: 0.25}',
  'prelu',
  '{prelu: c}',
  'softmax',
  '{softmax, over: hw}',
  'logsoftmax',
  'layerscale',
  '{se: 2}',
  '{residual: [{conv: 6, kernel: 3, padding: 1}], act: relu}',
  '{residual: [{conv: 8, kernel: 3, stride: 2, padding: 1, norm: bn}], shortcut: auto}',
  'concat: [[{conv: 3, kernel: 1}], [{conv: 5, kernel: 3, padding: 1, act: relu}], [{maxpool: 3, stride: 1, padding: 1}]]',
  'mul: [[{conv: 6, kernel: 1}], [gap]]',
  'maximum: [[{conv: 6, kernel: 1}], [{conv: 6, kernel: 1}]]',
  'average: [[{conv: 6, kernel: 1}], [{conv: 6, kernel: 1}]]',
  'flatten',
  '{reshape: 7x9x6}',
  '{permute: [2, 0, 1]}',
  '{slice: 3, start: 2}',
  '{shuffle: 2}',
  '{pixelunshuffle: 1}',
  '{upsample: 2}',
  '{upsample: 2, mode: bilinear}',
  '{upsample, size: 13x11, mode: bilinear, align_corners: true}',
  '{upsample: [0.5, 1.5]}',
  '{upsample: 2, mode: nearest-exact}',
  '{upsample, size: 13x11, mode: bicubic}',
  '{upsample, size: 4x5, mode: area}',
  '{upsample: 2, coordinates: half_pixel, rounding: round_prefer_floor}',
  '{upsample, size: 13x11, coordinates: align_corners, rounding: ceil}',
  '{upsample: 2, mode: bilinear, coordinates: asymmetric}',
  '{upsample: 2, mode: bicubic, cubic: -0.5, exclude_outside: true}',
  '{crop: [1, 0, 2, 1]}',
  '{zeropad: [0, 1, 2, 0], channels: 3}',
  '{reflectpad: 2}',
  '{circularpad: 2}',
  '{replicatepad: [1, 0, 3, 2]}',
];

/** Items that need another input. */
const SPECS = [
  'input: 6x8x12\nlayers: [{pixelshuffle: 2}]',
  'input: 6x8x12\nlayers: [{pixelunshuffle: 2}]',
  'input: 50x3\nlayers: [{conv: 8, kernel: 5, stride: 2, padding: 1, act: relu}, {maxpool: 2}]',
  'input: 5x9x7x3\nlayers: [{conv: 4, kernel: 3, padding: 1, norm: bn}, {maxpool: 2}]',
  'input: 5x9x7x3\nlayers: [{conv: 4, kernel: 3, stride: [2, 1, 2], padding: [1, 0, 1], norm: bn, act: relu}]',
  'input: 7x8x6x3\nlayers: [{conv: 4, kernel: [2, 3, 1], dilation: [2, 1, 1]}]',
  'input: 9x8\nlayers: [{layernorm, over: c}, {attention: 2}]',
  'input: 9x8\nlayers: [{fc: 12, per: place, act: gelu}, {take: 2, axis: w}]',
  'input: 9x8\nlayers: [relu, {add: [[{parameter: [w, c]}], []]}]',
];

const specs = [...ITEMS.map((item) => `input: 9x7x6\nlayers:\n  - ${item}`), ...SPECS];

const outputOf = async (open, model) => {
  const session = await open(model, { threads: 1, core: 'auto', precision: 'auto' });
  const output = Float32Array.from(await session.run(session.input(testInput(model))));
  session.close();
  return output;
};

/** The error, or null where the contender has no such operator. */
const errorOf = async ({ prepare, open }, network, expected) => {
  try {
    return relativeError(await outputOf(open, prepare(network)), expected);
  } catch (problem) {
    if (problem instanceof Unsupported) return null;
    throw problem;
  }
};

/** Prints a line per network and contender that is wrong, and how many are right; the exit code is 1 if any is wrong. */
export const check = async (names) => {
  await loadLibrary();
  const tally = new Map(names.map((name) => [name, { right: 0, wrong: 0, absent: 0, worst: 0 }]));
  for (const spec of specs) {
    const network = networkOfText(spec);
    const expected = await outputOf(openReference, network);
    for (const [name, count] of tally) {
      const error = await errorOf(CONTENDERS[name], network, expected).catch((problem) => problem);
      if (error === null) count.absent += 1;
      else if (error <= TOLERANCE) {
        count.right += 1;
        count.worst = Math.max(count.worst, error);
      } else {
        count.wrong += 1;
        console.log(
          `${name}: ${spec.split('\n').at(-1).trim()}: ${error.message ?? `differs by ${error.toExponential(1)}`}`,
        );
      }
    }
  }
  for (const [name, { right, wrong, absent, worst }] of tally) {
    console.log(`${name}: ${right} right within ${worst.toExponential(1)}, ${wrong} wrong, ${absent} it does not have`);
    if (wrong > 0) process.exitCode = 1;
  }
};
