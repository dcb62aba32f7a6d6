// Darknet's sections that read others by their index: routes, shortcuts with the numbers that they learn, gates. Which section is which is
// sections.ts.

import { type Shape, sameShape, spatial } from '../../core/shape.js';
import type { Layer } from './layer.js';

export const route = (layer: Layer): number => {
  const { s } = layer;
  const indices = s.wholes('layers');
  if (indices.length === 0) return s.fail('it does not say which layers= it reads', undefined, layer.before);
  const groups = s.count('groups', 1);
  const id = s.count('group_id', 0, 0);
  const rows = indices.map((index) => layer.from(index));
  if (groups === 1)
    return rows.length === 1 && rows[0] !== undefined ? rows[0] : layer.add('concat', {}, { reads: rows });
  // Of each one the same share; what they are together is put one behind the other.
  const parts = rows.map((row, i) => {
    const [channels] = layer.shape(row) ?? [];
    const share = (channels ?? groups) / groups;
    if (!Number.isInteger(share)) s.fail(`${groups} groups do not divide ${channels} channels`, undefined, 0);
    return layer.add(
      'slice',
      { channels: share, start: id * share },
      { reads: [row], ...(rows.length > 1 && { part: `slice${i + 1}` }) },
    );
  });
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : layer.add('concat', {}, { reads: parts });
};

const SMALL = 0.0001;

/** How the weights of a shortcut are made to add up to one; the parts of `values` stand one behind the other. */
const NORMALISATIONS: ReadonlyMap<string, (w: number, largest: number) => number> = new Map(
  Object.entries({
    relu: (w: number) => Math.max(0, w),
    avg_relu: (w: number) => Math.max(0, w),
    softmax: (w: number, largest: number) => Math.exp(w - largest),
  }),
);

/** What each of several weights is multiplied by: they themselves, or their share of all. */
const shareOf = (how: string, values: Float32Array, parts: number, part: number): Float32Array => {
  const each = values.length / parts;
  const bend = NORMALISATIONS.get(how);
  return Float32Array.from({ length: each }, (_, c) => {
    const all = Array.from({ length: parts }, (_, i) => values[i * each + c] as number);
    const own = all[part] as number;
    if (!bend) return own;
    const largest = all.reduce((most, n) => Math.max(most, n), Number.NEGATIVE_INFINITY);
    return bend(own, largest) / all.reduce((sum, w) => sum + bend(w, largest), SMALL);
  });
};

export const shortcut = (layer: Layer): number => {
  const { s } = layer;
  const before = layer.before;
  const sources = s.wholes('from').map((index) => layer.from(index));
  if (sources.length === 0) return s.fail('it does not say what it adds: from=', undefined, before);
  const input = layer.shape(before);
  const fitted = sources.map((row, i) => fitting(layer, row, input, sources.length > 1 ? `${i + 1}` : ''));
  const scaled = weighted(
    layer,
    [scaledBy(layer, before, 'alpha'), ...fitted.map((row) => scaledBy(layer, row, 'beta'))],
    input,
  );
  return layer.activated(layer.add('add', {}, { reads: scaled }));
};

const scaledBy = (layer: Layer, row: number, key: string): number => {
  const factor = layer.s.real(key, 1);
  return factor === 1 ? row : layer.add('times', { factors: factor }, { reads: [row], part: key });
};

/** What is added as large as what it is added to: Darknet adds the channels that both have, and of a larger map every so-manieth place. */
const fitting = (layer: Layer, row: number, input: Shape | null, which: string): number => {
  const shape = layer.shape(row);
  if (!shape || !input || sameShape(shape, input) || shape.length !== input.length) return row;
  const steps = spatial(shape).map((n, axis) => n / (input[axis + 1] ?? 1));
  const [step = 1] = steps;
  let current = row;
  if (step > 1 && Number.isInteger(step) && steps.every((other) => other === step))
    current = layer.add('maxpool', { kernel: 1, stride: step }, { reads: [current], part: `places${which}` });
  const [own = 1, wanted = 1] = [shape[0], input[0]];
  if (own > wanted) return layer.add('slice', { channels: wanted }, { reads: [current], part: `channels${which}` });
  if (own === wanted) return current;
  return layer.add('zeropad', { padding: 0, channels: wanted - own }, { reads: [current], part: `channels${which}` });
};

/** Each of them times a learned number of its own, or one for each channel. */
const weighted = (layer: Layer, rows: readonly number[], input: Shape | null): readonly number[] => {
  const { s, weights } = layer;
  const type = s.word('weights_type', 'none');
  if (type === 'none' || !input) return rows;
  const how = s.word('weights_normalization', 'none');
  if (how !== 'none' && !NORMALISATIONS.has(how))
    return s.fail(`there is no weights_normalization "${how}"`, undefined, rows);
  if (type !== 'per_feature' && type !== 'per_layer' && type !== 'per_channel')
    return s.fail(`there is no weights_type "${type}"`, undefined, rows);
  const shape = [type === 'per_channel' ? (input[0] ?? 1) : 1];
  const shares = weights.takeTogether(shape, rows.length, (values, part) => shareOf(how, values, rows.length, part));
  // They begin as ones.
  const init = shareOf(how, new Float32Array(rows.length).fill(1), rows.length, 0)[0] ?? 1;
  return rows.map((row, i) => {
    const tensors = { weight: shares[i] };
    if (type === 'per_channel') return layer.add('layerscale', { init }, { reads: [row], part: `weight${i}`, tensors });
    const factor = layer.add('parameter', { shape: [1], init }, { reads: [], part: `weight${i}`, tensors });
    return layer.add('mul', {}, { reads: [row, factor], part: `scaled${i}` });
  });
};

/** What another section made, times this: channel by channel, place by place or value by value, as their shapes say. */
const merged =
  (kind: 'mul' | 'add') =>
  (layer: Layer): number => {
    const [from] = layer.s.wholes('from');
    if (from === undefined)
      return layer.s.fail('it does not say what it reads besides: from=', undefined, layer.before);
    return layer.activated(layer.add(kind, {}, { reads: [layer.from(from), layer.before] }));
  };

export const multiplied = merged('mul');
export const added = merged('add');
