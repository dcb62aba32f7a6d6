// What training keeps and what the way back costs: PyTorch's saved tensors to the byte, laws, and the command `memory`.
//
// fixtures/training.jsonl: for a network at batch 1 and 4 the bytes of images kept, of all else kept (PyTorch 1.13.1; then by the
// rule of 2.2), and multiply-accumulates there and back. `cannot`: why no spec says it; `apart`: what the bundled spec leaves out.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Analysis } from '../src/analysis/analysis.js';
import { analyze } from '../src/analysis/analyze.js';
import { fitOf } from '../src/analysis/training/fit.js';
import { type MemoryPlan, type PlanSetting, planOf, USUAL } from '../src/analysis/training/plan.js';
import { trainingOf } from '../src/analysis/training/training.js';
import { match } from '../src/lang/match.js';
import { parse } from '../src/lang/parse.js';
import { layers } from '../src/layers/index.js';
import { staircase } from '../src/report/drawing/staircase.js';
import { bundled, specIndex } from './bundled.js';
import { run } from './fake-io.js';

interface Measured {
  readonly network: string;
  readonly spec?: string;
  readonly bundled?: string;
  readonly set?: Readonly<Record<string, string>>;
  readonly cannot?: string;
  readonly apart?: { readonly bytes: number; readonly why: string };
  readonly 1?: readonly number[];
  readonly 4?: readonly number[];
}

const measured: readonly Measured[] = readFileSync(new URL('fixtures/training.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));

const analysed = (text: string, options = {}): Analysis =>
  analyze(parse(text, { registry: layers, match, ...options }));

const specText = (file: string): string => readFileSync(new URL(`../specs/${file}`, import.meta.url), 'utf8');

const networkOf = ({ spec, bundled: name = '', set }: Measured): Analysis => {
  if (spec !== undefined) return analysed(spec);
  const { file, variant } = specIndex()[name] ?? { file: '' };
  return set ? analysed(specText(file), { set, variant }) : bundled(name);
};

const plan = (analysis: Analysis, setting: Partial<PlanSetting> = {}): MemoryPlan =>
  planOf(analysis, { ...USUAL, batch: 1, ...setting });

const NET = `
input: 8x8x3
layers:
  - {conv: 4, kernel: 3, padding: 1, bias: false, norm: bn, act: relu, name: a}
  - {conv: 4, kernel: 3, padding: 1, name: b}
  - {fc: 10, name: c}
`;

describe('as PyTorch measures it', () => {
  const said = measured.filter(({ cannot }) => cannot === undefined);

  it.each(said)('$network', (network) => {
    const analysis = networkOf(network);
    expect(analysis.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    for (const batch of [1, 4] as const) {
      const [input, kept, keptLater, forward, backward] = network[batch] ?? [];
      const apart = batch * (network.apart?.bytes ?? 0);
      const { training, backward: back } = plan(analysis, { batch, torch: '1.13' });
      expect([training.input, training.kept, back.macs]).toEqual([input, (kept ?? 0) - apart, backward]);
      expect(plan(analysis, { batch, torch: '2.2' }).training.kept).toBe((keptLater ?? 0) - apart);
      expect((analysis.totals.macs ?? 0) * batch).toBe(forward);
    }
  });

  it('tells which of them no spec says', () => {
    const reasons = measured.flatMap(({ network, cannot }) => (cannot === undefined ? [] : [`${network}: ${cannot}`]));
    expect(reasons).toEqual([
      'bn1d_2d_eval: PyTorch refuses to train it on one image',
      'lppool2d: there is no pool of powers',
      'dropout2d_train: dropout drops values or images, not channels',
    ]);
    expect(said).toHaveLength(83);
    expect(said.filter(({ apart }) => apart).map(({ network }) => network)).toEqual(['convnext_tiny']);
  });

  // Figures of the same measurements that no file here has.
  it.each([
    ['resnet50', 85_519_872],
    ['densenet121', 130_093_824],
    ['mobilenet_v2', 77_994_752],
  ])('%s keeps %d bytes besides the image', (name, kept) => {
    expect(plan(bundled(name), { torch: '1.13' }).training).toMatchObject({ input: 602_112, kept });
  });
});

describe('what an operator keeps', () => {
  // A convolution before it and one behind it, 6x6x4 without a bias: 36 * 4 * 4 = 576 bytes a tensor.
  const INPUT = 6 * 6 * 2 * 4;
  const T = 576;
  const between = (item: string, rest = '  - {conv: 4, kernel: 1, name: z}\n'): string =>
    `input: 6x6x2\nlayers:\n  - {conv: 4, kernel: 1, name: a}\n  - ${item}\n${rest}`;

  it.each([
    ['relu', T],
    ['sigmoid', T],
    ['exp', T],
    ['softmax', T],
    ['gelu', 2 * T],
    ['silu', 2 * T],
    ['{leakyrelu: 0.1}', 2 * T],
    ['softsign', 3 * T],
    ['logsigmoid', 3 * T],
    ['prelu', 2 * T],
    ['bn', 2 * T + 2 * 4 * 4],
    ['{bn, affine: false}', 2 * T + 2 * 4 * 4],
    ['{bn, frozen: true}', 2 * T],
    ['{layernorm, over: c}', 2 * T + 2 * 36 * 4],
    ['layernorm', 2 * T + 2 * 4],
    ['{groupnorm: 4}', 2 * T + 2 * 4 * 4],
    ['instancenorm', 2 * T + 2 * 4 * 4],
    ['{instancenorm, affine: true}', 2 * T + 3 * 4 * 4],
    ['{lrn: 3}', T + 6 * 36 * 4 + 2 * T + 8 + T],
    ['{dropout: 0.5}', 2 * T],
    ['{dropout: 0}', T],
    ['{droppath: 0.5}', T + 4],
    ['identity', T],
    ['{maxpool: 2}', T + 9 * 4 * (8 + 4)],
    ['{avgpool: 2}', T + 9 * 4 * 4],
    ['{zeropad: 1}', 8 * 8 * 4 * 4],
    ['{reflectpad: 1}', T + 8 * 8 * 4 * 4],
    ['{upsample: 2}', 12 * 12 * 4 * 4],
    ['{shuffle: 2}', T],
    ['layerscale', 2 * T],
    ['{times: 2}', T + 8],
    ['{mul: [a, a], name: m}', 2 * T],
    ['{maximum: [a, a], name: m}', 2 * T],
    ['{add: [a, a], name: m}', T],
    ['{conv: 4, kernel: 2, padding: same, name: m}', 7 * 7 * 4 * 4 + T],
    ['{conv: 4, kernel: 3, padding: same, name: m}', 2 * T],
    ['{separable: 4, kernel: 3, padding: 1, name: m}', 3 * T],
  ])('%s between two convolutions: %d bytes', (item, kept) => {
    const analysis = analysed(between(item));
    expect(analysis.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(plan(analysis).training).toMatchObject({ input: INPUT, kept });
  });

  it.each([
    ['{leakyrelu: 0.1, name: m}', T],
    ['{elu, name: m}', T],
    ['{relu, name: m}', T],
    ['{relu6, name: m}', 2 * T],
    ['{hardswish, name: m}', 2 * T],
    ['{gelu, name: m}', 2 * T],
  ])('%s in place: %d bytes', (item, kept) => {
    const { graph, ...rest } = analysed(between(item.replace('name: m', 'as: inplace, name: m')));
    const training = trainingOf(graph, { batch: 1, dtype: 'f32', torch: '2.2' });
    expect(rest.rows).toHaveLength(3);
    expect(training.rows.reduce((sum, row) => sum + (row.kept ?? Number.NaN), 0)).toBe(kept);
  });

  it('keeps a mean only before PyTorch 2.2', () => {
    const analysis = analysed(between('gap', '  - {fc: 3}\n'));
    expect(plan(analysis, { torch: '1.13' }).training.kept).toBe(T + 16);
    expect(plan(analysis, { torch: '2.2' }).training.kept).toBe(16);
  });

  it('keeps a view with what it is a view of, and copies what was turned', () => {
    expect(plan(analysed(between('flatten', '  - {fc: 3}\n'))).training.kept).toBe(T);
    expect(plan(analysed(between('{permute: [2, 0, 1]}', '  - flatten\n  - {fc: 3}\n'))).training.kept).toBe(T);
    expect(plan(analysed(between('relu', '  - {permute: [2, 0, 1]}\n  - flatten\n  - {fc: 3}\n'))).training.kept).toBe(
      2 * T,
    );
  });

  it('knows nothing of a layer that nobody knows, nor of the sum', () => {
    const analysis = analysed(between('{opaque: Odd, params: 3, macs: 10, name: odd}'));
    const { rows, training, backward, alive } = plan(analysis);
    expect(rows.map(({ node, kept }) => [node.name, kept])).toEqual([
      ['a', 0],
      ['odd', null],
      ['z', T],
    ]);
    expect([training.kept, training.total, backward.macs, alive]).toEqual([null, null, null, []]);
    expect(plan(analysed('input: 6x4\nlayers: [{lstm: 5}]\n')).training.kept).toBeNull();
    expect(fitOf(analysis, { ...USUAL, batch: 1 }, 1e9)).toMatchObject({ batch: null, next: null });
  });
});

describe('laws', () => {
  const NAMES = ['lenet5', 'resnet18', 'densenet121', 'mobilenet_v2', 'unet', 'googlenet', 'convnext_tiny'];

  it.each(NAMES)('%s: the batch scales all but what is there once', (name) => {
    const [one, two, three] = [1, 2, 3].map((batch) => plan(bundled(name), { batch }));
    for (const part of ['input', 'kept'] as const) {
      const [a = 0, b = 0, c = 0] = [one, two, three].map((of) => of?.training[part] ?? Number.NaN);
      expect(c - b).toBe(b - a);
      expect(b).toBeLessThanOrEqual(2 * a);
      expect(b).toBeGreaterThan(a);
    }
    expect(two?.training).toMatchObject({
      params: one?.training.params,
      gradients: one?.training.gradients,
      optimizer: one?.training.optimizer,
    });
    expect(two?.backward.macs).toBe(2 * (one?.backward.macs ?? 0));
  });

  it.each(NAMES)('%s: frozen as a whole it keeps nothing and goes nowhere back', (name) => {
    const { file, variant } = specIndex()[name] ?? { file: '' };
    const frozen = analysed(specText(file), { freeze: ['*'], ...(variant !== undefined && { variant }) });
    expect(plan(frozen, { optimizer: 'adam' })).toMatchObject({
      training: { input: 0, kept: 0, gradients: 0, optimizer: 0 },
      backward: { macs: 0 },
    });
  });

  it.each(NAMES)('%s: frozen from the front it keeps less, and every layer something or nothing', (name) => {
    const whole = plan(bundled(name));
    for (const { kept, again } of whole.rows) expect((kept ?? -1) >= 0 && again === 0).toBe(true);
    const { file, variant } = specIndex()[name] ?? { file: '' };
    const first = bundled(name).rows.find(({ node }) => node.kind.role === 'weights')?.node.name ?? '';
    const frozen = analysed(specText(file), { freeze: [first], ...(variant !== undefined && { variant }) });
    const part = plan(frozen);
    expect(part.training.kept ?? 0).toBeLessThanOrEqual(whole.training.kept ?? 0);
    expect(part.training.input).toBeLessThan(whole.training.input ?? 0);
    expect(part.backward.macs ?? 0).toBeLessThan(whole.backward.macs ?? 0);
  });

  it.each([
    ['resnet18', 'layer*.*'],
    ['resnet50', 'layer*.*'],
    ['mobilenet_v2', 'features.*'],
    ['vgg16', 'features'],
    ['densenet121', 'features.denseblock*'],
  ])('%s with %s computed again keeps less at every time, and pays for it', (name, glob) => {
    const fits = match(glob, 'across');
    const [whole, again] = [plan(bundled(name)), plan(bundled(name), { checkpoint: fits })];
    expect(again.training.kept ?? 0).toBeLessThan(whole.training.kept ?? 0);
    expect(again.training.total ?? 0).toBeLessThanOrEqual(whole.training.total ?? 0);
    again.alive.forEach(({ forward, backward }, i) => {
      expect(forward).toBeLessThanOrEqual(whole.alive[i]?.forward ?? 0);
      expect(backward).toBeLessThanOrEqual(whole.alive[i]?.forward ?? 0);
    });
    expect(again.backward.macs).toBe(whole.backward.macs);
    const inside = bundled(name).rows.filter(({ node }) => again.rows.some((row) => row.node === node && row.stretch));
    expect(again.backward.recomputed).toBe(inside.reduce((sum, { figures }) => sum + (figures?.macs ?? 0), 0));
    expect(again.backward.recomputed).toBeGreaterThan(0);
  });

  it.each(NAMES)('%s: the largest batch fits, one more does not', (name) => {
    const setting = { ...USUAL, batch: 1, optimizer: 'adam' } as const;
    const memory = 4 * 2 ** 30;
    const { batch, next } = fitOf(bundled(name), setting, memory);
    const bytes = (n: number, changes: Partial<PlanSetting> = {}) =>
      plan(bundled(name), { ...setting, ...changes, batch: n }).training.total ?? 0;
    expect(bytes(batch ?? 0)).toBeLessThanOrEqual(memory);
    expect(bytes((batch ?? 0) + 1)).toBeGreaterThan(memory);
    expect(Math.log2(next?.batch ?? 0) % 1).toBe(0);
    expect(next?.batch).toBeGreaterThan(batch ?? 0);
    expect(bytes(next?.batch ?? 0) - memory).toBe(next?.missing);
    if (next?.by.some((changes) => changes.join() === 'amp'))
      expect(bytes(next.batch, { amp: true })).toBeLessThanOrEqual(memory);
  });

  it('halves activations under mixed precision, not what counts places or statistics', () => {
    const [plain, mixed] = [
      plan(analysed(NET), { optimizer: 'adam' }),
      plan(analysed(NET), { optimizer: 'adam', amp: true }),
    ];
    // Two tensors and the convolution's output, of 8x8x4; two statistics of four channels.
    expect(plain.training.kept).toBe(3 * 1024 + 32);
    expect(mixed.training).toMatchObject({
      input: 384,
      kept: 3 * 512 + 32,
      params: plain.training.params,
      optimizer: plain.training.optimizer,
    });
    expect(plain.training.optimizer).toBe(2 * (plain.training.gradients ?? 0));
  });
});

describe('cnncalc memory', () => {
  const files = { 'net.yaml': NET };

  it('says in JSON what the contract names', async () => {
    const { code, out } = await run(['memory', 'net.yaml', '--json', '--batch', '2', '--optimizer', 'momentum'], {
      files,
    });
    expect(code).toBe(0);
    const params = 4 * (27 * 4 + 8 + 36 * 4 + 4 + 2570);
    expect(JSON.parse(out)).toMatchObject({
      schema: 'cnncalc/memory/1',
      settings: { batch: 2, dtype: 'f32', optimizer: 'momentum', amp: false },
      inference: { params, buffers: 32, peakActivations: 4096, peakFused: 4096, total: params + 32 + 4096 },
      training: {
        input: 1536,
        kept: 2 * 3 * 1024 + 32,
        again: 0,
        gradients: params,
        optimizer: params,
        params,
        buffers: 32,
        total: 1536 + 6176 + 3 * params + 32,
      },
      // 64 places of 27 x 4 once; 64 of 36 x 4 and 256 x 10 twice.
      backward: { macs: 2 * (6912 + 2 * 9216 + 2 * 2560), recomputed: 0, flops: 4 * (6912 * 2 + 9216 * 3 + 2560 * 3) },
      layers: [
        { name: 'a', kept: 0, backwardMacs: 2 * 6912, why: 'a convolution keeps its input (the images)' },
        { name: 'a.norm', kept: 2 * 1024 + 32, why: 'batch norm keeps its input and 2C floats' },
        { name: 'a.act', kept: 2 * 1024, why: 'relu keeps its output' },
        {
          name: 'b',
          kept: 0,
          backwardMacs: 4 * 9216,
          why: 'a convolution keeps its input (kept already: output of a.act)',
        },
        { name: 'c', kept: 2 * 1024, why: 'a dense layer keeps its input' },
      ],
    });
  });

  it.each([
    ['--fit', '1MiB', /\d+ images fit in 1\.0 MiB; \d+ would take/],
    ['--fit', '1KiB', /not even one image fits in 1\.0 KiB; 1 would take/],
    ['--checkpoint', 'b', /b keeps what it reads, and is computed again/],
    ['--freeze', 'a', /no gradient goes through it: it keeps nothing/],
    ['--columns', 'name,kept,backward', /total +3\.0 KiB +30K/],
  ])('%s %s', async (option, value, said) => {
    const { code, out } = await run(['memory', 'net.yaml', option, value, '--width', '300'], { files });
    expect(code).toBe(0);
    expect(out).toMatch(said);
  });

  it('says once what is not counted', async () => {
    const { out } = await run(['memory', 'net.yaml', '--width', '300'], { files });
    expect(out.match(/not counted: .*workspaces.*allocator.*loss/g)).toHaveLength(1);
  });

  it.each([
    [['--checkpoint', 'nowhere'], 'no block or layer has such a name'],
    [['--optimizer', 'lion'], 'Allowed choices are sgd, momentum, adam, adamw'],
    [['--fit', 'much'], 'number of bytes'],
    [['--torch', '0.4'], 'Allowed choices are 1.13, 2.2'],
    [['--freeze', 'nowhere'], 'no layer has such a name'],
  ])('refuses %j', async (words, said) => {
    const { code, err } = await run(['memory', 'net.yaml', ...words], { files });
    expect([code, err]).toEqual([2, expect.stringContaining(said)]);
  });

  it('has columns of the summary for it, and explains both', async () => {
    const { out } = await run(['net.yaml', '--columns', 'name,kept,backward', '--format', 'csv', '--rows', 'all'], {
      files,
    });
    expect(out.split('\n').slice(0, 4)).toEqual(['name,kept,backward', 'a,0,6912', 'a.norm,1056,0', 'a.act,1024,0']);
    const explained = await run(['explain', 'net.yaml', 'a.norm', '--json'], { files });
    expect(JSON.parse(explained.out).layers[0].steps).toContainEqual(
      expect.objectContaining({ quantity: 'kept', value: 1056 }),
    );
  });

  it('is asked in sheets', async () => {
    const sheet = 'answers:\n  a: {kept: 2080 B, backward: 6912}\n  total: {kept: 3104 B, backward: 30463}\n';
    const { out } = await run(['check', 'net.yaml', 'sheet.yaml', '--json'], {
      files: { ...files, 'sheet.yaml': sheet },
    });
    const { cells } = JSON.parse(out) as { cells: { layer: string; quantity: string; verdict: string }[] };
    expect(cells.map(({ layer, quantity, verdict }) => `${layer}.${quantity} ${verdict}`)).toEqual([
      'a.kept correct',
      'a.backward correct',
      'total.kept correct',
      'total.backward wrong',
    ]);
  });

  it.each(['alexnet', 'resnet50', 'densenet201'])('draws %s as a staircase that comes down again', (name) => {
    const analysis = bundled(name);
    const scene = staircase(analysis, plan(analysis));
    const steps = scene.marks.flatMap((mark) => (mark.type === 'rect' && mark.key !== undefined ? [mark] : []));
    expect(steps.length % 2).toBe(0);
    expect(steps.length).toBeLessThanOrEqual(2 * analysis.rows.length);
    const heights = steps.map(({ size }) => size[1]);
    for (const [i, height] of heights.entries()) {
      const before = heights[i - 1] ?? 0;
      expect(i < heights.length / 2 ? height >= before - 1e-9 : height <= before + 1e-9).toBe(true);
    }
    expect(heights.every((height) => height >= 0 && height <= 320.1)).toBe(true);
  });
});
