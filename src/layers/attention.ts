// attention: every place reads all places of what it attends to, in several heads. It expands to rows of plain kinds.

import { type Arg, flag, integer, optional } from '../core/args.js';
import { Problem } from '../core/diagnostic.js';
import { layer, type Part } from '../core/layer.js';
import { channels, product, type Shape, spatial } from '../core/shape.js';
import { needsVolume } from './family/convolution.js';
import { headsDivide } from './matmul.js';

const projected = integer('channels of the result; false: no projection', { min: 1 });

/** `false` is a size of 0, which nobody may write. */
const out: Arg<number | undefined> = {
  ...optional(projected, 'as many as come in'),
  schema: { anyOf: [{ const: false }, projected.schema] },
  convert: (value, axes, layout) => (value === false ? 0 : projected.convert(value, axes, layout)),
};

export default layer({
  doc: 'Attention in several heads (Vaswani et al., 2017). Queries, keys and values are dense layers of each place; every query is multiplied by all keys of its head and divided by the root of their length, a softmax over the keys makes weights of it, these are multiplied by the values, and a dense layer puts the heads together. With `from: [q, kv]` the queries are made of the first and the keys and values of the second.',
  role: 'weights',
  main: 'heads',
  inputs: 'many',
  args: {
    heads: integer('how many matrices the channels are divided into', { min: 1 }),
    dim: optional(integer('channels of queries, keys and values', { min: 1 }), 'as many as come in'),
    qkv_bias: flag('learn biases for queries, keys and values', { default: true }),
    out,
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
    const [queries, keys] = [input, other].map((shape) => (shape.length > 2 ? [inRow(shape)] : [])) as [Row[], Row[]];
    const [ofQueries, ofKeys] = [queries.length > 0 ? 'tokens' : 'input', keys.length > 0 ? 'memory' : 'input2'];
    const source = cross ? ofKeys : ofQueries;
    const { heads } = args;
    return [
      ...queries.map((to): Part => ({ name: 'tokens', kind: 'reshape', options: { to }, from: ['input'] })),
      ...(cross
        ? keys.map((to): Part => ({ name: 'memory', kind: 'reshape', options: { to }, from: ['input2'] }))
        : []),
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
      ...(queries.length > 0 ? [{ name: 'map', kind: 'reshape', options: { to: [...spatial(input), -1] } }] : []),
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
  ],
});

type Row = readonly number[];

/** All places behind each other, as shapes are written. */
const inRow = (shape: Shape): Row => [product(spatial(shape)), channels(shape)];
