// The bundled specs: each has totals to meet and meets them, in every variant, and agrees with torchvision layer by layer.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { analyze } from '../src/analysis/analyze.js';
import { parse } from '../src/lang/parse.js';
import { layers } from '../src/layers/index.js';
import { specIndex } from './generate.js';

const specs = new URL('../specs/', import.meta.url);
const networks = Object.entries(specIndex());

const analysisOf = (file: string, variant: string | undefined) => {
  const text = readFileSync(new URL(file, specs), 'utf8');
  return analyze(parse(text, { registry: layers, ...(variant !== undefined && { variant }) }));
};

describe.each(networks)('%s', (_, { file, variant }) => {
  const analysis = analysisOf(file, variant);
  it('is without findings', () => expect(analysis.diagnostics).toEqual([]));
  it('says what its totals are, and where they are from', () => {
    const totals = analysis.graph.expectations.filter((e) => e.rows === undefined).map((e) => e.quantity);
    expect(totals).toEqual(expect.arrayContaining(['params', 'macs']));
    expect(readFileSync(new URL(file, specs), 'utf8')).toMatch(/source:/);
  });
  it('adds up', () => {
    const sum = (pick: 'params' | 'macs' | 'buffers' | 'activations') =>
      analysis.rows.reduce((all, row) => all + (row.figures?.[pick] ?? Number.NaN), 0);
    for (const pick of ['params', 'macs', 'buffers', 'activations'] as const)
      expect(sum(pick)).toBe(analysis.totals[pick]);
  });
});

interface Network {
  readonly model: string;
  readonly params: number;
  readonly buffers: number;
  readonly macs: number;
  /** Layers with weights in the order they run: name, output (channels first), parameters, multiply-accumulates. */
  readonly layers: readonly (readonly [string, readonly number[], number, number])[];
}

/** What torchvision 0.14 counts, by forward hooks; `.noaux` has no auxiliary heads. */
const counted: readonly Network[] = readFileSync(new URL('fixtures/torchvision.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

/** Our names where they differ from torchvision's; networks we do not bundle yet. */
const NAMES: Readonly<Record<string, string>> = {
  'googlenet.noaux': 'googlenet',
  alexnet: 'alexnet-torchvision',
  'inception_v3.noaux': 'inception_v3',
};
const index = specIndex();

describe.each(counted.filter(({ model }) => (NAMES[model] ?? model) in index))(
  'torchvision $model',
  ({ model, layers: theirs, ...totals }) => {
    const bundled = index[NAMES[model] ?? model];
    const analysis = analysisOf(bundled?.file ?? '', bundled?.variant);
    it('has its totals', () => {
      const { params, buffers, macs } = analysis.totals;
      expect({ params, buffers, macs }).toEqual({ params: totals.params, buffers: totals.buffers, macs: totals.macs });
    });
    it('has its layers, one by one', () => {
      const ours = analysis.rows
        .filter((row) => row.node.kind.role === 'weights')
        .map(({ node, figures }) => [node.facts?.output, figures?.params, figures?.macs]);
      expect(ours).toEqual(theirs.map(([, output, params, macs]) => [output, params, macs]));
    });
  },
);
