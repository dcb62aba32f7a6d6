// The bundled specs: each has totals to meet and meets them, in every variant, and agrees with PyTorch layer by layer.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { analyze } from '../src/analysis/analyze.js';
import { sizeOf } from '../src/analysis/track-measures.js';
import { parse } from '../src/lang/parse.js';
import { layers } from '../src/layers/index.js';
import { bundled, specIndex } from './bundled.js';

const specs = new URL('../specs/', import.meta.url);
const index = specIndex();
const networks = Object.entries(index);

const textOf = (file: string) => readFileSync(new URL(file, specs), 'utf8');

const analysisOf = (file: string, variant: string | undefined) =>
  analyze(parse(textOf(file), { registry: layers, ...(variant !== undefined && { variant }) }));

interface Written {
  readonly expect?: object;
  readonly variants?: Readonly<Record<string, { readonly expect?: object }>>;
}

it.each(readdirSync(specs).filter((file) => file.endsWith('.yaml')))('%s begins with what it is', (file) => {
  expect(textOf(file)).toMatch(/^# .{20,}/);
});

describe.each(networks)('%s', (name, { file, variant }) => {
  const analysis = bundled(name);
  it('is without findings', () => expect(analysis.diagnostics).toEqual([]));
  it('says what its totals are, and where they are from', () => {
    const totals = analysis.graph.expectations.filter((e) => e.rows === undefined).map((e) => e.quantity);
    expect(totals).toEqual(expect.arrayContaining(['params', 'macs']));
    const written: Written = parseYaml(textOf(file));
    const claimed = variant === undefined ? written : written.variants?.[variant];
    // A family's own name stands for its first variant.
    expect(claimed?.expect ?? Object.values(written.variants ?? {})[0]?.expect).toMatchObject({
      source: expect.any(String),
    });
  });
  it('remarks on what others count', () => expect(analysis.graph.notes).not.toEqual([]));
  it('adds up', () => {
    const sum = (pick: 'params' | 'macs' | 'buffers' | 'activations') =>
      analysis.rows.reduce((all, row) => all + (row.figures?.[pick] ?? Number.NaN), 0);
    for (const pick of ['params', 'macs', 'buffers', 'activations'] as const)
      expect(sum(pick)).toBe(analysis.totals[pick]);
  });
});

/** Araujo, Norris, Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill 2019, and the v1.5 of torchvision. */
it.each([
  ['alexnet', 195],
  ['vgg16', 212],
  ['resnet50', 427],
  ['resnet50_v1', 483],
  ['resnet101_v1', 1027],
  ['resnet152_v1', 1507],
  ['inception_v3', 1311],
  ['inception_v4', 2071],
  ['inception_resnet_v2', 3039],
])('the last feature map of %s sees %i pixels', (name, size) => {
  const { file = '', variant } = index[name] ?? {};
  const { rows } = analysisOf(file, variant);
  const tracks = rows.map((row) => row.field?.full ?? 'global').filter((full) => full !== 'global');
  expect(tracks.at(-1)?.map((track) => sizeOf(track).size)).toEqual([size, size]);
});

interface Network {
  readonly model: string;
  readonly params: number;
  readonly buffers: number;
  readonly macs: number;
  /** Layers with weights in the order they run, and products: name, output (channels first), parameters, multiply-accumulates. */
  readonly layers: readonly (readonly [string, readonly number[], number, number])[];
  /** Normalisations in the order they run, and learned factors outside of any layer: name, parameters. */
  readonly norms: readonly (readonly [string, number])[];
  readonly scales: readonly (readonly [string, number])[];
  /** Learned slopes of activations. */
  readonly slopes?: readonly (readonly [string, number])[];
}

const countedIn = (fixture: string): readonly Network[] =>
  readFileSync(new URL(`fixtures/${fixture}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** What torchvision 0.14 counts, by forward hooks (fixtures/count_torchvision.py); `.noaux` has no auxiliary heads. */
const counted = countedIn('torchvision.jsonl');

/** What PyTorch counts in its segmentation and video networks and in those of other papers (fixtures/count_classics.py). */
const classics = countedIn('classics.jsonl');

/** What torchvision counts in networks with attention, and in their products besides (fixtures/count_transformers.py). */
const transformers = countedIn('transformers.jsonl');
/** What it counts in networks that find, outline, draw or listen (fixtures/count_tasks.py). */
const tasks = countedIn('tasks.jsonl');

const entryOf = ({ model }: Network) => index[OUR_NAMES[model] ?? model];

const OUR_NAMES: Readonly<Record<string, string>> = {
  alexnet: 'alexnet-torchvision', // `alexnet` is the lecture's
  'googlenet.noaux': 'googlenet',
  'inception_v3.noaux': 'inception_v3',
};

/** Here torchvision runs the shortcut before the body, or the auxiliary head at last, which stand elsewhere in a spec. */
const IN_OTHER_ORDER = /^regnet|_aux$/;

it('all networks of torchvision are bundled', () => {
  expect(counted).toHaveLength(68);
  expect(counted.filter((network) => !entryOf(network)).map(({ model }) => model)).toEqual([]);
});

describe.each([...counted, ...classics, ...transformers, ...tasks])('PyTorch $model', (network) => {
  const { file = '', variant } = entryOf(network) ?? {};
  const { rows, totals } = analysisOf(file, variant);
  const ofRole = (role: string) => rows.filter((row) => row.node.kind.role === role && (row.figures?.params ?? 0) > 0);
  const comparable = (all: readonly (readonly unknown[])[]) => {
    const lines = all.map((row) => JSON.stringify(row));
    return IN_OTHER_ORDER.test(network.model) ? lines.sort() : lines;
  };

  it('has its totals', () => {
    const { params, buffers, macs } = network;
    expect(totals).toMatchObject({ params, buffers, macs });
  });
  it('has its layers that multiply, one by one', () => {
    // Products of attention are made within a layer there, and counted in the totals.
    const named = new Set(network.layers.map(([name]) => name));
    const multiplying = rows.filter(
      ({ node, figures }) => (figures?.macs ?? 0) > 0 && (node.kind.role !== 'merge' || named.has(node.name)),
    );
    const ours = multiplying.map(({ node, figures }) => [
      node.name,
      node.facts?.output,
      figures?.params,
      figures?.macs,
    ]);
    expect(comparable(ours)).toEqual(comparable(network.layers));
  });
  it('has its normalisations', () => {
    const ours = ofRole('norm').map(({ node, figures }) => [node.name, figures?.params]);
    expect(comparable(ours)).toEqual(comparable(network.norms));
  });
  it('has its learned factors', () => {
    const ours = ofRole('scale').map(({ node, figures }) => [node.name, figures?.params]);
    expect(comparable(ours)).toEqual(comparable(network.scales));
  });
  it('has its learned slopes', () => {
    const ours = ofRole('activation').map(({ node, figures }) => [node.name, figures?.params]);
    expect(comparable(ours)).toEqual(comparable(network.slopes ?? []));
  });
});
