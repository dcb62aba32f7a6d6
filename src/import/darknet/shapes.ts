// Darknet's sections without weights that read one other: pools, and what moves values about. Which section is which is sections.ts.

import { type Shape, spatial } from '../../core/shape.js';
import type { Layer } from './layer.js';
import { blurred } from './weighted.js';

/** The largest of values or their mean. Darknet pads by size - 1 in all, the odd cell behind; cells that no window reaches are left out. */
const pool = (layer: Layer, kind: 'maxpool' | 'avgpool'): number => {
  const { s } = layer;
  const before = layer.image;
  const input = layer.shape(before);
  const stride = s.count('stride', 1);
  const strides = [s.count('stride_y', stride), s.count('stride_x', stride)];
  const size = s.count('size', stride);
  const padding = s.count('padding', size - 1, 0);
  if (kind === 'maxpool' && s.flag('maxpool_depth'))
    return overChannels(layer, before, input, s.count('out_channels', 1));
  const antialiasing = kind === 'maxpool' ? s.whole('antialiasing', 0) : 0;
  const own = antialiasing === 0 ? strides : [1, 1];
  const places = spatial(input ?? []).map((n, axis) => Math.floor((n + padding - size) / (own[axis] ?? 1)) + 1);
  const first = Math.floor(padding / 2);
  const [bottom = 0, right = 0] = spatial(input ?? []).map((n, axis) =>
    Math.max(0, ((places[axis] ?? 1) - 1) * (own[axis] ?? 1) + size - first - n),
  );
  const wide = Math.max(first, bottom, right) > Math.floor(size / 2);
  if (input && (wide || s.flag('maxpool_zero_nonmax')) && places.every((n) => n > 0)) {
    const why = wide
      ? 'some of its windows lie in the padding alone'
      : 'it keeps the size and makes all but the largest 0';
    const out = [input[0] ?? 1, ...places];
    return layer.opaque(kind, why, { out, params: 0, macs: 0, rf: size }, { reads: [before] });
  }
  const made = layer.add(
    kind,
    {
      kernel: size,
      stride: own,
      padding: [first, right, bottom, first],
      ...(kind === 'avgpool' && { count_include_pad: false }),
    },
    { reads: [before] },
  );
  return antialiasing === 0 ? made : blurred(layer, made, antialiasing === 2, strides);
};

export const maxpool = (layer: Layer): number => pool(layer, 'maxpool');
export const localAvgpool = (layer: Layer): number => pool(layer, 'avgpool');

/** More slices are no picture of a network. */
const MOST_SLICES = 256;

/** The largest of every so-manieth channel. */
const overChannels = (layer: Layer, before: number, input: Shape | null, channels: number): number => {
  const slices = (input?.[0] ?? channels) / channels;
  if (input && (!Number.isInteger(slices) || slices > MOST_SLICES)) {
    const why = `its ${input[0]} channels do not come out as slices of ${channels}`;
    return layer.opaque(
      'maxpool over channels',
      why,
      { out: [channels, ...spatial(input)], params: 0, macs: 0 },
      { reads: [before] },
    );
  }
  const parts = Array.from({ length: Math.max(1, slices) }, (_, i) =>
    layer.add('slice', { channels, start: i * channels }, { reads: [before], part: `slice${i + 1}` }),
  );
  return layer.add('maximum', {}, { reads: parts });
};

/** Over all places; the places stay, 1x1. */
export const avgpool = (layer: Layer): number => layer.add('gap', { keepdims: true }, { reads: [layer.image] });

export const upsample = (layer: Layer): number => {
  const { s } = layer;
  const stride = s.whole('stride', 2);
  const scale = s.real('scale', 1);
  if (stride === 0) return s.fail('stride=0 is no size', undefined, layer.add('upsample', { factor: 1 }));
  // Below zero it goes the other way, and adds up the cells that become one.
  const [kind, options] =
    stride > 0
      ? (['upsample', { factor: stride }] as const)
      : (['avgpool', { kernel: -stride, stride: -stride }] as const);
  const made = layer.add(kind, options, { reads: [layer.image] });
  const factor = stride > 0 ? scale : scale * stride ** 2;
  return factor === 1 ? made : layer.add('times', { factors: factor }, { reads: [made], part: 'scale' });
};

/** Places to channels, the channels of one place after those of another. */
const stacked = (layer: Layer, row: number, channels: number, stride: number): number => {
  const apart = layer.add('pixelunshuffle', { factor: stride }, { reads: [row], part: 'places' });
  return layer.add('shuffle', { groups: channels }, { reads: [apart], part: 'order' });
};

/** Channels to places, the other way round. */
const spread = (layer: Layer, row: number, stride: number): number => {
  const order = layer.add('shuffle', { groups: stride ** 2 }, { reads: [row], part: 'order' });
  return layer.add('pixelshuffle', { factor: stride }, { reads: [order], part: 'places' });
};

/**
 * `[reorg]` of YOLOv2. Darknet takes the sizes of the input for those of a map with fewer channels and more places, so that values of far
 * away come together; written out: the values under that other shape, then places to channels, then the shape that is meant.
 */
export const reorg = (layer: Layer): number => {
  const { s } = layer;
  const before = layer.before;
  const input = layer.shape(before);
  // Without a stride it is that of YOLOR, of which Darknet itself knows nothing.
  if (!s.has('stride')) return focus(layer, before, input);
  const stride = s.count('stride', 1);
  const [C = 1, H = 1, W = 1] = input ?? [];
  if (stride === 1) return before;
  if (s.flag('reverse')) return spread(layer, before, stride);
  const area = stride ** 2;
  if (C % area !== 0 || H % stride !== 0 || W % stride !== 0) {
    const why = 'its sizes are no multiples of its stride';
    const out = [C * area, Math.max(1, Math.floor(H / stride)), Math.max(1, Math.floor(W / stride))];
    return layer.opaque('reorg', why, { out, params: 0, macs: 0 }, { reads: [before] });
  }
  const view = layer.add('reshape', { to: [H * stride, W * stride, C / area] }, { reads: [before], part: 'view' });
  const order = stacked(layer, view, C / area, stride);
  return layer.add('reshape', { to: [H / stride, W / stride, C * area] }, { reads: [order] });
};

/** `[reorg3d]`: places to channels as they are meant. */
export const reorg3d = (layer: Layer): number => {
  const { s } = layer;
  const before = layer.before;
  const stride = s.count('stride', 1);
  const [C = 1, H = 1, W = 1] = layer.shape(before) ?? [];
  if (stride === 1) return before;
  if (!s.flag('reverse') && H % stride === 0 && W % stride === 0) return stacked(layer, before, C, stride);
  const out = s.flag('reverse')
    ? [Math.max(1, Math.floor(C / stride ** 2)), H * stride, W * stride]
    : [C * stride ** 2, Math.max(1, Math.floor(H / stride)), Math.max(1, Math.floor(W / stride))];
  return layer.opaque(
    'reorg3d',
    'its sizes are no multiples of its stride',
    { out, params: 0, macs: 0 },
    { reads: [before] },
  );
};

/** Every second place: first down, then across. */
const focus = (layer: Layer, before: number, input: Shape | null): number => {
  const turn = (reads: number, part: string) => layer.add('permute', { order: [0, 2, 1] }, { reads: [reads], part });
  return turn(stacked(layer, turn(before, 'turned'), input?.[0] ?? 1, 2), 'back');
};

export const softmax = (layer: Layer): number => {
  const { s } = layer;
  let row = layer.before;
  const input = layer.shape(row);
  if (s.has('tree'))
    return input
      ? layer.opaque('softmax over a tree', 'the tree stands in a file of its own', {
          out: input,
          params: 0,
          macs: 0,
          rf: 'global',
        })
      : layer.add('softmax');
  const temperature = s.real('temperature', 1);
  if (temperature !== 1) row = layer.add('times', { factors: 1 / temperature }, { reads: [row], part: 'temperature' });
  const groups = s.count('groups', 1);
  const values = input?.reduce((a, b) => a * b, 1) ?? groups;
  if (groups > 1) {
    const to = [values / groups, groups];
    const apart = layer.add('reshape', { to }, { reads: [row], part: 'groups' });
    const each = layer.add('softmax', { over: 'w' }, { reads: [apart], part: 'each' });
    return layer.add('reshape', { to: input ? [...input.slice(1), input[0] ?? 1] : to }, { reads: [each] });
  }
  const places = input?.slice(1).reduce((a, b) => a * b, 1) ?? 1;
  const over = places === 1 || s.flag('spatial') ? 'c' : input?.length === 3 ? 'chw' : 'cw';
  return layer.add('softmax', { over }, { reads: [row] });
};

/** The middle, as at test time; pixels of 0 to 1 become -1 to 1. */
export const crop = (layer: Layer): number => {
  const { s } = layer;
  const [, H = 1, W = 1] = layer.shape(layer.before) ?? [];
  const [height, width] = [s.count('crop_height', 1), s.count('crop_width', 1)];
  const [down, across] = [H - height, W - width];
  if (down < 0 || across < 0) s.fail(`it cuts ${height}x${width} out of ${H}x${W}`, undefined, 0);
  const [top, left] = [Math.floor(Math.max(0, down) / 2), Math.floor(Math.max(0, across) / 2)];
  const cut = layer.add('crop', { amount: [top, Math.max(0, across) - left, Math.max(0, down) - top, left] });
  if (s.flag('noadjust')) return cut;
  const doubled = layer.add('times', { factors: 2 }, { reads: [cut], part: 'doubled' });
  return layer.add('plus', { addends: -1 }, { reads: [doubled], part: 'moved' });
};

/** Its running sum over the channels leaves one of them out, so that its values are those of no definition. */
export const normalization = (layer: Layer): number => {
  const out = layer.shape(layer.before);
  const why = "Darknet's own sum over channels leaves one out, which no kind here does";
  return out
    ? layer.opaque('local response normalisation', why, { out, params: 0, macs: 0, rf: 1 })
    : layer.add('lrn', { size: layer.s.count('size', 5) });
};

/** A learned tensor that reads nothing (YOLOR). */
export const implicit =
  (init: number) =>
  (layer: Layer): number => {
    const shape = [layer.s.count('filters', 128), layer.s.count('atoms', 1), 1];
    return layer.add(
      'parameter',
      { shape, init: layer.s.real('mean', init) },
      { reads: [], tensors: { weight: layer.weights.take(shape) } },
    );
  };
