// Layers of sequences in the language: what is read past a parameter, and what is refused.

import { describe, expect, it } from 'vitest';
import { lint } from '../src/analysis/lint/lint.js';
import { misalignments } from '../src/analysis/receptive-field.js';
import { fieldAt } from '../src/analysis/track.js';
import { sizeOf } from '../src/analysis/track-measures.js';
import { formatShape } from '../src/core/shape.js';
import { analyze, parse } from '../src/index.js';
import { write } from '../src/lang/write.js';
import { parameters } from '../src/run/network.js';
import { run } from './fake-io.js';
import { npyOf } from './tensor-files.js';

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

describe('a recurrent layer', () => {
  const SEQUENCE = 'input: 12x4';
  /** What each step of the last layer sees, as `first..last`, on the input. */
  const fields = (items: string) => {
    const { rows } = analysed(items, SEQUENCE);
    const last = rows.at(-1);
    const local = last?.field?.local;
    if (!local || local === 'global') return local ?? null;
    return Array.from({ length: last.node.facts?.output[1] ?? 0 }, (_, at) => {
      const { lo, hi } = fieldAt(local[0] as never, [at]);
      return `${Math.max(lo, 0)}..${Math.min(hi, 11)}`;
    });
  };
  const upTo = (end: (o: number) => number) => Array.from({ length: 12 }, (_, o) => `0..${Math.min(end(o), 11)}`);

  it.each([
    ['[{lstm: 3}]', upTo((o) => o)],
    ['[{gru: 3}, {gru: 3}, {rnn: 2, layers: 2}]', upTo((o) => o)],
    ['[{conv: 4, kernel: 3, padding: 1}, {lstm: 3}]', upTo((o) => o + 1)],
    ['[{lstm: 3}, {conv: 4, kernel: 3, padding: 1}]', upTo((o) => o + 1)],
    ['[{lstm: 3}, {maxpool: 4}]', ['0..3', '0..7', '0..11']],
    ['[{maxpool: 4}, {lstm: 3}]', ['0..3', '0..7', '0..11']],
    ['[{residual: [{lstm: 4}]}]', upTo((o) => o)],
    ['[{lstm: 3, bidirectional: true}]', 'global'],
    ['[{lstm: 3, returns: last}]', 'global'],
  ])('%s sees', (items, seen) => expect(fields(items)).toEqual(seen));

  it('sees as much as is measured', async () => {
    for (const items of [
      '[{conv: 4, kernel: 3, padding: 1}, {lstm: 3, name: a}]',
      '[{gru: 3}, {conv: 4, kernel: 3, stride: 2, name: a}]',
      '[{rnn: 3}, {gru: 3, layers: 2, name: a}]',
    ])
      for (const at of ['--unit 0', '--unit 3', '']) {
        const files = { 'net.yaml': `${SEQUENCE}\nlayers: ${items}\n` };
        const { out, err, code } = await run(`rf net.yaml a --measure ${at}`.trim().split(' '), { files });
        expect([err, code, out.includes('What is measured is what was computed.')]).toEqual(['', 0, true]);
      }
  });

  it('of many steps is exact, too, in a stack', () => {
    const { rows } = analysed(`[${Array(20).fill('{lstm: 4}').join(', ')}]`, 'input: 5000x4');
    const local = rows.at(-1)?.field?.local;
    expect(local && local !== 'global' && local.map((track) => [sizeOf(track), track.bound])).toEqual([
      [{ size: 5000, sizeMin: 1 }, undefined],
    ]);
  });

  it.each([
    '[{conv: 4, kernel: 3, padding: 1}, {lstm: 4}, relu]',
    '[{lstm: 4}, {fc: 4, per: place}, relu]',
    '[{gru: 4, norm: bn}, relu]',
  ])('is no linear map to lint: %s', (items) => {
    expect(lint(analysed(items, SEQUENCE)).map(({ code }) => code)).toEqual([]);
  });

  it('beside an identity looks back from the same step', () => {
    const { graph, fields: all } = analysed('[{residual: [{lstm: 4}]}]', SEQUENCE);
    expect(misalignments(graph, all.get(0) ?? [])).toEqual([]);
  });

  it('has the tensors of PyTorch by name and shape', () => {
    const analysis = analysed(
      '[{gru: 3, layers: 2, bidirectional: true, name: a}, {rnn: 5, bias: false, name: b}]',
      SEQUENCE,
    );
    expect(parameters(analysis).map(({ name, shape }) => `${name} ${shape.join('x')}`)).toEqual([
      ...['l0', 'l0_reverse', 'l1', 'l1_reverse'].flatMap((of) => [
        `a.weight_ih_${of} 9x${of.startsWith('l0') ? 4 : 6}`,
        `a.weight_hh_${of} 9x3`,
        `a.bias_ih_${of} 9`,
        `a.bias_hh_${of} 9`,
      ]),
      'b.weight_ih_l0 5x6',
      'b.weight_hh_l0 5x5',
    ]);
  });

  it.each([
    ['input: 7x5x3', '{lstm: 4}', 'put {reshape: [35, 3]} before it'],
    ['input: 20', '{gru: 4}', 'put {reshape: [20, 1]} before it'],
    ['input: 2x7x5x3', '{rnn: 4}', 'put {reshape: [70, 3]} before it'],
  ])('%s, %s: %s', (head, item, help) => {
    const { diagnostics } = analysed(`[${item}]`, head);
    expect(diagnostics).toMatchObject([{ code: 'shape/needs-sequence', help }]);
    const first = /\{.*\}/.exec(help)?.[0];
    expect(analysed(`[${first}, ${item}]`, head).diagnostics).toEqual([]);
  });
});

describe('an embedding', () => {
  const ids = (data: readonly number[]) => ({ 'ids.npy': npyOf(data, `1, ${data.length}`) });
  const looked = async (data: readonly number[], items = '[{embedding: 2, words: 3, name: e}]') => {
    const files = { 'net.yaml': `input: {length: ${data.length}, channels: 1}\nlayers: ${items}\n`, ...ids(data) };
    return run(['run', 'net.yaml', '--data', 'ids.npy', '--save', 'y.npy', '-q'], { files });
  };

  it('looks up what there is', async () => {
    const { code, err } = await looked([0, 2, 1, 2]);
    expect([code, err]).toEqual([0, '']);
  });

  it.each([
    [[0, 3], '3, and has rows 0 to 2'],
    [[-1], '-1, and has rows 0 to 2'],
    [[0.5], '0.5, and has rows 0 to 2'],
    [[Number.NaN], 'NaN, and has rows 0 to 2'],
  ])('refuses %j when it is run', async (data, message) => {
    for (const backend of ['wasm', 'reference']) {
      const files = {
        'net.yaml': `input: {length: ${data.length}, channels: 1}\nlayers: [{embedding: 2, words: 3, name: e}]\n`,
        ...ids(data),
      };
      const { code, err } = await run(['run', 'net.yaml', '--data', 'ids.npy', '--backend', backend], { files });
      expect(code).toBe(2);
      expect(err).toContain(`e looks up row ${message} [data/index]`);
    }
  });

  it.each([
    ['{length: 9, channels: 1}', '[{embedding: 4, words: 5}, {lstm: 3}]'],
    ['9', '[{embedding: 4, words: 1}]'],
    [
      '{height: 3, width: 4, channels: 1}',
      '[{embedding: 4, words: 70000, name: a}, {embedding: 4, words: 70000, share: a, from: input}]',
    ],
  ])('of %s is fed rows that it has where there are no data: %s', async (input, items) => {
    const { code, err } = await run(['run', 'net.yaml', '-q'], {
      files: { 'net.yaml': `input: ${input}\nlayers: ${items}\n` },
    });
    expect([code, err]).toEqual([0, '']);
  });

  it('sees its own place, measured too', async () => {
    const files = {
      'net.yaml':
        'input: {length: 9, channels: 1}\nlayers: [{embedding: 4, words: 5}, {conv: 2, kernel: 3, name: a}]\n',
    };
    const { out } = await run(['rf', 'net.yaml', 'a', '--measure'], { files });
    expect(out).toContain('What is measured is what was computed.');
  });

  it.each(['input: 4x4x3', 'input: {length: 8, channels: 2}'])('%s has no numbers to look up', (head) =>
    expect(analysed('[{embedding: 4, words: 5}]', head).diagnostics.map(({ code }) => code)).toEqual([
      'shape/needs-indices',
    ]),
  );
});

it.each([
  ['9', '[{embedding: 4, words: 5}]'],
  ['784', '[{reshape: 28x28x1}, {conv: 4, kernel: 3}]'],
])('what places of a vector of %s see is not known: %s', (input, items) =>
  expect(analysed(items, `input: ${input}`).rows.map(({ field }) => field)).toEqual(
    analysed(items, `input: ${input}`).rows.map(() => null),
  ),
);

describe('attention along an axis', () => {
  it.each(['w', 'h'])('%s is attention of each row by itself', async (over) => {
    const across = over === 'w' ? 'h' : 'w';
    const files = {
      'net.yaml': `input: 5x5x8
outputs: [along, rest]
layers:
  - {attention: 2, over: ${over}, name: along}
  - sequence: [{slice: 1, start: i, axis: ${across}, from: input}, {attention: 2, share: along}]
    repeat: 5
    name: one
  - {concat: one.*, axis: ${across}, name: each}
  - {sub: [along, each], name: rest}
`,
    };
    for (const backend of ['wasm', 'reference']) {
      const { out, code } = await run(['run', 'net.yaml', '--backend', backend, '--json'], { files });
      expect(code).toBe(0);
      const [along, rest] = JSON.parse(out).outputs.map(({ data }: { data: number[] }) =>
        Math.max(...data.map(Math.abs)),
      );
      expect(along).toBeGreaterThan(0.01);
      expect(rest).toBeLessThan(1e-5);
    }
  });

  it.each(['w', 'h'])('%s sees what is measured', async (over) => {
    const files = {
      'net.yaml': `input: 5x6x8\nlayers: [{conv: 8, kernel: 3, padding: 1}, {attention: 2, over: ${over}, name: a}]\n`,
    };
    const { out } = await run(['rf', 'net.yaml', 'a', '--measure', '--unit', '2,1'], { files });
    expect(out).toContain('What is measured is what was computed.');
  });

  it('has a height and a width, or asks for them', () => {
    const codes = (item: string, head: string) => analysed(`[${item}]`, head).diagnostics.map(({ code }) => code);
    expect(codes('{attention: 2, over: h}', 'input: {length: 9, channels: 4}')).toEqual(['shape/axis']);
    expect(codes('{attention: 2, over: w}', 'input: {depth: 2, height: 3, width: 4, channels: 4}')).toEqual([
      'shape/axis',
    ]);
    expect(codes('{attention: 2, over: w}', 'input: {length: 9, channels: 4}')).toEqual([]);
  });
});
