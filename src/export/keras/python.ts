// Python as black writes it: options, calls on one line where they fit, an argument a line else. No networks.

import type { Inner, Option, Options } from './value.js';

/** Lines are no longer. */
const WIDTH = 88;

export const text = (value: string): string =>
  `"${value.replace(/[\\"]/g, '\\$&').replace(/[^\x20-\x7e]/gu, escaped)}"`;

const escaped = (sign: string): string => {
  const code = (sign.codePointAt(0) ?? 0).toString(16);
  return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\U${code.padStart(8, '0')}`;
};

/** 0.00001 is 1e-5. */
const finite = (value: number): string =>
  Math.abs(value) < 1e-3 && value !== 0 ? value.toExponential() : String(value);

const number = (value: number): string =>
  Number.isFinite(value) ? finite(value) : `float("${Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'}")`;

const isInner = (option: Option): option is Inner => typeof option === 'object' && option !== null && 'layer' in option;

const isList = (option: Option): option is readonly Option[] => Array.isArray(option);

export const literal = (option: Option): string => {
  if (option === null) return 'None';
  if (typeof option === 'boolean') return option ? 'True' : 'False';
  if (typeof option === 'number') return number(option);
  if (typeof option === 'string') return text(option);
  if (isInner(option)) return `layers.${option.layer}(${argumentsOf(option.options, option.layer).join(', ')})`;
  if (isList(option)) return `(${option.map(literal).join(', ')}${option.length === 1 ? ',' : ''})`;
  return 'None';
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
    return isOwn && otherwise !== undefined && short === otherwise ? [] : [`${key}=${literal(short)}`];
  });
};

/** What functions.ts defines has defaults of its own: all is said. */
const OWN_DEFAULTS: Readonly<Record<string, true>> = { Scale: true, RMSNorm: true, Parameter: true };

/** An argument in lines, where it is longer than a line, as black breaks it. */
const wrapped = (argument: string, indent: string): string => {
  if (indent.length + argument.length + 1 <= WIDTH) return argument;
  if (argument.includes(' + ')) return argument.replaceAll(' + ', `\n${indent}+ `);
  if ((argument.match(CHAINED)?.length ?? 0) > 1) return argument.replace(CHAINED, `$1\n${indent}.$2(`);
  // At the last brackets that leave what stands before them short enough.
  const brackets = outerBrackets(argument);
  const found = brackets.findLast(([open]) => indent.length + open + 1 <= WIDTH) ?? brackets[0];
  if (!found) return argument;
  const [open, close] = found;
  const inner = `${indent}    `;
  const inside = argument.slice(open + 1, close);
  const isCall = /[\w)]/.test(argument[open - 1] ?? '');
  const fits = isCall && inner.length + inside.length <= WIDTH;
  const lines = fits
    ? `${inner}${inside}\n`
    : split(inside)
        .map((part) => `${inner}${wrapped(part, inner)},\n`)
        .join('');
  return `${argument.slice(0, open + 1)}\n${lines}${indent}${argument.slice(close)}`;
};

/** What is done with a tensor in turn. */
const CHAINED = /([)\]])\.(reshape|transpose)\(/g;

/** Where brackets that stand in no others open and close; none in a string count. */
const outerBrackets = (argument: string): readonly (readonly [open: number, close: number])[] => {
  const found: (readonly [number, number])[] = [];
  let [depth, open] = [0, 0];
  for (const [at, sign] of signsOutside(argument)) {
    if ('([{'.includes(sign)) {
      if (depth === 0) open = at;
      depth += 1;
    } else if (')]}'.includes(sign)) {
      depth -= 1;
      if (depth === 0) found.push([open, at]);
    }
  }
  return found;
};

/** The signs that stand in no string, with their places. */
function* signsOutside(code: string): Iterable<readonly [at: number, sign: string]> {
  let inside = false;
  for (let at = 0; at < code.length; at += 1) {
    const sign = code[at] ?? '';
    if (inside && sign === '\\') at += 1;
    else if (sign === '"') inside = !inside;
    else if (!inside) yield [at, sign];
  }
}

/** At commas outside of brackets. */
const split = (inside: string): readonly string[] => {
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  for (const [at, sign] of signsOutside(inside)) {
    if ('([{'.includes(sign)) depth += 1;
    else if (')]}'.includes(sign)) depth -= 1;
    else if (sign === ',' && depth === 0) {
      parts.push(inside.slice(start, at).trim());
      start = at + 1;
    }
  }
  const rest = inside.slice(start).trim();
  return rest === '' ? parts : [...parts, rest];
};

/** `x = layers.ReLU(name="relu")(y)`: `reads` are what the result is called on; absent where it is not called. */
export const statement = (
  indent: string,
  target: string,
  callee: string,
  args: readonly string[],
  reads?: readonly string[],
): string => {
  const read = reads === undefined ? '' : reads.length === 1 ? `(${reads[0]})` : `([${reads.join(', ')}])`;
  const head = `${indent}${target}${callee}(${args.join(', ')})`;
  if (head.length + read.length <= WIDTH) return `${head}${read}\n`;
  const inner = `${indent}    `;
  // The brackets of the layer stay on their line where only what it reads is too long.
  if (reads && reads.length > 1 && head.length + 1 <= WIDTH) return `${head}${brackets(indent, reads)}\n`;
  const exploded = `${indent}${target}${callee}(\n${args.map((arg) => `${inner}${wrapped(arg, inner)},\n`).join('')}${indent})`;
  if (indent.length + 1 + read.length <= WIDTH) return `${exploded}${read}\n`;
  return `${exploded}${brackets(indent, reads ?? [])}\n`;
};

/** `([a, b])` in lines. */
const brackets = (indent: string, reads: readonly string[]): string => {
  const inner = `${indent}    `;
  const line = `[${reads.join(', ')}]`;
  if (inner.length + line.length <= WIDTH) return `(\n${inner}${line}\n${indent})`;
  return `(\n${inner}[\n${reads.map((one) => `${inner}    ${one},\n`).join('')}${inner}]\n${indent})`;
};
