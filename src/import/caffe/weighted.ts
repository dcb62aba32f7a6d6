// Caffe's layers with weights, and the normalisations. Which layer is which is types.ts.

import type { Plain } from '../../core/args.js';
import { product } from '../../core/shape.js';
import type { Fields } from './fields.js';
import { type Layer, UNKNOWN } from './layer.js';
import type { Definition } from './net.js';

/** A size for all axes, one for each, or written for height and width apart. */
export const alongAxes = (
  fields: Fields,
  all: string,
  [h, w]: readonly [string, string],
  fallback: number | undefined,
): Plain | undefined => {
  if (fields.has(h) || fields.has(w)) return [fields.whole(h, fallback ?? 0), fields.whole(w, fallback ?? 0)];
  const sizes = fields.wholes(all);
  return sizes.length > 1 ? sizes : (sizes[0] ?? fallback);
};

const slidingOf = (fields: Fields) => ({
  filters: fields.has('num_output') ? fields.whole('num_output', 0) : undefined,
  kernel: alongAxes(fields, 'kernel_size', ['kernel_h', 'kernel_w'], undefined),
  stride: alongAxes(fields, 'stride', ['stride_h', 'stride_w'], 1),
  padding: alongAxes(fields, 'pad', ['pad_h', 'pad_w'], 0),
  dilation: alongAxes(fields, 'dilation', ['dilation_h', 'dilation_w'], 1),
  bias: fields.flag('bias_term', true),
});

/** Each blob through the same weights. */
const sliding =
  (kind: 'conv' | 'convtranspose', depthwise: boolean) =>
  (layer: Layer): readonly number[] => {
    const fields = layer.param('convolution_param');
    if (fields.whole('axis', 1) !== 1)
      return [layer.unsupported('its channels are not the first axis behind the batch')];
    const groups = depthwise ? (layer.shape?.[0] ?? 1) : fields.whole('group', 1);
    const first = layer.add(kind, { ...slidingOf(fields), groups }, { learns: layer.definition });
    return [
      first,
      ...layer.bottoms
        .slice(1)
        .map((bottom, i) =>
          layer.add(kind, { ...slidingOf(fields), groups }, { reads: [bottom], part: `${i + 2}`, sharedWith: first }),
        ),
    ];
  };

export const convolution = sliding('conv', false);
export const depthwise = sliding('conv', true);
export const deconvolution = sliding('convtranspose', false);

export const innerProduct = (layer: Layer): number => {
  const fields = layer.param('inner_product_param');
  const { shape } = layer;
  const options = {
    units: fields.has('num_output') ? fields.whole('num_output', 0) : undefined,
    bias: fields.flag('bias_term', true),
  };
  const learns = layer.definition;
  const axis = shape && layer.axis(fields.whole('axis', 1), shape);
  if (!shape || axis === 0) return layer.add('fc', options, { learns });
  if (axis !== shape.length - 1) return layer.unsupported('it reads some of the axes and leaves others');
  // Over the last axis, at each place of the others: that axis first, and back.
  const axes = shape.map((_, i) => i);
  const first = layer.add('permute', { order: [axis, ...axes.slice(0, -1)] }, { part: 'turned' });
  const made = layer.add('fc', { ...options, per: 'place' }, { reads: [first], part: 'product', learns });
  return layer.add('permute', { order: [...axes.slice(1), 0] }, { reads: [made] });
};

/** What the text says of the first tensor, and of those behind it, which have a row of their own. */
const specsOf = ({ specs }: Definition): readonly [Pick<Definition, 'specs'>, Pick<Definition, 'specs'>] => [
  { specs: specs.slice(0, 1) },
  { specs: specs.slice(1) },
];

export const embed = (layer: Layer): number => {
  const fields = layer.param('embed_param');
  const options = { dim: fields.whole('num_output', 0), words: fields.whole('input_dim', 0) };
  const [rows, bias] = specsOf(layer.definition);
  const looked = layer.add('embedding', options, { part: 'rows', learns: rows });
  const moved = fields.flag('bias_term', true)
    ? layer.add('biasadd', {}, { reads: [looked], part: 'bias', learns: bias })
    : looked;
  return layer.add('permute', { order: [1, 0] }, { reads: [moved] });
};

/** Without Scale behind it, it learns nothing; with one, the two are one batch normalisation. */
export const batchNorm = (layer: Layer): number => {
  const fields = layer.param('batch_norm_param');
  const { scale } = layer;
  const own = fields.flag('scale_bias', false);
  const shift = scale?.fields.within('scale_param').flag('bias_term', false) ?? own;
  return layer.add(
    'batchnorm',
    {
      ...(scale || own ? { scale: true, shift } : { affine: false }),
      eps: fields.real('eps', 1e-5),
      momentum: Number((1 - fields.real('moving_average_fraction', 0.999)).toPrecision(6)),
    },
    scale ? { learns: scale } : {},
  );
};

/** The batch normalisation of SegNet and PSPNet, which has scale and shift of its own. */
export const ownBatchNorm = (layer: Layer): number =>
  layer.add('batchnorm', { eps: layer.param('bn_param').real('eps', 1e-5) }, { learns: layer.definition });

/** Whether a Scale is one number for each channel, as batch normalisation has it. */
export const isPerChannel = ({ bottoms, fields }: Definition): boolean => {
  const param = fields.within('scale_param');
  return bottoms.length === 1 && param.whole('axis', 1) === 1 && param.whole('num_axes', 1) === 1;
};

export const scale = (layer: Layer): number => {
  const fields = layer.param('scale_param');
  const bias = fields.flag('bias_term', false);
  const [factor, shift] = bias ? specsOf(layer.definition) : [layer.definition];
  const filler = fields.within('filler');
  const init = filler.has('value') ? filler.real('value', 1) : 1;
  const scaled = (part?: string): number => {
    const named = part === undefined ? {} : { part };
    if (layer.bottoms.length > 1) return layer.add('mul', {}, { reads: layer.bottoms, ...named });
    if (isPerChannel(layer.definition)) return layer.add('layerscale', { init }, { learns: factor, ...named });
    return byParameter(layer, 'mul', fields, init, named);
  };
  if (!bias) return scaled();
  if (layer.bottoms.length > 1 || !isPerChannel(layer.definition))
    return layer.unsupported('its factors and its bias are those of no single axis');
  return layer.add('biasadd', {}, { reads: [scaled('factor')], ...(shift && { learns: shift }) });
};

export const bias = (layer: Layer): number => {
  const fields = layer.param('bias_param');
  const learns = layer.definition;
  if (layer.bottoms.length > 1) return layer.add('add', {}, { reads: layer.bottoms });
  if (fields.whole('axis', 1) === 1 && fields.whole('num_axes', 1) === 1) return layer.add('biasadd', {}, { learns });
  return byParameter(layer, 'add', fields, 0, {});
};

/** With a learned number for each value from an axis on, or one for all. */
const byParameter = (
  layer: Layer,
  kind: 'mul' | 'add',
  fields: Fields,
  init: number,
  named: { readonly part?: string },
): number => {
  const { shape } = layer;
  if (!shape) return layer.unknown();
  const single = fields.whole('num_axes', 1) === 0;
  if (!single && (fields.whole('axis', 1) !== 1 || fields.whole('num_axes', 1) !== -1))
    return layer.unsupported('it has a number for each place of some axes, which no kind here has');
  const learned = layer.add(
    'parameter',
    { shape: single ? [1] : shape, init },
    { reads: [], part: 'values', learns: layer.definition },
  );
  return layer.add(kind, {}, { reads: [layer.bottoms[0] ?? UNKNOWN, learned], ...named });
};

export const prelu = (layer: Layer): number =>
  layer.add(
    'prelu',
    { slopes: layer.param('prelu_param').flag('channel_shared', false) ? 1 : (layer.shape?.[0] ?? 1) },
    { learns: layer.definition },
  );

/** x over the root of the sum of squares of its place, times a learned number for each channel (SSD). */
export const normalize = (layer: Layer): number => {
  const fields = layer.param('norm_param');
  const { shape } = layer;
  if (!shape) return layer.unknown();
  if (fields.flag('across_spatial', true)) return layer.unsupported('it divides by the length of the whole volume');
  const [channels = 1] = shape;
  // The mean of squares is their sum over C.
  const options = { eps: fields.real('eps', 1e-10) / channels };
  const factor = { factors: 1 / Math.sqrt(channels) };
  if (!fields.flag('channel_shared', true)) {
    const normed = layer.add('rmsnorm', options, { part: 'norm', learns: layer.definition });
    return layer.add('times', factor, { reads: [normed] });
  }
  const normed = layer.add('rmsnorm', { ...options, affine: false }, { part: 'norm' });
  const unit = layer.add('times', factor, { reads: [normed], part: 'unit' });
  const learned = layer.add(
    'parameter',
    { shape: [1], init: 1 },
    { reads: [], part: 'factor', learns: layer.definition },
  );
  return layer.add('mul', {}, { reads: [unit, learned] });
};

/** Mean and variance of each channel, or of all values; nothing is learned. */
export const meanVariance = (layer: Layer): number => {
  const fields = layer.param('mvn_param');
  if (!fields.flag('normalize_variance', true))
    return layer.unsupported('it takes the mean away and leaves the variance');
  // Caffe adds it to the deviation, kinds here to the variance.
  const eps = fields.real('eps', 1e-9) ** 2;
  return fields.flag('across_channels', false)
    ? layer.add('layernorm', { affine: false, eps })
    : layer.add('instancenorm', { affine: false, eps });
};

export const responseNorm = (layer: Layer): number => {
  const fields = layer.param('lrn_param');
  const [size, alpha] = [fields.whole('local_size', 5), fields.real('alpha', 1)];
  const [beta, k] = [fields.real('beta', 0.75), fields.real('k', 1)];
  const region = fields.word('norm_region', 'ACROSS_CHANNELS');
  if (region === 'ACROSS_CHANNELS' || region === '0') return layer.add('lrn', { size, alpha, beta, k });
  // Within a channel: by the mean of squares around each place, as Caffe itself puts it together.
  const [input = UNKNOWN] = layer.bottoms;
  const squares = layer.add('pow', { exponent: 2 }, { part: 'squares' });
  const options = { kernel: size, stride: 1, padding: Math.floor((size - 1) / 2) };
  const means = layer.add('avgpool', options, { reads: [squares], part: 'means' });
  const weighed = layer.add('times', { factors: alpha }, { reads: [means], part: 'weighed' });
  const more = layer.add('plus', { addends: 1 }, { reads: [weighed], part: 'more' });
  const factors = layer.add('pow', { exponent: -beta }, { reads: [more], part: 'factors' });
  return layer.add('mul', {}, { reads: [input, factors] });
};

/** Steps stand where a batch does: their number is none of a layer. */
export const recurrent =
  (gates: number, projected: boolean) =>
  (layer: Layer): number => {
    const { shape } = layer;
    const units = layer.param('recurrent_param').whole('num_output', 1);
    if (!shape || shape.length < 2) return layer.unknown();
    const [beside = 1, ...values] = shape;
    const reads = product(values);
    const own = projected ? units * units + units : 0;
    const params = gates * units * (reads + units + 1) + own;
    return layer.opaque('its steps are the first axis, which no kind here has', {
      out: [beside, units],
      params,
      rf: 'global',
    });
  };
