// solve: the values written `_`, with keys worked out by hand; why there are none; that it ends.

import { describe, expect, it } from 'vitest';
import { analyze } from '../src/analysis/analyze.js';
import { type Assignment, solve } from '../src/index.js';
import { parse } from '../src/lang/parse.js';
import { readYaml } from '../src/lang/yaml.js';
import { layers } from '../src/layers/index.js';
import { solve as solveRead } from '../src/solve/solve.js';
import { plain, run } from './fake-io.js';
import { net } from './spec-text.js';

const found = (spec: string, ...expect: string[]): readonly (readonly Assignment[])[] => {
  const { diagnostics, solutions } = solve(spec, { expect });
  if (diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics));
  return solutions.map(({ assignments }) => assignments);
};

/** The values of every solution, in the order of the blanks. */
const values = (spec: string, ...expect: string[]): unknown =>
  found(spec, ...expect).map((assignments) =>
    assignments.map(({ value }) => (typeof value === 'object' ? value.join('x') : value)),
  );

describe('questions of the catalogue', () => {
  it.each([
    ['6 padding for "same"', net('63x63x16', '{conv: 32, kernel: 7, padding: _, expect: {out: 63x63x32}}'), [['3x3']]],
    ['6 and for 5x5', net('28x28x16', '{conv: 32, kernel: 5, padding: _, expect: {out: 28x28x32}}'), [['2x2']]],
    [
      '23 a dense layer as a convolution',
      net('7x7x512', '{conv: _, kernel: _, expect: {out: 1x1x4096}}'),
      [[4096, '7x7']],
    ],
    ['23 with its weights', net('7x7x512', '{conv: 4096, kernel: _, expect: {params: 102764544}}'), [['7x7']]],
    [
      '25 any valid tuple',
      net('28x28x6', '{conv: _, kernel: 5, padding: _, stride: _, expect: {out: 28x28x34}}'),
      [[34, '2x2', '1x1']],
    ],
    [
      '25 parameters say the kernel',
      net('28x28x6', '{conv: _, kernel: _, padding: _, expect: {out: 28x28x34, params: 5134}}'),
      [[34, '5x5', '2x2']],
    ],
    ['8 units of a dense layer', net('300x300x3', '{fc: _, expect: {params: 27000100}}'), [[100]]],
    [
      '26 224 or 227',
      net('_x_x3', '{conv: 96, kernel: 11, stride: 4, expect: {out: 55x55x96}}'),
      [227, 228, 230, 229].map((n) => [`${n}x${n}x3`]),
    ],
    [
      '26 the padding that 224 needs',
      net('224x224x3', '{conv: 64, kernel: 11, stride: 4, padding: _, expect: {out: 55x55x64}}'),
      [['2x2'], ['3x3']],
    ],
    [
      '16 a kernel from the field',
      net('64x64x1', '{conv: 8, kernel: 3, stride: 2}', '{conv: 8, kernel: _, stride: 2, expect: {rf: 7}}'),
      [['3x3']],
    ],
    [
      '17 a dilation from the field',
      net('64x64x1', '{conv: 8, kernel: 5, dilation: _}', '{maxpool: 2}', '{conv: 8, kernel: 5, expect: {rf: 18}}'),
      [['2x2']],
    ],
    [
      '22 a transposed convolution',
      net('14x14x64', '{convtranspose: 32, kernel: _, stride: 2, expect: {out: 28x28x32}}'),
      [['2x2']],
    ],
    [
      '15 how many 3x3 see as much as a 7x7',
      net('32x32x8', '{conv: 8, kernel: 3, repeat: _, name: s, expect: {rf: 7}}'),
      [[3]],
    ],
    ['5 a pool', net('55x55x96', '{maxpool: 3, stride: _, expect: {out: 27x27x96}}'), [['2x2']]],
    [
      '12 filters from multiply-accumulates',
      net('227x227x3', '{conv: _, kernel: 11, stride: 4, padding: 2, expect: {macs: 72855552}}'),
      [[64]],
    ],
    [
      'groups from parameters',
      net('27x27x96', '{conv: 256, kernel: 5, padding: 2, groups: _, expect: {params: 307456}}'),
      [[2]],
    ],
    ['the length of a vector', net('_', '{fc: 10, expect: {params: 7850}}'), [['784']]],
    [
      'a var',
      `${net('8x8x3', '{conv: n, kernel: 3}', '{conv: 2*n, kernel: 3, expect: {out: 4x4x32}}')}vars: {n: _}\n`,
      [[16]],
    ],
  ])('%s', (_, spec, key) => expect(values(spec)).toEqual(key));
});

describe('which is the usual one', () => {
  it('odd kernels, padding that keeps the size, small strides', () => {
    const spec = net('32x32x3', '{conv: 8, kernel: _, stride: _, padding: _, expect: {out: 32x32x8}}');
    expect(values(spec)).toEqual([
      ['3x3', '1x1', '1x1'],
      ['5x5', '1x1', '2x2'],
      ['7x7', '1x1', '3x3'],
      ['1x1', '1x1', '0x0'],
      ['9x9', '1x1', '4x4'],
      ['11x11', '1x1', '5x5'],
    ]);
  });
  it('pools that come out whole before those that do not', () => {
    expect(values(net('55x55x8', '{maxpool: _, stride: _, expect: {out: 27x27x8}}'))).toEqual([
      ['3x3', '2x2'],
      ['2x2', '2x2'],
    ]);
  });
  it('round sizes of the input', () => {
    const spec = net('_x_x3', '{conv: 8, kernel: 3, padding: 1, stride: 2, repeat: 5, name: s, expect: {out: 7x7x8}}');
    expect(values(spec)).toHaveLength(32);
    expect(found(spec)[0]?.[0]).toEqual({ layer: 'input', option: 'shape', value: [224, 224, 3] });
  });
  it('round numbers of filters: 35K are 96 in AlexNet', () => {
    const spec = net('227x227x3', '{conv: _, kernel: 11, stride: 4, expect: {params: 35K}}');
    expect(values(spec)).toEqual([[96], [95], [97]]);
  });
});

describe('along the axes', () => {
  it('one for all where that fits, whatever else does', () => {
    const spec = net('32x32x8', '{conv: 8, kernel: _, expect: {out: 28x28x8}}');
    expect(found(spec)).toEqual([[{ layer: 'conv1', option: 'kernel', value: [5, 5] }]]);
  });
  it('else one for each: 1x7 and 7x1', () => {
    const spec = net(
      '17x17x192',
      '{conv: 192, kernel: _, padding: _, bias: false, expect: {out: 17x17x192, params: 258048}}',
    );
    expect(values(spec)).toEqual([
      ['1x7', '0x3'],
      ['7x1', '3x0'],
    ]);
  });
  it('an input whose sides differ', () => {
    const spec = net('_x_x3', '{conv: 8, kernel: 3, expect: {out: 30x46x8}}');
    expect(values(spec)).toEqual([['32x48x3']]);
  });
  it('one of them, where the others are written', () => {
    expect(values(net('32x32x3', '{conv: 8, kernel: _x5, expect: {out: 30x28x8}}'))).toEqual([['3x5']]);
    expect(values(net('32x32x3', '{conv: 8, kernel: 3, padding: [1, _], expect: {out: 32x32x8}}'))).toEqual([['1x1']]);
  });
  it('on sequences and volumes', () => {
    expect(values(net('16000x1', '{conv: 64, kernel: _, stride: 4, expect: {out: 3998x64}}'))).toEqual([
      ['9'],
      ['11'],
      ['10'],
    ]);
    expect(values(net('16x112x112x3', '{conv: 8, kernel: 3, padding: _, expect: {out: 16x112x112x8}}'))).toEqual([
      ['1x1x1'],
    ]);
  });
});

describe('several layers', () => {
  it('each by what it gives', () => {
    const spec = net(
      '227x227x3',
      '{conv: _, kernel: _, stride: _, expect: {out: 55x55x96, params: 34944}}',
      '{maxpool: _, stride: 2, expect: {out: 27x27x96}}',
      '{conv: _, kernel: 5, padding: _, expect: {out: 27x27x256}}',
      '{fc: _, expect: {params: ~764M}}',
    );
    const [first] = values(spec) as unknown[][];
    expect(first?.slice(0, 6)).toEqual([96, '11x11', '4x4', '3x3', 256, '2x2']);
  });
  it('by what only a later one gives', () => {
    const spec = net('28x28x1', '{conv: 6, kernel: _}', '{avgpool: 2}', '{conv: 16, kernel: 5, expect: {out: 8x8x16}}');
    expect(values(spec)).toEqual([['5x5'], ['4x4']]);
  });
  it('by the total', () => {
    const spec = `${net('32x32x3', '{conv: _, kernel: 3}', 'gap', '{fc: 10}')}expect: {params: 618}\n`;
    expect(values(spec)).toEqual([[16]]);
  });
  it('with their norm and activation', () => {
    const spec = net(
      '32x32x16',
      '{conv: _, kernel: 3, padding: _, norm: bn, act: relu, expect: {out: 32x32x32, params: 4704}}',
    );
    expect(values(spec)).toEqual([[32, '1x1']]);
  });
  it('sizes between which only some can be built', () => {
    const spec = net(
      '32x32x3',
      '{conv: _, kernel: 3, padding: 1}',
      '{residual: [{conv: 16, kernel: 3, padding: 1}], shortcut: identity, expect: {params: 2320}}',
    );
    expect(values(spec)).toEqual([[16]]);
  });
  it('in a block that is used twice', () => {
    const spec = `${net('32x32x3', 'b', '{b, expect: {out: 28x28x8}}').replace('  - {b,', '  - {use: b,')}blocks: {b: {layers: [{conv: 8, kernel: _}]}}\n`;
    expect(values(spec)).toEqual([['3x3']]);
  });
});

describe('padding that is no number', () => {
  it('same, only where no number does', () => {
    expect(values(net('28x28x3', '{conv: 8, kernel: 4, padding: _, expect: {out: 28x28x8}}'))).toEqual([['same']]);
    expect(values(net('28x28x3', '{conv: 8, kernel: 3, padding: _, expect: {out: 28x28x8}}'))).toEqual([['1x1']]);
  });
  it('not more than the kernel', () => {
    expect(values(net('28x28x3', '{conv: 8, kernel: 1, padding: _, expect: {out: 32x32x8}}'))).toEqual([]);
  });
});

describe('no solution', () => {
  it.each([
    [
      net('224x224x3', '{conv: 96, kernel: 11, stride: _, name: conv1, expect: {out: 57x57x96}}'),
      'no stride from 1 to 8 gives out 57x57x96 at conv1: (224 - 11 + 2*0)/S + 1; nearest: stride 4 gives 54x54x96, stride 5 gives 43x43x96',
    ],
    [
      net('28x28x3', '{conv: 8, kernel: _, padding: 1, name: a, expect: {out: 28x28x8, params: 608}}'),
      'kernel 3 gives out 28x28x8 at a, kernel 5 gives params 608 at a; no kernel gives both',
    ],
    [
      net('100', '{fc: _, name: f, expect: {params: 5000}}'),
      'no units from 1 to 65536 gives params 5000 at f; nearest: units 50 gives 5,050, units 49 gives 4,949',
    ],
    [
      net('32x32x3', '{conv: 8, kernel: _, stride: _, padding: _, name: a, expect: {out: 31x50x8}}'),
      /^no kernel, stride or padding gives out 31x50x8 at a: \(32 - K \+ 2\*P\)\/S \+ 1; nearest: /,
    ],
    [
      net(
        '32x32x3',
        '{conv: 8, kernel: _, name: a, expect: {out: 30x30x8}}',
        '{conv: 8, kernel: 3, name: b, expect: {params: 1}}',
      ),
      'whatever stands in the blanks, params 1 at b is 584',
    ],
  ])('%s', (spec, reason) => {
    const solved = solve(spec);
    expect(solved.solutions).toEqual([]);
    expect(solved.reason).toMatch(reason);
  });
});

describe('questions that cannot be answered', () => {
  it.each([
    ['nothing to find', net('32x32x3', '{conv: 8, kernel: 3, expect: {out: 30x30x8}}'), 'solve/no-blanks'],
    ['nothing expected', net('32x32x3', '{conv: 8, kernel: _}'), 'solve/nothing-given'],
    ['nothing depends on it', net('32x32x_', '{conv: 8, kernel: 3, expect: {out: 30x30x8}}'), 'solve/undetermined'],
    ['no number', net('32x32x3', '{conv: 8, kernel: 3, act: _, expect: {out: 30x30x8}}'), 'solve/option'],
    ['no file', '', 'spec/empty'],
    [
      'an error elsewhere',
      net('32x32x3', '{conv: 8, kernel: _, expect: {out: 30x30x8}}', '{cnv: 3}'),
      'item/unknown-kind',
    ],
    ['what is expected is no figure', net('32x32x3', '{conv: 8, kernel: _, expect: {out: big}}'), 'expect/value'],
  ])('%s', (_, spec, code) => expect(solve(spec).diagnostics.map((d) => d.code)).toContain(code));
  it('an expectation of no layer', () => {
    const { diagnostics } = solve(net('32x32x3', '{conv: 8, kernel: _, name: conv1}'), {
      expect: ['conv2.out=30x30x8'],
    });
    expect(diagnostics).toEqual([expect.objectContaining({ code: 'solve/layer', help: 'did you mean conv1?' })]);
  });
});

describe('it ends', () => {
  const spec = net(
    '64x64x3',
    '{conv: 6, kernel: _, stride: _, padding: _, dilation: _}',
    '{conv: 6, kernel: _, stride: _, padding: _, dilation: _}',
    '{conv: _, kernel: _, stride: _, padding: _, expect: {out: 10x11x16}}',
  );
  it('and says that it has not tried all', () => {
    const solved = solve(spec, { most: { tried: 10_000 } });
    expect(solved.complete).toBe(false);
    expect(solved.reason).toContain('among the choices that were tried (there are too many to try all)');
  });
  it('and tells the first of too many', () => {
    const solved = solve(spec.replace('10x11', '10x10'));
    expect(solved.complete).toBe(false);
    expect(solved.solutions).toHaveLength(200);
  });
  it('whatever is repeated', () => {
    expect(
      solve(net('64x64x3', '{sequence: [{relu, repeat: 90000}], repeat: _, name: s, expect: {out: 1x1x1}}')).solutions,
    ).toEqual([]);
  });
});

describe('the command', () => {
  const files = { 'net.yaml': net('63x63x16', '{conv: 32, kernel: 7, padding: _, name: a, expect: {out: 63x63x32}}') };
  it('prints the contract', async () => {
    const { code, out } = await run(['solve', 'net.yaml', '--json'], { files });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      schema: 'cnncalc/solve/1',
      version: expect.any(String),
      model: { name: '', source: 'net.yaml', variant: null },
      solutions: [[{ layer: 'a', option: 'padding', value: [3, 3] }]],
      complete: true,
      diagnostics: [],
    });
  });
  it('says no with exit code 1', async () => {
    const no = {
      'net.yaml': (files['net.yaml'] ?? '')
        .replace('63x63x32', '64x64x32')
        .replace('kernel: 7', 'kernel: 7, stride: 2'),
    };
    const { code, out } = await run(['solve', 'net.yaml'], { files: no });
    expect(code).toBe(1);
    expect(out).toContain('no padding from 0 to 16, less than the kernel, or same gives out 64x64x32 at a');
    expect(JSON.parse((await run(['solve', 'net.yaml', '--json'], { files: no })).out)).toMatchObject({
      solutions: [],
      reason: expect.stringMatching(/^no padding/),
    });
  });
  it('asks with exit code 2', async () => {
    const { code, out, err } = await run(['solve', 'alexnet']);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('[solve/no-blanks]');
  });
  it('reads course notation', async () => {
    const { out } = await run([
      'solve',
      'INPUT 28x28x6; CONV-_-_-P_',
      '--expect',
      'out=24x24x34',
      '--expect',
      'conv1.params=5134',
      '--json',
    ]);
    expect(JSON.parse(out).solutions).toEqual([
      [
        { layer: 'conv1', option: 'padding', value: [0, 0] },
        { layer: 'conv1', option: 'kernel', value: [5, 5] },
        { layer: 'conv1', option: 'filters', value: 34 },
      ],
    ]);
  });
  it('reads bundled networks, with another input or other vars', async () => {
    const { out } = await run(['solve', 'alexnet', '--input', '_x_x3', '--expect', 'conv1.out=55x55x96', '--json']);
    expect(JSON.parse(out).solutions[0]).toEqual([{ layer: 'input', option: 'shape', value: [227, 227, 3] }]);
    const set = await run(['solve', 'resnet50', '--set', 'group_width=_', '--expect', 'params=25.6M', '--json']);
    expect(JSON.parse(set.out).solutions).toEqual([[{ layer: 'vars', option: 'group_width', value: 64 }]]);
  });
  it.each(['table', 'markdown', 'latex'])('as %s', async (format) => {
    const { out } = await run(['solve', 'net.yaml', '--format', format], { files });
    expect(out).toContain('63');
    expect(out).toContain('padding');
  });
  it('is named where a blank stands in the way', async () => {
    const { code, err } = await run(['net.yaml'], { files });
    expect(code).toBe(2);
    expect(err).toContain('net.yaml:3:36');
    expect(err).toContain('let cnncalc solve find it');
  });
});

describe('as people ask', () => {
  it('transposed layers: the stride that makes the size first', () => {
    const spec = net('7x7x8', '{convtranspose: 4, kernel: _, stride: _, padding: _, expect: {out: 14x14x4}}');
    const found = values(spec) as string[][];
    expect(found.slice(0, 2)).toEqual([
      ['2x2', '2x2', '0x0'],
      ['4x4', '2x2', '1x1'],
    ]);
    expect(found.findIndex(([k, s]) => k === '8x8' && s === '1x1')).toBeGreaterThan(1);
  });
  it('? is a blank too', async () => {
    expect(values(net('32x32x8', '{conv: 8, kernel: 3, padding: ?, expect: {out: 32x32x8}}'))).toEqual([['1x1']]);
    expect(values(net('32x32x8', 'conv: 8\nkernel: 3\npadding: ?\nexpect: {out: 32x32x8}'))).toEqual([['1x1']]);
    expect(values(net('32x32x8', '{conv: 8, kernel: 3, padding: [?, 1], expect: {out: 32x32x8}}'))).toEqual([['1x1']]);
    expect(values(net('?x?x3', '{conv: 96, kernel: 11, stride: 4, expect: {out: 55x55x96}}'))).toHaveLength(4);
    const { out } = await run(['solve', 'INPUT 28x28x6; CONV-?-34', '--expect', 'out=24x24x34', '--json']);
    expect(JSON.parse(out).solutions).toEqual([[{ layer: 'conv1', option: 'kernel', value: [5, 5] }]]);
  });
  it('a ? in a text is left alone', () => {
    expect(values(net('32x32x8', '{conv: 8, kernel: 3, padding: _, note: "why: ?", expect: {out: 32x32x8}}'))).toEqual([
      ['1x1'],
    ]);
  });
  it.each([
    ['">=7"', [3, 4, 5]],
    ['"> 7"', [4, 5, 6]],
    ['"at least 15"', [7, 8, 9]],
  ])('a field of %s', (bound, first) => {
    const spec = net('64x64x8', `{conv: 8, kernel: 3, repeat: _, name: s, expect: {rf: ${bound}}}`);
    expect((values(spec) as number[][]).flat().slice(0, 3)).toEqual(first);
  });
  it('a field of at least 100 of a whole network', () => {
    const spec = net(
      '512x512x3',
      '{conv: 8, kernel: 3, repeat: 3, name: a}',
      '{maxpool: _, stride: 2}',
      '{conv: 8, kernel: 3, repeat: 24, name: b, expect: {rf: ">=100"}}',
    );
    expect((values(spec) as string[][]).length).toBeGreaterThan(0);
  });
  it.each([
    ['params: "<=10K"', [350, 351, 352, 353, 354, 355, 356, 357]],
    ['params: ">= 1M"', [35715]],
  ])('the filters nearest to %s', (bound, some) => {
    const spec = net('8x8x3', `{conv: _, kernel: 3, expect: {${bound}}}`);
    const solved = solve(spec);
    expect(solved.complete).toBe(false);
    expect((values(spec) as number[][]).flat()).toEqual(expect.arrayContaining(some));
  });
  it('bounds hold in expect, and break', () => {
    const spec = (bound: string) => net('8x8x3', `{conv: 8, kernel: 3, expect: {rf: "${bound}", params: "<1K"}}`);
    const codes = (text: string) => analyze(parse(text, { registry: layers })).diagnostics.map(({ code }) => code);
    expect(codes(spec('>=3'))).toEqual([]);
    expect(codes(spec('>3'))).toEqual(['expect/broken']);
    expect(codes(spec('<= 3'))).toEqual([]);
    expect(codes(spec('<3'))).toEqual(['expect/broken']);
  });
  it('which sizes fit this U-Net', async () => {
    const { code, out } = await run(['solve', 'unet', '--input', '_x_x1', '--json']);
    expect(code).toBe(0);
    const { solutions, remark } = JSON.parse(out);
    expect(solutions.slice(0, 2).map(([one]: { value: number[] }[]) => one?.value)).toEqual([
      [188, 188, 1],
      [204, 204, 1],
    ]);
    expect(solutions.some(([one]: { value: number[] }[]) => one?.value[0] === 572)).toBe(true);
    expect(remark).toBe('every 16th size from 188 on fits');
  });
  it('and the page says so', async () => {
    const files = { 'net.yaml': net('_x_x1', '{add: [[maxpool: 2, upsample: 2], []]}') };
    expect(plain((await run(['solve', 'net.yaml'], { files })).out)).toContain('every 2nd size from 2 on fits');
  });
  it('of sizes that are tried, whoever waits hears', () => {
    let heard = 0;
    const spec = readYaml('input: _x_x1\nlayers: [{conv: 1, kernel: 3}]\n');
    const { ranges } = solveRead(spec, { registry: layers }, [], () => {
      heard += 1;
    });
    expect(ranges).toEqual([{ option: 'size', text: `1 to ${heard}` }]);
  });
  it('with repeat, why: copy after copy', async () => {
    const files = { 'net.yaml': net('32x32x8', '{conv: 8, kernel: 3, repeat: _, name: s, expect: {rf: 7}}') };
    const { out } = await run(['solve', 'net.yaml'], { files });
    for (const line of ['1 + (3 - 1)*1 = 3', '3 + (3 - 1)*1 = 5', '5 + (3 - 1)*1 = 7'])
      expect(plain(out)).toContain(line);
  });
  it('on the command line', async () => {
    const { out } = await run(['solve', 'INPUT 64x64x3; CONV-_-8; CONV-3-8', '--expect', 'conv2.rf>=9', '--json']);
    expect(JSON.parse(out).solutions[0]).toEqual([{ layer: 'conv1', option: 'kernel', value: [7, 7] }]);
  });
});
