// cnncalc rf: the table, the steps, the unit, the figure, JSON and SVG, and what is refused. Whether fields are right is
// receptive-field.test.ts.

import { describe, expect, it } from 'vitest';
import { run, type World } from './fake-io.js';

const files = {
  'up.yaml': `name: Up
input: 20x30x3
layers:
  - {conv: 8, kernel: 3x5, stride: 2, name: a}
  - {upsample: 2, name: u}
  - {conv: 8, kernel: 3, padding: 1, name: b}
`,
  'two.yaml': `inputs: {left: 32x32x1, right: 64x64x1}
layers:
  - {conv: 4, kernel: 3, padding: 1, from: left, name: a}
  - {conv: 4, kernel: 2, stride: 2, from: right, name: b}
  - {add: [a, b], name: c}
`,
  'odd.yaml': `input: 8x8x1
layers:
  - {conv: 1, kernel: 3, stride: 2, name: a}
  - {conv: 1, kernel: 3, padding: 1, name: b}
`,
  'turned.yaml':
    'input: 20x30x3\nlayers:\n  - {permute: [0, 2, 1]}\n  - {conv: 4, kernel: 3, name: a}\n  - {conv: 4, kernel: 3x1, stride: 2x1, name: b}\n',
  'bound.yaml':
    'input: 6x4x1\nlayers:\n  - {conv: 2, kernel: 3x1, padding: 1x0, name: a}\n  - {reshape: 4x6x2}\n  - {conv: 2, kernel: 3, name: b}\n',
  'copies.yaml': 'input: 8x8x1\nlayers:\n  - {replicatepad: 2}\n  - {conv: 2, kernel: 3, name: a}\n',
  'broken.yaml': 'input: 8x8x1\nlayers:\n  - {conv: 1, kernel: 3, name: a}\n  - {conv: 1, kernel: 30, name: b}\n',
};

const rf = (argv: string, world: World = {}) => run(['rf', ...argv.split(' ')], { files, ...world });
const json = async (argv: string) => JSON.parse((await rf(`${argv} --json`)).out);

describe('the table', () => {
  it('has size, stride, padding and centre of every layer', async () => {
    const { code, out } = await rf('alexnet');
    expect(code).toBe(0);
    expect(out).toMatch(/pool5 +maxpool 3x3 \/ 2 +6x6x256 +195 +32 +64 +33\n/);
    expect(out).toMatch(/exceeds the input +nowhere/);
  });
  it('says from where on the field exceeds the input, and what the least path sees', async () => {
    const { out } = await rf('resnet50 --only layer4.*');
    expect(out).toContain('rf least');
    expect(out).toMatch(/exceeds the input +from layer3\.\d\.conv2 on/);
  });
  it('has one table per input', async () => {
    const { out } = await rf('two.yaml');
    expect(out).toContain('receptive fields in left 32x32x1');
    expect(out).toContain('receptive fields in right 64x64x1');
  });
  it.each(['csv', 'tsv', 'markdown', 'latex', 'jsonl'])('as %s', async (format) => {
    expect((await rf(`alexnet --format ${format}`)).out).toContain('195');
  });
  it('of a network with errors has what is known', async () => {
    const { code, out, err } = await rf('broken.yaml');
    expect(code).toBe(2);
    expect(out).toMatch(/b .*\?/);
    expect(err).toContain('shape/kernel-too-large');
  });
});

describe('one layer', () => {
  it('step by step', async () => {
    const { out } = await rf('alexnet conv3');
    for (const line of [
      'r <- r + (k-1)*d*j',
      'j <- j*s',
      'conv1  11  4  1    0  1 + (11-1)*1*1 = 11   1*4 = 4    0 + 0*1 = 0',
      'conv3   3  1  1    1  67 + (3-1)*1*16 = 99  16*1 = 16  16 + 1*16 = 32',
      'unit 6, 6      sees rows 64 to 162 and columns 64 to 162, 99x99',
      '0 of 9,801 cells are padding',
    ])
      expect(out).toContain(line);
  });
  it('axis by axis where they differ', async () => {
    const { out } = await rf('up.yaml b --unit 0,0');
    for (const part of [
      'height\n',
      'width\n',
      '2/2 = 1',
      '(largest of 2 phases)',
      'rows -2 to 2 and columns -2 to 4, 5x7',
      '20 of 35',
    ])
      expect(out).toContain(part);
  });
  it('by the name of its block', async () => {
    expect((await json('resnet50 layer2')).layer).toMatchObject({ name: expect.stringMatching(/^layer2\.3\./) });
  });
  it('in every input that reaches it', async () => {
    const report = await json('two.yaml c');
    expect(report.layer).toMatchObject({ input: 'left', receptiveField: { size: [3, 3] } });
    expect(report.otherInputs).toMatchObject([{ input: 'right', receptiveField: { size: [2, 2], stride: [2, 2] } }]);
  });
  it('with its centre, for anchors', async () => {
    const { out } = await rf('alexnet conv3 --unit 0,12');
    expect(out).toMatch(/centre +17 \(of unit 0\)\n/);
    expect(out).toMatch(/its centre +17, 209\n/);
    expect((await json('alexnet conv3 --unit 0,12')).layer).toMatchObject({
      receptiveField: { center: [17, 17] },
      unit: { center: [17, 209] },
    });
  });
  it('whose axes are those of the input in another order', async () => {
    const { out } = await rf('turned.yaml b');
    expect(out).toContain("height along the layer's width, width along the layer's height");
    expect(out).toMatch(/b +3 +2 +1 +0 +3 \+ \(3-1\)\*1\*1 = 5 +1\*2 = 2/);
    expect((await json('turned.yaml b')).layer.receptiveField).toMatchObject({
      size: [3, 5],
      stride: [1, 2],
      axes: [[1], [0]],
    });
  });
  it('of which a bound is known', async () => {
    const { out } = await rf('bound.yaml b');
    for (const part of ['<=6 (a bound)', '<=6x4 (a bound: ', 'at most 100%', 'sees at most rows 0 to 5'])
      expect(out).toContain(part);
    expect(out).not.toContain('centre');
    const report = await json('bound.yaml b');
    expect(report.layer).toMatchObject({
      receptiveField: { size: [6, 4], exact: false },
      unit: { center: null, reached: {} },
    });
    expect(report.layer.steps.at(-1).axes[0]).toMatchObject({ exact: false, formula: false });
    expect((await rf('bound.yaml')).out).toMatch(/b +conv 2 3x3 +2x4x2 +<=6x4 +\? +\? +\?\n/);
    expect((await rf('bound.yaml --format csv')).out).toContain('<=6x4,?,?,?');
    expect((await run(['bound.yaml', '--json'], { files })).out).toContain('"exact": false');
    expect((await run(['explain', 'bound.yaml', 'b'], { files })).out).toContain('at most 6');
    expect((await rf('bound.yaml b --measure')).out).toContain('What is measured is what was computed.');
  });
  it('beside a border of copies', async () => {
    const report = await json('copies.yaml a --unit 0,0');
    expect(report.layer).toMatchObject({
      receptiveField: { size: [3, 3], stride: [1, 1], padding: [2, 2], exact: true },
      unit: { unclipped: { first: [0, 0], last: [0, 0] }, paddingCells: 0 },
    });
    expect(report.layer.receptiveField.ends[0]).toEqual({
      first: [
        { start: 0, size: 1 },
        { start: 0, size: 2 },
      ],
      last: [
        { start: 6, size: 2 },
        { start: 7, size: 1 },
      ],
    });
  });
  it('that sees everything', async () => {
    const { code, out } = await rf('alexnet fc6');
    expect(code).toBe(0);
    expect(out).toContain('all of the input, 227x227');
  });
});

describe('a unit', () => {
  it('as JSON', async () => {
    expect((await json('alexnet pool5 --unit 0,5')).layer.unit).toEqual({
      at: [0, 5],
      center: [33, 193],
      unclipped: { first: [-64, 96], last: [130, 290], size: [195, 195] },
      clipped: { first: [0, 96], last: [130, 226], size: [131, 131] },
      reached: { first: [0, 96], last: [130, 226], size: [131, 131] },
      paddingCells: 195 * 195 - 131 * 131,
    });
  });
  it('is not reached by cells that a layer in between leaves unread', async () => {
    expect((await json('odd.yaml b --unit 2,2')).layer.unit).toMatchObject({
      clipped: { last: [7, 7] },
      reached: { last: [6, 6] },
    });
    expect((await rf('odd.yaml b --unit 2,2')).out).toContain('reached');
  });
  it('of the last layer with a field, where none is named', async () => {
    const { out, err } = await rf('alexnet --unit 0,0');
    expect(out).toContain('AlexNet, pool5');
    expect(err).toContain('no layer was named; this is pool5');
  });
  it.each([
    ['up.yaml b --unit 18,0', 'has no unit 18, 0'],
    ['up.yaml b --unit 3', 'has no unit 3'],
    ['up.yaml b --unit x', 'whole numbers from 0'],
    ['up.yaml bb', 'did you mean b?'],
    ['alexnet fc6 --unit 0,0', 'a vector has no places'],
    ['alexnet fc6 --svg a.svg', 'no field to draw'],
    ['alexnet conv3 --svg readonly/a.svg', 'permission denied'],
  ])('%s', async (argv, says) => {
    const { code, err } = await rf(argv);
    expect(code).toBe(2);
    expect(err).toContain(says);
  });
});

describe('the figure', () => {
  it('in plain characters', async () => {
    const { out } = await rf('up.yaml b --unit 8,2 --ascii --width 40');
    expect(out.slice(out.indexOf('  +-'))).toBe(FIGURE);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: everything beyond ASCII is what is looked for
    expect(out).not.toMatch(/[^\x00-\x7f]/);
  });
  it('as SVG', async () => {
    const { io } = await rf('alexnet conv3 --svg conv3.svg');
    const svg = String(io.files.get('conv3.svg'));
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    for (const said of ['conv3, unit 6, 6: 99x99', 'unit 6, 7: moved by 16', 'rows 64 to 162'])
      expect(svg).toContain(said);
  });
  it('in TikZ and in Markdown', async () => {
    expect((await rf('alexnet conv3 --format latex')).out).toContain('(64, 64) rectangle (163, 163)');
    expect((await rf('alexnet conv3 --format markdown')).out).toMatch(/```\n┌─+┐\n/);
  });
});

const FIGURE = `  +------------------------------------+
  |                                    |
  |                                    |
  |                                    |
  #========#..                         |
  =:.::::::= .                         |
  =:.::::::= .                         |
  #========#..                         |
  |                                    |
  |                                    |
  |                                    |
  |                                    |
  +------------------------------------+
  +- input, 20x30
  .. unit 8, 3: moved by 2
  #= b, unit 8, 2: 5x7
`;
