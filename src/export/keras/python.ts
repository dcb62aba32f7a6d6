// Options of layers as Python writes them, what Keras does anyway left out, and layers called on what they read. No networks.

import { laid } from '../python/layout.js';
import { literal } from '../python/literal.js';
import type { Inner, Option, Options } from './value.js';

const isInner = (option: Option): option is Inner => typeof option === 'object' && option !== null && 'layer' in option;

const isList = (option: Option): option is readonly Option[] => Array.isArray(option);

/** An option as it is written. */
export const optionText = (option: Option): string => {
  if (isInner(option)) return `layers.${option.layer}(${argumentsOf(option.options, option.layer).join(', ')})`;
  if (isList(option)) return `(${option.map(optionText).join(', ')}${option.length === 1 ? ',' : ''})`;
  return literal(option);
};

/** Options where one number may stand for all axes. */
const PER_AXIS: ReadonlySet<string> = new Set([
  ...['kernel_size', 'strides', 'pool_size', 'dilation_rate', 'size', 'padding', 'cropping'],
]);

/** `((3, 3), (3, 3))` is 3, `((1, 1), (0, 0))` is (1, 0). */
const shortened = (option: Option): Option => {
  if (!isList(option)) return option;
  const [first] = option;
  const all = (list: readonly Option[]): boolean => list.every((one) => one === list[0]);
  if (option.every((one) => isList(one) && all(one)))
    return shortened(option.map((one) => (isList(one) ? (one[0] ?? 0) : one)));
  return all(option) && first !== undefined ? first : option;
};

/** What Keras has where nothing is said. */
const DEFAULTS: Options = {
  strides: 1,
  padding: 'valid',
  dilation_rate: 1,
  groups: 1,
  use_bias: true,
  depth_multiplier: 1,
  interpolation: 'nearest',
  merge_mode: 'concat',
  recurrent_activation: 'sigmoid',
  reset_after: true,
  return_sequences: false,
  normalize: false,
  center: true,
  offset: 0,
  shared_axes: null,
};

/** Those of some layers besides. */
const DEFAULTS_OF: Readonly<Record<string, Options>> = {
  BatchNormalization: { axis: -1, scale: true },
  LayerNormalization: { axis: -1, scale: true },
  GroupNormalization: { axis: -1, scale: true },
  Softmax: { axis: -1 },
  Concatenate: { axis: -1 },
  LSTM: { activation: 'tanh' },
  GRU: { activation: 'tanh' },
  SimpleRNN: { activation: 'tanh' },
  Rescaling: {},
};

/** `kernel_size=3`, what Keras does anyway left out. */
export const argumentsOf = (options: Options, className: string): readonly string[] => {
  const isPool = className.includes('Pooling');
  const isOwn = !(className in OWN_DEFAULTS);
  return Object.entries(options).flatMap(([key, option]) => {
    const short = PER_AXIS.has(key) && isOwn ? shortened(option) : option;
    // A pool moves by its size where nothing else is said.
    const usual = isPool && key === 'strides' ? shortened(options['pool_size'] ?? 1) : undefined;
    if (usual !== undefined && JSON.stringify(short) === JSON.stringify(usual)) return [];
    const otherwise = isPool && key === 'strides' ? undefined : (DEFAULTS_OF[className]?.[key] ?? DEFAULTS[key]);
    return isOwn && otherwise !== undefined && short === otherwise ? [] : [`${key}=${optionText(short)}`];
  });
};

/** What functions.ts defines has defaults of its own: all is said. */
const OWN_DEFAULTS: Readonly<Record<string, true>> = { Scale: true, RMSNorm: true, Parameter: true };

/** `x = layers.ReLU(name="relu")(y)`: `reads` are what the result is called on; absent where it is not called. */
export const statement = (
  target: string,
  callee: string,
  args: readonly string[],
  reads?: readonly string[],
): readonly string[] => {
  const read = reads === undefined ? '' : reads.length === 1 ? `(${reads[0]})` : `([${reads.join(', ')}])`;
  return laid(`${target}${callee}(${args.join(', ')})${read}`, 1);
};
