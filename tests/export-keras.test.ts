// Networks for Keras: the JSON is read back by our own reader and computes the same; the code is whole, and says every option by its
// name. TensorFlow.js judges the JSON in bench/keras-export.js.

import { describe, expect, it } from 'vitest';
import type { Analysis } from '../src/analysis/analysis.js';
import type { Node } from '../src/core/graph.js';
import type { Tensor } from '../src/core/kernels.js';
import type { LayerKind } from '../src/core/layer.js';
import { product } from '../src/core/shape.js';
import { keras } from '../src/export/keras.js';
import { kerasJson } from '../src/export/keras-json.js';
import { type Model, modelOf, Refusals } from '../src/export/model.js';
import type { Exporter } from '../src/export/target.js';
import { held } from '../src/files/bytes.js';
import { reference } from '../src/kernels/reference.js';
import { execute } from '../src/run/execute.js';
import { type NamedStep, parameters } from '../src/run/network.js';
import { normal } from '../src/run/random.js';
import { fromFile } from '../src/run/weights.js';
import { bundled, specIndex } from './bundled.js';
import { plain, run } from './fake-io.js';
import { imported } from './keras-files.js';
import { type KernelCase, networkOf, TABLES } from './kernel-cases.js';
import { difference } from './operators.js';
import { expectSame } from './same.js';

const WEIGHTS = { given: true, beside: 'w.bin' } as const;

/** What a target makes of a network, or why it makes nothing. */
const written = (write: Exporter, model: Model): ReturnType<Exporter> | readonly string[] => {
  try {
    return write(model, WEIGHTS);
  } catch (error) {
    if (!(error instanceof Refusals)) throw error;
    return error.refused.map(({ reason }) => reason);
  }
};

const isRefused = (made: ReturnType<typeof written>): made is readonly string[] => Array.isArray(made);

/** A case as exporters read a network. */
const caseModel = (one: KernelCase): Model => {
  const { inputs, steps, outputs } = networkOf([one]);
  const kind = (role: 'input' | 'weights') => ({ role }) as LayerKind;
  const nodes = [
    ...inputs.map(({ id, shape }) => ({ id, name: `in${id}`, kind: kind('input'), facts: { output: shape } })),
    ...steps.map(({ id, output }) => ({ id, name: `step${id}`, kind: kind('weights'), facts: { output } })),
  ] as readonly Partial<Node>[] as readonly Node[];
  const named = steps.map((step): NamedStep => ({ ...step, node: nodes[step.id] as Node, learned: [] }));
  const graph = { name: 'case', nodes, outputs };
  return { inputs, steps: named, outputs, origin: 'a case', analysis: { graph } as unknown as Analysis };
};

const isWrong = ({ severity, code }: { severity: string; code: string }) =>
  severity === 'error' || code.startsWith('import');

/** The JSON with its weights, read by our reader without a complaint. */
const readBack = ({ content, beside = [] }: ReturnType<Exporter>) => {
  const bytes = new Uint8Array(Buffer.concat([...beside]));
  const network = imported(JSON.stringify(content), (path) => (path === 'w.bin' ? held(bytes) : null));
  expect(network.analysis.diagnostics.filter(isWrong)).toEqual([]);
  return network;
};

const OPTIONS = { batch: 2, threads: 1, precision: 'exact', core: 'auto', repeat: 1, now: () => 0 } as const;
const backend = reference(() => 0);

/** How far what the JSON computes is from what the case does. */
const distance = async (model: Model, { analysis, tensors }: ReturnType<typeof readBack>): Promise<number> => {
  const data = model.inputs.map(
    ({ shape }, k): Tensor => ({ shape: [2, ...shape], data: normal(2 * product(shape), k + 1) }),
  );
  const given = (ids: readonly number[]) => new Map(ids.map((id, k) => [id, data[k] as Tensor]));
  const session = await backend.open(model, OPTIONS);
  const { outputs } = await session.run(given(model.inputs.map(({ id }) => id)));
  const weights = fromFile(analysis, tensors);
  if (!(weights instanceof Map)) throw new Error(JSON.stringify(weights));
  const { nodes, outputs: ends } = analysis.graph;
  const read = given(nodes.filter(({ kind }) => kind.role === 'input').map(({ id }) => id));
  const ran = await execute(analysis, weights, read, backend, OPTIONS);
  const [wanted] = outputs.values();
  const [end = -1] = ends;
  // What does nothing is no row: its input comes out.
  const made = ends.length > 0 ? ran.outputs.get(end) : data[0];
  return wanted && made ? difference(made, wanted) : Number.NaN;
};

/** One of several that differ in their channels alone: all of them would take long, and say the same. */
const some = (cases: readonly KernelCase[]): readonly KernelCase[] => {
  const most = 8;
  const step = Math.max(1, Math.ceil(cases.length / most));
  return cases.filter((one, at) => at % step === 0 && one.inputs.every((shape) => product(shape) < 20_000));
};

/** Why the JSON cannot say some cases; what is not here it says all of. */
const UNSAID: Readonly<Record<string, readonly string[]>> = {
  pool: [
    'its padding is not that of "same", and zeros in its place could be larger than values, which may be negative',
    'Keras divides the means of its windows at the border by another number of cells',
    'Keras dilates no pool',
  ],
  'adaptive-pool': ['13x14 to 2x3', '13x14 to 6x6', '13x14 to 9x20', '5x13x14 to 3x2x7'].map(
    (sizes) => `Keras has no pool whose windows differ, as those from ${sizes} do`,
  ),
  normalise: [
    'TensorFlow.js has no normalisation of groups of channels',
    'TensorFlow.js has no normalisation by the root mean square',
  ],
  lrn: ['Keras has no layer of local response normalisation'],
  pointwise: [
    'TensorFlow.js has no layer that takes an exponential',
    'TensorFlow.js has no layer that takes a logarithm',
    'TensorFlow.js has no layer that takes a root',
    'TensorFlow.js has no layer that takes a power other than 2',
    'TensorFlow.js has a threshold only from 0 on, below which all is 0',
  ],
  combine: ['TensorFlow.js has no layer that divides one tensor by another'],
  reduce: ['TensorFlow.js has no layer that takes a root'],
  matmul: ['TensorFlow.js multiplies no more than one matrix by another, and not those of several heads'],
  recurrent: ['TensorFlow.js has no GRU that resets the state after its product'],
  embedding: ['without an input nothing tells Keras how many images there are'],
  parameter: ['without an input nothing tells Keras how many images there are'],
  affine: ['TensorFlow.js multiplies and adds the same to all channels, and these are many'],
  unpool: ['TensorFlow.js has no layer that puts values back where they were largest'],
  pad: ['reflect', 'replicate', 'circular'].map((by) => `Keras has no layer that pads by "${by}"`),
  upsample: [
    'TensorFlow.js has no layer that resizes so',
    ...['linear', 'cubic'].map(
      (mode) => `TensorFlow.js has no layer that resizes by "${mode}" between the points that are meant`,
    ),
  ],
  convolution: ['TensorFlow.js dilates no depthwise convolution'],
  transposed: ['TensorFlow.js dilates no transposed convolution'],
};

describe.each(Object.entries(TABLES))('the operator %s', (name, cases) => {
  it('is read back from the JSON and computes the same', async () => {
    for (const one of some(cases)) {
      const model = caseModel(one);
      const made = written(kerasJson, model);
      if (isRefused(made)) for (const reason of made) expect(UNSAID[name] ?? [], one.title).toContain(reason);
      else expect(await distance(model, readBack(made)), one.title).toBeLessThan(2e-5);
    }
  });

  it('has the reasons that are listed, and no others', () => {
    const reasons = cases.flatMap((one) => {
      const made = written(kerasJson, caseModel(one));
      return isRefused(made) ? made : [];
    });
    expect([...new Set(reasons)].sort()).toEqual([...(UNSAID[name] ?? [])].sort());
  });

  it('is said in code', () => {
    const refused = some(cases).flatMap((one) => {
      const made = written(keras, caseModel(one));
      if (isRefused(made)) return made;
      keepsLaws(made.content as string, one.title);
      return [];
    });
    expect([...new Set(refused)]).toEqual(CODE_UNSAID[name] ?? []);
  });
});

/** What the code cannot say either. */
const CODE_UNSAID: Readonly<Record<string, readonly string[]>> = {
  unpool: ['Keras can put values back only into windows that lie side by side and fill the input'],
  // They have no input, and nothing tells how many images there are.
  embedding: ['without an input nothing tells Keras how many images there are'],
  parameter: ['without an input nothing tells Keras how many images there are'],
};

/** Strings and what follows a # are none of its words. */
const bare = (code: string): string =>
  code
    .replace(/"""[\s\S]*?"""/g, '')
    .replace(/"(?:\\.|[^"\\\n])*"/g, '""')
    .replace(/#.*/g, '');

/** Python that is whole: brackets close, lines are short, variables are set before they are read, options have names. */
const keepsLaws = (code: string, title: string): void => {
  const isShort = code.length < 20_000;
  const open: string[] = [];
  for (const sign of bare(code).match(/[()[\]{}]/g) ?? [])
    if ('([{'.includes(sign)) open.push(sign);
    else expect(`${open.pop()}${sign}`, title).toMatch(/^(?:\(\)|\[\]|\{\})$/);
  expect(open, title).toEqual([]);
  const long = code
    .split('\n')
    .filter((line) => line.length > 88 && !line.startsWith('"""') && !/"[^ ]*(?: [^ ]*)+"|"[^"]{60,}/.test(line));
  expect(long, title).toEqual([]);
  expect(code, title).not.toMatch(/undefined|NaN|\[object|[ \t]$|\n{4}/m);
  const [body = ''] = /(?<=^def build\(\):\n)[\s\S]*?(?=^\n\n)/m.exec(bare(code)) ?? [];
  const known = new Set(['keras', 'layers', 'ops', 'float', 'True', 'False', 'None']);
  for (const [, name = ''] of code.matchAll(/^(?:def|class) (\w+)/gm)) known.add(name);
  for (const [line, name = '', value = ''] of body.matchAll(/^ {4}(?:(\w+) = |return )([\s\S]*?)(?=\n {4}\w|\n*$)/gm)) {
    const words =
      value
        .replace(/\.\w+/g, '')
        .replace(/\b\w+=(?!=)/g, '')
        .match(/\b[A-Za-z_]\w*/g) ?? [];
    expect(
      words.filter((word) => !known.has(word) && !/^e\d*$/.test(word)),
      `${title}: ${line}`,
    ).toEqual([]);
    known.add(name);
  }
  // Options have names; of long files a part is enough.
  for (const [call, given = ''] of (isShort ? body : body.slice(0, 5000)).matchAll(
    /layers\.\w+\(([^()]*(?:\([^()]*(?:\([^()]*\)[^()]*)*\)[^()]*)*)\)/g,
  ))
    expect(given.trim() === '' || /^\s*\w+=/.test(given), `${title}: ${call}`).toBe(true);
};

/** A network with weights that are not asked for. */
const light = (name: string): Model => {
  const analysis = bundled(name);
  const tensors = parameters(analysis).map((one): [string, Tensor] => [
    one.name,
    {
      shape: one.shape,
      get data() {
        return new Float32Array(product(one.shape));
      },
    },
  ]);
  return modelOf(analysis, new Map(tensors), `${name}.yaml`);
};

/** Bundled networks that are no model.json, by the first reason. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  'Keras has no layer of local response normalisation': ['alexnet', 'alexnet-paper', 'googlenet-paper', 'zfnet'],
  'TensorFlow.js has no layer that resizes by "linear" between the points that are meant': ['deeplabv3', 'unetpp'],
  'TensorFlow.js multiplies no more than one matrix by another, and not those of several heads': ['mobilevit', 'swin'],
  'TensorFlow.js has no layer that takes a root': ['ssd300_vgg16'],
  'TensorFlow.js has no layer that takes an exponential': ['vae'],
  'TensorFlow.js has no layer that reads nothing and gives what it learned': ['vit'],
};

describe('bundled networks', () => {
  // One of each file: its variants differ in their numbers.
  const all = Object.entries(specIndex()).flatMap(([name, { file }], at, list) =>
    list.findIndex(([, one]) => one.file === file) === at ? [name] : [],
  );

  it('are code, all of them', () => {
    for (const name of all) {
      const made = written(keras, light(name));
      if (isRefused(made)) expect(made, name).toEqual([]);
      else keepsLaws(made.content as string, name);
    }
  });

  it('are models in JSON but for those that are listed', () => {
    const refused: Record<string, string[]> = {};
    for (const name of all) {
      const made = written(kerasJson, light(name));
      if (isRefused(made)) refused[made[0] ?? ''] = [...(refused[made[0] ?? ''] ?? []), name];
    }
    expectSame(refused, REFUSED);
  });

  it.each([
    'lenet5',
    'resnet18',
    'mobilenet_v3_small',
    'squeezenet1_1',
    'shufflenet_v2_x0_5',
    'unet',
    'resnext50_32x4d',
    'm5',
    'siamese',
  ])('%s is read back to the same totals', (name) => {
    const made = written(kerasJson, light(name));
    if (isRefused(made)) throw new Error(made.join());
    const { totals } = imported(JSON.stringify(made.content)).analysis;
    const { params, buffers } = bundled(name).totals;
    expect([totals.params, totals.buffers]).toEqual([params, buffers]);
  });
});

describe('cnncalc convert', () => {
  const NET = `name: 'Net "of \\"""\\n日本'
input: 8x8x1
layers:
  - {conv: 4, kernel: 3, stride: 2, padding: 1, norm: bn, act: relu, name: a.b}
  - {conv: 4, kernel: 3, padding: 1, name: 畳み込み, frozen: true}
  - {conv: 4, kernel: 3, padding: 1, share: 畳み込み, name: again}
  - {dropout: 0.25}
  - {fc: 2, name: import}
`;
  const files = { 'net.yaml': NET };

  it('code with names that Keras and Python take, and a layer called twice', async () => {
    const { code, out, err } = await run(['convert', 'net.yaml', '--to', 'keras'], { files });
    expect([code, plain(err)]).toEqual([0, '']);
    keepsLaws(out, 'net');
    expect(out).toContain('name="a.b"');
    expect(out).toMatch(/layers\.Dropout\(rate=0\.25/);
    expect(out.match(/layers\.Conv2D\(/g)).toHaveLength(2);
    expect(out.match(/trainable=False/g)).toHaveLength(1);
    expect(out).toContain('t("畳み込み.weight").transpose(2, 3, 1, 0)');
    expect(out).toContain('assert model.output_shape == (None, 2)');
    expect(out.split('\n')[0]).toMatch(/^"""Net .*, from net\.yaml\.$/);
  });

  it('a model.json with its weights beside it, which run reads', async () => {
    const { code, io } = await run(['convert', 'net.yaml', '-o', 'out/model.json', '--seed', '0'], { files });
    expect(code).toBe(0);
    expect([...io.files.keys()]).toEqual(['net.yaml', 'out/model.json', 'out/model.weights.bin']);
    const saved = Object.fromEntries(io.files);
    const outputOf = async (spec: string) => {
      const ran = await run(['run', spec, '--backend', 'reference', '--json'], { files: saved });
      return JSON.parse(ran.out).outputs[0].data;
    };
    const [ours, theirs] = [await outputOf('net.yaml'), await outputOf('out/model.json')];
    for (const [at, value] of ours.entries()) expect(theirs[at]).toBeCloseTo(value, 4);
  });

  it('beside standard output there is no file', async () => {
    const { out, io } = await run(['convert', 'net.yaml', '--to', 'keras-json', '--seed', '0', '-o', '-'], { files });
    expect(JSON.parse(out).weightsManifest ?? []).toEqual([]);
    expect([...io.files.keys()].filter((name) => name.endsWith('.bin'))).toEqual([]);
  });

  it('without weights nothing stands beside it, and no list of them in it', async () => {
    const { out, io } = await run(['convert', 'net.yaml', '--to', 'keras-json'], { files });
    expect(Object.keys(JSON.parse(out))).toEqual(['format', 'generatedBy', 'convertedBy', 'modelTopology']);
    expect([...io.files.keys()]).toEqual(['net.yaml']);
  });

  it('all that cannot be said is told at once', async () => {
    const { code, out, err } = await run(['convert', 'ssd300_vgg16', '--to', 'keras-json']);
    expect([code, out]).toEqual([2, '']);
    expect(plain(err).match(/cannot say/g)?.length).toBeGreaterThan(1);
  });

  it.each([
    ['padded by "same"', '{conv: 4, kernel: 3, padding: 1}', 'padding="same"'],
    ['padded as "same" does not', '{conv: 4, kernel: 3, stride: 2, padding: 1}', 'layers.ZeroPadding2D(padding=1'],
    ['padded below any value', '{maxpool: 3, stride: 2, padding: 1}', 'constant_values=float("-inf")'],
    ['kept, not new', '{bn, momentum: 0.25, eps: 1e-4}', /momentum=0\.75,\s+epsilon=1e-4/],
    ['per channel', '{conv: 6, kernel: 3, groups: 3}', 'layers.DepthwiseConv2D('],
    ['by groups', '{conv: 6, kernel: 1, groups: 3}\n  - {conv: 6, kernel: 3, groups: 2}', 'groups=2'],
    ['a whole image', '{droppath: 0.5}', 'noise_shape=(None, 1, 1, 1)'],
    ['channels first', '{fc: 2}', 'layers.Permute(dims=(3, 1, 2)'],
  ])('%s: %s', async (_, layer, part) => {
    const { out } = await run(['convert', '-', '--to', 'keras'], { stdin: `input: 8x8x3\nlayers:\n  - ${layer}\n` });
    if (typeof part === 'string') expect(out).toContain(part);
    else expect(out).toMatch(part);
  });
});
