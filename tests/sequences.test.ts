// Layers of sequences in the language: what is read past a parameter, and what is refused.

import { describe, expect, it } from 'vitest';
import { formatShape } from '../src/core/shape.js';
import { analyze, parse } from '../src/index.js';
import { write } from '../src/lang/write.js';

const analysed = (items: string, head = 'input: 4x4x3') => analyze(parse(`${head}\nlayers: ${items}\n`));

/** What each row reads, as `name < read, read`. */
const wiring = (items: string, head?: string): readonly string[] => {
  const { rows, graph } = analysed(items, head);
  return rows.map(({ node }) => `${node.name} < ${node.inputs.map((id) => graph.nodes[id]?.name).join(', ')}`);
};

describe('a parameter', () => {
  it.each([
    ['goes unread by the item behind it', '[{parameter: 4x4x3, name: p}, relu]', ['p < ', 'relu1 < input']],
    ['is read by name', '[{parameter: 4x4x3, name: p}, {add: p}]', ['p < ', 'add1 < input, p']],
    ['is read from', '[relu, {parameter: 8, name: p}, {fc: 2, from: p}]', ['relu1 < input', 'p < ', 'fc1 < p']],
    ['several stand together', '[relu, {parameter: 1, repeat: 2}, elu]', ['relu1 < input', 'parameter1.0 < ', 'parameter1.1 < ', 'elu1 < relu1']],
    ['is what a branch gives', '[{concat: {a: [{parameter: 4x4x2, name: p}], b: []}}]', ['concat1.a.p < ', 'concat1 < concat1.a.p, input']],
    ['is a branch by itself', '[{add: [[], {parameter: 4x4x3, name: p}]}]', ['p < ', 'add1 < input, p']],
    ['is what a sequence gives that ends in it', '[{sequence: [relu, {parameter: 5, name: p}]}, {fc: 2}]', ['relu1 < input', 'p < ', 'fc1 < p']],
    ['stays the end where what stands behind is dropped', '[{concat: {a: [{parameter: 4x4x2, name: p}, {relu, when: false}], b: []}}]', ['concat1.a.p < ', 'concat1 < concat1.a.p, input']],
  ])('%s', (_, items, expected) => expect(wiring(items)).toEqual(expected)); // biome-ignore format: a table

  it.each([
    ['input: 4x4x3', '{parameter: [h, 1, 2*c]}', '4x1x6'],
    ['input: 4x4x3', '{parameter: 1}', '1'],
    ['{input: 3x4x4, layout: chw}', '{parameter: 8x1x2}', '1x2x8'],
  ])('%s, %s is %s', (head, item, shape) => {
    const { rows, diagnostics, totals } = analysed(`[${item}]`, head.replace(/^\{(.*), (.*)\}$/, '$1\n$2'));
    expect(diagnostics).toEqual([]);
    expect(formatShape(rows[0]?.node.facts?.output ?? [])).toBe(shape);
    // It lies with the weights.
    expect([totals.activations, totals.params]).toEqual([0, rows[0]?.figures?.params]);
  });

  it('is written and read again', () => {
    const items =
      '[relu, {parameter: 4x1x2, name: p}, {conv: 2, kernel: 1}, {parameter: 3, name: q, init: 1}, {fc: 2, from: q}]';
    const before = analysed(items).graph;
    const after = analyze(parse(write(before) ?? '')).graph;
    const seen = ({ nodes }: typeof before) =>
      nodes.slice(1).map(({ name, inputs, args, facts }) => ({ name, inputs, args, output: facts?.output }));
    expect(seen(after)).toEqual(seen(before));
  });

  it.each([
    ['[{parameter: 8, from: input}]', 'graph/inputs'],
    ['[{parameter: [1, 2, 3, 4, 5]}]', 'option/value'],
    ['[{parameter: 0x3}]', 'option/value'],
    ['[parameter]', 'option/missing'],
    ['[{conv: 8, kernel: 9}, {parameter: [h, 2], name: p}, {add: p}]', 'shape/kernel-too-large'],
  ])('%s: %s', (items, code) => expect(analysed(items).diagnostics.map((d) => d.code)).toEqual([code]));
});
