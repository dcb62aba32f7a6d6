// Caffe's pools, whose sizes have a rule of their own, and what puts values back where they were taken. Which layer is which is types.ts.

import type { Plain } from '../../core/args.js';
import { type Shape, spatial } from '../../core/shape.js';
import { slide } from '../../core/window.js';
import { type Layer, UNKNOWN } from './layer.js';
import { alongAxes } from './weighted.js';

interface Pooling {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly ceil: boolean;
}

/** Along each of two axes. */
const pair = (value: Plain | undefined): readonly number[] => {
  const list = Array.isArray(value) ? value : [value, value];
  return [0, 1].map((i) => Number(list[i] ?? list[0] ?? 0));
};

const poolingOf = (layer: Layer): Pooling => {
  const fields = layer.param('pooling_param');
  const rounded = fields.word('round_mode', fields.flag('ceil_mode', true) ? 'CEIL' : 'FLOOR');
  return {
    kernel: pair(alongAxes(fields, 'kernel_size', ['kernel_h', 'kernel_w'], 0)),
    stride: pair(alongAxes(fields, 'stride', ['stride_h', 'stride_w'], 1)),
    padding: pair(alongAxes(fields, 'pad', ['pad_h', 'pad_w'], 0)),
    ceil: rounded === 'CEIL' || rounded === '0',
  };
};

/** Caffe rounds up; a last window that would start in the padding is dropped where there is any. */
const placesOf = (input: Shape, { kernel, stride, padding, ceil }: Pooling): readonly number[] =>
  spatial(input).map((n, axis) => {
    const [k = 1, s = 1, p = 0] = [kernel[axis], stride[axis], padding[axis]];
    const steps = (n + 2 * p - k) / s;
    const places = (ceil ? Math.ceil(steps) : Math.floor(steps)) + 1;
    return padding.some((cells) => cells > 0) && (places - 1) * s >= n + p ? places - 1 : places;
  });

const METHODS: ReadonlyMap<string, 'max' | 'avg'> = new Map([
  ['MAX', 'max'],
  ['0', 'max'],
  ['AVE', 'avg'],
  ['1', 'avg'],
]);

export const pooling = (layer: Layer): number => {
  const fields = layer.param('pooling_param');
  const method = METHODS.get(fields.word('pool', 'MAX'));
  const input = layer.shape;
  if (fields.flag('global_pooling', false) && method)
    return layer.add(method === 'max' ? 'gmp' : 'gap', { keepdims: true });
  const pooled = poolingOf(layer);
  const { kernel, stride, padding, ceil } = pooled;
  const [, mask] = layer.definition.tops;
  if (mask !== undefined)
    layer.network.masks.set(mask, {
      before: layer.bottoms[0] ?? UNKNOWN,
      options: { kernel, stride, padding },
      roundsUp: input?.length === 3 && ceil && pads(input, pooled),
    });
  if (!input) return layer.add(method === 'avg' ? 'avgpool' : 'maxpool', { kernel, stride, padding, ceil });
  if (input.length !== 3)
    return layer.unsupported(`it pools along two axes, and what it reads has ${input.length - 1}`);
  const places = placesOf(input, pooled);
  const here = spatial(input).map((n, axis) => {
    const [k = 1, s = 1, p = 0] = [kernel[axis], stride[axis], padding[axis]];
    return slide(n, { kernel: k, stride: s, before: p, after: p, dilation: 1 }, ceil);
  });
  const wide = padding.some((cells, axis) => cells > Math.floor((kernel[axis] ?? 1) / 2));
  const valid = kernel.every((k) => k > 0) && stride.every((s) => s > 0) && places.every((n) => n > 0);
  if (valid && (!method || wide || places.join() !== here.join())) {
    const why = !method
      ? 'it pools by chance, which no kind here does'
      : wide
        ? 'some of its windows lie in the padding alone'
        : 'its last window lies behind what it reads, and is none here';
    return layer.opaque(why, { out: [input[0] ?? 1, ...places], params: 0, macs: 0 }, layer.bottoms.slice(0, 1));
  }
  const options = { kernel, stride, padding, ceil: ceil && pads(input, pooled) };
  return layer.add(method === 'avg' ? 'avgpool' : 'maxpool', options);
};

/** Whether rounding up or down makes a difference. */
const pads = (input: Shape, pooled: Pooling): boolean =>
  placesOf(input, pooled).join() !== placesOf(input, { ...pooled, ceil: false }).join();

/** By nearest neighbours; with the mask of a pool, values go back where they were taken (SegNet). */
export const upsample = (layer: Layer): number => {
  const fields = layer.param('upsample_param');
  const [, mask] = layer.definition.bottoms;
  if (!mask) {
    const height = fields.whole('height', 0);
    return height > 0
      ? layer.add('upsample', { size: [height, fields.whole('width', height)] })
      : layer.add('upsample', { factor: fields.real('scale', 2) });
  }
  const taken = layer.network.masks.get(mask.text);
  if (!taken) return layer.unsupported(`"${mask.text}" is no second top of a pool before it`);
  const [before, input] = [layer.shapeOf(taken.before), layer.shape];
  if (taken.roundsUp && before && input)
    return layer.opaque(
      'the pool whose places it uses rounded up, and its last windows are cut off',
      { out: [input[0] ?? 1, ...spatial(before)], params: 0, macs: 0 },
      [layer.bottoms[0] ?? UNKNOWN, taken.before],
    );
  return layer.add('unpool', taken.options, { reads: [layer.bottoms[0] ?? UNKNOWN, taken.before] });
};
