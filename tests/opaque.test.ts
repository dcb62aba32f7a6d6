// Layers that the language has no word for: what is stated is counted, what is not is unknown, and all but running goes on.

import { describe, expect, it } from 'vitest';
import { isExact } from '../src/analysis/receptive-field.js';
import { fieldAt } from '../src/analysis/track.js';
import { sizeOf } from '../src/analysis/track-measures.js';
import { formatShape } from '../src/core/shape.js';
import { analyze, parse } from '../src/index.js';
import { write } from '../src/lang/write.js';
import { run } from './fake-io.js';

const spec = (items: string, head = 'input: 32x32x4') => `${head}\nlayers: ${items}\n`;
const analysed = (items: string, head?: string) => analyze(parse(spec(items, head)));

const around = (opaque: string) => `[{conv: 8, kernel: 1, name: a}, ${opaque}, {conv: 8, kernel: 1}]`;
const STATED = around('{opaque: X, params: 10, macs: 1M, name: x}');
const SILENT = around('{opaque: X, name: x}');

/** Runs a command over files in which `net.yaml` is the network. */
const cnncalc = (line: string, items: string, files: Readonly<Record<string, string>> = {}) =>
  run(line.split(' '), { files: { 'net.yaml': spec(items), ...files } });

describe('totals', () => {
  it('count what is stated', () => {
    const { totals } = analysed(STATED);
    const { params, macs, flops, bytes } = totals;
    expect([params, macs, flops, bytes.params]).toEqual([122, 1_098_304, 2_196_608, 488]);
  });

  it('are unknown where something is not, and so much at least', async () => {
    const { totals } = analysed(SILENT);
    expect([totals.params, totals.macs, totals.flops, totals.bytes.params]).toEqual([null, null, null, null]);
    // The others stay known.
    expect([totals.activations, totals.weightLayers]).toEqual([3 * 8192, 2]);
    const { out, code } = await cnncalc('net.yaml', SILENT);
    expect(code).toBe(0);
    expect(out).toContain('parameters               ? (at least 112)');
    expect(out).toContain('stated for x');
    const json = JSON.parse((await cnncalc('net.yaml --json', SILENT)).out);
    expect(json.totals).toMatchObject({ params: null, macs: null, atLeast: { params: 112, macs: 98304 } });
    expect(json.layers[1]).toMatchObject({ params: null, macs: null, flops: null, bytes: { params: null } });
  });

  it.each([
    ['net.yaml --max-params 100', 1, 'at least 112 parameters are 12 over'],
    ['net.yaml --max-params 200', 0, ''],
  ])('%s', async (line, code, message) => {
    const ran = await cnncalc(line, SILENT);
    expect(ran.code).toBe(code);
    expect(ran.err).toContain(message);
  });

  it.each([
    ['{params: 1K}', 'expect/unstated'],
    ['{params: ">=100"}', 'expect/unstated'],
    ['{params: 100}', 'expect/broken'],
    ['{activations: 24576}', undefined],
  ])('expected %s: %s', (expected, code) => {
    const { diagnostics } = analyze(parse(`${spec(SILENT)}expect: ${expected}\n`));
    expect(diagnostics.map((d) => d.code)).toEqual(code === undefined ? [] : [code]);
  });
});

it.each([
  ['{opaque: "Some::Op v2"}', 'Some::Op v2'],
  ['{opaque: relu}', 'relu'],
  ['{opaque: c}', 'c'],
  ['{opaque: 2d}', '2d'],
])('%s is called as it is written', (item, name) =>
  expect(analysed(`[${item}]`).rows[0]?.node.args?.['operation']).toBe(name),
);

it.each([
  ['input: 32x32x4', '{opaque: X, out: 16x8x3}', '16x8x3'],
  ['input: 32x32x4', '{opaque: X, out: [h, w // 2, 2*c]}', '32x16x8'],
  ['input: 32x32x4', '{opaque: X}', '32x32x4'],
  ['inputs: {a: 9x9x4, b: 5x5x2}', '{opaque: X, from: [b, a]}', '5x5x2'],
  ['input: 4x32x32\nlayout: chw', '{opaque: X, out: 3x16x8}', '16x8x3'],
  ['input: 10', '{opaque: X, out: 3, rf: 1}', '3'],
])('%s, %s: %s', (head, item, shape) => {
  const { rows, diagnostics } = analysed(`[${item}]`, head);
  expect(diagnostics).toEqual([]);
  expect(formatShape(rows[0]?.node.facts?.output ?? [])).toBe(shape);
});

describe('fields', () => {
  it.each([
    ['{opaque: X, rf: 1}', '3', true],
    ['{opaque: X, rf: 3}', '5', true],
    ['{opaque: X, rf: 3x1}', '5x3', true],
    ['{opaque: X, rf: 4}', '6', false],
    ['{opaque: X, out: 16x16x4, rf: 3}', '5', false],
    ['{opaque: X, out: 64x64x4, rf: 3}', '5', false],
    ['{opaque: X, out: 16x16x4, rf: 1}', '3', false],
    ['{opaque: X, rf: global}', 'global', true],
    ['{opaque: X}', '?', true],
    ['{opaque: X, from: [input, a]}', '?', true],
    ['{opaque: X, rf: 3, from: [input, a]}', '?', true],
    ['{opaque: X, rf: 1, from: [input, a]}', '3', true],
    ['{opaque: X, rf: global, from: [input, a]}', 'global', true],
  ])('%s behind 3x3 sees %s, exact: %s', (item, size, exact) => {
    const local = analysed(`[{conv: 4, kernel: 3, padding: 1, name: a}, ${item}]`).rows[1]?.field?.local;
    const sizes = local && local !== 'global' ? local.map((track) => sizeOf(track).size) : [];
    expect(local === 'global' ? local : local ? [...new Set(sizes)].join('x') : '?').toBe(size);
    if (local) expect(isExact(local)).toBe(exact);
  });

  it('lie where those of a convolution lie that pads the same', () => {
    const cells = (item: string) => {
      const local = analysed(`[${item}]`, 'input: 24x4').rows[0]?.field?.local ?? 'global';
      return local === 'global' ? [] : [0, 3, 7].map((at) => fieldAt(local[0] as never, [at]));
    };
    for (const [stride, kernel] of [[1, 3], [1, 5], [2, 3], [2, 7], [3, 3]] as const) // biome-ignore format: pairs
      expect(cells(`{opaque: X, out: ${24 / stride}x4, rf: ${kernel}}`)).toEqual(
        cells(`{conv: 4, kernel: ${kernel}, stride: ${stride}, padding: ${Math.ceil((kernel - stride) / 2)}}`),
      );
  });

  it('leave it open where a merge behind them sees', () => {
    const { rows } = analysed('[{conv: 4, kernel: 3, padding: 1, name: a}, {opaque: X, name: x}, {add: [a, x]}, gap]');
    expect(rows.map(({ field }) => field === null)).toEqual([false, true, true, true]);
  });
});

it('a shortcut around one strides as its sizes say', () => {
  const { rows, diagnostics } = analysed('[{residual: [{opaque: X, out: 16x16x8}]}]');
  expect(diagnostics).toEqual([]);
  expect(rows.map(({ node }) => [node.name, formatShape(node.facts?.output ?? [])])).toEqual([
    ['opaque1', '16x16x8'],
    ['shortcut', '16x16x8'],
    ['residual1', '16x16x8'],
  ]);
});

it('that shares has no parameters of its own', () => {
  const { rows, totals } = analysed('[{opaque: X, macs: 5, name: x}, {opaque: X, macs: 5, share: x}]');
  expect(rows.map(({ figures }) => [figures?.params, figures?.macs])).toEqual([
    [null, 5],
    [0, 5],
  ]);
  expect([totals.params, totals.macs]).toEqual([null, 10]);
});

it('is written and read again', () => {
  const items =
    '[{opaque: "a b", out: 16x8x3, params: 1.5K, rf: [3, 1]}, {opaque: Y, rf: global, macs: 0}, {opaque: Z}]';
  const before = analysed(items);
  const after = analyze(parse(write(before.graph) ?? ''));
  const seen = ({ rows }: typeof before) =>
    rows.map(({ node, figures }) => [node.name, node.args, node.facts?.output, figures]);
  expect(seen(after)).toEqual(seen(before));
});

it.each(['run', 'fold', 'rf --measure'])('%s names all of them at once', async (command) => {
  const items = '[{conv: 8, kernel: 1, name: a}, {opaque: X, name: x}, {opaque: Y, name: y, rf: global}]';
  const { code, err, out } = await cnncalc(command.replace(/^(\w+)/, '$1 net.yaml'), items);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain('nobody knows here what x (X), y (Y) compute [run/opaque]');
});

it.each([
  ['lint net.yaml', 0],
  ['explain net.yaml', 0],
  ['rf net.yaml', 0],
  ['compare net.yaml net.yaml', 0],
  ['solve blank.yaml', 0],
  ['check net.yaml sheet.yaml', 0],
  ['check net.yaml --template', 0],
  ['net.yaml --format markdown', 0],
  ['net.yaml --depth 1 --format csv', 0],
] as const)('%s goes on', async (line, code) => {
  const ran = await cnncalc(line, SILENT, {
    'blank.yaml': spec('[{opaque: X, out: 16x16x4}, {conv: 4, kernel: _, expect: {out: 14x14x4}}]'),
    'sheet.yaml': 'answers:\n  a: {params: 40}\n  x: {out: 32x32x8}\n',
  });
  expect(ran.err).not.toMatch(/error|internal/);
  expect(ran.code).toBe(code);
});

it('what is not stated is not graded', async () => {
  const { err, code } = await cnncalc('check net.yaml sheet.yaml', SILENT, {
    'sheet.yaml': 'answers:\n  x: {params: 0}\n  total: {params: 112, macs: 98304}\n',
  });
  expect(code).toBe(2);
  expect(err).toContain('x has no params: x does not state it');
  expect(err).toContain('total has no macs: x does not state it');
});

it.each([
  ['[{opaque: X, out: 100x4, rf: 3}]', 'option/value'],
  ['[{opaque: X, rf: 3x3x3}]', 'option/value'],
  ['[{opaque: X, params: many}]', 'expression/unknown-name'],
  ['[{opaque: X, params: -1}]', 'option/value'],
  ['[opaque]', 'option/missing'],
  ['[{opaque: X, act: relu, kernel: 3}]', 'option/unknown'],
])('%s: %s', (items, code) => expect(analysed(items).diagnostics.map((d) => d.code)).toEqual([code]));
