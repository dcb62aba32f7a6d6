// Past 2^53 integers are no longer exact: whatever gets there is refused, with a place, and what is printed is exact.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explain } from '../src/explain/explain.js';
import { analyze, parse, reportJson } from '../src/index.js';

const analysed = (text: string) => analyze(parse(text));

/** Every number in a JSON, by where it stands. */
const numbersIn = (value: unknown, path = ''): [string, number][] =>
  typeof value === 'number'
    ? [[path, value]]
    : typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => numbersIn(inner, `${path}.${key}`))
      : [];

/** What must hold of any network, however large. */
const check = (text: string): void => {
  const analysis = analysed(text);
  const report = reportJson(analysis);
  const inexact = numbersIn(report).filter(([, n]) => !(Math.abs(n) <= Number.MAX_SAFE_INTEGER));
  expect(inexact, text).toEqual([]);
  const { rows, totals, diagnostics } = analysis;
  const bytes = BigInt(analysis.graph.batch);
  for (const { node, figures } of rows) {
    if (!figures || !node.facts) continue;
    const product = (factors: object): bigint => Object.values(factors).reduce((all: bigint, n) => all * BigInt(n), 1n);
    const sum = (terms: readonly { readonly factors: object }[] = []): bigint =>
      terms.reduce((all, { factors }) => all + product(factors), 0n);
    expect([BigInt(figures.params ?? -1), BigInt(figures.macs ?? -1)]).toEqual([
      sum(node.facts.params),
      sum(node.facts.macs),
    ]);
    expect(BigInt(figures.flops ?? -1)).toBe(2n * sum(node.facts.macs) + sum(node.facts.ops));
    const values = product(node.facts.output);
    expect(BigInt(figures.activations)).toBe(values);
    if (figures.bytes['activations'] !== null)
      expect(BigInt(figures.bytes['activations'] ?? -1)).toBe(values * bytes * 4n);
  }
  const known = rows.flatMap(({ figures }) => figures ?? []);
  for (const key of ['params', 'macs', 'flops', 'activations'] as const)
    if (totals[key] !== null)
      expect(BigInt(totals[key])).toBe(known.reduce((all, figures) => all + BigInt(figures[key] ?? -1), 0n));
  const isUnknown = [
    totals.params,
    totals.macs,
    totals.flops,
    totals.activations,
    ...Object.values(totals.bytes),
  ].includes(null);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  expect(errors.length > 0, text).toBe(isUnknown || errors.some(({ code }) => code === 'count/too-large'));
  for (const { code, at } of errors) if (code === 'count/too-large') expect(at, `${code} of ${text}`).toBeDefined();
  const worked = explain(analysis).flatMap(({ steps }) => steps.map(({ value }) => value));
  expect(worked.filter((value) => Number.isInteger(value) && !Number.isSafeInteger(value))).toEqual([]);
};

describe('refused with a place', () => {
  it.each<[what: string, text: string, message: RegExp]>([
    ['bytes of a row', 'input: 90000000x100000000x1\nlayers: [relu]\n', /relu1: bytes\.activations is past 2\^53/],
    ['bytes of a batch', 'input: 8x8x3\nbatch: 9007199254740991\nlayers: [relu]\n', /relu1: bytes\.activations/],
    ['operations of a row', 'input: 70000000x100000000x1\nlayers: [{conv: 1, kernel: 1}]\n', /conv1: flops/],
    ['a sum of rows', 'input: 30000000x30000000x1\nlayers: [{relu, repeat: 12}]\n', /the total of flops/],
    [
      'a peak',
      'input: 30000000x30000000x1\nlayers: [{relu, name: a}, {add: [a, input]}]\n',
      /the total of bytes\.peakActivations/,
    ],
    [
      'cells under a window',
      'input: 9x9x1\nlayers: [{conv: 1, kernel: 9007199254740991, padding: 9007199254740990}]\n',
      /cells under its windows/,
    ],
    [
      'a dilated window',
      'input: 9x9x1\nlayers: [{conv: 1, kernel: 3, dilation: 9007199254740991, padding: 9007199254740991}]\n',
      /cells under its windows/,
    ],
  ])('%s', (what, text, message) => {
    const { diagnostics } = analysed(text);
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    expect([...new Set(errors.map(({ code }) => code))]).toEqual(['count/too-large']);
    expect(errors.length).toBe(what === 'a sum of rows' ? 2 : 1);
    expect(errors[0]?.message).toMatch(message);
    expect(errors[0]?.at).toMatchObject({ line: expect.any(Number) });
    check(text);
  });
  it.each([
    'input: 1x1x1\nlayers: [{conv: 1, kernel: 10000, stride: 10000, padding: 10000, repeat: 6}]\n',
    'input: 4x4x1\nlayers: [{conv: 1, kernel: 1, stride: 9007199254740991, repeat: 2}]\n',
  ])('a field is unknown there: %s', (text) => {
    const { rows } = analysed(text);
    expect(rows.at(-1)?.field).toBeNull();
    expect(rows[0]?.field).not.toBeNull();
    check(text);
  });
  it('just below, nothing is', () => {
    for (const text of [
      'input: 30000000x30000000x1\nlayers: [identity]\n',
      'input: 8x8x3\nbatch: 5000000000000\nlayers: [relu]\n',
    ])
      expect(analysed(text).diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

it('what is printed is exact, however large', () => {
  const large = fc.oneof(
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 1, max: 40 }).map((n) => 2 ** n + 1),
    fc.constantFrom(9007199254740991, 4503599627370496, 94906265, 94906266, 3000000000),
  );
  const item = fc.oneof(
    fc
      .tuple(large, large, large, large)
      .map(([n, k, s, p]) => `{conv: ${n}, kernel: ${k}, stride: ${s}, padding: ${p}}`),
    fc.tuple(large, large, large).map(([n, k, s]) => `{convtranspose: ${n}, kernel: ${k}, stride: ${s}}`),
    fc.tuple(large, large).map(([k, s]) => `{avgpool: ${k}, stride: ${s}, ceil: true}`),
    fc.tuple(large, large).map(([k, d]) => `{depthwise: ${k}, dilation: ${d}, padding: ${d}}`),
    large.map((n) => `{zeropad: ${n}}`),
    large.map((n) => `{upsample: ${n}}`),
    large.map((n) => `{fc: ${n}}`),
    large.map((n) => `{repeat: 3, conv: ${n}, kernel: 1}`),
    fc.constantFrom('relu', 'bn', 'gelu', 'softmax', 'flatten', 'gap', '{layernorm}', '{concat: [[], [], []]}'),
  );
  fc.assert(
    fc.property(
      large,
      large,
      fc.constantFrom(1, 3),
      large,
      fc.array(item, { minLength: 1, maxLength: 4 }),
      (h, w, c, batch, items) =>
        check(
          `layout: hwc\nbatch: ${batch}\ninput: ${h}x${w}x${c}\nlayers:\n${items.map((one) => `  - ${one}\n`).join('')}`,
        ),
    ),
    { numRuns: 600 },
  );
});
