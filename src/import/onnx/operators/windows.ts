// ONNX operators that slide windows over places: convolutions and pools, and windows of channels.

import { type Call, fitting, Unsaid, type Value } from '../call.js';
import { dimsOf } from '../flow.js';
import { divided, once, ones, paddingOf, perAxis, placesOf, said, slidingOf } from './sliding.js';
import type { Translation } from './translation.js';

const conv: Translation = (call) => {
  const input = call.standard(0);
  const weight = call.weight(1);
  const bias = call.has(2) ? call.weight(2) : undefined;
  const [filters = 1, each = 1, ...kernel] = weight.dims;
  const { stride, dilation, pads } = slidingOf(call, call.ints('kernel_shape') ?? kernel, placesOf(input));
  const groups = call.int('group', 1);
  const channels = dimsOf(input)[1] ?? 1;
  fitting(each * groups, channels, 'channels');
  const isDepthwise = groups === channels && groups > 1 && each === 1 && filters % channels === 0;
  const options = {
    ...(isDepthwise ? { kernel: once(kernel) } : { filters, kernel: once(kernel) }),
    ...said({
      stride: [once(stride), 1],
      padding: [paddingOf(pads), 0],
      dilation: [once(dilation), 1],
      groups: [isDepthwise ? 1 : groups, 1],
      multiplier: [isDepthwise ? filters / channels : 1, 1],
      bias: [bias !== undefined, true],
    }),
  };
  const tensors = { weight: weight.stored, bias: bias?.stored };
  return call.volume(call.learned(isDepthwise ? 'depthwise' : 'conv', options, [input.row], tensors, weight));
};

/** Its padding may be said by the size that is wanted. */
const convTranspose: Translation = (call) => {
  const input = call.standard(0);
  const weight = call.weight(1);
  const bias = call.has(2) ? call.weight(2) : undefined;
  const groups = call.int('group', 1);
  const [channels = 1, each = 1, ...kernel] = weight.dims;
  fitting(channels, dimsOf(input)[1] ?? 1, 'channels');
  const sizes = placesOf(input);
  const stride = perAxis(call.ints('strides'), kernel.length, 1);
  const dilation = perAxis(call.ints('dilations'), kernel.length, 1);
  const auto = call.text('auto_pad', 'NOTSET');
  const given = perAxis(call.ints('output_padding'), kernel.length, 0);
  const isSame = auto === 'SAME_UPPER' || auto === 'SAME_LOWER';
  const wanted =
    call.ints('output_shape')?.slice(-kernel.length) ??
    (isSame ? sizes.map((n, i) => n * (stride[i] ?? 1)) : undefined);
  const extra = [...given];
  const pads = wanted
    ? wanted.map((size, axis) => {
        const [n = 1, step = 1] = [sizes[axis], stride[axis]];
        const extent = ((kernel[axis] ?? 1) - 1) * (dilation[axis] ?? 1) + 1;
        const sum = step * (n - 1) + (given[axis] ?? 0) + extent - size;
        if (sum >= 0) return divided(sum, auto === 'SAME_UPPER');
        extra[axis] = (given[axis] ?? 0) - sum;
        return [0, 0] as const;
      })
    : slidingOf(call, kernel, sizes).pads;
  const options = {
    filters: each * groups,
    kernel: once(kernel),
    ...said({
      stride: [once(stride), 1],
      padding: [paddingOf(pads), 0],
      dilation: [once(dilation), 1],
      output_padding: [once(extra), 0],
      groups: [groups, 1],
      bias: [bias !== undefined, true],
    }),
  };
  return call.volume(
    call.learned('convtranspose', options, [input.row], { weight: weight.stored, bias: bias?.stored }, weight),
  );
};

const pool =
  (kind: 'maxpool' | 'avgpool'): Translation =>
  (call) => {
    const input = call.standard(0);
    const kernel = call.ints('kernel_shape') ?? ones(dimsOf(input).length - 2);
    const { stride, dilation, pads } = slidingOf(call, kernel, placesOf(input));
    const isMean = kind === 'avgpool';
    const counts = call.int('count_include_pad', 0) === 1;
    // PyTorch pads no more than half a window; a window here lies in the padding whole at no time.
    const isWide = pads.some(([before, after], axis) => Math.max(before, after) > (kernel[axis] ?? 1) / 2);
    const options = {
      kernel: once(kernel),
      stride: once(stride),
      ...said({
        padding: [paddingOf(pads), 0],
        ceil: [call.int('ceil_mode', 0) === 1, false],
        dilation: [once(dilation), 1],
        wide: [isWide, false],
        count_include_pad: [isMean && pads.flat().some((n) => n > 0) ? counts : true, true],
      }),
    };
    const [, indices = ''] = call.node.outputs;
    if (indices !== '') call.around.pooled.set(indices, { input, options });
    return call.volume(call.row(kind, options, [input.row]));
  };

/** Values go where the largest of their windows stood: what was pooled is read instead of its indices. */
const maxUnpool: Translation = (call) => {
  const pooled = call.around.pooled.get(call.node.inputs[1] ?? '');
  if (!pooled) throw new Unsaid('its places are those of no pool');
  const { input, options } = pooled;
  const { kernel = 1, stride = kernel, padding = 0, ...more } = options;
  if (Object.keys(more).length > 0) throw new Unsaid(`the pool that it undoes has ${Object.keys(more).join(' and ')}`);
  const row = call.row('unpool', { kernel, stride, ...said({ padding: [padding, 0] }) }, [
    call.standard(0).row,
    input.row,
  ]);
  return call.volume(row);
};

const globalPool =
  (kind: 'gap' | 'gmp'): Translation =>
  (call) =>
    call.volume(call.row(kind, { keepdims: true }, [call.standard(0).row]));

/** The root of the sum of squares in each window, or the sum of what they are without their signs. */
const lpPool: Translation = (call) => {
  const p = call.int('p', 2);
  if (p !== 1 && p !== 2) throw new Unsaid(`its norm is that of ${p}`);
  const input = call.standard(0);
  const kernel = call.ints('kernel_shape') ?? [];
  const { stride, dilation, pads } = slidingOf(call, kernel, placesOf(input));
  const options = {
    kernel: once(kernel),
    stride: once(stride),
    divisor: 1,
    ...said({
      padding: [paddingOf(pads), 0],
      dilation: [once(dilation), 1],
      ceil: [call.int('ceil_mode', 0) === 1, false],
    }),
  };
  const inner = (kind: string, more: Readonly<Record<string, number>>, from: number): number =>
    call.row(kind, more, [from], { name: `${call.name}.${kind}` });
  if (p === 1) return call.volume(call.row('avgpool', options, [inner('abs', {}, input.row)]));
  const squares = inner('pow', { exponent: 2 }, input.row);
  const sums = call.row('avgpool', options, [squares], { name: `${call.name}.sum` });
  return call.volume(call.row('sqrt', {}, [sums]));
};

const lrn: Translation = (call) => {
  const size = call.int('size', 1);
  // Of an even number of neighbours ONNX has one more behind, PyTorch and we before.
  const isBehind = size % 2 === 0 && call.text('leans', 'behind') !== 'before';
  const options = {
    size,
    ...(isBehind && { lean: 'behind' }),
    alpha: call.float('alpha', 1e-4),
    beta: call.float('beta', 0.75),
    k: call.float('bias', 1),
  };
  return call.volume(call.row('lrn', options, [call.standard(0).row]));
};

export const WINDOWS: Readonly<Record<string, Translation>> = {
  Conv: conv,
  FusedConv: (call) => activated(call, conv(call)),
  ConvTranspose: convTranspose,
  MaxPool: pool('maxpool'),
  MaxUnpool: maxUnpool,
  LpPool: lpPool,
  AveragePool: pool('avgpool'),
  GlobalAveragePool: globalPool('gap'),
  GlobalMaxPool: globalPool('gmp'),
  LRN: lrn,
};

/** onnxruntime's own: a convolution with an activation in it. */
const activated = (call: Call, value: Value | readonly Value[]): Value => {
  const [one] = [value].flat() as Value[];
  const name = call.text('activation', '').toLowerCase();
  if (!one || !('flow' in one)) throw new Unsaid('it makes nothing');
  if (!['relu', 'sigmoid', 'tanh'].includes(name)) throw new Unsaid(`its activation is "${name}"`);
  return call.like(one.flow, call.row(name, {}, [one.flow.row], { name: `${call.name}.${name}` }));
};
