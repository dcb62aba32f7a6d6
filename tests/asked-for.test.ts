// What people wanted to say and could not, each with its right figures: gates, axes, products, tables, constants, shared and frozen layers.

import { describe, expect, it } from 'vitest';
import { analyze } from '../src/analysis/analyze.js';
import { formatShape } from '../src/core/shape.js';
import { parse } from '../src/lang/parse.js';
import { layers } from '../src/layers/index.js';

interface Wanted {
  readonly what: string;
  readonly spec: string;
  /** Of the last row. */
  readonly out: string;
  readonly params: number;
  readonly macs?: number;
  readonly frozen?: number;
}

const WANTED: readonly Wanted[] = [
  {
    what: 'the gate of Attention U-Net: a map of one channel scales one of 64',
    spec: `inputs: {x: 64x64x64, g: 32x32x128}
layers:
  - {conv: 64, kernel: 1, from: g, name: wg}
  - {conv: 64, kernel: 1, stride: 2, from: x, name: wx}
  - {add: [wg, wx], act: relu}
  - {conv: 1, kernel: 1, act: sigmoid}
  - {upsample: 2, mode: bilinear, name: gate}
  - mul: [x, gate]
`,
    out: '64x64x64',
    params: 12481,
  },
  {
    what: "CBAM's spatial half: mean and largest over the channels",
    spec: `input: 32x48x64
layers:
  - {reduce: mean, over: c, name: mean}
  - {reduce: max, over: c, from: input, name: most}
  - concat: [mean, most]
  - {conv: 1, kernel: 7, padding: 3, bias: false, act: sigmoid, name: gate}
  - mul: [input, gate]
`,
    out: '32x48x64',
    params: 98,
    macs: 98 * 32 * 48,
  },
  {
    what: 'coordinate attention: strips of both axes behind each other',
    spec: `input: 32x48x64
layers:
  - {reduce: mean, over: w, name: rows}
  - sequence: [{reduce: mean, over: h}, {permute: [0, 2, 1]}]
    from: input
    name: columns
  - {concat: [rows, columns], axis: h}
  - {conv: 8, kernel: 1, bias: false, act: hardswish, name: both}
  - {slice: 32, axis: h}
  - {conv: 64, kernel: 1, bias: false, act: sigmoid, name: down}
  - {slice: 48, start: 32, axis: h, from: both.act}
  - {permute: [0, 2, 1]}
  - {conv: 64, kernel: 1, bias: false, act: sigmoid, name: across}
  - mul: [input, down, across]
`,
    out: '32x48x64',
    params: 3 * 8 * 64,
  },
  {
    what: "PointNet's T-net: points times a matrix that is computed from them",
    spec: `input: {length: 1024, channels: 3}
layers:
  - name: turn
    sequence: [{conv: 64, kernel: 1}, gmp, {fc: 9}, {reshape: 3x3}]
  - matmul: [input, turn]
`,
    out: '1024x3',
    params: 3 * 64 + 64 + 64 * 9 + 9,
    macs: 1024 * 3 * 64 + 64 * 9 + 1024 * 3 * 3,
  },
  {
    what: 'the last time step',
    spec: 'input: {length: 100, channels: 64}\nlayers: [{lstm: 64}, {take: -1, axis: w}]\n',
    out: '64',
    params: 33280,
  },
  { what: 'GRU', spec: 'input: {length: 100, channels: 64}\nlayers: [{gru: 64}]\n', out: '100x64', params: 24960 },
  {
    what: 'a class token and positions',
    spec: `input: {length: 196, channels: 768}
layers:
  - {parameter: 1x768, name: token}
  - {concat: [token, input], axis: w}
  - {parameter: 197x768, name: positions}
  - add: positions
  - {take: 0, axis: w}
`,
    out: '768',
    params: 768 + 197 * 768,
  },
  {
    what: "attention's two products are counted",
    spec: 'input: {length: 197, channels: 768}\nlayers: [{attention: 12}]\n',
    out: '197x768',
    params: 4 * (768 * 768 + 768),
    macs: 4 * 197 * 768 * 768 + 2 * 197 * 197 * 768,
  },
  {
    what: 'cross attention',
    spec: `inputs: {q: 10x64, kv: 50x32}
layers: [{attention: 4, from: [q, kv]}]
`,
    out: '10x64',
    params: 2 * (64 * 64 + 64) + 2 * (32 * 64 + 64),
    macs: 2 * 10 * 64 * 64 + 2 * 50 * 32 * 64 + 2 * 10 * 50 * 64,
  },
  {
    what: 'a Siamese distance of constants and powers',
    spec: `inputs: {left: 16, right: 16}
layers:
  - sub: [left, right]
  - {pow: 2}
  - {reduce: sum, over: c}
  - {plus: 1e-6}
  - sqrt
`,
    out: '1',
    params: 0,
  },
  {
    what: "Keras's Rescaling",
    spec: 'input: 28x28x3\nlayers: [{times: 1/127.5}, {plus: -1}]\n',
    out: '28x28x3',
    params: 0,
  },
  {
    what: 'one learned scalar',
    spec: 'input: 28x28x64\nlayers:\n  - {parameter: 1, name: scale}\n  - mul: [input, scale]\n',
    out: '28x28x64',
    params: 1,
  },
  {
    what: 'a layer that there is no word for',
    spec: 'input: 32x32x64\nlayers: [{opaque: DeformConv, out: 32x32x64, params: 47314, macs: 42M}, {conv: 8, kernel: 1}]\n',
    out: '32x32x8',
    params: 47314 + 520,
    macs: 42e6 + 512 * 1024,
  },
  {
    what: 'one encoder twice',
    spec: `inputs: {left: 105x105x1, right: 105x105x1}
blocks: {twin: {layers: [{conv: 64, kernel: 10, act: relu}, {maxpool: 2}]}}
layers:
  - {twin, from: left, name: a}
  - {twin, from: right, share: a, name: b}
  - sub: [a, b]
  - abs
`,
    out: '48x48x64',
    params: 6464,
  },
  {
    what: 'frozen layers, and a norm without a shift',
    spec: 'input: 32x32x3\nlayers: [{conv: 64, kernel: 3, frozen: true}, {bn, shift: false}]\n',
    out: '30x30x64',
    params: 1792 + 64,
    frozen: 1792,
  },
  {
    what: 'dense layers per place',
    spec: 'input: 7x7x512\nlayers: [{fc: 64, per: place}]\n',
    out: '7x7x64',
    params: 512 * 64 + 64,
    macs: 49 * 512 * 64,
  },
  {
    what: 'a pool that keeps an axis',
    spec: 'input: 32x48x64\nlayers: [{adaptiveavgpool: [null, 1]}]\n',
    out: '32x1x64',
    params: 0,
  },
  {
    what: 'causal padding',
    spec: 'input: 100x4\nlayers: [{conv: 4, kernel: 3, dilation: 4, padding: causal}]\n',
    out: '100x4',
    params: 52,
  },
  {
    what: 'a separable layer with a multiplier',
    spec: 'input: 32x32x8\nlayers: [{separable: 16, kernel: 3, multiplier: 2}]\n',
    out: '30x30x16',
    params: 8 * 2 * 9 + 16 * 16 + 16,
  },
  {
    what: 'output padding under same',
    spec: 'input: 16x16x8\nlayers: [{convtranspose: 4, kernel: 3, stride: 2, padding: same, output_padding: 1}]\n',
    out: '32x32x4',
    params: 8 * 4 * 9 + 4,
  },
];

describe('what people wanted to say', () => {
  it.each(WANTED)('$what', ({ spec, out, params, macs, frozen = 0 }) => {
    const { rows, totals, diagnostics } = analyze(parse(spec, { registry: layers }));
    expect(diagnostics.filter(({ severity }) => severity !== 'note')).toEqual([]);
    expect({
      out: formatShape(rows.at(-1)?.node.facts?.output ?? []),
      params: totals.params,
      frozen: totals.frozen,
    }).toEqual({ out, params, frozen });
    if (macs !== undefined) expect(totals.macs).toBe(macs);
  });
});
