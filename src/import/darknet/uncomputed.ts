// Darknet's sections with weights that no kind here computes: opaque rows with their parameters, and how many numbers of a .weights file are
// theirs. Which section is which is sections.ts.

import { spatial } from '../../core/shape.js';
import type { Layer } from './layer.js';
import { placesOf, windowOf } from './weighted.js';

/** A convolution whose weights are others at every place. */
export const local = (layer: Layer): number => {
  const { s } = layer;
  const before = layer.before;
  const input = layer.shape(before);
  const [filters, size, stride] = [s.count('filters', 1), s.count('size', 1), s.count('stride', 1)];
  if (!input) return layer.add('identity', {}, { reads: [before] });
  const covered = s.flag('pad') ? 1 : size;
  const places = spatial(input).map((n) => Math.floor((n - covered) / stride) + 1);
  if (places.length !== 2 || places.some((n) => n < 1))
    s.fail(
      `a kernel of ${size} does not fit into what it reads, ${spatial(input).join('x') || 'a vector'}`,
      undefined,
      0,
    );
  const out = [filters, ...places.map((n) => Math.max(1, n))];
  const values = out.reduce((a, b) => a * b, 1);
  const macs = values * (input[0] ?? 0) * size ** 2;
  layer.weights.skip(macs + values);
  const why = 'its weights are others at every place, which no kind here has';
  const made = layer.opaque(
    'local convolution',
    why,
    { out, params: macs + values, macs, rf: size },
    { reads: [before] },
  );
  return layer.activated(made, 'logistic');
};

const RECURRENT = 'its steps are images of a batch, which no kind here has';

/** Dense layers, by what they read and make. */
type Dense = readonly (readonly [reads: number, makes: number])[];

const recurrent = (layer: Layer, operation: string, out: number, parts: Dense): number => {
  const norm = layer.s.flag('batch_normalize');
  const [params, macs, stored] = parts.reduce(
    ([params, macs, stored], [reads, makes]) => [
      params + makes * (reads + (norm ? 2 : 1)),
      macs + reads * makes,
      stored + makes * (reads + (norm ? 4 : 1)),
    ],
    [0, 0, 0],
  );
  layer.weights.skip(stored);
  return layer.opaque(operation, RECURRENT, { out: [out], params, macs, rf: 'global' }, { reads: [layer.before] });
};

const valuesRead = (layer: Layer): number => layer.shape(layer.before)?.reduce((a, b) => a * b, 1) ?? 1;

export const rnn = (layer: Layer): number => {
  const [inputs, hidden, output] = [valuesRead(layer), layer.s.count('hidden', 1), layer.s.count('output', 1)];
  return recurrent(layer, 'recurrent layer', output, [
    [inputs, hidden],
    [hidden, hidden],
    [hidden, output],
  ]);
};

/** Gates that each read the input, and as many that read the state. */
export const gated =
  (operation: string, gates: number) =>
  (layer: Layer): number => {
    const [inputs, output] = [valuesRead(layer), layer.s.count('output', 1)];
    const each = new Array(gates).fill(0);
    return recurrent(layer, operation, output, [
      ...each.map(() => [inputs, output] as const),
      ...each.map(() => [output, output] as const),
    ]);
  };

/** Three convolutions, of the input, the state and the output. */
export const crnn = (layer: Layer): number => {
  const { s, weights } = layer;
  const before = layer.image;
  const input = layer.shape(before);
  const [hidden, output, norm] = [s.count('hidden', 1), s.count('output', 1), s.flag('batch_normalize')];
  const window = { ...windowOf(layer), size: s.count('size', 3) };
  const padded = { ...window, padding: s.flag('pad') ? Math.floor(window.size / 2) : s.count('padding', 0, 0) };
  if (!input) return layer.add('identity', {}, { reads: [before] });
  const places = placesOf(input, padded);
  const inner = placesOf([hidden, ...places], { ...padded, stride: [1, 1] });
  if (places.length !== 2 || inner.some((n, axis) => n !== places[axis] || n < 1))
    s.fail(`its kernel of ${window.size} does not keep the size of its state`, undefined, 0);
  const groups = Math.max(1, s.whole('groups', 1));
  const kernels = [
    [input[0] ?? 0, hidden],
    [hidden, hidden],
    [hidden, output],
  ].map(([reads = 0, makes = 0]) => (reads / groups) * makes * window.size ** 2);
  const filters = 2 * hidden + output;
  const all = kernels.reduce((a, b) => a + b, 0);
  weights.skip(all + filters * (norm ? 4 : 1));
  return layer.opaque(
    'convolutional recurrent layer',
    RECURRENT,
    {
      out: [output, ...places.map((n) => Math.max(1, n))],
      params: all + filters * (norm ? 2 : 1),
      macs: all * places.reduce((a, b) => a * b, 1),
    },
    { reads: [before] },
  );
};
