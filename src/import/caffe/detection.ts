// Caffe's layers of detectors that no kind here computes: what is known of their shapes. They are opaque rows. Which layer is which is types.ts.

import { product, spatial } from '../../core/shape.js';
import type { Layer } from './layer.js';

const BOXES = 'it makes boxes, which no kind here does';

/** Boxes around each place, and how far they vary: 2 x 4N. */
export const priorBox = (layer: Layer): number => {
  const fields = layer.param('prior_box_param');
  const { shape } = layer;
  if (!shape) return layer.unknown();
  const flip = fields.flag('flip', true);
  const ratios = new Set([
    1,
    ...fields.reals('aspect_ratio').flatMap((ratio) => (flip ? [ratio, 1 / ratio] : [ratio])),
  ]);
  const boxes = ratios.size * fields.scalars('min_size').length + fields.scalars('max_size').length;
  if (boxes === 0) return layer.unsupported('it has no min_size');
  return layer.opaque(BOXES, { out: [2, 4 * boxes * product(spatial(shape))], params: 0, macs: 0 });
};

/** Up to so many boxes of seven numbers. */
export const detectionOutput = (layer: Layer): number => {
  const most = layer.param('detection_output_param').whole('keep_top_k', -1);
  if (most < 1) return layer.unsupported('how many boxes it gives hangs on what it reads');
  return layer.opaque(`${BOXES}: the ${most} of its shape are the most it gives`, {
    out: [1, most, 7],
    params: 0,
    macs: 0,
    rf: 'global',
  });
};

/** Each region stands where an image of the batch does: five numbers, its corners among them. */
export const proposal = (layer: Layer): number =>
  layer.opaque('it chooses regions; the rows behind it are those of one region', {
    out: [5],
    params: 0,
    macs: 0,
    rf: 'global',
  });

export const python = (layer: Layer): number =>
  /proposal/i.test(layer.param('python_param').word('layer', ''))
    ? proposal(layer)
    : layer.unsupported('what it does stands in a program in Python');

export const regionPool =
  (param: string) =>
  (layer: Layer): number => {
    const fields = layer.param(param);
    const { shape } = layer;
    if (!shape) return layer.unknown();
    const size = ['pooled_h', 'pooled_w'].map((key) => fields.whole(key, 0));
    if (size.some((n) => n < 1)) return layer.unsupported('it has no pooled_h and pooled_w');
    return layer.opaque('it pools a region; the rows behind it are those of one region', {
      out: [shape[0] ?? 1, ...size],
      params: 0,
      macs: 0,
      rf: 'global',
    });
  };

export const positionPool = (layer: Layer): number => {
  const fields = layer.param('psroi_pooling_param');
  const [channels, size] = [fields.whole('output_dim', 0), fields.whole('group_size', 0)];
  if (channels < 1 || size < 1) return layer.unsupported('it has no output_dim and group_size');
  return layer.opaque('it pools a region; the rows behind it are those of one region', {
    out: [channels, size, size],
    params: 0,
    macs: 0,
    rf: 'global',
  });
};

/** The places of the largest values. */
export const argMax = (layer: Layer): number => {
  const fields = layer.param('argmax_param');
  const { shape } = layer;
  if (!shape) return layer.unknown();
  const [most, values] = [fields.whole('top_k', 1), fields.flag('out_max_val', false)];
  const axis = fields.has('axis') ? layer.axis(fields.whole('axis', 1), shape) : undefined;
  if (axis === null || most < 1) return layer.unsupported('it looks for the largest of a batch');
  const out = axis === undefined ? [values ? 2 : 1, most] : shape.map((n, i) => (i === axis ? most : n));
  return layer.opaque('it gives places instead of values, which no kind here does', { out, params: 0, macs: 0 });
};

/** Pools of 1, 2, 4 … places a side, one behind the other. */
export const pyramid = (layer: Layer): number => {
  const levels = layer.param('spp_param').whole('pyramid_height', 1);
  const { shape } = layer;
  if (!shape) return layer.unknown();
  if (levels < 1 || levels > 12) return layer.unsupported(`it has ${levels} levels`);
  const out = [((shape[0] ?? 1) * (4 ** levels - 1)) / 3];
  return layer.opaque('its windows follow from the size in a way of its own', {
    out,
    params: 0,
    macs: 0,
    rf: 'global',
  });
};

export const threshold = (layer: Layer): number => {
  const { shape } = layer;
  return shape
    ? layer.opaque('it gives 1 above a bound and 0 below, which no kind here does', {
        out: shape,
        params: 0,
        macs: 0,
        rf: 1,
      })
    : layer.unknown();
};
