// What other tools count: the figures that they gave of 86 networks, to the digit, and laws of the bridge from ours to theirs.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CONVENTIONS, tallies } from '../src/analysis/conventions/conventions.js';
import { parse } from '../src/index.js';
import { bundled } from './bundled.js';

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
  it('has every convention once', () => {
    const keys = CONVENTIONS.map(({ name, quantity }) => `${name} ${quantity}`);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
