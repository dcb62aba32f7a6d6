// Networks as ONNX models, read back by our own importer: every operator with the same outputs, every bundled network with the same
// analysis; and what a model has besides: names, sizes, opsets, the file of values beside it. onnxruntime judges in bench/onnx-export.js.

import { describe, expect, it } from 'vitest';
import type { Analysis } from '../src/analysis/analysis.js';
import { analyze } from '../src/analysis/analyze.js';
import { readForeign } from '../src/commands/foreign.js';
import { total } from '../src/core/count.js';
import { type Graph, isInput, type Parsed } from '../src/core/graph.js';
import type { Network, Tensor } from '../src/core/kernels.js';
import { product, sum } from '../src/core/shape.js';
import { type Model, modelOf, Refusals } from '../src/export/model.js';
import { onnx } from '../src/export/onnx.js';
import { held } from '../src/files/bytes.js';
import { type GraphProto, type ModelProto, readModel } from '../src/import/onnx/model.js';
import { reference } from '../src/kernels/reference.js';
import { match } from '../src/lang/match.js';
import { parse } from '../src/lang/parse.js';
import { layers } from '../src/layers/index.js';
import { noise } from '../src/run/execute.js';
import { networkOf, parameters } from '../src/run/network.js';
import { asTrained, fromFile, initialised } from '../src/run/weights.js';
import { version } from '../src/version.js';
import { bundled, eachNetwork } from './bundled.js';
import { caseModel, imagesOf } from './case-models.js';
import { fakeIo, run } from './fake-io.js';
import { asHere, imported } from './imported.js';
import { TABLES } from './kernel-cases.js';
import { difference } from './operators.js';
import { expectSame } from './same.js';

const GIVEN = { given: true, beside: 'net.weights.bin' };

const bytesOf = (content: unknown): Uint8Array => new Uint8Array(Buffer.concat([...(content as Iterable<Uint8Array>)]));

/** What was told that is no note. */
const told = ({ diagnostics }: Pick<Analysis, 'diagnostics'>): readonly string[] =>
  diagnostics.filter(({ severity }) => severity !== 'note').map(({ code, message }) => `${code} ${message}`);

const outputsOf = async (
  network: Network,
  inputs: ReadonlyMap<number, Tensor>,
): Promise<readonly (Tensor | undefined)[]> => {
  const options = { batch: 2, threads: 1, precision: 'exact', core: 'auto' } as const;
  const { outputs } = await (await reference(() => 0).open(network, options)).run(inputs);
  return network.outputs.map((id) => outputs.get(id));
};

// A value that is large costs the reference much, and shows no more.
const SMALL = 20_000;

/** Fewer than the inputs that a network has at most, where each case has some. */
const TOGETHER = 8;

/** What was told of a model that is read back, and which of its outputs are others then. */
const different = async (model: Model, images: ReadonlyMap<number, Tensor>): Promise<readonly string[]> => {
  const read = await imported(bytesOf(onnx(model, GIVEN).content), {}, {}, 'cases.onnx');
  const tensors = read && fromFile(read.analysis, read.tensors);
  const back = tensors instanceof Map && networkOf(read?.analysis as Analysis, tensors);
  if (!read || !back) return [`${JSON.stringify(tensors)} ${read && told(read.analysis)}`];
  const given = back.inputs.map(({ id, name }) => {
    const own = model.inputs.find((input) => input.name === name)?.id ?? Number.NaN;
    return [id, asHere(images.get(own) as Tensor, read.orders.get(name))] as const;
  });
  const [wanted, got] = [await outputsOf(model, images), await outputsOf(back, new Map(given))];
  const wrong = wanted.flatMap((b, i) => {
    const a = got[i];
    const far = a && b ? difference(a, b) : Number.POSITIVE_INFINITY;
    return far <= 1e-6 ? [] : [`output ${i}: ${far}`];
  });
  return [...told(read.analysis), ...wrong];
};

describe('operators, read back, have the same outputs', () => {
  it.each(Object.entries(TABLES))('%s', async (_, table) => {
    const cases = table.filter(({ inputs, steps }) =>
      [...inputs, ...steps.map(({ output }) => output)].every((shape) => product(shape) < SMALL),
    );
    expect(cases.length).toBeGreaterThan(0);
    for (let at = 0; at < cases.length; at += TOGETHER) {
      const some = cases.slice(at, at + TOGETHER);
      const model = caseModel(some);
      expect(await different(model, imagesOf(model, 2)), some.map(({ title }) => title).join('; ')).toEqual([]);
    }
  });
});

/** Options that no case of an operator has, on inputs of one, two and three axes. */
const ITEMS: Readonly<Record<string, readonly string[]>> = {
  '9x3': [
    '{upsample: 2, mode: bicubic}',
    '{upsample: 1.5, mode: linear}',
    '{upsample, size: 20}',
    '{circularpad: 2}',
    '{adaptiveavgpool: 5}',
    '{avgpool: 3, dilation: 2}',
    '{lrn: 3}',
    '{ln, over: c}',
    'rmsnorm',
    'batchnorm',
    '{fc: 4, per: place}',
    '{rnn: 4, nonlinearity: relu}',
    '{rnn: 4, bias: false}',
    '{gru: 4, returns: last}',
    '{lstm: 4, layers: 3, bidirectional: true}',
  ],
  '4x5x6x3': [
    '{upsample: 2, mode: trilinear}',
    '{upsample: [0.5, 2, 1.5], mode: bicubic}',
    '{adaptiveavgpool: [2, 3, 4]}',
    '{avgpool: 3, stride: 2, padding: 1, ceil: true}',
    '{maxpool: 2, ceil: true}',
    '{lrn: 3}',
    'instancenorm',
    '{conv: 4, kernel: 3, padding: 1}',
    '{convtranspose: 4, kernel: 3, stride: 2}',
  ],
  '10x13x4': [
    ...['4/3', '0.7', '1.1', '[0.3, 3]'].flatMap((factor) => [
      `{upsample: ${factor}}`,
      `{upsample: ${factor}, mode: nearest-exact}`,
      `{upsample: ${factor}, mode: bilinear}`,
    ]),
    '{upsample, size: 7x20, mode: area}',
    '{upsample, size: 1x1, mode: bicubic, align_corners: true}',
    ...['in', 'gn: 2', 'ln', 'ln, over: c', 'bn'].flatMap((norm) => [
      `{${norm}, scale: false, shift: true}`,
      `{${norm}, scale: true, shift: false}`,
      `{${norm}, scale: false, shift: false}`,
    ]),
    '{rmsnorm, affine: false}',
    '{threshold: 0.1, value: -1}',
    '{clip, low: 0.2}',
    '{clip, high: 0.2}',
    'biasadd',
    '{take, index: 1, axis: h}',
    '{crop: 1}',
    '{zeropad: 2, channels: 1}',
    ...['same', 'causal', 'same, output_padding: 1'].flatMap((padding) => [
      `{convtranspose: 4, kernel: 5, stride: 2, padding: ${padding}}`,
      `{convtranspose: 4, kernel: 2, stride: 3, padding: ${padding}}`,
    ]),
    '{conv: 4, kernel: 3, weight_norm: true}',
    '{se: 2}',
    '{attention: 2}',
    '{adaptivemaxpool: [4, 4]}',
    '{separable: 5, kernel: 3}',
    '{softmax, over: cw}',
    '{maxpool: 3, dilation: 2, padding: 3, wide: true}',
    '{maxpool: 2, stride: 3, padding: 1, ceil: true}',
    '{avgpool: 3, stride: 2, padding: 1, divisor: 4, ceil: true}',
    '{avgpool: 3, stride: 3, padding: 1, ceil: true, count_include_pad: false}',
    '{avgpool: 2, stride: 4, dilation: 2, padding: 1, ceil: true}',
    '{parameter: 10x13x4, init: 2, name: p}',
  ],
};

describe('layers, read back, have the same outputs', () => {
  const all = Object.entries(ITEMS).flatMap(([input, items]) => items.map((item) => [input, item] as const));
  it.each(all)('%s: %s', async (input, item) => {
    const analysis = analyze(parse(`input: ${input}\nlayers: [${item}]\n`, { registry: layers }));
    expect(told(analysis)).toEqual([]);
    const model = modelOf(analysis, asTrained(analysis, initialised(analysis, 0), 0), 'an item');
    expect(await different(model, noise(analysis, 2, 0))).toEqual([]);
  });
});

/** Bytes that lie in pieces, none of them copied: a model of a gigabyte takes no more room than its names. */
const inPieces = (pieces: Iterable<Uint8Array>) => {
  const all: { readonly from: number; readonly bytes: Uint8Array }[] = [];
  let size = 0;
  for (const bytes of pieces) {
    all.push({ from: size, bytes });
    size += bytes.length;
  }
  // Who reads goes on from where it was.
  let near = 0;
  const read = (offset: number, length: number): Uint8Array => {
    const end = Math.min(offset + length, size);
    const into = new Uint8Array(Math.max(0, end - offset));
    while (near > 0 && (all[near]?.from ?? 0) > offset) near -= 1;
    while ((all[near + 1]?.from ?? size) <= offset) near += 1;
    for (let at = near; (all[at]?.from ?? end) < end; at += 1) {
      const { from, bytes } = all[at] as (typeof all)[number];
      const [first, last] = [Math.max(offset, from), Math.min(end, from + bytes.length)];
      if (first < last) into.set(bytes.subarray(first - from, last - from), first - offset);
    }
    return into;
  };
  return { size, read };
};

let zeros = new Float32Array();

/** Tensors of nothing but zeros, all of them in one. */
const empty = (shape: readonly number[]): Tensor => ({
  shape,
  get data() {
    const length = product(shape);
    if (zeros.length < length) zeros = new Float32Array(length);
    return zeros.subarray(0, length);
  },
});

/** A network as the command line reads it from the files that it is written to. */
const readBack = async (analysis: Analysis): Promise<Parsed | undefined> => {
  const tensors = new Map(parameters(analysis).map(({ name, shape }) => [name, empty(shape)]));
  const { content, beside } = onnx(modelOf(analysis, tensors, 'a test'), GIVEN);
  const files = { 'net.onnx': content as Iterable<Uint8Array>, ...(beside && { 'net.weights.bin': beside }) };
  const held = new Map(Object.entries(files).map(([name, pieces]) => [name, inPieces(pieces)]));
  const io = {
    ...fakeIo(),
    stat: (path: string) => ({ size: held.get(path)?.size ?? 0, isDirectory: false, isFile: held.has(path) }),
    readAt: (path: string, offset: number, length: number) => held.get(path)?.read(offset, length) ?? new Uint8Array(),
  };
  const read = await readForeign('net.onnx', undefined, { registry: layers, match }, io);
  return read?.parsed;
};

/** What is not the same, and why. */
const ELSE: Readonly<Record<string, string>> = {
  tcn: 'its weights are the products of what is learned: directions and magnitudes',
  wavenet: 'the last layer of its trunk is read by nobody, and what no output hangs on is not read',
};

describe('bundled networks, read back, are the same', () => {
  const figures = ({ graph }: Pick<Parsed, 'graph'>, own: Graph) => {
    const macs = graph.nodes.map(({ name, facts }) => [name, total(facts?.macs ?? [])] as const);
    // A layer of two operators is two layers there.
    const within = new Map<string, (typeof macs)[number][1][]>();
    for (const [name, n] of macs)
      for (let end = name.length; end > 0; end = name.lastIndexOf('.', end - 1)) {
        const path = name.slice(0, end);
        const all = within.get(path);
        if (all) all.push(n);
        else within.set(path, [n]);
      }
    const macsOf = (layer: string): number => sum(within.get(layer) ?? []);
    return {
      macs: sum(macs.map(([, n]) => n)),
      inputs: graph.nodes.filter(isInput).map(({ name, facts }) => [name, facts?.output]),
      outputs: graph.outputs.map((id) => graph.nodes[id]?.facts?.output),
      tensors: parameters({ graph }).map(({ name, shape }) => `${name}: ${product(shape)}`),
      layers: own.nodes.flatMap(({ name, facts }) => (facts?.params ? [`${name}: ${macsOf(name)}`] : [])),
    };
  };
  it.each(eachNetwork())('%s', async (name) => {
    const analysis = bundled(name);
    const back = await readBack(analysis);
    if (!back) throw new Error('it is no model');
    expect(told(back)).toEqual([]);
    const [is, was] = [figures(back, analysis.graph), figures(analysis, analysis.graph)];
    if (ELSE[name] === undefined) expectSame(is, was);
    else expect(is, ELSE[name]).not.toEqual(was);
  });
});

// --- what a model has ------------------------------------------------------------------------------------------------

const modelIn = (content: unknown): ModelProto & { readonly graph: GraphProto } => {
  const model = readModel(held(bytesOf(content)));
  return { ...model, graph: model.graph as GraphProto };
};

/** A spec's network as an ONNX model, with the weights of seed 0. */
const written = (text: string, beside: string | undefined = 'net.weights.bin') => {
  const analysis = analyze(parse(text, { registry: layers }));
  expect(told(analysis)).toEqual([]);
  return modelIn(onnx(modelOf(analysis, initialised(analysis, 0), 'net.yaml'), { given: true, beside }).content);
};

const BLOCK = `
name: Block
input: 8x8x3
layers:
  - {conv: 4, kernel: 3, padding: 1, name: stem.conv, norm: bn, act: gelu}
  - {groupnorm: 2, name: gn}
  - {fc: 5, name: head}
`;

describe('a model', () => {
  it('says what it is made for, and by whom', () => {
    const { ir, opsets, producer, producerVersion, graph } = written(BLOCK);
    expect([ir, [...opsets], producer, producerVersion, graph.name]).toEqual([
      8,
      [['', 17]],
      'cnncalc',
      version,
      'Block',
    ]);
  });

  it('has the names of layers for values and nodes, and those of PyTorch for tensors', () => {
    const { nodes, inputs, outputs, initializers } = written(BLOCK).graph;
    expect([inputs, outputs].map((all) => all.map(({ name }) => name))).toEqual([['input'], ['head']]);
    expect(nodes.every(({ name, outputs: [first] }) => name === first)).toBe(true);
    const named = nodes.filter(({ op }) => op !== 'Constant').map(({ op, name }) => `${op} ${name}`);
    expect(named).toEqual([
      'Conv stem.conv',
      'BatchNormalization stem.conv.norm',
      'Mul stem.conv.act/Mul',
      'Erf stem.conv.act/Erf',
      'Add stem.conv.act/Add',
      'Mul stem.conv.act/Mul_1',
      'Mul stem.conv.act',
      'Reshape gn/Reshape',
      'InstanceNormalization gn/InstanceNormalization',
      'Reshape gn/Reshape_1',
      'Mul gn/Mul',
      'Add gn',
      'Flatten head/Flatten',
      'Gemm head',
    ]);
    const analysis = analyze(parse(BLOCK, { registry: layers }));
    expect(initializers.map(({ name }) => name)).toEqual(parameters(analysis).map(({ name }) => name));
  });

  it('has the type and the sizes of every value, for any number of images', () => {
    const { nodes, values, inputs, outputs } = written(BLOCK).graph;
    const made = nodes.filter(({ op }) => op !== 'Constant').flatMap((node) => node.outputs);
    const known = [...values, ...outputs];
    expect(known.map(({ name }) => name).toSorted()).toEqual(made.toSorted());
    for (const { type, dims, name } of [...inputs, ...known]) expect([name, type, dims?.[0]]).toEqual([name, 1, null]);
    expect(values.find(({ name }) => name === 'gn')?.dims).toEqual([null, 4, 8, 8]);
  });

  it.each([
    [
      'shared weights',
      '{conv: 3, kernel: 3, padding: 1, name: a}, {conv: 3, kernel: 3, padding: 1, share: a, name: b}',
      ['a.weight', 'a.bias'],
    ],
    ['a normalised weight', '{conv: 4, kernel: 3, weight_norm: true, name: a}', ['a.weight', 'a.bias']],
    [
      'slopes in each shape that they spread over',
      '{prelu: c, name: a}, {flatten, name: f}, {reshape: 64x3}, {prelu: c, share: a, name: b}',
      ['a.weight', 'a.weight_1'],
    ],
    ['states of two directions', '{reshape: 64x3}, {lstm: 4, bidirectional: true, name: a}', ['a.W', 'a.R', 'a.B']],
  ])('has %s once', (_, items, names) => {
    const { initializers } = written(`input: 8x8x3\nlayers: [${items}]\n`).graph;
    expect(initializers.map(({ name }) => name)).toEqual(names);
  });

  it('gives what others read, and more', () => {
    const { graph } = written(
      'input: 8x8x3\noutputs: [a, b]\nlayers: [{conv: 4, kernel: 1, name: a}, {relu, name: b}]\n',
    );
    expect(graph.outputs.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(graph.nodes.map(({ op }) => op)).toEqual(['Conv', 'Relu']);
  });

  it('gives an input, and what is wanted twice, under names of their own', () => {
    const model = caseModel(TABLES.glu.slice(0, 1));
    const [input, output] = [model.inputs[0]?.id ?? 0, model.outputs[0] ?? 0];
    const { graph } = modelIn(onnx({ ...model, outputs: [output, input, output] }, GIVEN).content);
    expect(graph.outputs.map(({ name }) => name)).toEqual(['layer1', 'input0/output', 'layer1/output']);
    expect(graph.nodes.filter(({ op }) => op === 'Identity').map(({ inputs }) => inputs)).toEqual([
      ['input0'],
      ['layer1'],
    ]);
  });

  it('keeps tensors and layers of one name apart', () => {
    const { graph } = written('input: 8x8x3\nlayers: [{conv: 4, kernel: 1, name: a}, {relu, name: a.weight}]\n');
    expect(graph.initializers.map(({ name }) => name)).toEqual(['a.weight_1', 'a.bias']);
    expect(graph.outputs.map(({ name }) => name)).toEqual(['a.weight']);
  });
});

describe('what ONNX cannot say', () => {
  const refusedIn = (model: Model): unknown => {
    try {
      onnx(model, GIVEN);
    } catch (error) {
      return error instanceof Refusals ? error.refused.map(({ node, reason }) => `${node.name}: ${reason}`) : error;
    }
    return [];
  };
  it('is told all at once, by layer, and what reads it is not', () => {
    const text =
      'input: 90x1x1\nlayers: [{upsample: [0.7, 1], name: a}, {relu, name: b}, {upsample: [1.4, 1], name: c}, {upsample: [0.7, 1], from: input, name: d}, {fc: 2, name: e}]\n';
    const analysis = analyze(parse(text, { registry: layers }));
    expect(refusedIn(modelOf(analysis, initialised(analysis, 0), 'a test'))).toEqual([
      'a: in float32 90x1 cells times 0.7 and 1 are not 62x1',
      'd: in float32 90x1 cells times 0.7 and 1 are not 62x1',
    ]);
  });
  it('is cells at the end that no window reaches', () => {
    const [one] = TABLES.transposed;
    const [step] = one?.steps ?? [];
    if (!one || !step) throw new Error('no case');
    const larger = { ...step, output: step.output.map((n, axis) => (axis === 0 ? n : n + 2)) };
    expect(refusedIn(caseModel([{ ...one, steps: [larger] }]))).toEqual([
      'layer1: its output has cells that no window reaches',
    ]);
  });
  it('is no factor that is the ratio of sizes', async () => {
    const analysis = analyze(parse('input: 90x1x1\nlayers: [{upsample: [1.3, 1]}]\n', { registry: layers }));
    const model = modelOf(analysis, new Map(), 'a test');
    expect(analysis.graph.nodes.at(-1)?.facts?.output).toEqual([1, 117, 1]);
    expect(await different(model, noise(analysis, 2, 0))).toEqual([]);
  });
});

describe('more values than a file holds', () => {
  const analysis = analyze(parse('input: 1x1x24000\nlayers: [{fc: 24000, name: a}]\n', { registry: layers }));
  const model = modelOf(
    analysis,
    new Map(parameters(analysis).map(({ name, shape }) => [name, empty(shape)])),
    'a test',
  );
  it('stand in a file beside it, but for short ones', () => {
    const { content, beside } = onnx(model, GIVEN);
    const [weight, bias] = modelIn(content).graph.initializers;
    expect(Object.fromEntries(weight?.external ?? [])).toEqual({
      location: 'net.weights.bin',
      offset: '0',
      length: `${4 * 24000 ** 2}`,
    });
    expect(Object.fromEntries(bias?.external ?? [])).toEqual({
      location: 'net.weights.bin',
      offset: `${4 * 24000 ** 2}`,
      length: '96000',
    });
    expect(sum([...(beside ?? [])].map(({ length }) => length))).toBe(4 * (24000 ** 2 + 24000));
  });
  it('are refused where there is no such file', () =>
    expect(() => onnx(model, { given: true, beside: undefined })).toThrow(/takes \d+ bytes/));
});

describe('cnncalc convert', () => {
  it('writes a model with its weights that is run with the same outputs', async () => {
    const files = { 'net.yaml': BLOCK };
    const first = await run(['run', 'net.yaml', '--seed', '3', '--backend', 'reference', '--save', 'a.npy'], { files });
    const made = await run(['convert', 'net.yaml', '--seed', '3', '-o', 'net.onnx'], { files });
    expect([first.code, made.code, made.out, made.err]).toEqual([0, 0, '', '']);
    const there = { 'net.onnx': made.io.files.get('net.onnx') as Uint8Array };
    // The images are of the name of the input and a seed.
    const again = await run(['run', 'net.onnx', '--seed', '3', '--backend', 'reference', '--save', 'b.npy'], {
      files: there,
    });
    expect(again.code).toBe(0);
    expect(again.io.files.get('b.npy')).toEqual(first.io.files.get('a.npy'));
  });
});
