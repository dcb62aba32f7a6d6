// Folding batch normalisations: no output changes beyond rounding, on random networks and on the bundled ones; what folds where,
// what stays and why; and that what is written can be read and run.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Analysis } from '../src/analysis/analysis.js';
import { analyze } from '../src/analysis/analyze.js';
import { foldedNetwork } from '../src/commands/folded.js';
import { isProblem } from '../src/core/diagnostic.js';
import type { Tensor } from '../src/core/kernels.js';
import { held } from '../src/files/bytes.js';
import { readNpy } from '../src/files/npy.js';
import { readSafetensors } from '../src/files/safetensors.js';
import { reference } from '../src/kernels/reference.js';
import { parse } from '../src/lang/parse.js';
import { layers } from '../src/layers/index.js';
import { execute, noise } from '../src/run/execute.js';
import { difference } from '../src/run/linear.js';
import { asTrained, initialised } from '../src/run/weights.js';
import { bundled, eachNetwork, specIndex } from './bundled.js';
import { run } from './fake-io.js';
import { onnxOf } from './onnx-files.js';

// Networks are run, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const analysed = (text: string, options: { readonly variant?: string; readonly input?: string } = {}): Analysis =>
  analyze(parse(text, { registry: layers, ...options }));

const outputs = async (analysis: Analysis, tensors: ReadonlyMap<string, Tensor>) => {
  const now = () => 0;
  const options = { batch: 1, threads: 1, precision: 'exact', core: 'auto', repeat: 1, now } as const;
  return (await execute(analysis, tensors, noise(analysis, 1, 7), reference(now), options)).outputs;
};

/** Folds the network, runs both, and compares all outputs. */
const foldsRight = async (analysis: Analysis, seed = 1) => {
  const tensors = asTrained(analysis, initialised(analysis, seed), seed);
  const folded = foldedNetwork(analysis, tensors);
  expect(folded.analysis.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  const [before, after] = [await outputs(analysis, tensors), await outputs(folded.analysis, folded.tensors)];
  for (const [id, output] of before) {
    const other = after.get(folded.outputs.get(id) ?? -1);
    if (!other) throw new Error('an output is missing');
    expect(other.shape).toEqual(output.shape);
    const { maxAbsDiff, largest, equal } = difference(output, other);
    expect(equal, `${folded.text}${maxAbsDiff} of ${largest}`).toBe(true);
  }
  const norms = analysis.rows.filter(({ node }) => node.kind.name === 'batchnorm').length;
  expect(folded.plan.folds.length + folded.plan.kept.length).toBe(norms);
  expect(folded.analysis.rows.length).toBe(analysis.rows.length - folded.plan.folds.length);
  return folded;
};

const ITEM = fc.oneof(
  fc
    .record({
      groups: fc.constantFrom(1, 2, 4),
      kernel: fc.integer({ min: 1, max: 3 }),
      padding: fc.integer({ min: 0, max: 1 }),
      bias: fc.boolean(),
    })
    .map(
      ({ groups, kernel, padding, bias }) =>
        `{conv: 4, kernel: ${kernel}, padding: ${padding}, groups: ${groups}, bias: ${bias}}`,
    ),
  fc.constantFrom(
    '{depthwise: 3, padding: 1}',
    '{depthwise: 3, multiplier: 2}',
    '{separable: 4, kernel: 3, padding: 1}',
    '{convtranspose: 4, kernel: 3, stride: 2, groups: 2, bias: false}',
    'relu',
    'dropout',
    'bn',
    'bn',
    'bn',
    '{bn, affine: false}',
    '{maxpool: 2, stride: 1}',
    'residual: [{conv: c, kernel: 3, padding: 1, norm: bn, act: relu}, {conv: c, kernel: 1}, bn]',
    'concat: [[{conv: 2, kernel: 1}, bn], [bn, {conv: 2, kernel: 1}]]',
  ),
);

describe('changes no output beyond rounding', () => {
  it('of random networks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(ITEM, { minLength: 1, maxLength: 8 }),
        fc.constantFrom('', '  - {fc: 5}\n', '  - flatten\n  - {fc: 5, norm: bn}\n', '  - gap\n  - bn\n  - {fc: 3}\n'),
        fc.nat(1000),
        async (items, tail, seed) => {
          const analysis = analysed(`input: 7x9x4\nlayers:\n${items.map((item) => `  - ${item}\n`).join('')}${tail}`);
          fc.pre(analysis.diagnostics.every(({ severity }) => severity !== 'error'));
          await foldsRight(analysis, seed);
        },
      ),
      { numRuns: 120 },
    );
  });

  /** Bundled networks with batch normalisation that are small enough on a small input. */
  const families = new Set<string>();
  const small = eachNetwork().flatMap((name) => {
    const { file, variant } = specIndex()[name] ?? expect.fail(name);
    const whole = bundled(name);
    // One of each family: the others have the same layers, wider or more of them.
    if (!whole.totals.buffers || families.has(file)) return [];
    const text = readFileSync(new URL(`../specs/${file}`, import.meta.url), 'utf8');
    const smaller = (input: string) => analysed(text, { ...(variant !== undefined && { variant }), input });
    const fails = ({ diagnostics }: Analysis) => diagnostics.some(({ severity }) => severity === 'error');
    let analysis = smaller('32x32x3');
    if (fails(analysis)) analysis = smaller('64x64x3');
    if (fails(analysis)) analysis = whole;
    const { macs, buffers, params } = analysis.totals;
    const fits = macs && buffers && params && macs < 1.2e7 && params < 5e6;
    if (fits) families.add(file);
    return fits ? [[name, analysis] as const] : [];
  });
  it.each(small)('%s', async (_, analysis) => {
    await foldsRight(analysis);
  });
  it('these are many', () => expect(small.length).toBeGreaterThan(5));
});

describe('what folds where', () => {
  const body = (items: string): string => `input: 9x9x4\nlayers:\n${items}`;
  it.each([
    ['into the layer before', '  - {conv: 4, kernel: 3, name: a}\n  - {bn, name: n}\n', [['n', 'a', 'before']], []],
    [
      'past dropout, and two in a row',
      '  - {conv: 4, kernel: 3, name: a}\n  - dropout\n  - {bn, name: n}\n  - {bn, name: m}\n',
      [
        ['n', 'a', 'before'],
        ['m', 'a', 'before'],
      ],
      [],
    ],
    ['into the layer after', '  - {bn, name: n}\n  - {conv: 4, kernel: 3, name: a}\n', [['n', 'a', 'after']], []],
    [
      'two in a row into the layer after',
      '  - {bn, name: n}\n  - {bn, name: m}\n  - {conv: 4, kernel: 3, name: a}\n',
      [
        ['m', 'a', 'after'],
        ['n', 'a', 'after'],
      ],
      [],
    ],
    [
      'into a dense layer after flattening',
      '  - {bn, name: n}\n  - flatten\n  - {fc: 3, name: a}\n',
      [['n', 'a', 'after']],
      [],
    ],
    [
      'not into padding',
      '  - {bn, name: n}\n  - {conv: 4, kernel: 3, padding: 1, name: a}\n',
      [],
      [['n', 'the input', 'has no weights', 'a', 'pads with zeros, which the shift does not reach']],
    ],
    [
      'not past an activation',
      '  - {conv: 4, kernel: 3}\n  - {relu, name: r}\n  - {bn, name: n}\n  - {relu, name: s}\n',
      [],
      [['n', 'r', 'is not linear', 's', 'is not linear']],
    ],
    [
      'not where another branch reads',
      '  - {conv: 4, kernel: 3, padding: 1, name: a}\n  - {bn, name: n}\n  - {relu, name: r}\n  - {add: [a, r]}\n',
      [],
      [['n', 'a', 'is read by others, too', 'r', 'is not linear']],
    ],
    [
      'not into shared weights',
      '  - {conv: 4, kernel: 1, name: a}\n  - {bn, name: n}\n  - {conv: 4, kernel: 1, share: a, name: b}\n  - relu\n',
      [],
      [['n', 'a', 'shares its weights with other layers', 'b', 'shares its weights with other layers']],
    ],
    [
      'not into a transposed convolution after it',
      '  - {bn, name: n}\n  - {convtranspose: 4, kernel: 3, stride: 2, name: a}\n',
      [],
      [
        [
          'n',
          'the input',
          'has no weights',
          'a',
          'reaches its cells over different numbers of taps, and the shift with them',
        ],
      ],
    ],
    [
      'not into the first half of two convolutions',
      '  - {bn, name: n}\n  - {separable: 4, kernel: 3, name: a}\n',
      [],
      [['n', 'the input', 'has no weights', 'a', 'is two convolutions, and the first has no bias']],
    ],
    ['alone', '  - {bn, name: n}\n', [], [['n', 'the input', 'has no weights', 'n', 'is an output']]],
  ] as const)('%s', async (_, items, folds, kept) => {
    const analysis = analysed(body(items));
    const { plan } = await foldsRight(analysis);
    const name = (id: number) => analysis.graph.nodes[id]?.name;
    expect(plan.folds.map(({ norm, host, side }) => [name(norm), name(host), side])).toEqual(folds);
    expect(
      plan.kept.map(({ norm, before, after }) => [name(norm), before.layer, before.why, after.layer, after.why]),
    ).toEqual(kept);
  });

  it('a row of thousands', () => {
    const analysis = analysed(
      body(
        '  - {conv: 4, kernel: 1}\n  - {bn, repeat: 5000}\n  - relu\n  - {bn, repeat: 5000}\n  - {conv: 1, kernel: 1}\n',
      ),
    );
    const { plan, analysis: folded } = foldedNetwork(analysis, initialised(analysis, 0));
    expect([plan.folds.length, folded.rows.length]).toEqual([10000, 3]);
  });

  it('a shift of 0 passes the padding', () => {
    const analysis = analysed(body('  - {bn, name: n}\n  - {conv: 4, kernel: 3, padding: 1, name: a}\n'));
    expect(foldedNetwork(analysis, initialised(analysis, 0)).plan.folds).toHaveLength(1);
  });

  it('whoever is left of those that share a normalisation owns it', async () => {
    const analysis = analysed(
      body(
        '  - {conv: 4, kernel: 1, name: a}\n  - {bn, name: n}\n  - relu\n  - {bn, share: n, name: m}\n  - relu\n  - {bn, share: n, name: o}\n  - relu\n',
      ),
    );
    const { plan, text } = await foldsRight(analysis);
    expect(plan.folds).toHaveLength(1);
    expect(text).toContain('name: o, share: m');
  });
});

describe('cnncalc fold', () => {
  const files = {
    'net.yaml':
      'name: Net\ninput: 9x9x3\ndefaults: {conv: {padding: same, bias: false, norm: bn, act: relu}}\nlayers:\n  - {conv: 8, kernel: 3, name: a}\n  - residual: [{conv: 8, kernel: 3}, {conv: 8, kernel: 3, act: none}]\n    name: b\n  - {bn, name: last}\n  - gap\n  - {fc: 4, name: fc}\n',
  };

  it('tells what folds, the price and the proof', async () => {
    const { code, out, err } = await run(['fold', 'net.yaml', '--width', '80'], { files });
    expect([code, err]).toEqual([0, '']);
    for (const part of [
      'Net  3 of 4 batch normalisations fold',
      'a.norm',
      'running statistics',
      'last',
      'joins several layers',
    ])
      expect(out).toContain(part);
    expect(out).toMatch(/differ by less\s+than 1e-\d+, where the largest output is/);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('as JSON', async () => {
    const report = JSON.parse((await run(['fold', 'net.yaml', '--json'], { files })).out);
    expect(report).toMatchObject({
      schema: 'cnncalc/fold/1',
      kept: [{ norm: 'last', before: { layer: 'b', why: 'joins several layers' } }],
      before: { buffers: 64 },
      after: { buffers: 16 },
      execution: { equal: true },
    });
    expect(report.before.params - report.after.params).toBe(3 * 8);
    expect(report.before.flops).toBeGreaterThan(report.after.flops);
  });

  it('folds the statistics that came with the network, not ones of a seed', async () => {
    const file = onnxOf({
      inputs: { x: [1, 1, 2, 2] },
      outputs: { y: null },
      nodes: [
        { op: 'Conv', in: ['x', 'w', 'b'], out: ['c'] },
        {
          op: 'BatchNormalization',
          in: ['c', 'scale', 'shift', 'mean', 'variance'],
          out: ['y'],
          attributes: { epsilon: { f: 0.25 } },
        },
      ],
      initializers: {
        w: { dims: [1, 1, 1, 1], data: [2] },
        b: { dims: [1], data: [1] },
        scale: { dims: [1], data: [3] },
        shift: { dims: [1], data: [4] },
        mean: { dims: [1], data: [5] },
        variance: { dims: [1], data: [2] },
      },
    });
    const { code, io } = await run(['fold', 'net.onnx', '-o', 'f.safetensors', '-q'], { files: { 'net.onnx': file } });
    expect(code).toBe(0);
    const folded = readSafetensors(held(io.files.get('f.safetensors') as Uint8Array));
    if (isProblem(folded)) throw new Error(folded.message);
    const values = [...folded.values()].map((tensor) => tensor.load?.()[0]);
    // By hand: 3 / sqrt(2 + 0.25) = 2, so 2 * 2 and (1 - 5) * 2 + 4.
    expect(values.sort()).toEqual([-4, 4]);
  });

  it('writes a spec and weights that run and give the same', async () => {
    const first = await run(['run', 'net.yaml', '--seed', '3', '--save-weights', 'w.safetensors', '-q'], { files });
    const world = { files: { ...files, ...Object.fromEntries(first.io.files) } };
    const argv = ['fold', 'net.yaml', '--weights', 'w.safetensors', '-o', 'f.safetensors', '--spec', 'f.yaml'];
    const second = await run(argv, world);
    expect(second.code).toBe(0);
    const again = { files: Object.fromEntries(second.io.files) };
    expect(String(again.files['f.yaml'])).not.toContain('a.norm');
    const saved = async (...words: string[]): Promise<Tensor> => {
      const { code, err, io } = await run(['run', ...words, '--save', 'y.npy'], again);
      expect(code, err).toBe(0);
      const tensor = readNpy(held(io.files.get('y.npy') as Uint8Array));
      if (!('data' in tensor)) throw new Error('no array was written');
      return tensor;
    };
    const whole = await saved('net.yaml', '--weights', 'w.safetensors');
    expect(difference(whole, await saved('f.yaml', '--weights', 'f.safetensors')).equal).toBe(true);
    expect(difference(whole, await saved('net.yaml', '--weights', 'w.safetensors', '--fold')).equal).toBe(true);
  });

  it.each([
    ['fold lenet5', 0, 'no batch normalisation'],
    ['fold net.yaml --no-run', 0, '3 of 4'],
    ['fold broken.yaml', 2, 'nothing was folded'],
    ['fold large.yaml', 2, 'out of memory'],
    ['fold long.yaml --no-run', 0, '1 of 1'],
    ['fold net.yaml --weights nothing.safetensors', 2, 'there is no file'],
    ['fold net.yaml --spec readonly/a.yaml', 2, 'permission denied'],
    ['run net.yaml --fold --training', 2, 'at test time only'],
    ['run net.yaml --fold', 0, '3 of 4 batch normalisations are folded'],
  ] as const)('%s', async (argv, code, says) => {
    const broken = 'input: 9x9x3\nlayers:\n  - {conv: 8, kernel: 30}\n';
    const large = 'input: 100000\nlayers:\n  - {fc: 100000, norm: bn}\n';
    const long = `input: 9x9x3\nlayers:\n  - name: ${'a'.repeat(150)}\n    sequence: [{conv: 4, kernel: 3, norm: bn, name: ${'b'.repeat(60)}}]\n`;
    const ran = await run(argv.split(' '), {
      files: { ...files, 'broken.yaml': broken, 'large.yaml': large, 'long.yaml': long },
    });
    expect(ran.code, ran.err).toBe(code);
    expect(ran.out + ran.err).toContain(says);
  });
});
