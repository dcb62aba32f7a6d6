// What other tools count: the figures that they gave of 86 networks, to the digit, and laws of the bridge from ours to theirs.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { analyze } from '../src/analysis/analyze.js';
import { CONVENTIONS, counted, NAMES, tallies } from '../src/analysis/conventions/conventions.js';
import { resized } from '../src/analysis/conventions/resized.js';
import { isInput } from '../src/core/graph.js';
import { spatial } from '../src/core/shape.js';
import { parse } from '../src/index.js';
import { layers } from '../src/layers/index.js';
import { bundled, specIndex } from './bundled.js';
import { run } from './fake-io.js';

interface Measured {
  /** The network: one of ours, or a spec; or why no spec can say it. */
  readonly zoo?: string;
  readonly spec?: string;
  readonly unsaid?: string;
  /** How many images the tools were given; figures here are for one. */
  readonly batch?: number;
  /** By the name of the convention and its quantity. */
  readonly figures: Readonly<Record<string, number>>;
  readonly params: Readonly<Record<string, number>>;
}

const MEASURED: Readonly<Record<string, Measured>> = JSON.parse(
  readFileSync(new URL('./fixtures/conventions.json', import.meta.url), 'utf8'),
);

const networks = Object.entries(MEASURED);

describe('what the tools gave', () => {
  it.each(networks.filter(([, { unsaid }]) => unsaid === undefined))('%s', (_, measured) => {
    const { graph, diagnostics } = measured.zoo ? bundled(measured.zoo) : parse(measured.spec ?? '');
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    const { batch = 1 } = measured;
    const ours: Record<string, number | null> = {};
    const params: Record<string, number | null> = {};
    for (const { convention, value, params: learned } of tallies(graph)) {
      const key = `${convention.name} ${convention.quantity}`;
      if (key in measured.figures) ours[key] = value === null ? null : value * batch;
      if (key in measured.params) params[key] = learned;
    }
    expect(ours).toEqual(measured.figures);
    expect(params).toEqual(measured.params);
  });

  it('says why it leaves some out, and leaves out no others', () => {
    const unsaid = networks.flatMap(([name, { unsaid }]) => (unsaid ? [`${name}: ${unsaid}`] : []));
    expect(unsaid).toEqual([
      'bn2d_eval_notrack: running statistics are kept, always',
      'lppool2d: there is no pool by powers',
    ]);
    expect(networks.length).toBe(86);
  });
});

describe('the table', () => {
  it('has every figure once, under the names that are promised', () => {
    const keys = CONVENTIONS.map(({ name, quantity }) => `${name} ${quantity}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(NAMES.join(' ')).toBe(
      'fvcore thop ptflops ptflops-modules ptflops-aten torchinfo torchinfo-1.8 calflops deepspeed torchscan keras flopcounter timm ultralytics',
    );
  });

  it('goes by what layers compute, never by what kinds are called', () => {
    const folder = new URL('../src/analysis/conventions/', import.meta.url);
    const text = readdirSync(folder)
      .map((file) => readFileSync(new URL(file, folder), 'utf8').replace(/\/\/.*$/gm, ''))
      .join('\n');
    expect(text).not.toMatch(/kind\.name|labelOf|\.label ===/);
    expect(layers.kinds.length).toBeGreaterThan(50);
  });
});

/** A network of every file, the first of its variants. */
const families = Object.entries(specIndex()).flatMap(([name, { variant }]) => (variant === undefined ? [name] : []));

describe.each(families)('%s', (name) => {
  const { graph, totals } = bundled(name);
  const all = tallies(graph);

  it('has terms that add up, from our figure on', () => {
    for (const { value, terms, unknown, convention } of all) {
      if (value === null) expect(unknown.length).toBeGreaterThan(0);
      else expect(terms.reduce((sum, term) => sum + term.value, 0)).toBe(value);
      if (value === null || convention.base === 'nothing') continue;
      const ours = convention.base === 'macs' ? totals.macs : totals.params;
      expect(terms[0]?.value ?? 0).toBe(ours);
    }
  });

  it('has layers that add up', () => {
    for (const { convention, value } of all) {
      if (value === null) continue;
      const sum = [...counted(convention, graph).layers.values()].reduce((one, other) => one + other, 0);
      expect(Math.abs(sum - value)).toBeLessThanOrEqual(convention.atStride ? 20 : 0);
    }
  });

  it('is itself at its own size', () => {
    const sizes = spatial(graph.nodes.find(isInput)?.facts?.output ?? []);
    const same = resized(graph, sizes);
    if (same) expect(tallies(same).map(({ value }) => value)).toEqual(all.map(({ value }) => value));
    else expect(sizes.length === 0 || graph.nodes.filter(isInput).length > 1 || totals.macs === null).toBe(true);
  });
});

describe('as', () => {
  const net = (...items: readonly string[]) =>
    parse(`input: 8x8x4\nlayers:\n${items.map((item) => `  - ${item}\n`).join('')}`);
  const value = (name: string, ...items: readonly string[]) =>
    tallies(net(...items).graph).find(({ convention }) => convention.name === name)?.value;

  it.each<readonly [tool: string, item: string, expected: number]>([
    ['ptflops', 'relu', 512],
    ['ptflops', '{relu, as: inplace}', 512],
    ['ptflops', '{relu, as: function}', 256],
    ['ptflops-modules', '{relu, as: function}', 0],
    ['fvcore', 'gap', 256],
    ['fvcore', '{gap, as: mean}', 0],
    ['fvcore', '{maxpool: 2, as: identity}', 64],
    ['thop', '{conv: 4, kernel: 1}', 1024],
    ['thop', '{conv: 4, kernel: 1, as: subclass}', 0],
    ['ptflops-aten', '{conv: 4, kernel: 1}', 1280],
    ['ptflops-aten', '{conv: 4, kernel: 1, as: linear}', 1024],
    ['ptflops-aten', '{fc: 4, per: place}', 1024],
    ['ptflops', '{add: [[], []]}', 0],
    ['ptflops', '{add: [[], []], as: function}', 256],
  ])('%s of %s is %d', (tool, item, expected) => expect(value(tool, item)).toBe(expected));

  it('is said of the layer, not of its sugar, and a default may say it', () => {
    const { graph } = parse(
      'input: 8x8x4\ndefaults: {relu: {as: inplace}}\nlayers:\n  - {conv: 4, kernel: 1, as: linear, norm: bn, act: relu}\n  - {relu, as: null}\n  - {residual: [{conv: 4, kernel: 1}], act: {relu, as: function}}\n',
    );
    expect(graph.nodes.map(({ as }) => as ?? '-').join(' ')).toBe('- linear - inplace - - - function');
  });

  it.each([
    ['{relu, as: inplce}', 'option/value'],
    ['{relu, as: 3}', 'option/value'],
    ['{relu, as: {a: 1}}', 'value/mapping'],
    ['{se: 2, as: function}', 'option/value'],
    ['{sequence: [relu], as: function}', 'option/value'],
  ])('%s is %s', (item, code) => {
    expect(net(item).diagnostics.map((found) => found.code)).toEqual([code]);
  });

  it('changes no figure of ours', () => {
    const figures = (item: string) => analyze(net(item)).totals;
    expect(figures('{conv: 4, kernel: 1, as: subclass}')).toEqual(figures('{conv: 4, kernel: 1}'));
  });
});

describe('reconcile', () => {
  const files = {
    'lstm.yaml':
      'input: {length: 8, channels: 3}\nlayers:\n  - {lstm: 3, name: <img onerror=x>}\n  - {lstm: 3, name: rnn}\n',
    'opaque.yaml': 'input: 8x8x3\nlayers:\n  - {opaque: X, name: x}\n',
  };
  const asked = async (line: string) => run(line.split(' '), { files });

  const READINGS: readonly (readonly [line: string, code: number, ...told: readonly string[]])[] = [
    ['reconcile resnet50 4.13G', 0, 'is what thop macs and ptflops macs say', '+ 44,455,936', '= 4,133,742,592'],
    ['reconcile resnet50 4133742592', 0, '4,133,742,592 is what thop macs says.'],
    ['reconcile vgg16 15.5G', 0, 'It is our MACs, 15,470,264,320.', '= 15,523,225,576'],
    ['reconcile mobilenet_v2 0.32G', 0, 'ptflops macs and ptflops-modules macs say', '= 320,300,008'],
    ['reconcile vgg16 15.3GMACs', 1, "is no tool's figure", 'without its dense layers'],
    ['reconcile inception_v3 2.84G', 1, 'at 224x224'],
    ['reconcile googlenet_aux 1504878688', 1, 'without the heads beside its last output'],
    ['reconcile resnet50 25557032', 0, 'our parameters'],
    ['reconcile resnet50 4.13G 1', 1, '= 4,133,742,592', 'What comes nearest to it'],
    ['reconcile resnet18 0', 1, 'What comes nearest to it'],
    ['reconcile resnet18 1', 1, 'times'],
    ['reconcile alexnet', 0, 'fvcore 0.1.6', 'ultralytics'],
    ['reconcile opaque.yaml', 0, 'No tool has a figure: what is counted in x is not known here.'],
  ];

  it.each(READINGS.map(([line, code, ...told]) => ({ line, code, told })))(
    '$line ends with $code',
    async ({ line, code, told }) => {
      const printed = await asked(line);
      expect(printed.code, printed.err).toBe(code);
      const text = printed.out.replace(/\s+/g, ' ');
      for (const one of told) expect(text).toContain(one.replace(/\s+/g, ' '));
    },
  );

  it.each(['reconcile alexnet x', 'reconcile alexnet 4KiB', 'reconcile alexnet 1..2', 'alexnet --convention nobody'])(
    '%s is refused',
    async (line) => expect((await asked(line)).code).toBe(2),
  );

  it('has in the JSON what --convention has', async () => {
    const { conventions } = JSON.parse((await asked('reconcile resnet18 --json')).out);
    for (const name of NAMES) {
      const { totals, layers: rows } = JSON.parse((await asked(`resnet18 --json --convention ${name}`)).out);
      const { tool, version, quantity, value, params } = conventions.find((one: { name: string }) => one.name === name);
      expect(totals.convention).toEqual({ tool, version, quantity, value, params });
      expect(rows.every((row: object) => 'convention' in row)).toBe(true);
    }
  });
});
