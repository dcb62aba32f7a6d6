// attention: every place reads all places of what it attends to, in several heads. It expands to rows of plain kinds.

import { type Arg, flag, integer, optional, word } from '../core/args.js';
import { isProblem, Problem } from '../core/diagnostic.js';
import { layer, type Part } from '../core/layer.js';
import { channels, formatShape, product, type Shape, spatial } from '../core/shape.js';
import { axesOf } from './family/axes.js';
import { needsVolume } from './family/convolution.js';
import { headsDivide } from './matmul.js';

const projected = integer('channels of the result; false: no projection', { min: 1 });

/** `false` is a size of 0, which nobody may write. */
const out: Arg<number | undefined> = {
  ...optional(projected, 'as many as come in'),
  schema: { anyOf: [{ const: false }, projected.schema] },
  convert: (value, axes, layout) => (value === false ? 0 : projected.convert(value, axes, layout)),
};

export default layer(() => ({
  doc: 'Attention in several heads (Vaswani et al., 2017). Queries, keys and values are dense layers of each place; every query is multiplied by all keys of its head and divided by the root of their length, a softmax over the keys makes weights of it, these are multiplied by the values, and a dense layer puts the heads together. With `over: w`, or `h`, each place attends to those along that axis only. With `from: [q, kv]` the queries are made of the first and the keys and values of the second.',
  role: 'weights',
  main: 'heads',
  inputs: 'many',
  args: {
    heads: integer('how many matrices the channels are divided into', { min: 1 }),
    dim: optional(integer('channels of queries, keys and values', { min: 1 }), 'as many as come in'),
    qkv_bias: flag('learn biases for queries, keys and values', { default: true }),
    out,
    over: word('the places that are attended to: all, or those along an axis', ['all', 'h', 'w'], { default: 'all' }),
    bias: flag('learn a bias in the projection', { default: true }),
  },
  label: ({ heads }) => `${heads} heads`,

  expand(args, input, inputs) {
    const [, other = input, ...more] = inputs;
    if (more.length > 0)
      return new Problem(
        'graph/inputs',
        `attention reads one tensor or two, not ${inputs.length}`,
        'name what the queries are made of, then what the keys and values are: from: [q, kv]',
      );
    const refused = needsVolume(input) ?? needsVolume(other);
    if (refused) return refused;
    const width = args.dim ?? channels(input);
    const undivided = headsDivide(args.heads, width);
    if (undivided) return undivided;
    const cross = inputs.length > 1;
    const dense = (name: string, units: number, bias: boolean, from?: string): Part => ({
      name,
      kind: 'fc',
      options: { units, bias, per: 'place' },
      ...(from !== undefined && { from: [from] }),
    });
    const [queries, keys] = [rowsOf(args.over, input), rowsOf(args.over, other)];
    if (isProblem(queries)) return queries;
    if (isProblem(keys)) return keys;
    const [ofQueries, ofKeys] = [queries ? 'tokens' : 'input', keys ? 'memory' : 'input2'];
    const source = cross ? ofKeys : ofQueries;
    const { heads } = args;
    return [
      ...(queries ? [{ name: 'tokens', ...queries.there, from: ['input'] }] : []),
      ...(cross && keys ? [{ name: 'memory', ...keys.there, from: ['input2'] }] : []),
      dense('q', width, args.qkv_bias, ofQueries),
      dense('k', width, args.qkv_bias, source),
      dense('v', width, args.qkv_bias, source),
      {
        name: 'scores',
        kind: 'matmul',
        options: { heads, transpose: true, factor: 1 / Math.sqrt(width / heads) },
        from: ['q', 'k'],
      },
      { name: 'weights', kind: 'softmax', options: {} },
      { name: 'mixed', kind: 'matmul', options: { heads }, from: ['weights', 'v'] },
      ...(args.out === 0 ? [] : [dense('out', args.out ?? channels(input), args.bias)]),
      ...(queries ? [{ name: 'map', ...queries.back }] : []),
    ];
  },

  examples: [
    `
input: 197x768
layers:
  - {attention: 12}                        # => 197x768, params 2362368
  - {attention: 12, qkv_bias: false, out: false} # => 197x768, params 1769472
  - {attention: 7}                         # error: shape/heads
`,
    `
input: 16x16x64
layers:
  - {attention: 4, name: self}             # => 16x16x64, params 16640
  - {conv: 32, kernel: 2, stride: 2, name: memory} # => 8x8x32
  - {attention: 4, from: [self, memory]}   # => 16x16x64, params 12544
`,
    `
input: 16x32x64
layers:
  - {attention: 4, over: h}                # => 16x32x64, params 16640, macs 9437184
  - {attention: 4, over: w}                # => 16x32x64, params 16640, macs 10485760
  - {attention: 4}                         # => 16x32x64, params 16640, macs 41943040
`,
  ],
}));

type Step = Pick<Part, 'kind' | 'options'>;

/** What brings the places that attend to each other into one row, and back; undefined where they are. */
const rowsOf = (over: 'all' | 'h' | 'w', shape: Shape): { there: Step; back: Step } | undefined | Problem => {
  const sizes = spatial(shape);
  if (over === 'all')
    return sizes.length === 1
      ? undefined
      : {
          there: { kind: 'reshape', options: { to: [product(sizes), channels(shape)] } },
          back: { kind: 'reshape', options: { to: [...sizes, -1] } },
        };
  const found = axesOf(over, shape, 'over');
  if (isProblem(found)) return found;
  if (sizes.length > 2)
    return new Problem(
      'shape/axis',
      (layout) => `${formatShape(shape, layout)} has more than a height and a width`,
      'write over: all, or reshape it to as many rows before: reshape',
      'over',
    );
  const turn: Step = { kind: 'permute', options: { order: [0, 2, 1] } };
  return over === 'w' ? undefined : { there: turn, back: turn };
};
