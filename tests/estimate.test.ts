// Estimated times: the rates of a device from the rows they were fitted to, what is counted held against timm's counts, laws of the
// formula, and that every answer says how far it may be off.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { analyze } from '../src/analysis/analyze.js';
import { DEVICES } from '../src/analysis/devices.js';
import { estimated, loadsOf, wholeOf } from '../src/analysis/estimate.js';
import { errorOf, fitRates, heldOut, type Load, secondsOf } from '../src/analysis/rates.js';
import { median } from '../src/core/median.js';
import { human } from '../src/core/quantity.js';
import { parse } from '../src/lang/parse.js';
import { layers } from '../src/layers/index.js';
import { run } from './fake-io.js';

/** Lines of timm's table for one device. */
const rows = readFileSync(new URL('fixtures/timm_rtx3090.csv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(3)
  .map((line) => {
    const [model = '', ...numbers] = line.split(',');
    const [size = 0, half = 0, perSecond = 0, gmacs = 0, mactivations = 0] = numbers.map(Number);
    return { model, size, half, macs: 1e9 * gmacs, outputs: 1e6 * mactivations, seconds: 1 / perSecond };
  });

const rtx3090 = DEVICES.find(({ name }) => name === 'rtx3090');

const pages = readdirSync(new URL('../docs/', import.meta.url))
  .filter((file) => file.endsWith('.md'))
  .map((file) => readFileSync(new URL(`../docs/${file}`, import.meta.url), 'utf8'))
  .join('\n');

const percent = (share: number) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)}%`;

const digits = (n: number) => Number(n.toPrecision(4));

const loadIn = (text: string, options = {}): Load | null => {
  const analysis = analyze(parse(text, { registry: layers, ...options }));
  return wholeOf(analysis, loadsOf(analysis));
};

const json = async (...argv: string[]) => JSON.parse((await run(['estimate', ...argv, '--json'], { files })).out);

const net = (...items: string[]): string => `input: 32x32x8\nlayers:\n${items.map((item) => `  - ${item}\n`).join('')}`;

const files = {
  'net.yaml': net('{conv: 16, kernel: 3, name: a, norm: bn, act: relu}', '{maxpool: 2}', '{fc: 10, name: b}'),
  'opaque.yaml': net('{conv: 16, kernel: 3, name: a}', '{opaque: DeformConv, name: dcn}', '{fc: 10}'),
  'plain.yaml': net('relu', '{maxpool: 2}'),
  'broken.yaml': net('{conv: 16, kernel: 99, name: a}'),
  'text.yaml': 'input: 16x64\nlayers:\n  - {attention: 4, name: self}\n',
  'steps.yaml': 'input: 16x64\nlayers:\n  - {lstm: 8}\n',
  'hostile.yaml': `name: "<img onerror=x> | \\u202e网络"\n${net('{conv: 16, kernel: 3}')}`,
};

describe('the numbers of a device', () => {
  it('are those that its table gives', () => {
    const { flops, outputs } = fitRates(rows);
    const { median, within } = heldOut(rows, ({ half }) => half);
    expect({ flops: digits(flops), outputs: digits(outputs) }).toEqual(rtx3090?.rates);
    expect({ median: digits(median), within: digits(within) }).toEqual(rtx3090?.heldOut);
    expect(rows).toHaveLength(rtx3090?.networks ?? 0);
  });

  it('are much nearer than MACs alone', () => {
    const alone = rows.map((row) => ({ ...row, outputs: 0 }));
    // Any rate of outputs is the best where there are none.
    expect(errorOf(alone, fitRates(alone)).median).toBeGreaterThan(3 * (rtx3090?.heldOut.median ?? 1));
  });

  it('are found again in times that are made of them, in any order, whatever a fifth of the rows says', () => {
    const rates = { flops: 3e13, outputs: 2e10 };
    const made = rows.map((row, i) => ({ ...row, seconds: secondsOf(row, rates) * (i % 5 === 0 ? 10 : 1) }));
    for (const some of [made, made.toReversed()]) {
      const found = fitRates(some);
      expect(found.flops / rates.flops).toBeCloseTo(1, 1);
      expect(found.outputs / rates.outputs).toBeCloseTo(1, 1);
    }
  });

  it.each(DEVICES)('$name has a source, an error and a name of its own', (device) => {
    expect(device.table).toMatch(/^benchmark-infer-[\w-]+\.csv$/);
    expect(DEVICES.filter(({ name, table }) => name === device.name || table === device.table)).toEqual([device]);
    expect(device.networks).toBeGreaterThan(500);
    for (const { median, within } of [device.heldOut, device.attending]) {
      expect(median).toBeGreaterThan(0);
      expect(median).toBeLessThan(0.5);
      expect(within).toBeGreaterThan(0.5);
      expect(within).toBeLessThan(1);
    }
  });
});

describe('the documentation has the numbers', () => {
  it.each(DEVICES)('of $name', ({ name, rates, networks, heldOut: held, attending, table }) => {
    const cells = [
      `\`${name}\``,
      human(rates.flops),
      human(rates.outputs),
      networks,
      percent(held.median),
      percent(held.within),
      percent(attending.median),
      percent(attending.within),
      table.replace(/^benchmark-infer-|\.csv$/g, ''),
    ];
    const line = `| ${cells.join(' | ')} |`;
    expect(pages.includes(line), line).toBe(true);
  });

  const families = [...pages.matchAll(/^\| `(\w+)` \| (\d+) \| (\d\.\d\d) \|$/gm)].map(([, ...cells]) => cells);
  it('tells of families', () => expect(families.length).toBeGreaterThan(10));
  it.each(families)('%s: %s timings, %s', (family = '', timings, told) => {
    const own = rows.filter(({ model }) => model.startsWith(family));
    const ratios = own.map((row) => secondsOf(row, rtx3090?.rates ?? { flops: 0, outputs: 0 }) / row.seconds);
    expect([String(own.length), median(ratios).toFixed(2)]).toEqual([timings, told]);
  });
});

describe('what is counted is what timm counts', () => {
  it.each([
    ['resnet18', 'resnet18', 224],
    ['resnet18', 'resnet18', 288],
    ['resnet50', 'resnet50', 224],
    ['resnet50', 'resnet50', 176],
    ['vgg16', 'vgg16', 224],
    ['mobilenet_v2', 'mobilenetv2_100', 224],
    ['densenet121', 'densenet121', 224],
    ['efficientnet_b0', 'efficientnet_b0', 224],
    ['inception_v3', 'inception_v3', 299],
    ['inception_v4', 'inception_v4', 299],
    ['xception', 'legacy_xception', 299],
    ['se_resnet50', 'legacy_seresnet50', 224],
    ['resnext50_32x4d', 'resnext50_32x4d', 224],
    ['convnext_tiny', 'convnext_tiny', 224],
    ['wide_resnet50_2', 'wide_resnet50_2', 224],
  ])('%s as %s at %i', async (name, model, size) => {
    const row = rows.find((one) => one.model === model && one.size === size);
    const { macs, outputs } = await json(name, '--input', String(size));
    // Both are rounded to two decimals there; and two operations for each value of a normalisation are among the MACs.
    expect(Math.abs(outputs - (row?.outputs ?? 0)) / 1e6).toBeLessThanOrEqual(0.0051);
    expect((row?.macs ?? 0) - macs).toBeGreaterThanOrEqual(-0.0051e9);
    expect((row?.macs ?? 0) / macs).toBeLessThan(1.04);
  });

  it.each([
    ['conv', ['{conv: 16, kernel: 3, padding: 1}'], 32 * 32 * 16],
    ['depthwise', ['{depthwise: 3, multiplier: 2}'], 30 * 30 * 16],
    ['both parts of a separable one', ['{separable: 12, kernel: 3}'], 30 * 30 * (8 + 12)],
    ['transposed', ['{convtranspose: 4, kernel: 2, stride: 2}'], 64 * 64 * 4],
    ['dense', ['{fc: 10}'], 10],
    ['nothing of what does not multiply', ['relu', '{maxpool: 2}', '{fc: 10}'], 10],
    ['a stated one', ['{opaque: X, out: 4x4x4, macs: 1M}'], 64],
  ])('%s', (_, items, outputs) => {
    expect(loadIn(net(...items))?.outputs).toBe(outputs);
  });

  it('products of attention are outputs too', () => {
    // Queries, keys, values, the weights of 4 heads, what they mix, the projection.
    expect(loadIn(files['text.yaml'])?.outputs).toBe(3 * 16 * 64 + 4 * 16 * 16 + 16 * 64 + 16 * 64);
  });
});

describe('laws', () => {
  const rates = { flops: 1e12, outputs: 1e9 };
  const load = { macs: 123_456, outputs: 7890 };

  it('twice the batch takes twice as long, and the parts are the whole', () => {
    const [one, two] = [estimated(load, rates, 1), estimated(load, rates, 2)];
    expect(two.seconds).toBeCloseTo(2 * one.seconds, 15);
    expect(one.arithmetic + one.memory).toBe(one.seconds);
  });

  it('more is never faster', () => {
    for (const more of [{ macs: load.macs + 1 }, { outputs: load.outputs + 1 }])
      expect(secondsOf({ ...load, ...more }, rates)).toBeGreaterThan(secondsOf(load, rates));
    for (const faster of [{ flops: 2e12 }, { outputs: 2e9 }])
      expect(secondsOf(load, { ...rates, ...faster })).toBeLessThan(secondsOf(load, rates));
  });

  it('layers add up to the network, at any depth', async () => {
    for (const depth of [[], ['--depth', '1'], ['--depth', '2']]) {
      const { devices, layers: told } = await json('resnet18', '--device', 'rtx4090', ...depth);
      const sum = (key: string) =>
        told.reduce((all: number, layer: Record<string, number>) => all + (layer[key] ?? 0), 0);
      expect(sum('ms') / devices[0].ms).toBeCloseTo(1, 9);
      expect(sum('share')).toBeCloseTo(1, 9);
    }
  });

  it('the batch is that of the command line, of the spec, or a large one', async () => {
    const spec = `batch: 16\n${files['net.yaml']}`;
    const batchOf = async (...argv: string[]) => {
      const { out } = await run(['estimate', ...argv, '--get', 'settings.batch'], {
        files: { ...files, 'b.yaml': spec },
      });
      return Number(out);
    };
    expect(await batchOf('net.yaml')).toBe(256);
    expect(await batchOf('b.yaml')).toBe(16);
    expect(await batchOf('b.yaml', '--batch', '1')).toBe(1);
    const [few, many] = [await json('net.yaml', '--batch', '64'), await json('net.yaml', '--batch', '128')];
    expect(many.devices[0].ms).toBeCloseTo(2 * few.devices[0].ms, 12);
    expect(many.devices[0].imagesPerSecond).toBeCloseTo(few.devices[0].imagesPerSecond, 6);
  });
});

describe('every answer says how far it may be off', () => {
  it.each(DEVICES)('$name', async ({ name, heldOut: { median }, table }) => {
    const { code, out } = await run(['estimate', 'resnet50', '--device', name, '--width', '200']);
    expect(code).toBe(0);
    expect(out).toMatch(
      new RegExp(`^error +${percent(median)} in the median, \\d+% within a factor of 1.5: .* ms here`, 'm'),
    );
    expect(out).toContain(table);
  });

  it('all devices without a name, each with its error', async () => {
    const { out } = await run(['estimate', 'resnet50', '--format', 'csv']);
    const [heading, ...lines] = out.trim().split('\n');
    expect(heading).toBe('device,hardware,setting,ms,images-per-second,arithmetic,off,within');
    expect(lines.map((line) => line.split(',')[0])).toEqual(DEVICES.map(({ name }) => name));
    expect((await run(['estimate', 'resnet50'])).out).toContain('off by');
  });

  it('of networks with attention the error of such', async () => {
    for (const spec of ['vit_b_16', 'text.yaml', 'steps.yaml']) {
      const { convolutional, devices } = await json(spec);
      expect([spec, convolutional]).toEqual([spec, false]);
      expect(devices.map(({ error }: { error: object }) => error)).toEqual(DEVICES.map(({ attending }) => attending));
    }
    const { out } = await run(['estimate', 'vit_b_16', '--device', 'rtx3090']);
    expect(out).toContain('fitted to convolutional networks');
    expect((await json('resnet50')).convolutional).toBe(true);
  });

  it('and that a small batch takes longer', async () => {
    const small = ['estimate', 'net.yaml', '--batch', '2', '--device'];
    expect((await run([...small, 'rtx3090'], { files })).out).toContain('2 images are a small batch');
    expect((await run([...small, 'i7-12700h'], { files })).out).not.toContain('small batch:');
  });
});

describe('what is not known', () => {
  it.each([
    ['opaque.yaml', 0, 'nobody knows how much dcn multiplies'],
    ['plain.yaml', 0, 'nothing here multiplies'],
  ])('%s', async (spec, expected, sentence) => {
    const { code, out } = await run(['estimate', spec, '--device', 'rtx3090'], { files });
    expect([code, out.replace(/\s+/g, ' ')]).toEqual([expected, expect.stringContaining(sentence)]);
    const { devices, outputs } = await json(spec);
    expect(outputs).toBeNull();
    for (const { ms, imagesPerSecond, arithmetic } of devices)
      expect([ms, imagesPerSecond, arithmetic]).toEqual([null, null, null]);
  });

  it('a spec with a mistake is told of it', async () => {
    const { code, err } = await run(['estimate', 'broken.yaml', '--device', 'rtx3090'], { files });
    expect(code).toBe(2);
    expect(err).toContain('shape/kernel-too-large');
    expect((await json('broken.yaml')).devices[0].ms).toBeNull();
    expect((await json('missing.yaml')).diagnostics[0].code).toBe('file/missing');
  });

  it.each([
    ['rtx3900', 'did you mean rtx3090?'],
    ['RTX409', 'did you mean rtx4090?'],
    ['tpu', 'devices: rtx3090, '],
  ])('no device is called %s', async (name, help) => {
    const { code, out, err } = await run(['estimate', 'net.yaml', '--device', name], { files });
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(`there is no device "${name}"`);
    expect(err).toContain(help);
  });

  it('names of any text', async () => {
    const { code, out } = await run(['estimate', 'hostile.yaml', '--format', 'markdown'], { files });
    expect(code).toBe(0);
    expect(out).toContain('\\<img onerror=x\\> \\|  网络');
  });
});

it('what has no effect says so', async () => {
  const { code, err } = await run(['estimate', 'net.yaml', '--depth', '1', '--threads', '2'], { files });
  expect(code).toBe(0);
  expect(err).toContain('--depth and --only without effect: name a --device');
  expect(err).toContain('--threads without effect: it is of --device this');
  const { err: quiet } = await run(['estimate', 'net.yaml', '--depth', '1', '--device', 'rtx3090'], { files });
  expect(quiet).not.toContain('without effect');
});

it('of one device the table is that of layers', async () => {
  const { out } = await run(['estimate', 'net.yaml', '--device', 'rtx3090', '--format', 'csv'], { files });
  const [heading, ...lines] = out.trim().split('\n');
  expect(heading).toBe('name,layer,macs,outputs,ms,share');
  expect(lines.map((line) => line.split(',')[0])).toEqual(['a', 'maxpool1', 'b']);
});

it('names of devices are completed', async () => {
  const { out } = await run(['__complete', 'estimate', 'alexnet', '--device', 'rtx5']);
  expect(out.split('\n').map((line) => line.split('\t')[0])).toEqual(['rtx5090', 'rtx5090-compiled', '']);
  expect((await run(['__complete', 'estimate', 'alexnet', '--device', 't'])).out).toMatch(/^this\t/);
});

describe('this machine', () => {
  it('is measured, by blocks of layers that are told of, and no error is claimed where nobody looked', async () => {
    const { devices, convolutional } = await json('text.yaml', '--device', 'this');
    const [{ name, source, rates, error, blocks, timings, ms }] = devices;
    expect([name, source, convolutional, error]).toEqual(['this', null, false, null]);
    expect(timings).toBe(blocks.length);
    for (const block of blocks) expect(Math.min(block.macs, block.outputs, block.ms)).toBeGreaterThan(0);
    const found = fitRates(blocks.map((block: Load & { ms: number }) => ({ ...block, seconds: block.ms / 1000 })));
    expect(found.flops / rates.flops).toBeCloseTo(1, 6);
    expect(ms).toBeGreaterThan(0);
  });
});
