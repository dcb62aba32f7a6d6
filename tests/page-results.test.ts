// What each line of a spec gives in the editor: a table of specs with their results behind the lines, and laws over the bundled
// networks. What Enter and Backspace write there.

import { describe, expect, it } from 'vitest';
import type { Analysis } from '../src/analysis/analysis.js';
import { analyze } from '../src/analysis/analyze.js';
import { shapeOf } from '../src/core/graph.js';
import { grouped, human } from '../src/core/quantity.js';
import { formatShape, sum } from '../src/core/shape.js';
import { parse, parseNotation } from '../src/lang/parse.js';
import { layers } from '../src/layers/index.js';
import { layerOn, resultsOf } from '../src/page/results.js';
import { atBackspace, atEnter, type Typed } from '../src/page/typing.js';
import { bundled, specIndex } from './bundled.js';

const analysisOf = (text: string): Analysis => analyze(parse(text, { registry: layers }));

const textsOf = (analysis: Analysis): Readonly<Record<number, string>> =>
  Object.fromEntries(resultsOf(analysis).map(({ line, texts }) => [line, texts()[0]]));

const FILES = [...new Set(Object.values(specIndex()).map(({ file }) => file.replace(/\.yaml$/, '')))];

/** A spec, each line with what stands behind it after `=>`. */
const check = (marked: string, ends = '\n'): void => {
  const lines = marked.split('\n').map((line) => line.split(/\s*=>\s*/) as [string, string?]);
  const expected = Object.fromEntries(lines.flatMap(([, text], i) => (text === undefined ? [] : [[i + 1, text]])));
  expect(textsOf(analysisOf(lines.map(([line]) => line).join(ends)))).toEqual(expected);
};

const PLAIN = `
name: plain
input: 32x32x3                                  => 32x32x3
layers:                                         => 9,878 params · 670K MACs
  - {conv: 16, kernel: 3, norm: bn, act: relu}  => 30x30x16 · 480 · rf 3
  - maxpool: 2                                  => 15x15x16 · rf 4
    name: pool

  # a remark
  - {conv: 8, kernel: 5x3}                      => 11x13x8 · 1,928 · rf 12x8
  - {gap}                                       => 8 · rf all
  - fc: 830                                     => 830 · 7,470 · rf all
    act: relu
`;

describe('what lines give', () => {
  it('layers, with what stands beside them', () => check(PLAIN));

  it.each(['\r\n', '\r'])('lines that end in %j', (ends) => check(PLAIN, ends));

  it('copies: the first, the last, how often, and all their parameters', () =>
    check(`
input: 32x32x3                         => 32x32x3
layers:                                => 7,408 params · 1.2M MACs
  - {conv: 16, kernel: 3, padding: 1}  => 32x32x16 · 448 · rf 3
  - {conv: 16, kernel: 3, stride: 2, padding: 1, repeat: 3}  => 16x16x16 … 4x4x16 · 3 times · 6,960 in all · rf 5 … 17
  - {relu, repeat: 2}                  => 4x4x16 · 2 times · rf 17
`));

  it('what stands in a block, and where it is used, with all that is in it', () =>
    check(`
input: {channels: 4, height: 16, width: 16}  => 16x16x4
blocks:
  pair:
    params: {ch: null, stride: 1}
    layers:
      - conv: ch                             => 16x16x8 … 4x4x16 · 4 times · 6,048 in all · rf 3 … 17
        kernel: 3
        stride: stride
        padding: 1
        bias: false
      - bn                                   => 16x16x8 … 4x4x16 · 4 times · 112 in all · rf 3 … 17
layers:                                      => 6,547 params · 227K MACs
  - {pair: 8}                                => 16x16x8 · 304 · rf 3
  - {pair: 16, stride: 2, repeat: 2}         => 8x8x16 … 4x4x16 · 2 times · 3,520 in all · rf 5 … 9
  - residual:                                => 4x4x16 · 2,336 · rf 17
      - {pair: 16}                           => 4x4x16 · 2,336 · rf 17
      - relu                                 => 4x4x16 · rf 17
    act: relu
  - concat:                                  => 4x4x6 · 280 · rf 25
      left: [{conv: 4, kernel: 1}]           => 4x4x4 · 68 · rf 17
      right:
        - {conv: 6, kernel: 1}               => 4x4x6 · 102 · rf 17
        - {conv: 2, kernel: 3, padding: 1}   => 4x4x2 · 110 · rf 25
  - each: {ch: [8, 4]}                       => 4x4x4 · 92 · rf 25
    layers:
      - {conv: ch, kernel: 1}                => 4x4x8 … 4x4x4 · 2 times · 92 in all · rf 25
  - {sequence: [{conv: 3, kernel: 1}, relu]} => 4x4x3 · 15 · rf 25
`));

  it('several items on a line: the last, and the parameters of all', () => {
    check(
      'input: 9x9x2  => 9x9x2\nlayers: [{conv: 4, kernel: 3}, relu, {conv: 2, kernel: 3}]  => 5x5x2 · 150 params · 5.3K MACs · rf 5',
    );
    check('{input: 9x9x2, layers: [{conv: 4, kernel: 3}]}  => 7x7x4 · 76 params · 3.5K MACs · rf 3');
    check(`
blocks:
  two:
    layers: [{conv: 4, kernel: 3}, {conv: 2, kernel: 3}]  => 5x5x2 … 1x1x2 · 2 times · 300 in all · rf 5 … 9
input: 9x9x2                     => 9x9x2
layers:                          => 300 params · 6.0K MACs
  - {use: two, repeat: 2}        => 5x5x2 … 1x1x2 · 2 times · 300 in all · rf 5 … 9
`);
  });

  it('layers that are several by themselves', () =>
    check(`
input: 64x64x3                            => 64x64x3
layers:                                   => 91 params · 288K MACs
  - {separable: 16, kernel: 3, act: relu} => 62x62x16 · 91 · rf 3
`));

  it('several inputs, on one line and on lines of their own', () => {
    check(`
inputs: {left: 8x8x1, right: 8x8x2}          => 8x8x1 + 8x8x2
layers:                                      => 116 params · 3.9K MACs
  - {conv: 4, kernel: 3, from: left, name: a}   => 6x6x4 · 40 · rf 3
  - {conv: 4, kernel: 3, from: right, name: b}  => 6x6x4 · 76 · rf 3
  - add: [a, b]                              => 6x6x4 · rf 3
`);
    check(`
inputs:
  left: 8x8x1            => 8x8x1
  right: 8x8x2           => 8x8x2
layers:                  => 0 params · 0 MACs
  - concat: [left, right]  => 8x8x3 · rf 1
`);
  });

  it('shapes in the order of the spec, and less where there is less room', () => {
    const spec = (layer: string) => `input: 8x16x112x112\nlayout: chw\nlayers:\n  - {${layer}}`;
    const of = (layer: string, line = 4) =>
      resultsOf(analysisOf(spec(layer)))
        .find((result) => result.line === line)
        ?.texts();
    expect(of('conv: 512, kernel: 3, padding: 1, stride: 2, repeat: 4')).toEqual([
      '512x8x56x56 … 512x1x7x7 · 4 times · 21,346,304 in all · rf 3 … 31',
      '512x8x56x56 … 512x1x7x7 · 4 times · 21,346,304 in all · rf … 31',
      '512x8x56x56 … 512x1x7x7 · 4 times · 21,346,304 in all',
      '… 512x1x7x7 · 4 times · 21,346,304 in all',
      '… 512x1x7x7 · 21,346,304 in all',
      '… 512x1x7x7',
    ]);
    expect(of('conv: 4, kernel: 3')).toEqual(['4x14x110x110 · 868 · rf 3', '4x14x110x110 · 868', '4x14x110x110']);
    expect(of('conv: 4, kernel: 3', 3)).toEqual(['868 params · 146M MACs', '868 params']);
    expect(of('relu')).toEqual(['8x16x112x112 · rf 1', '8x16x112x112']);
    expect(of('rleu')).toEqual(['?']);
  });

  it('what is said from outside', () => {
    const analysis = analyze(
      parse('layers: [{conv: 1, kernel: 3}]\ninput: 8x8x1', { registry: layers, input: '9x9x2' }),
    );
    expect(textsOf(analysis)[2]).toBe('9x9x2');
  });

  it('the notation of courses', () => {
    const of = (text: string) => textsOf(analyze(parseNotation(text, 'valid', { registry: layers })));
    expect(of('INPUT 32x32x3; CONV-5-8; POOL-2; FC-10')).toEqual({ 1: '10 · 16,298 params · 486K MACs · rf all' });
    expect(of('INPUT 32x32x3;\nCONV-5-8; POOL-2;\nFC-10')).toEqual({
      1: '16,298 params · 486K MACs',
      2: '14x14x8 · 608 in all · rf 6',
      3: '10 · 15,690 · rf all',
    });
  });
});

describe('what is broken gives no firm number', () => {
  it.each([
    `
input: 32x32x3              => 32x32x3
layers:                     => ?
  - {conv: 16, kernel: 3}   => 30x30x16 · 448 · rf 3
  - {conv: 16, kernal: 3}   => ?
  - relu                    => ?
  - {maxpol: 2}             => ?
  - {use: none, repeat: 2}  => ?
`,
    `
input: 32x32x3                        => 32x32x3
layers:                               => ?
  - {conv: 16, kernel: 3}             => 30x30x16 · 448 · rf 3
  - {conv: 4, kernel: 20, repeat: 2}  => 11x11x4 … ? · 2 times · ? in all · rf 22 … ?
  - relu                              => ?
`,
    `
input: nothing              => ?
layers:                     => ?
  - {conv: 16, kernel: 3}   => ?
`,
    `
input: 8x8x3                => 8x8x3
layers:                     => ?
  - {conv: 16, kernel: 3    => ?
  - relu                    => ?
`,
    `
input: 8x8x3                => 8x8x3
layers:                     => ?
  - {conv: 4, kernel: 3, name: a}           => 6x6x4 · 112 · rf 3
  - {conv: 4, kernel: 3, share: b}          => 4x4x4 · ? · rf 5
`,
    'input: 8x8x3  => 8x8x3\nlayers:',
    '',
    '- relu\n- {conv: 3}',
    'layers: [[[  => ?',
    '\u0000\u202e: <img onerror=…>',
  ])('%s', (marked) => check(marked));
});

/** How many parameters a text tells; nothing where it tells none. */
const paramsIn = (text: string): string | undefined => / · ([\d,]+)(?: in all| params)?(?= · rf|$)/.exec(text)?.[1];

/** Of every line, the layers that begin there or stand in an item that does. */
const layersOf = ({ graph, rows }: Analysis): ReadonlyMap<number, ReadonlySet<number>> => {
  const lines = new Map<number, Set<number>>();
  const add = (line = 0, first: number, last: number): void => {
    const ids = lines.get(line) ?? new Set();
    for (let id = first; id <= last; id += 1) ids.add(id);
    lines.set(line, ids);
  };
  for (const { at, first, last } of graph.composites) add(at.line, first, last);
  for (const { node } of rows) add(node.at?.line, node.id, node.id);
  return lines;
};

describe('of every bundled network all layers are told on their lines, with all parameters and a shape that they have', () => {
  it.each(FILES)('%s', (name) => {
    const analysis = bundled(name);
    const { graph, rows, totals } = analysis;
    const texts = textsOf(analysis);
    expect(texts[graph.layersAt?.line ?? 0]).toBe(
      `${grouped(totals.params ?? Number.NaN)} params · ${human(totals.macs ?? Number.NaN)} MACs`,
    );
    const untold = graph.nodes.filter(({ at }) => at === undefined || texts[at.line] === undefined);
    expect(untold.map((node) => node.name)).toEqual([]);
    const inputs = graph.nodes.length - rows.length;
    const told = [...layersOf(analysis)].map(([line, ids]) => {
      const text = texts[line] ?? '';
      const params = sum([...ids].map((id) => rows[id - inputs]?.figures?.params ?? Number.NaN));
      const shapes = new Set([...ids].map((id) => formatShape(shapeOf(graph.nodes[id]) ?? [], graph.layout)));
      const isShape = shapes.has(/^(?:\S+ … |… )?(\S+)/.exec(text)?.[1] ?? '');
      const isAll = paramsIn(text) === (params > 0 ? grouped(params) : undefined);
      return isShape && isAll ? null : `line ${line}: ${text}, and it has ${params} parameters`;
    });
    expect(told.filter((wrong) => wrong !== null)).toEqual([]);
  });
});

describe('the layer on a line', () => {
  const lineOf = (name: string, layer: string): number =>
    bundled(name).graph.nodes.find((node) => node.name === layer)?.at?.line ?? 0;
  const analysis = bundled('resnet50');
  const line = (layer: string): number => lineOf('resnet50', layer);

  it('without its sugar, of copies the first, of a block what comes out of it', () => {
    expect(layerOn(bundled('alexnet'), lineOf('alexnet', 'conv1'))).toBe('conv1');
    expect(layerOn(analysis, line('layer2.0.conv1'))).toBe('layer1.0.conv1');
    expect(layerOn(analysis, 3)).toBe('input');
    expect(layerOn(analysis, 1)).toBeNull();
  });

  it('what is chosen stays so where it stands on the line', () => {
    expect(layerOn(analysis, line('layer2.0.conv1'), 'layer2.1.conv1')).toBe('layer2.1.conv1');
    expect(layerOn(analysis, line('layer2.0.conv1'), 'layer2.1.conv2')).toBe('layer1.0.conv1');
  });
});

/** A line with `|` where the cursor stands, before and after. */
const typed = (type: (before: string, after: string) => Typed | null, marked: string): string | null => {
  const [before = '', after = ''] = marked.split('|');
  const done = type(before, after);
  return done && `${before.slice(0, before.length - done.back)}${done.insert}|${after}`;
};

describe('what Enter writes', () => {
  it.each([
    ['  - relu|', '  - relu\n  - |'],
    ['  - {conv: 96, kernel: 11}|', '  - {conv: 96, kernel: 11}\n  - |'],
    ['  - relu  # a remark|', '  - relu  # a remark\n  - |'],
    ['  - relu|  # a remark', '  - relu\n  - |  # a remark'],
    ['- - relu|', '- - relu\n  - |'],
    ['layers:|', 'layers:\n  - |'],
    ['  - residual:|', '  - residual:\n      - |'],
    ['        sequence:|', '        sequence:\n          - |'],
    ['blocks:|', 'blocks:\n  |'],
    ['  block:  # one|', '  block:  # one\n    |'],
    ['note: >|', 'note: >\n  |'],
    ['input: 8x8x3|', 'input: 8x8x3\n|'],
    ['    kernel: 3|', '    kernel: 3\n    |'],
    ['  - {conv: 96,|', '  - {conv: 96,\n     |'],
    ['  - {conv: 96,| kernel: 3}', '  - {conv: 96,\n     | kernel: 3}'],
    ['layers: [{conv: 3}, "]",|', 'layers: [{conv: 3}, "]",\n         |'],
    ['  - conv: 96| kernel: 3', '  - conv: 96\n    | kernel: 3'],
    ['  - |', '  |'],
    ['- - |', '- |'],
    ['|  - relu', '\n|  - relu'],
    ['  |- relu', '  \n  |- relu'],
    ['    |', '    \n    |'],
    ['|', '\n|'],
    ['  # a remark|', '  # a remark\n  |'],
  ])('%j', (marked, expected) => expect(typed(atEnter, marked)).toBe(expected));
});

describe('what Backspace does behind a dash', () => {
  it.each([
    ['  - |', '    |'],
    ['- - |', '-   |'],
    ['  - |relu', null],
    ['  - re|', null],
    ['  |', null],
    ['name: - |', null],
  ])('%j', (marked, expected) => expect(typed(atBackspace, marked)).toBe(expected));
});
