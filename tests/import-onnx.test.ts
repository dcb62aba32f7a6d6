// ONNX files: whole networks against PyTorch and onnxruntime, operators against their values, what the versions of the format differ
// in, and files that are damaged. The files are in fixtures/import/onnx, each beside what makes it; small ones are made here.

import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Analysis } from '../src/analysis/analysis.js';
import { labelOf } from '../src/core/graph.js';
import { product } from '../src/core/shape.js';
import type { StoredTensor } from '../src/core/stored.js';
import { readOnnx } from '../src/import/onnx.js';
import { grown } from '../src/lang/grown.js';
import { layers } from '../src/layers/index.js';
import { parameters } from '../src/run/network.js';
import { asHere, farthest, type Imported, imported, outputsOf } from './imported.js';
import { type ModelData, type NodeData, onnxOf, type TensorData } from './onnx-files.js';

const folder = new URL('fixtures/import/onnx/', import.meta.url);
const bytes = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, folder)));
const unpacked = (name: string): Uint8Array => new Uint8Array(gunzipSync(bytes(name)));
const json = (name: string) =>
  JSON.parse(new TextDecoder().decode(name.endsWith('.gz') ? unpacked(name) : bytes(name)));

const read = async (...given: Parameters<typeof imported>): Promise<Imported> => {
  const network = await imported(...given);
  if (!network) throw new Error('no format that is known');
  return network;
};

/** What was told that is no note. */
const told = ({ diagnostics }: Analysis): readonly string[] =>
  diagnostics.filter(({ severity }) => severity !== 'note').map(({ code, message }) => `${code} ${message}`);

const macsOf = (analysis: Analysis): readonly number[] =>
  analysis.rows.flatMap(({ figures }) => (figures?.macs ? [figures.macs] : []));

// --- whole networks --------------------------------------------------------------------------------------------------

interface Expected {
  readonly params: number;
  /** Floats in the file's initializers: parameters and running statistics. */
  readonly elements: number;
  readonly macs: Readonly<Record<string, number>>;
}

describe('networks as PyTorch exports them, every layer', () => {
  it.each(Object.entries(json('networks/expected.json.gz') as Record<string, Expected>))(
    '%s',
    async (name, { params, elements, macs }) => {
      const { analysis } = await read(unpacked(`networks/${name}.onnx.gz`));
      expect(told(analysis)).toEqual([]);
      // Where the exporter has folded the normalisations their parameters are in the convolutions.
      const { params: own, buffers } = analysis.totals;
      expect((own ?? 0) + (buffers ?? 0)).toBe(elements);
      if (!name.endsWith('.fused')) expect(own).toBe(params);
      const left = [...macsOf(analysis)];
      for (const [output, expected] of Object.entries(macs)) {
        const at = left.indexOf(expected);
        expect(at, `${output}: ${expected}`).toBeGreaterThanOrEqual(0);
        left.splice(at, 1);
      }
    },
  );
});

interface Exported {
  readonly params: number;
  readonly macs: number;
  readonly input: readonly number[];
  readonly output?: string;
}

/** The numbers of a weight by its name, as the script beside the files makes them. */
const valuesOf = (name: string, shape: readonly number[]): Float32Array => {
  const count = product(shape);
  const [low, high] = name.endsWith('running_var')
    ? [0.5, 1.5]
    : shape.length >= 2
      ? [-Math.sqrt(3 / (count / (shape[0] ?? 1))), Math.sqrt(3 / (count / (shape[0] ?? 1)))]
      : name.endsWith('weight')
        ? [0.9, 1.1]
        : [-0.1, 0.1];
  const seed = crc32(name);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i += 1) {
    let x = (Math.imul(i, 2654435761) + seed) >>> 0;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    values[i] = low + ((high - low) * ((x ^ (x >>> 16)) >>> 0)) / 2 ** 32;
  }
  return values;
};

const crc32 = (text: string): number => {
  let crc = -1;
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
};

describe('networks of torchvision, parameters, multiply-accumulates and outputs', () => {
  const exported: Record<string, Exported> = json('torchvision.json');
  it('are many', () => expect(Object.keys(exported).length).toBeGreaterThanOrEqual(25));
  it.each(Object.entries(exported))('%s', { timeout: 60_000 }, async (name, { params, macs, input, output }) => {
    const { analysis, tensors } = await read(unpacked(`torchvision/${name}.onnx.gz`));
    expect(told(analysis)).toEqual([]);
    expect(analysis.totals.params).toBe(params);
    // Of windows that are functions PyTorch calls no layers, whose operations could be counted.
    if (name !== 'swin_t') expect(analysis.totals.macs).toBe(macs);
    if (output === undefined) return;
    const filled = new Map(
      [...tensors].map(([key, { shape, dtype }]): [string, StoredTensor] => [
        key,
        { shape, dtype, load: () => valuesOf(key, shape) },
      ]),
    );
    const scale = Math.fround(Math.sqrt(product(input.slice(1))));
    const image = { shape: input, data: valuesOf('input', input).map((value) => value * scale) };
    const inputName = analysis.graph.nodes[0]?.name ?? '';
    const [made] = await outputsOf(analysis, filled, { [inputName]: image });
    const wanted = numbersOf(output);
    const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(farthest(made?.data ?? [], wanted) / largest).toBeLessThan(1e-5);
  });
});

// --- operators -------------------------------------------------------------------------------------------------------

interface Values {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

describe('small graphs, values', () => {
  const files = readdirSync(new URL('tiny/', folder)).filter((name) => name.endsWith('.json'));
  it.each(files)('%s', async (file) => {
    const { model, inputs, outputs } = json(`tiny/${file}`);
    const { analysis, tensors } = await read(bytes(`tiny/${model}`));
    expect(told(analysis)).toEqual([]);
    const given = Object.values(inputs as Record<string, Values>).map(({ shape, data }, i) => [
      analysis.graph.nodes[i]?.name ?? '',
      { shape, data: Float32Array.from(data) },
    ]);
    const made = await outputsOf(analysis, tensors, Object.fromEntries(given));
    const wanted = Object.values(outputs as Record<string, Values>);
    expect(made.length).toBe(wanted.length);
    for (const [i, { data }] of wanted.entries()) expect(farthest(made[i]?.data ?? [], data)).toBeLessThan(1e-4);
  });
});

interface Packed {
  readonly shape: readonly number[];
  /** Float32 in base64. */
  readonly data: string;
}

const numbersOf = (data: string): Float32Array =>
  new Float32Array(Uint8Array.from(atob(data), (c) => c.charCodeAt(0)).buffer);

interface Layers {
  readonly onnx: string;
  readonly params: number;
  readonly inputs: readonly Packed[];
  readonly outputs: readonly Packed[];
}

/** What the exporter has made one tensor of, or computed of the weights: more parameters than the layer has. */
const FOLDED: readonly string[] = ['conv weight norm', 'batch norm 1d', 'conv of a sequence'];

describe('layers as PyTorch exports them, values and parameters', () => {
  it.each(Object.entries(json('layers.json.gz') as Record<string, Layers>))('%s', async (name, one) => {
    const { analysis, tensors, orders } = await read(Uint8Array.from(atob(one.onnx), (c) => c.charCodeAt(0)));
    expect(told(analysis)).toEqual([]);
    const given = one.inputs.map(({ shape, data }, i) => [
      `x${i}`,
      asHere({ shape, data: numbersOf(data) }, orders.get(`x${i}`)),
    ]);
    const made = await outputsOf(analysis, tensors, Object.fromEntries(given));
    expect(made.map(({ shape }) => shape)).toEqual(one.outputs.map(({ shape }) => shape));
    for (const [i, { data }] of one.outputs.entries())
      expect(farthest(made[i]?.data ?? [], numbersOf(data))).toBeLessThan(1e-4);
    if (!FOLDED.includes(name)) expect(analysis.totals.params).toBe(one.params);
  });
});

interface Edge {
  readonly name: string;
  readonly input: Values;
  readonly torch_equivalent: Values | null;
  readonly onnxruntime: Values | null;
}

describe('edge cases, as PyTorch or onnxruntime has them', () => {
  it.each((json('edge/cases.json') as Edge[]).map((one) => [one.name, one] as const))('%s', async (name, one) => {
    const { analysis, tensors } = await read(bytes(`edge/${name}.onnx`));
    expect(told(analysis)).toEqual([]);
    const { shape, data } = one.input;
    const inputName = analysis.graph.nodes[0]?.name ?? '';
    const [made] = await outputsOf(analysis, tensors, { [inputName]: { shape, data: Float32Array.from(data) } });
    const known = [one.torch_equivalent, one.onnxruntime].flatMap((values) => values?.data ?? []);
    expect(known.length).toBeGreaterThan(0);
    const nearest = [one.torch_equivalent, one.onnxruntime].map((values) =>
      farthest(made?.data ?? [], values?.data ?? []),
    );
    expect(Math.min(...nearest)).toBeLessThan(1e-4);
  });
});

// --- one node --------------------------------------------------------------------------------------------------------

const INPUT = [1, 2, 3, 4] as const;
const ramp = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => (i % 7) - 2.5 + i / 16);

/** A model of one node, and what it makes of a ramp. */
const made = async (
  node: Partial<NodeData> & Pick<NodeData, 'op'>,
  { dims = INPUT, ...more }: Partial<ModelData> & { readonly dims?: readonly number[] } = {},
): Promise<readonly number[] | string> => {
  const names = Object.keys(more.initializers ?? {});
  const file = onnxOf({
    nodes: [{ in: ['x', ...names], out: ['y'], ...node }],
    inputs: { x: dims },
    outputs: { y: null },
    ...more,
  });
  const { analysis, tensors } = await read(file);
  const said = told(analysis);
  if (said.length > 0) return said.join();
  const data = Float32Array.from(ramp(product(dims)));
  const [first] = await outputsOf(analysis, tensors, { x: { shape: dims, data } });
  return [...(first?.data ?? [])].map((value) => Math.round(value * 1e4) / 1e4);
};

const ints = (...all: readonly number[]) => ({ ints: all });
const int64 = (...data: readonly number[]): TensorData => ({ dims: [data.length], data, type: 7 });
const floats = (...data: readonly number[]): TensorData => ({ dims: [data.length], data });
const scalar = (value: number): TensorData => ({ dims: [], data: [value] });
const x = ramp(24);
const at = (c: number, h: number, w: number): number => x[c * 12 + h * 4 + w] ?? Number.NaN;
const rounded = (values: readonly number[]): readonly number[] => values.map((value) => Math.round(value * 1e4) / 1e4);

/** What was an attribute and became an input, and the other way round: both give the same. */
type Made = readonly [Parameters<typeof made>[0], NonNullable<Parameters<typeof made>[1]>];

const SAME: readonly (readonly [name: string, first: Made, ...others: Made[]])[] = [
  [
    'Clip',
    [{ op: 'Clip', attributes: { min: { f: -1 }, max: { f: 1.5 } } }, { opset: 10 }],
    [{ op: 'Clip' }, { opset: 13, initializers: { lo: scalar(-1), hi: scalar(1.5) } }],
  ],
  [
    'Pad',
    [{ op: 'Pad', attributes: { pads: ints(0, 0, 1, 0, 0, 0, 0, 2), value: { f: 0.5 } } }, { opset: 10 }],
    [{ op: 'Pad' }, { opset: 13, initializers: { pads: int64(0, 0, 1, 0, 0, 0, 0, 2), value: scalar(0.5) } }],
    [{ op: 'Pad' }, { opset: 18, initializers: { pads: int64(1, 0, 0, 2), value: scalar(0.5), axes: int64(2, 3) } }],
  ],
  [
    'Slice',
    [{ op: 'Slice', attributes: { starts: ints(1), ends: ints(3), axes: ints(3) } }, { opset: 9 }],
    [{ op: 'Slice' }, { opset: 13, initializers: { starts: int64(-3), ends: int64(-1), axes: int64(-1) } }],
  ],
  [
    'Reshape',
    [{ op: 'Reshape', in: ['x'], attributes: { shape: ints(0, 3, -1) } }, { opset: 4 }],
    [{ op: 'Reshape' }, { opset: 13, initializers: { shape: int64(1, 3, 8) } }],
  ],
  [
    'Squeeze behind a mean',
    [{ op: 'ReduceMean', attributes: { axes: ints(2), keepdims: { i: 0 } } }, { opset: 13 }],
    [
      { op: 'ReduceMean', attributes: { keepdims: { i: 0 } } },
      { opset: 18, initializers: { axes: int64(-2) } },
    ],
  ],
  [
    'Upsample',
    [{ op: 'Upsample', attributes: { scales: { floats: [1, 1, 2, 2] } } }, { opset: 7 }],
    [{ op: 'Upsample' }, { opset: 9, initializers: { scales: floats(1, 1, 2, 2) } }],
    [
      {
        op: 'Resize',
        in: ['x', '', 'scales'],
        attributes: { coordinate_transformation_mode: { s: 'asymmetric' }, nearest_mode: { s: 'floor' } },
      },
      { opset: 13, initializers: { scales: floats(1, 1, 2, 2) } },
    ],
    [
      { op: 'Resize', in: ['x', '', '', 'sizes'] },
      { opset: 13, initializers: { sizes: int64(1, 2, 6, 8) } },
    ],
  ],
  [
    'Softmax over all from an axis on',
    [{ op: 'Softmax', attributes: { axis: { i: 3 } } }, { opset: 11 }],
    [{ op: 'Softmax', attributes: { axis: { i: -1 } } }, { opset: 13 }],
    [{ op: 'Softmax' }, { opset: 17 }],
  ],
];

describe('what versions of the format differ in', () => {
  it.each(SAME.map(([name, ...all]) => [name, all] as const))('%s', async (_, all) => {
    const [first, ...others] = await Promise.all(all.map(([node, more]) => made(node, more)));
    expect(first).toBeInstanceOf(Array);
    for (const other of others) expect(other).toEqual(first);
  });
});

/** One node of an operator, and what comes out of the ramp x[c][h][w]. */
const VALUES: readonly (readonly [
  name: string,
  Parameters<typeof made>[0],
  Parameters<typeof made>[1],
  readonly number[],
])[] = [
  ['Flatten from axis 2', { op: 'Flatten', attributes: { axis: { i: 2 } } }, {}, x],
  [
    'Transpose, an output in another order',
    { op: 'Transpose', attributes: { perm: ints(0, 2, 3, 1) } },
    {},
    [0, 1, 2].flatMap((h) => [0, 1, 2, 3].flatMap((w) => [0, 1].map((c) => at(c, h, w)))),
  ],
  [
    'Gather of one place',
    { op: 'Gather', attributes: { axis: { i: 2 } } },
    { initializers: { i: { ...scalar(1), type: 7 } } },
    [0, 1].flatMap((c) => [0, 1, 2, 3].map((w) => at(c, 1, w))),
  ],
  [
    'Slice by steps',
    { op: 'Slice' },
    { initializers: { s: int64(1), e: int64(99), a: int64(3), st: int64(2) } },
    [0, 1].flatMap((c) => [0, 1, 2].flatMap((h) => [1, 3].map((w) => at(c, h, w)))),
  ],
  [
    'ReduceMin',
    { op: 'ReduceMin', attributes: { axes: ints(1), keepdims: { i: 1 } } },
    {},
    [0, 1, 2].flatMap((h) => [0, 1, 2, 3].map((w) => Math.min(at(0, h, w), at(1, h, w)))),
  ],
  [
    'a number divided by x',
    { op: 'Div', in: ['two', 'x'] },
    { initializers: { two: scalar(2) } },
    x.map((value) => 2 / value),
  ],
  [
    'a number less x',
    { op: 'Sub', in: ['two', 'x'] },
    { initializers: { two: scalar(2) } },
    x.map((value) => 2 - value),
  ],
  [
    'a strip that is added',
    { op: 'Add' },
    { initializers: { b: { dims: [1, 1, 3, 1], data: [1, 2, 3] } } },
    [0, 1].flatMap((c) => [0, 1, 2].flatMap((h) => [0, 1, 2, 3].map((w) => at(c, h, w) + h + 1))),
  ],
  [
    'a learned factor for each channel',
    { op: 'Mul' },
    { initializers: { 'layer.scale': { dims: [2, 1, 1], data: [2, 3] } } },
    [0, 1].flatMap((c) => [0, 1, 2].flatMap((h) => [0, 1, 2, 3].map((w) => at(c, h, w) * (c + 2)))),
  ],
  [
    'MatMul of the last axis',
    { op: 'MatMul' },
    { initializers: { w: { dims: [4, 1], data: [1, 2, 3, 4] } } },
    [0, 1].flatMap((c) => [0, 1, 2].map((h) => [0, 1, 2, 3].reduce((sum, w) => sum + at(c, h, w) * (w + 1), 0))),
  ],
  [
    'MatMul with the stored one in front',
    { op: 'MatMul', in: ['w', 'x'] },
    { initializers: { w: { dims: [1, 3], data: [1, 2, 3] } } },
    [0, 1].flatMap((c) => [0, 1, 2, 3].map((w) => [0, 1, 2].reduce((sum, h) => sum + at(c, h, w) * (h + 1), 0))),
  ],
  [
    'float16',
    { op: 'Add' },
    { initializers: { b: { dims: [], data: [0x3c00], type: 10 } } },
    x.map((value) => value + 1),
  ],
  [
    'float16 as numbers',
    { op: 'Add' },
    { initializers: { b: { dims: [], data: [0x4000], type: 10, field: 5 } } },
    x.map((value) => value + 2),
  ],
  [
    'bfloat16',
    { op: 'Add' },
    { initializers: { b: { dims: [], data: [0x3f80], type: 16 } } },
    x.map((value) => value + 1),
  ],
  [
    'double',
    { op: 'Add' },
    { initializers: { b: { dims: [], data: [0.25], type: 11, field: 10 } } },
    x.map((value) => value + 0.25),
  ],
  [
    'floats as numbers',
    { op: 'Add' },
    { initializers: { b: { dims: [], data: [0.25], field: 4 } } },
    x.map((value) => value + 0.25),
  ],
  [
    'Split, the second',
    { op: 'Split', out: ['', 'y'], attributes: { axis: { i: 3 } } },
    { opset: 18, initializers: { s: int64(1, 3) } },
    [0, 1].flatMap((c) => [0, 1, 2].flatMap((h) => [1, 2, 3].map((w) => at(c, h, w)))),
  ],
  [
    'LpPool',
    { op: 'LpPool', attributes: { kernel_shape: ints(3, 4) } },
    {},
    [0, 1].map((c) => Math.hypot(...[0, 1, 2].flatMap((h) => [0, 1, 2, 3].map((w) => at(c, h, w))))),
  ],
  [
    'GlobalLpPool',
    { op: 'GlobalLpPool', attributes: { p: { i: 1 } } },
    {},
    [0, 1].map((c) => [0, 1, 2].flatMap((h) => [0, 1, 2, 3].map((w) => Math.abs(at(c, h, w)))).reduce((a, b) => a + b)),
  ],
  [
    'Tile',
    { op: 'Tile' },
    { initializers: { r: int64(1, 1, 1, 2) } },
    [0, 1].flatMap((c) => [0, 1, 2].flatMap((h) => [0, 1, 2, 3, 0, 1, 2, 3].map((w) => at(c, h, w)))),
  ],
];

describe('operators by themselves', () => {
  it.each(VALUES)('%s', async (_, node, more, wanted) => expect(await made(node, more)).toEqual(rounded(wanted)));
});

it('pads and resizes by what is computed of shapes', async () => {
  const constant = (t: TensorData, out: string): NodeData => ({
    op: 'Constant',
    in: [],
    out: [out],
    attributes: { value: { t } },
  });
  const file = onnxOf({
    inputs: { x: [1, 2, 3, 4] },
    outputs: { y: null },
    nodes: [
      { op: 'Shape', in: ['x'], out: ['shape'] },
      constant({ dims: [], data: [2], type: 7 }, 'two'),
      { op: 'Gather', in: ['shape', 'two'], out: ['h'] },
      { op: 'Mul', in: ['h', 'two'], out: ['twice'] },
      constant({ dims: [1], data: [0], type: 7 }, 'zero'),
      { op: 'Unsqueeze', in: ['twice', 'zero'], out: ['sizes'] },
      { op: 'Slice', in: ['shape', 'zero', 'until'], out: ['front'] },
      constant({ dims: [1], data: [2], type: 7 }, 'until'),
      { op: 'Concat', in: ['front', 'sizes', 'sizes'], out: ['all'], attributes: { axis: { i: 0 } } },
      { op: 'Cast', in: ['all'], out: ['whole'], attributes: { to: { i: 7 } } },
      { op: 'Resize', in: ['x', '', '', 'whole'], out: ['y'], attributes: { mode: { s: 'linear' } } },
    ],
  });
  const { analysis } = await read(file);
  expect(told(analysis)).toEqual([]);
  expect(analysis.rows.map(({ node }) => [node.kind.name, labelOf(node)])).toEqual([['upsample', 'to 6x6 bilinear']]);
});

it('reads pictures with their channels last, as exporters of TensorFlow write them, and arrays of them', async () => {
  const file = onnxOf({
    nodes: [
      { op: 'Transpose', in: ['x'], out: ['a'], attributes: { perm: ints(0, 3, 1, 2) } },
      {
        op: 'Conv',
        in: ['a', 'c/kernel'],
        out: ['b'],
        attributes: { auto_pad: { s: 'SAME_UPPER' }, strides: ints(2, 2) },
      },
      { op: 'Transpose', in: ['b'], out: ['y'], attributes: { perm: ints(0, 2, 3, 1) } },
    ],
    inputs: { x: ['N', 6, 5, 3] },
    outputs: { y: null },
    initializers: { 'c/kernel': { dims: [4, 3, 3, 3], data: ramp(108) } },
  });
  const { analysis, orders } = await read(file);
  expect(told(analysis)).toEqual([]);
  expect([...orders]).toEqual([['x', [2, 0, 1]]]);
  expect(analysis.rows.map(({ node }) => [node.name, node.kind.name, node.facts?.output])).toEqual([
    ['c', 'conv', [4, 3, 3]],
    ['y', 'permute', [3, 3, 4]],
  ]);
});

it('inlines the functions of a model, and goes on in no circle', async () => {
  const call: NodeData = {
    op: 'Twice',
    domain: 'mine',
    in: ['x'],
    out: ['y'],
    name: 'call',
    attributes: { by: { f: 3 } },
  };
  const body: NodeData[] = [
    { op: 'Relu', in: ['in'], out: ['a'] },
    { op: 'LeakyRelu', in: ['a'], out: ['out'], attributes: { alpha: { from: 'by' } } },
  ];
  const made = (nodes: readonly NodeData[]) =>
    read(
      onnxOf({
        nodes: [call],
        inputs: { x: [1, 2, 3, 4] },
        outputs: { y: null },
        functions: [{ name: 'Twice', domain: 'mine', inputs: ['in'], outputs: ['out'], nodes }],
      }),
    );
  const { analysis } = await made(body);
  expect(told(analysis)).toEqual([]);
  expect(analysis.rows.map(({ node }) => `${node.kind.name} ${labelOf(node)}`.trim())).toEqual(['relu', 'leakyrelu 3']);
  expect(told((await made([{ ...call, in: ['in'], out: ['out'] }])).analysis).join()).toContain('without an end');
});

it('undoes a pool by its indices', async () => {
  const window = { kernel_shape: ints(1, 2), strides: ints(1, 2) };
  const file = onnxOf({
    nodes: [
      { op: 'MaxPool', in: ['x'], out: ['p', 'i'], attributes: window },
      { op: 'MaxUnpool', in: ['p', 'i'], out: ['y'], attributes: window },
    ],
    inputs: { x: INPUT },
    outputs: { y: null },
  });
  const { analysis, tensors } = await read(file);
  expect(told(analysis)).toEqual([]);
  const [first] = await outputsOf(analysis, tensors, { x: { shape: INPUT, data: Float32Array.from(x) } });
  const larger = x.map((value, i) => (value >= (x[i % 2 === 0 ? i + 1 : i - 1] ?? 0) ? value : 0));
  expect([...(first?.data ?? [])]).toEqual(larger.map(Math.fround));
});

it('takes the branch of a condition that is known', async () => {
  const branch = (op: string) => ({ g: { nodes: [{ op, in: ['x'], out: ['z'] }], outputs: { z: null } } });
  const node = { op: 'If', in: ['yes'], attributes: { then_branch: branch('Relu'), else_branch: branch('Neg') } };
  expect(await made(node, { initializers: { yes: { dims: [], data: [1], type: 9 } } })).toEqual(
    rounded(x.map((value) => Math.max(0, value))),
  );
});

// --- what a file may leave open, or say in a way that is not known here -------------------------------------------------

const plain: ModelData = {
  nodes: [{ op: 'Conv', in: ['x', 'conv1.weight', 'conv1.bias'], out: ['y'], name: '/conv1/Conv' }],
  inputs: { x: ['batch', 3, 'height', 'width'] },
  outputs: { y: null },
  initializers: {
    'conv1.weight': { dims: [4, 3, 3, 3], data: ramp(108) },
    'conv1.bias': floats(1, 2, 3, 4),
  },
};

it('tells of weights that do not fit another input, and goes on', async () => {
  const file = onnxOf({
    nodes: [
      { op: 'Conv', in: ['x', 'conv1.weight'], out: ['a'] },
      { op: 'Flatten', in: ['a'], out: ['b'] },
      { op: 'Gemm', in: ['b', 'fc.weight'], out: ['y'], attributes: { transB: { i: 1 } } },
    ],
    inputs: { x: [1, 3, 8, 8] },
    outputs: { y: null },
    initializers: {
      'conv1.weight': { dims: [4, 3, 3, 3], data: ramp(108) },
      'fc.weight': { dims: [2, 144], data: ramp(288) },
    },
  });
  expect(told((await read(file)).analysis)).toEqual([]);
  const larger = (await read(file, { input: '3x9x9' })).analysis;
  expect(told(larger)).toEqual(['shape/mismatch fc: its weights read 144 values, and 196 come in']);
  expect(larger.rows.map(({ node }) => node.facts?.output ?? null)).toEqual([[4, 7, 7], [196], null]);
  expect(larger.totals.params).toBeNull();
  expect(told((await read(file, { input: '4x8x8' })).analysis)[0]).toBe(
    'shape/mismatch conv1: its weights read 3 channels, and 4 come in',
  );
});

it('asks for sizes that are open, and takes them', async () => {
  const open = await read(onnxOf(plain));
  expect(told(open.analysis)).toEqual(['import/open-size the file leaves open how large x is: 3x?x?']);
  expect(open.analysis.diagnostics[0]?.help).toBe('say it with --input, as in --input 3x224x224');
  for (const input of ['3x10x12', '10x12']) {
    const { analysis } = await read(onnxOf(plain), { input });
    expect(analysis.rows[0]?.node.facts?.output).toEqual([4, 8, 10]);
    expect(analysis.rows[0]?.node.name).toBe('conv1');
  }
});

it('knows initializers that are listed as inputs, as before version 4 of the format', async () => {
  const inputs = { x: [1, 3, 8, 8], 'conv1.weight': [4, 3, 3, 3], 'conv1.bias': [4] };
  const { analysis } = await read(onnxOf({ ...plain, inputs }));
  expect(analysis.totals.params).toBe(112);
  expect(analysis.graph.nodes.map(({ name }) => name)).toEqual(['x', 'conv1']);
});

it('reads numbers from a file beside the model, and none that lies elsewhere', async () => {
  const data = new Uint8Array(Float32Array.from([9, ...ramp(108)]).buffer);
  const at = (location: string) => ({
    ...plain,
    inputs: { x: [1, 3, 8, 8] },
    initializers: {
      ...plain.initializers,
      'conv1.weight': { dims: [4, 3, 3, 3], external: { location, offset: '4', length: '432' } },
    },
  });
  const { tensors } = await read(onnxOf(at('weights.bin')), {}, { 'weights.bin': data });
  expect([...(tensors.get('conv1.weight')?.load?.() ?? [])]).toEqual(ramp(108).map(Math.fround));
  for (const location of ['../weights.bin', '/weights.bin', 'other.bin'])
    expect(
      (await read(onnxOf(at(location)), {}, { 'weights.bin': data })).tensors.get('conv1.weight')?.load,
    ).toBeUndefined();
  expect(told((await read(onnxOf(at('weights.bin')), {}, { 'weights.bin': data.slice(8) })).analysis).join()).toMatch(
    /import\/file .*"conv1.weight" should lie at bytes 4 to 436 of a file of 428/,
  );
});

it('shares weights that two layers read', async () => {
  const conv = (input: string, output: string): NodeData => ({
    op: 'Conv',
    in: [input, 'w.weight'],
    out: [output],
    attributes: { pads: ints(1, 1, 1, 1) },
  });
  const file = onnxOf({
    nodes: [conv('x', 'a'), conv('a', 'y')],
    inputs: { x: [1, 3, 8, 8] },
    outputs: { y: null },
    initializers: { 'w.weight': { dims: [3, 3, 3, 3], data: ramp(81) } },
  });
  const { analysis, tensors } = await read(file);
  expect(analysis.totals.params).toBe(81);
  expect([...tensors.keys()]).toEqual(['w.weight']);
  expect(parameters(analysis).map(({ name }) => name)).toEqual(['w.weight']);
});

it('stands an opaque row in for what is not known, and says so once', async () => {
  const unknown = (shape: readonly number[] | null): ModelData => ({
    nodes: [
      { op: 'Deform', in: ['x', 'd.weight'], out: ['a'], domain: 'mmcv', name: '/d1/Deform' },
      { op: 'Deform', in: ['a', 'd.weight'], out: ['b'], domain: 'mmcv', name: '/d2/Deform' },
      { op: 'Relu', in: ['b'], out: ['y'] },
    ],
    inputs: { x: [1, 3, 8, 8] },
    outputs: { y: null, a: shape, b: shape },
    initializers: { 'd.weight': floats(...ramp(10)) },
  });
  const { analysis } = await read(onnxOf(unknown([1, 5, 8, 8])));
  expect(told(analysis)).toEqual([
    'import/opaque d1, d2: there is no such layer here, so they stand as opaque "Deform"',
  ]);
  expect(analysis.rows.map(({ node }) => node.facts?.output)).toEqual([
    [5, 8, 8],
    [5, 8, 8],
    [5, 8, 8],
  ]);
  expect(analysis.totals.macs).toBeNull();
  const shapeless = await read(onnxOf(unknown(null)));
  expect(told(shapeless.analysis).join()).toContain('the file does not say what comes out of it');
  expect(shapeless.analysis.rows.map(({ node }) => node.facts)).toEqual([null, null, null]);
});

it('refuses a quantised model in a sentence', async () => {
  const file = onnxOf({
    nodes: [{ op: 'QLinearConv', in: ['x'], out: ['y'] }],
    inputs: { x: [1, 3, 8, 8] },
    outputs: { y: null },
  });
  expect(told((await read(file)).analysis).join()).toMatch(
    /^import\/unsupported this model is quantised \(QLinearConv\)/,
  );
});

it('says that a network reads nothing, and reads itself', async () => {
  const circle = onnxOf({
    nodes: [
      { op: 'Add', in: ['x', 'b'], out: ['a'] },
      { op: 'Relu', in: ['a'], out: ['b'] },
    ],
    inputs: { x: [1, 3, 8, 8] },
    outputs: { b: null },
  });
  expect(told((await read(circle)).analysis).join()).toContain('read each other in a circle');
});

// --- files that are damaged ----------------------------------------------------------------------------------------------

const whole = onnxOf({ ...plain, inputs: { x: [1, 3, 8, 8] } });

it('tells of a file that is cut off, wherever that is', async () => {
  for (let length = 12; length < whole.length; length += 7) {
    const network = await imported(whole.slice(0, length));
    if (network && network.analysis.diagnostics.length === 0) expect(network.analysis.totals.params).not.toBe(112);
  }
});

it('never throws, and never hangs, whatever stands in a file', async () => {
  const all = Object.values(json('layers.json.gz') as Record<string, Layers>).map(({ onnx }) => onnx);
  const files = [whole, ...all.map((onnx) => Uint8Array.from(atob(onnx), (c) => c.charCodeAt(0)))];
  await fc.assert(
    fc.asyncProperty(
      fc.nat(files.length - 1),
      fc.array(fc.tuple(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.nat(255)), {
        minLength: 1,
        maxLength: 6,
      }),
      async (which, changes) => {
        const file = (files[which] ?? whole).slice();
        for (const [place, byte] of changes) file[Math.floor(place * file.length)] = byte;
        await imported(file);
      },
    ),
    { numRuns: 600 },
  );
});

it('reads the graph of a large file, and not its weights', () => {
  const rows = 500;
  const side = 250_000;
  const [begin, end] = aroundWeights(rows, side);
  const size = begin.length + rows * side * 4 + end.length;
  let asked = 0;
  const readAt = (offset: number, length: number): Uint8Array => {
    asked += length;
    const into = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
    for (const [piece, start] of [
      [begin, 0],
      [end, size - end.length],
    ] as const)
      for (let i = Math.max(offset, start); i < Math.min(offset + into.length, start + piece.length); i += 1)
        into[i - offset] = piece[i - start] ?? 0;
    return into;
  };
  const file = { name: 'large', bytes: { size, read: readAt }, text: () => null, beside: () => null };
  const { parsed } = grown({ registry: layers }, 'chw', (network, findings) => readOnnx(file, network, findings));
  expect(parsed.diagnostics).toEqual([]);
  expect(size).toBeGreaterThan(500_000_000);
  expect(asked).toBeLessThan(1_000_000);
});

const varint = (value: number): readonly number[] =>
  value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];

const field = (number: number, content: readonly number[] | Uint8Array): readonly number[] => [
  ...varint(number * 8 + 2),
  ...varint(content.length),
  ...content,
];

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A model with one dense layer, as the bytes before its weights and those behind them. */
const aroundWeights = (units: number, inputs: number): readonly [Uint8Array, Uint8Array] => {
  const count = units * inputs * 4;
  const turned = field(5, [...field(1, utf8('transB')), 0x18, 1]);
  const names = [field(1, utf8('x')), field(1, utf8('fc.weight')), field(2, utf8('y')), field(4, utf8('Gemm'))].flat();
  const node = field(1, [...names, ...turned]);
  const dims = [0x08, ...varint(units), 0x08, ...varint(inputs), 0x10, 1];
  const tensor = [...dims, ...field(8, utf8('fc.weight')), ...varint(9 * 8 + 2), ...varint(count)];
  const info = (name: string, sizes: readonly number[]): readonly number[] => {
    const shape = sizes.flatMap((n) => field(1, [0x08, ...varint(n)]));
    return [...field(1, utf8(name)), ...field(2, field(1, [0x08, 1, ...field(2, shape)]))];
  };
  const inside = [...node, ...varint(5 * 8 + 2), ...varint(tensor.length + count), ...tensor];
  const behind = [...field(11, info('x', [1, inputs])), ...field(12, info('y', [1, units]))];
  const begin = [0x08, 8, ...varint(7 * 8 + 2), ...varint(inside.length + count + behind.length), ...inside];
  return [Uint8Array.from(begin), Uint8Array.from([...behind, ...field(8, [0x10, 17])])];
};

it('reads no graph of a million nodes, and takes little time to say so', async () => {
  const nodes = new Uint8Array(2_000_000).map((_, i) => (i % 2 === 0 ? 0x0a : 0));
  const head = [0x08, 8, ...varint(7 * 8 + 2), ...varint(nodes.length)];
  const file = Uint8Array.from([...head, ...nodes, ...field(8, [0x10, 17])]);
  expect(told((await read(file)).analysis).join()).toContain('more than 600000 nodes');
});

it('tells of tensors that have more axes than any has', async () => {
  const file = (dims: readonly number[], count: number) =>
    onnxOf({
      nodes: [{ op: 'Reshape', in: ['x', 's'], out: ['y'] }],
      inputs: { x: dims },
      outputs: { y: null },
      initializers: { s: { dims: [count], data: new Array<number>(count).fill(1), type: 7 } },
    });
  expect(told((await read(file([1, 1], 50_000))).analysis).join()).toContain('a tensor of 50000 axes');
  expect(told((await read(file(new Array<number>(50_000).fill(1), 2))).analysis).join()).toContain('input/axes');
});

it('takes any number of inputs, and reads no more of them than a network may', async () => {
  for (const op of ['Sum', 'Concat', 'Max']) {
    const inputs = Array.from({ length: 150_000 }, () => 'x');
    const { analysis } = await read(
      onnxOf({ nodes: [{ op, in: inputs, out: ['y'] }], inputs: { x: [1, 3, 8, 8] }, outputs: { y: null } }),
    );
    expect(told(analysis)).toEqual([]);
  }
});

it('stops at as many layers as there may be', async () => {
  const nodes = Array.from(
    { length: 1001 },
    (_, i): NodeData => ({ op: 'Relu', in: [i === 0 ? 'x' : `r${i}`], out: [`r${i + 1}`] }),
  );
  const { analysis } = await read(onnxOf({ nodes, inputs: { x: [1, 3, 8, 8] }, outputs: { r1001: null } }), {
    most: { layers: 1000 },
  });
  expect(told(analysis)).toEqual(['limit/layers the network has more than 1000 layers']);
});
