// ONNX operators that slide windows over places, pad them or resize them.

import type { Plain } from '../../../core/args.js';
import { toSides } from '../../../core/window.js';
import { type Call, Unsaid, type Value } from '../call.js';
import { dimsOf, type Flow, flowIn, inMemory } from '../flow.js';
import { type Lettered, lettered } from './axes.js';
import type { Translation } from './translation.js';

interface Sliding {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly pads: readonly (readonly [number, number])[];
}

const ones = (count: number): readonly number[] => new Array<number>(count).fill(1);

/** As many numbers as there are axes, or what an operator has without them. */
const perAxis = (numbers: readonly number[] | undefined, axes: number, fallback: number): readonly number[] => {
  if (numbers && numbers.length !== axes)
    throw new Unsaid(`${numbers.length} numbers stand where there are ${axes} axes`);
  return numbers ?? new Array<number>(axes).fill(fallback);
};

/** ONNX has all beginnings, then all ends. */
const pairs = (pads: readonly number[]): readonly (readonly [number, number])[] =>
  pads.slice(0, pads.length / 2).map((before, axis) => [before, pads[axis + pads.length / 2] ?? 0] as const);

/** A sum of padding divided over both sides: `SAME_UPPER` leans to the end, `SAME_LOWER` to the beginning. */
const divided = (sum: number, leansToEnd: boolean): readonly [number, number] => {
  const [less, more] = [Math.floor(sum / 2), Math.ceil(sum / 2)];
  return leansToEnd ? [less, more] : [more, less];
};

const slidingOf = (call: Call, kernel: readonly number[], sizes: readonly number[]): Sliding => {
  const stride = perAxis(call.ints('strides'), kernel.length, 1);
  const dilation = perAxis(call.ints('dilations'), kernel.length, 1);
  const auto = call.text('auto_pad', 'NOTSET');
  const pads =
    auto === 'SAME_UPPER' || auto === 'SAME_LOWER'
      ? sizes.map((size, axis) => {
          const [step = 1, extent = 1] = [stride[axis], ((kernel[axis] ?? 1) - 1) * (dilation[axis] ?? 1) + 1];
          const sum = (Math.ceil(size / step) - 1) * step + extent - size;
          return divided(Math.max(0, sum), auto === 'SAME_UPPER');
        })
      : pairs(
          auto === 'VALID'
            ? perAxis(undefined, 2 * kernel.length, 0)
            : perAxis(call.ints('pads'), 2 * kernel.length, 0),
        );
  if (pads.flat().some((n) => n < 0)) throw new Unsaid('it pads less than nothing');
  return { kernel, stride, dilation, pads };
};

/** Numbers along the axes, once where they are all the same. */
const once = (numbers: readonly number[]): Plain =>
  numbers.every((n) => n === numbers[0]) ? (numbers[0] ?? 1) : numbers;

const paddingOf = (pads: Sliding['pads']): Plain => {
  const flat = pads.flat();
  if (flat.every((n) => n === flat[0])) return flat[0] ?? 0;
  return pads.every(([before, after]) => before === after) ? pads.map(([before]) => before) : toSides(pads);
};

/** Options that differ from what they are without being said. */
const said = (options: Readonly<Record<string, readonly [value: Plain, usual: Plain]>>): Record<string, Plain> =>
  Object.fromEntries(
    Object.entries(options).flatMap(([name, [value, usual]]) => (value === usual ? [] : [[name, value]])),
  );

const placesOf = (flow: Flow): readonly number[] => dimsOf(flow).slice(2);

const conv: Translation = (call) => {
  const input = call.standard(0);
  const weight = call.weight(1);
  const bias = call.has(2) ? call.weight(2) : undefined;
  const [filters = 1, each = 1, ...kernel] = weight.dims;
  const { stride, dilation, pads } = slidingOf(call, call.ints('kernel_shape') ?? kernel, placesOf(input));
  const groups = call.int('group', 1);
  const channels = dimsOf(input)[1] ?? 1;
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
  const [, each = 1, ...kernel] = weight.dims;
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
    const sliding = slidingOf(call, kernel, placesOf(input));
    const { stride, dilation, pads } = sliding;
    const isMean = kind === 'avgpool';
    if (isMean && dilation.some((n) => n !== 1)) throw new Unsaid('a mean of cells that lie apart has no word here');
    const counts = call.int('count_include_pad', 0) === 1;
    // A pool here has no padding of more than half its window. What is counted as zeros may stand there before.
    const isWide = pads.some(([before, after], axis) => Math.max(before, after) > (kernel[axis] ?? 1) / 2);
    const ceil = call.int('ceil_mode', 0) === 1;
    if (isWide && !(isMean && counts && !ceil)) throw new Unsaid('it pads more than half its window');
    const source = isWide
      ? call.row('zeropad', { padding: paddingOf(pads) }, [input.row], { name: `${call.name}.pad` })
      : input.row;
    const padded = !isWide && pads.flat().some((n) => n > 0);
    const options = {
      kernel: once(kernel),
      stride: once(stride),
      ...said({
        padding: [isWide ? 0 : paddingOf(pads), 0],
        ceil: [ceil, false],
        dilation: [once(dilation), 1],
        count_include_pad: [isMean && padded ? counts : true, true],
      }),
    };
    const [, indices = ''] = call.node.outputs;
    if (indices !== '') call.around.pooled.set(indices, { input, options });
    return call.volume(call.row(kind, options, [source]));
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

const PAD_KINDS: Readonly<Record<string, string>> = {
  reflect: 'reflectpad',
  edge: 'replicatepad',
  wrap: 'circularpad',
};

/** Before opset 11 its numbers are attributes. */
const pad: Translation = (call) => {
  const dims = call.dims(0);
  const rank = dims.length;
  const given = call.numbersOr(1, 'pads') ?? [];
  const axes = call.numbers(3)?.map((axis) => call.axis(axis, rank)) ?? dims.map((_, axis) => axis);
  const all = dims.map(() => [0, 0] as readonly [number, number]);
  for (const [i, one] of pairs(given).entries()) all[axes[i] ?? 0] = one;
  const mode = call.text('mode', 'constant');
  const value = mode === 'constant' ? (call.numbers(2)?.[0] ?? call.float('value', 0)) : 0;
  const padded = all.flatMap(([before, after], axis) => (before === 0 && after === 0 ? [] : [axis]));
  if (padded.length === 0) return call.value(0);
  if (padded.includes(0) && rank > 1 && dims[0] === 1) throw new Unsaid('it pads images with others');
  const { flow, place } = roomy(call, lettered(call, call.flow(0), padded), padded, mode === 'constant' ? all : []);
  const sides = new Array<readonly [number, number]>((call.shape(flow.row) ?? dims).length).fill([0, 0]);
  for (const axis of padded) sides[place(axis)] = all[axis] ?? [0, 0];
  const row = paddedBy(call, flow.row, sides, mode, value);
  const order = [...inMemory(flow), ...padded.filter((axis) => !inMemory(flow).includes(axis))];
  const sizes = dims.map((size, axis) => size + (all[axis]?.[0] ?? 0) + (all[axis]?.[1] ?? 0));
  return {
    flow: flowIn(
      row,
      sizes,
      order.sort((a, b) => place(a) - place(b)),
    ),
  };
};

/** Channels can have zeros behind them and nothing else: what is padded otherwise becomes an axis of places. */
const roomy = (
  call: Call,
  laid: Lettered,
  padded: readonly number[],
  sides: readonly (readonly [number, number])[],
): Lettered => {
  const first = padded.find((axis) => laid.place(axis) === 0);
  const [before = 1, behind = 0] = sides[first ?? 0] ?? [];
  if (first === undefined || (before === 0 && behind >= 0)) return laid;
  const order = inMemory(laid.flow);
  const flow = call.arranged(laid.flow, [[], ...order.map((axis) => [axis])]);
  return { ...laid, flow, place: (axis) => 1 + order.indexOf(axis) };
};

/** Cells around a row, channels first; less than none is cut off. */
const paddedBy = (
  call: Call,
  input: number,
  [channels = [0, 0], ...places]: readonly (readonly [number, number])[],
  mode: string,
  value: number,
): number => {
  const isConstant = mode === 'constant';
  if (channels[0] !== 0 || channels[1] < 0 || (channels[1] > 0 && !isConstant))
    throw new Unsaid(`it pads channels by ${channels.join(' and ')}`);
  if (!Number.isFinite(value)) throw new Unsaid(`it pads with ${value}`);
  const kind = isConstant ? 'zeropad' : PAD_KINDS[mode];
  if (!kind) throw new Unsaid(`it pads by "${mode}"`);
  const only = (sign: 1 | -1) =>
    places.map(([before, after]) => [Math.max(0, sign * before), Math.max(0, sign * after)] as const);
  const [cropped, padded] = [only(-1), only(1)];
  const isCropped = cropped.flat().some((n) => n > 0);
  const isPadded = padded.flat().some((n) => n > 0) || channels[1] > 0;
  const inside = isCropped
    ? call.row('crop', { amount: paddingOf(cropped) }, [input], isPadded ? { name: `${call.name}.crop` } : {})
    : input;
  if (!isPadded) return inside;
  // Zeros are what is padded with: other constants are zero, too, where all is moved by them.
  const moved = (row: number, by: number, name: string): number =>
    value === 0 ? row : call.row('plus', { addends: by }, [row], { name: `${call.name}.${name}` });
  const options = { padding: paddingOf(padded), ...(channels[1] > 0 && { channels: channels[1] }) };
  return moved(call.row(kind, options, [moved(inside, -value, 'below')]), value, 'above');
};

const RESIZES: Readonly<Record<string, string>> = { nearest: 'nearest', linear: 'bilinear', cubic: 'bicubic' };

/** Where a cell of the output is in the input: by these rules of ONNX what PyTorch does comes out. */
const LINEAR = ['half_pixel', 'pytorch_half_pixel', 'align_corners'];

const resize: Translation = (call) => {
  const isOld = call.op === 'Upsample' || call.opset < 11;
  const scales = call.op === 'Upsample' && call.opset < 9 ? call.floats('scales') : call.numbers(isOld ? 1 : 2);
  const sizes = isOld ? undefined : call.numbers(3);
  const dims = call.dims(0);
  const axes = call.ints('axes')?.map((axis) => call.axis(axis, dims.length)) ?? dims.map((_, axis) => axis);
  const wanted = [...dims];
  const factors = dims.map(() => 1);
  for (const [i, axis] of axes.entries()) {
    const [factor, size] = [scales?.[i], sizes?.[i]];
    if (scales?.length && factor !== undefined) {
      factors[axis] = factor;
      wanted[axis] = Math.floor((dims[axis] ?? 1) * factor);
    } else if (size !== undefined) wanted[axis] = size;
    else throw new Unsaid('it says neither a size nor a scale');
  }
  if (call.text('keep_aspect_ratio_policy', 'stretch') !== 'stretch')
    throw new Unsaid('it keeps the ratio of its sides');
  if (wanted.every((n, axis) => n === dims[axis])) return call.value(0);
  const input = call.standard(0);
  if (wanted[1] !== dims[1] || wanted[0] !== dims[0]) throw new Unsaid('it resizes channels');
  const places = wanted.slice(2);
  const how = manner(call, isOld, dims.slice(2), places, wanted);
  const options = scales?.length ? { factor: once(factors.slice(2)) } : { size: once(places) };
  return call.volume(call.row('upsample', { ...options, ...how }, [input.row]));
};

/** The mode, where it is one of those that come to the same here; refused where cells would be taken from elsewhere. */
const manner = (
  call: Call,
  isOld: boolean,
  from: readonly number[],
  to: readonly number[],
  dims: readonly number[],
): Readonly<Record<string, Plain>> => {
  const mode = call.text('mode', 'nearest');
  const kind = RESIZES[mode];
  if (!kind) throw new Unsaid(`it resizes by "${mode}"`, dims);
  const coordinates = call.text('coordinate_transformation_mode', isOld ? 'asymmetric' : 'half_pixel');
  const rounding = call.text('nearest_mode', isOld ? 'floor' : 'round_prefer_floor');
  if (call.int('antialias', 0) === 1) throw new Unsaid('it smooths before it resizes', dims);
  const isWhole = to.every((size, axis) => size % (from[axis] ?? 1) === 0);
  if (mode === 'nearest') {
    if (coordinates === 'asymmetric' && rounding === 'floor') return {};
    if (coordinates === 'half_pixel' || coordinates === 'pytorch_half_pixel') {
      // Between cells of a whole number of copies nobody rounds.
      if (isWhole && rounding.startsWith('round')) return {};
      if (rounding === 'round_prefer_ceil' || (rounding === 'round_prefer_floor' && tieless(from, to)))
        return { mode: 'nearest-exact' };
    }
    throw new Unsaid(`it takes the nearest cell by "${coordinates}" and "${rounding}"`, dims);
  }
  const single = to.some((size) => size === 1);
  if (!LINEAR.includes(coordinates) || (coordinates === 'pytorch_half_pixel' && single))
    throw new Unsaid(`it places cells by "${coordinates}"`, dims);
  if (mode === 'cubic' && call.float('cubic_coeff_a', -0.75) !== -0.75)
    throw new Unsaid(`its cubic curve is that of ${call.float('cubic_coeff_a', -0.75)}`, dims);
  if (call.int('exclude_outside', 0) === 1) throw new Unsaid('it leaves out what is outside', dims);
  return { mode: kind, ...(coordinates === 'align_corners' && { align_corners: true }) };
};

/** No cell of the output lies just between two of the input. */
const tieless = (from: readonly number[], to: readonly number[]): boolean =>
  to.every((size, axis) => {
    const n = from[axis] ?? 1;
    return Array.from({ length: size }, (_, i) => ((i + 0.5) * n) / size).every((x) => x % 1 !== 0);
  });

/** Blocks of channels become places: PyTorch's order is CRD; in the other the channels of a block lie apart. */
const depthToSpace: Translation = (call) => {
  const by = call.int('blocksize', 1);
  const input = call.standard(0);
  const isPyTorch = call.text('mode', 'DCR') === 'CRD';
  const source = isPyTorch
    ? input.row
    : call.row('shuffle', { groups: by * by }, [input.row], { name: `${call.name}.blocks` });
  return call.volume(call.row('pixelshuffle', { factor: by }, [source]));
};

const spaceToDepth: Translation = (call) => {
  const by = call.int('blocksize', 1);
  const input = call.standard(0);
  const channels = dimsOf(input)[1] ?? 1;
  const row = call.row('pixelunshuffle', { factor: by }, [input.row]);
  if (channels === 1) return call.volume(row);
  return call.volume(call.row('shuffle', { groups: channels }, [row], { name: `${call.name}.blocks` }));
};

const lrn: Translation = (call) => {
  const size = call.int('size', 1);
  if (size % 2 === 0 && call.text('leans', 'behind') !== 'before')
    throw new Unsaid(`its ${size} neighbours lean to the channels behind, and here to those before`);
  const options = {
    size,
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
  AveragePool: pool('avgpool'),
  GlobalAveragePool: globalPool('gap'),
  GlobalMaxPool: globalPool('gmp'),
  Pad: pad,
  Resize: resize,
  Upsample: resize,
  DepthToSpace: depthToSpace,
  SpaceToDepth: spaceToDepth,
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
