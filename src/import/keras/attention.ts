// The attention layers of Keras, as the products that they are made of.

import { reshaped, type StoredTensor } from '../../core/stored.js';
import type { Builder, Call } from './call.js';
import { flag, get, number, string } from './config.js';
import { matrix } from './convolutions.js';
import { isValue, type Value } from './layout.js';

const tensorGiven = (given: unknown): Value | undefined => (isValue(given) ? given : undefined);

/** What a call reads as queries, values and keys. */
const readings = (
  call: Call,
): readonly [query: Value | undefined, value: Value | undefined, key: Value | undefined] => {
  const named = (name: string): Value | undefined => tensorGiven(call.given.named.get(name));
  const positional = call.inputs.filter((value) => value !== named('attention_mask'));
  const query = named('query') ?? positional[0];
  const value = named('value') ?? positional[named('query') ? 0 : 1];
  const key = named('key') ?? positional[named('query') ? 1 : 2] ?? value;
  return [query, value, key];
};

const masks = (call: Call): boolean => {
  const { named } = call.given;
  const causal = named.get('use_causal_mask') === true || flag(call.config, 'causal', false);
  return (
    causal ||
    call.inputs.some(({ masked }) => masked) ||
    ['attention_mask', 'mask', 'query_mask'].some((key) => tensorGiven(named.get(key)))
  );
};

/** [in, heads, each] -> [in, heads * each], and back at the end [heads, each, out]. */
const joined = (tensor: StoredTensor | undefined, back: boolean): StoredTensor | undefined => {
  const [a = 1, b = 1, c = 1] = tensor?.shape ?? [];
  if (tensor?.shape.length !== 3) return tensor;
  return reshaped(tensor, back ? [a * b, c] : [a, b * c]);
};

const vector = (tensor: StoredTensor | undefined): StoredTensor | undefined =>
  tensor && reshaped(tensor, [tensor.shape.reduce((a, b) => a * b, 1)]);

export const multiHeadAttention: Builder = (call) => {
  const { config } = call;
  const [query, value, key] = readings(call);
  const [heads, width] = [number(config, 'num_heads'), number(config, 'key_dim')];
  const wide = number(config, 'value_dim') ?? width;
  const bias = flag(config, 'use_bias', true);
  const stated = get(config, 'output_shape');
  const channels = (one: Value | undefined) => (one && call.sizes(one)?.at(-1)) ?? undefined;
  const out = typeof stated === 'number' ? stated : channels(query);
  const ranks = [query, value, key].every((one) => one?.order.length === 2);
  if (
    !query ||
    !value ||
    !key ||
    !heads ||
    !width ||
    !wide ||
    !out ||
    !ranks ||
    masks(call) ||
    (stated && stated !== out)
  ) {
    const [q, v, k] = [channels(query), channels(value), channels(key)];
    const counted = heads && width && wide && out && q && v && k;
    const extra = bias ? 1 : 0;
    return call.opaque(masks(call) ? 'attention with a mask is not known here' : 'this attention is not known here', {
      params: counted
        ? heads * width * (q + k + 2 * extra) + heads * wide * (v + extra) + out * (heads * wide + extra)
        : undefined,
      rf: 'global',
    });
  }
  const dense = (part: string, keras: string, read: Value, units: number, back = false): number =>
    call.row('fc', [call.last(read).row], {
      part,
      options: { units, bias, per: 'place' },
      tensors: {
        weight: matrix(joined(call.weight('kernel', keras), back)),
        bias: vector(call.weight('bias', keras)),
      },
      learns: true,
    });
  const q = dense('q', 'query', query, heads * width);
  const k = dense('k', 'key', key, heads * width);
  const v = dense('v', 'value', value, heads * wide);
  const scores = call.row('matmul', [q, k], {
    part: 'scores',
    options: { heads, transpose: true, factor: 1 / Math.sqrt(width) },
  });
  const weights = call.row('softmax', [scores], { part: 'weights' });
  const mixed = call.row('matmul', [weights, v], { part: 'mixed', options: { heads } });
  const order = [1, 0];
  return { row: dense('out', 'attention_output', { row: mixed, order }, out, true), order };
};

/** Luong's: nothing is learned but perhaps one factor. */
export const dotAttention: Builder = (call) => {
  const [query, value, key] = readings(call);
  const ranks = [query, value, key].every((one) => one?.order.length === 2);
  const mode = string(call.config, 'score_mode') ?? 'dot';
  if (!query || !value || !key || !ranks || masks(call) || mode !== 'dot')
    return call.opaque('this attention is not known here', { rf: 'global' });
  const [q, v, k] = [query, value, key].map((one) => call.last(one).row) as [number, number, number];
  let scores = call.row('matmul', [q, k], { part: 'scores', options: { transpose: true } });
  if (flag(call.config, 'use_scale', false)) {
    const factor = call.row('parameter', [], {
      part: 'scale',
      options: { shape: 1, init: 1 },
      tensors: { weight: call.weight('scale') },
      learns: true,
    });
    scores = call.row('mul', [scores, factor], { part: 'scaled' });
  }
  const weights = call.row('softmax', [scores], { part: 'weights' });
  return { row: call.row('matmul', [weights, v]), order: [1, 0] };
};
