// Homework: what explain works out, and what check says of answers: every question that courses ask, every known mistake.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse as load } from 'yaml';
import { analyze } from '../src/analysis/analyze.js';
import { explain } from '../src/explain/explain.js';
import { readSheet } from '../src/homework/answers.js';
import { check } from '../src/homework/check.js';
import { WAYS } from '../src/homework/given.js';
import { MISTAKES, SHEET_MISTAKES } from '../src/homework/mistakes.js';
import { QUANTITIES } from '../src/homework/quantities.js';
import { answerLines } from '../src/homework/template.js';
import { type Graded, together } from '../src/homework/verdict.js';
import { parse, parseNotation } from '../src/lang/parse.js';
import { layers } from '../src/layers/index.js';
import { filesIn } from './console.js';
import { plain, run } from './fake-io.js';
import { net, networkText } from './spec-text.js';
import { validator } from './validator.js';

const read = (spec: string) =>
  analyze(
    spec.includes('layers:') ? parse(spec, { registry: layers }) : parseNotation(spec, 'valid', { registry: layers }),
  );

/** Grades `layer.quantity: answer` pairs against a spec; `head` is what else the sheet says. */
const grade = (spec: string, answers: Readonly<Record<string, string>>, head = ''): readonly Graded[] => {
  const lines = Object.entries(answers).map(([cell, text]) => {
    const at = cell.lastIndexOf('.');
    return `  - [${JSON.stringify(cell.slice(0, at))}, ${JSON.stringify(cell.slice(at + 1))}, ${JSON.stringify(text)}]`;
  });
  const sheet = readSheet(`${head}\nanswers:\n`);
  const cells = lines.map((line) => JSON.parse(line.slice(4)) as [string, string, string]);
  const question = {
    name: '',
    spec: null,
    answers: cells.map(([layer, quantity, text]) => ({ layer, quantity, text })),
  };
  const result = check(read(spec), question, sheet.rules);
  expect([...sheet.diagnostics, ...result.diagnostics]).toEqual([]);
  return result.cells;
};

const one = (spec: string, cell: string, answer: string, head = ''): Graded => {
  const [graded] = grade(spec, { [cell]: answer }, head);
  if (!graded) throw new Error(`${cell} was not graded`);
  return graded;
};

const CONV1 = net(
  '227x227x3',
  '{conv: 96, kernel: 11, stride: 4, name: conv1}',
  '{maxpool: 3, stride: 2, name: pool1}',
);
const COURSERA = net('63x63x16', '{conv: 32, kernel: 7, stride: 2, name: c}');
const HUNDRED = net('64x64x3', '{conv: 100, kernel: 5, name: c}');
const FC = net('300x300x3', '{fc: 100, name: f}');
const STACK = net(
  '32x32x64',
  '{conv: 64, kernel: 3, bias: false}',
  '{conv: 64, kernel: 3, bias: false}',
  '{conv: 64, kernel: 3, bias: false, name: last}',
);
const BN = net('112x112x64', '{bn, name: b}');
const FROZEN = net('8x8x4', '{bn, name: a, frozen: true}', '{bn, affine: false}', '{conv: 4, kernel: 1, bias: false}');
const DILATED = net(
  '64x64x3',
  '{conv: 8, kernel: 5, dilation: 2, name: c1}',
  '{maxpool: 2, name: p}',
  '{conv: 8, kernel: 5, name: c2}',
);
const VGG_TABLE = readFileSync(new URL('../specs/vgg16.yaml', import.meta.url), 'utf8');
const HISTORIANS = 'INPUT 128x128x3; CONV-9-32; POOL-2; CONV-5-64; POOL-2; CONV-5-64; POOL-2; FC-64; FC-3';

describe('every question of the catalogue, with its key', () => {
  const cases: readonly (readonly [question: string, spec: string, cell: string, key: string, head?: string])[] = [
    ['1 output volume', COURSERA, 'c.out', '29x29x32'],
    ['1 the other order', CONV1, 'conv1.out', '96x55x55'],
    ['2 does it fit', net('10x10x3', '{conv: 4, kernel: 3, stride: 2, name: c}'), 'c.fits', 'no'],
    ['2 the fraction', net('10x10x3', '{conv: 4, kernel: 3, stride: 2, name: c}'), 'c.fits', '4.5'],
    [
      '2 invalid, as the course says',
      net('10x10x3', '{conv: 4, kernel: 3, stride: 2, name: c}'),
      'c.out',
      'invalid',
      'profile: cs231n',
    ],
    ['2 does it fit, where it does', CONV1, 'conv1.fits', 'yes'],
    ['3 parameters', HUNDRED, 'c.params', '7,600'],
    ['3 rounded', CONV1, 'conv1.params', '35K'],
    ['4 weights apart', HISTORIANS, 'conv1.weights', '7,776'],
    ['4 biases apart', HISTORIANS, 'conv1.biases', '32'],
    ['4 the second convolution', HISTORIANS, 'conv2.weights', '51,200'],
    ['4 the third', HISTORIANS, 'conv3.out', '24²x64'],
    ['4 the third, weights', HISTORIANS, 'conv3.weights', '102,400'],
    ['4 dense', HISTORIANS, 'fc1.weights', '589,824'],
    ['4 the last', HISTORIANS, 'fc2.biases', '3'],
    ['5 pool', CONV1, 'pool1.out', '27x27x96'],
    ['5 its parameters', CONV1, 'pool1.params', '0'],
    ['6 padding for same', net('63x63x16', '{conv: 32, kernel: 7, padding: same, name: c}'), 'c.padding', '3'],
    ['7 padded volume', net('15x15x8', '{zeropad: 2, name: z}'), 'z.out', '19x19x8'],
    ['8 dense parameters', FC, 'f.params', '27,000,100'],
    ['9 in_features', net('7x7x512', '{fc: 4096, name: f}'), 'f.in_features', '25088'],
    ['10 total', CONV1, 'total.params', '34,944'],
    [
      '11 memory',
      net('227x227x3', '{conv: 64, kernel: 11, stride: 4, padding: 2, name: c}'),
      'c.memory',
      '784',
      'profile: eecs498',
    ],
    [
      '11 with its unit',
      net('227x227x3', '{conv: 64, kernel: 11, stride: 4, padding: 2, name: c}'),
      'c.memory',
      '784 KiB',
    ],
    [
      '11 as elements',
      net('227x227x3', '{conv: 64, kernel: 11, stride: 4, padding: 2, name: c}'),
      'c.memory',
      '200704',
      'profile: cs231n',
    ],
    [
      '12 multiply-accumulates',
      net('227x227x3', '{conv: 64, kernel: 11, stride: 4, padding: 2, name: c}'),
      'c.macs',
      '73M',
    ],
    ['11 of the whole, as the notes count', VGG_TABLE, 'total.activations', '15,237,608', 'profile: cs231n'],
    ['11 of the whole, in bytes', VGG_TABLE, 'total.activation_memory', '58.13 MiB', 'profile: cs231n'],
    ['12 operations of all layers', CONV1, 'total.flops', '211460256'],
    ['12 operations', CONV1, 'conv1.flops', '210830400'],
    [
      '13 (params - biases) per place',
      net('14x14x4', '{conv: 16, kernel: 3, stride: 2, padding: 1, name: c}'),
      'c.macs',
      '28224',
    ],
    ['13 fast.ai', net('13x13x8', '{conv: 16, kernel: 3, stride: 2, padding: 1, name: c}'), 'c.macs', '56,448'],
    ['14 receptive field', STACK, 'last.rf', '7x7'],
    ['15 in letters', STACK, 'total.params', '27C^2'],
    ['15 in other letters', STACK, 'total.params', '3*(9C²)'],
    ['15 with the power as people type it', STACK, 'total.params', '27C2'],
    ['15 in numbers', STACK, 'total.params', '110592'],
    ['15 the share of one 7x7', STACK, 'total.ratio', '45% fewer'],
    [
      '16 with stride',
      net('32x32x1', '{conv: 4, kernel: 3, stride: 2}', '{conv: 4, kernel: 3, stride: 2, name: c}'),
      'c.rf',
      '7',
    ],
    [
      '16 with pool',
      net('32x32x1', '{conv: 4, kernel: 5}', '{maxpool: 2}', '{conv: 4, kernel: 5, name: c}'),
      'c.rf',
      '14',
    ],
    ['17 with dilation', DILATED, 'c2.rf', '18'],
    ['18 trainable', BN, 'b.trainable', '128'],
    ['18 not trainable', BN, 'b.nontrainable', '128'],
    ['18 frozen', FROZEN, 'a.frozen', '8'],
    ['18 frozen, with what is kept', FROZEN, 'total.nontrainable', '24'],
    ['18 trainable besides', FROZEN, 'total.trainable', '16'],
    ['18 as Keras prints it', BN, 'b.params', '256', 'profile: keras'],
    ['19 layer norm', net('8x8x6', '{ln, name: n}'), 'n.params', '768'],
    ['19 layer norm by framework', net('8x8x6', '{ln, over: c, name: n}'), 'n.params', '12'],
    ['19 instance norm', net('8x8x6', '{in, name: n}'), 'n.params', '0'],
    [
      '20 depthwise separable',
      net('32x32x64', '{separable: 128, kernel: 3, padding: 1, bias: false, name: s}'),
      's.params',
      '8768',
    ],
    [
      '20 its share',
      net('32x32x64', '{separable: 128, kernel: 3, padding: 1, bias: false, name: s}'),
      's.ratio',
      '12%',
    ],
    [
      '21 bottleneck',
      net('28x28x192', '{conv: 16, kernel: 1, bias: false}', '{conv: 32, kernel: 5, padding: 2, bias: false}'),
      'total.ratio',
      '0.10',
    ],
    ['22 transposed', net('14x14x512', '{convtranspose: 256, kernel: 2, stride: 2, name: u}'), 'u.out', '28x28x256'],
    ['23 dense as convolution', net('7x7x512', '{fc: 4096, name: f}'), 'f.kernel', '7'],
    ['23 and its filters', net('7x7x512', '{fc: 4096, name: f}'), 'f.filters', '4096'],
    [
      '23 on a larger image',
      net('12x12x512', '{conv: 4096, kernel: 7}', '{conv: 1000, kernel: 1, name: f}'),
      'f.out',
      '6x6x1000',
    ],
    ['24 im2col', CONV1, 'conv1.im2col', '363x3025'],
    ['24 its product', CONV1, 'conv1.product', '[96x3025]'],
    ['25 a blank', CONV1, 'conv1.stride', '4'],
    ['26 224 or 227', CONV1, 'input.out', '227x227x3'],
    [
      '27 largest batch',
      net('32x32x3', '{conv: 16, kernel: 3, padding: 1}'),
      'total.batch',
      '15',
      'memory_limit: 1MiB',
    ],
  ];
  for (const [question, spec, cell, key, head] of cases) {
    it(question, () => expect(one(spec, cell, key, head)).toMatchObject({ verdict: 'correct', score: 1 }));
  }

  it('a course that allows no fractions calls it invalid', () => {
    const spec = net('10x10x3', '{conv: 4, kernel: 3, stride: 2, name: c}');
    expect(one(spec, 'c.out', '4x4x4')).toMatchObject({ verdict: 'correct' });
    expect(one(spec, 'c.out', '4x4x4', 'profile: cs231n')).toMatchObject({
      verdict: 'correct-under-other-convention',
      expected: 'invalid',
    });
    expect(one(spec, 'c.out', 'invalid')).toMatchObject({ verdict: 'correct-under-other-convention' });
  });

  it('another choice of kernel, stride and padding that gives the same volume is right too', () => {
    const spec = net('28x28x6', '{conv: 34, kernel: 3, padding: 1, name: c}');
    expect(grade(spec, { 'c.kernel': '5', 'c.padding': '2', 'c.stride': '1' }).map(({ verdict }) => verdict)).toEqual([
      'correct',
      'correct',
      'correct',
    ]);
    expect(one(spec, 'c.kernel', '5').verdict).toBe('wrong');
  });
});

const GROUPED = net('27x27x96', '{conv: 256, kernel: 5, padding: 2, groups: 2, name: c}');
const SAME = net('224x224x3', '{conv: 64, kernel: 7, stride: 2, padding: same, name: c}');
const PADDED = net('32x32x3', '{conv: 10, kernel: 5, padding: 2, name: c}');
const FLOORED = net('56x56x8', '{maxpool: 3, stride: 2, name: p}');
const UP = net('14x14x8', '{convtranspose: 4, kernel: 2, stride: 2, name: u}');
const STRIDED = net(
  '64x64x1',
  '{conv: 4, kernel: 3, stride: 2, name: c1}',
  '{conv: 4, kernel: 3, stride: 2, name: c2}',
  '{conv: 4, kernel: 3, name: c3}',
);

describe('every known mistake is recognised and named', () => {
  const cases: readonly (readonly [id: string, spec: string, cell: string, answer: string, head?: string])[] = [
    ['forgot-bias', CONV1, 'conv1.params', '34848'],
    ['forgot-bias', HUNDRED, 'c.params', '7,500'],
    ['forgot-bias', net('6x6x256', '{fc: 4096, name: fc6}'), 'fc6.params', '37.7M'],
    ['one-bias', FC, 'f.params', '27,000,001'],
    ['bias-per-weight', HISTORIANS, 'conv1.biases', '7776'],
    ['forgot-channels', HUNDRED, 'c.params', '2,600'],
    ['forgot-channels', HUNDRED, 'c.params', '2,501'],
    ['forgot-channels', CONV1, 'conv1.macs', '35138400'],
    ['forgot-channels', STACK, 'total.params', '27C'],
    ['forgot-filters', HUNDRED, 'c.params', '76'],
    ['groups-ignored', GROUPED, 'c.params', '614656'],
    ['groups-ignored', net('32x32x16', '{depthwise: 3, name: c}'), 'c.weights', '2304'],
    ['forgot-pointwise', net('32x32x64', '{separable: 128, kernel: 3, bias: false, name: c}'), 'c.params', '576'],
    ['fc-forgot-channels', FC, 'f.params', '9,000,100'],
    ['fc-forgot-places', net('7x7x512', '{fc: 10, name: f}'), 'f.in_features', '512'],
    ['depth-from-input', CONV1, 'conv1.out', '55x55x3'],
    ['padded-depth', net('15x15x8', '{zeropad: 2, name: z}'), 'z.out', '19x19x12'],
    ['pool-changes-depth', CONV1, 'pool1.out', '27x27x47'],
    ['pool-has-weights', CONV1, 'pool1.params', '864'],
    ['forgot-depth', CONV1, 'conv1.out', '55x55'],
    ['forgot-plus-one', CONV1, 'conv1.out', '54x54x96'],
    ['single-padding', PADDED, 'c.out', '30x30x10'],
    ['forgot-padding', PADDED, 'c.out', '28x28x10'],
    ['total-padding', PADDED, 'c.padding', '4'],
    ['no-floor', FLOORED, 'p.out', '27.5x27.5x8'],
    ['ceil-for-floor', FLOORED, 'p.out', '28x28x8'],
    ['floor-for-ceil', net('56x56x8', '{maxpool: 3, stride: 2, ceil: true, name: p}'), 'p.out', '27x27x8'],
    ['same-ignores-stride', SAME, 'c.out', '224x224x64'],
    ['conv-formula-for-transposed', UP, 'u.out', '7x7x4'],
    ['kernel-product', STACK, 'last.rf', '27'],
    ['kernel-sum', STACK, 'last.rf', '9'],
    ['ignored-stride', STRIDED, 'c3.rf', '7'],
    [
      'ignored-stride',
      net('32x32x1', '{conv: 4, kernel: 5}', '{maxpool: 2}', '{conv: 4, kernel: 5, name: c}'),
      'c.rf',
      '10',
    ],
    ['stride-too-early', STRIDED, 'c3.rf', '21'],
    ['own-kernel-only', STRIDED, 'c3.rf', '3'],
    ['dilation-from-zero', DILATED, 'c2.rf', '22'],
    ['ignored-dilation', DILATED, 'c2.rf', '14'],
    ['bn-four-per-channel', BN, 'b.params', '256'],
    ['bn-two-missing', BN, 'b.params', '64'],
    ['bn-two-missing', BN, 'b.params', '128', 'profile: keras'],
    ['bn-per-pixel', BN, 'b.params', '1605632'],
    ['ln-per-channel', net('8x8x6', '{ln, name: n}'), 'n.params', '12'],
    ['norm-per-value', net('8x8x6', '{gn: 3, name: n}'), 'n.params', '768'],
    ['input-size-for-macs', CONV1, 'conv1.macs', '1795682592'],
    ['bias-in-macs', net('13x13x8', '{conv: 16, kernel: 3, stride: 2, padding: 1, name: c}'), 'c.macs', '57,232'],
    ['flops-for-macs', CONV1, 'conv1.macs', '210830400'],
    ['macs-for-flops', CONV1, 'conv1.flops', '105415200'],
    ['macs-for-flops', CONV1, 'conv1.macs', '105415200', 'conventions: {count: flops}'],
    ['forgot-places', CONV1, 'conv1.macs', '34848'],
    ['elements-for-bytes', CONV1, 'conv1.memory', '290400'],
    ['input-for-output', CONV1, 'pool1.memory', '1161600'],
    ['forgot-depth-of-values', CONV1, 'conv1.activations', '3025'],
    ['mb-for-mib', CONV1, 'conv1.memory', '1.108 MB', 'conventions: {kb: 1000}'],
    ['input-does-not-fit', CONV1, 'input.out', '224x224x3'],
    [
      'forgot-gradients',
      net('32x32x3', '{conv: 16, kernel: 3, padding: 1}'),
      'total.batch',
      '15',
      'memory_limit: 1MiB\ntraining: sgd',
    ],
    ['missed-a-layer', HISTORIANS, 'total.params', '743811'],
    ['single-padding', net('15x15x8', '{zeropad: 2, name: z}'), 'z.out', '17x17x8'],
    ['macs-for-flops', CONV1, 'conv1.flops', '105M'],
    ['flops-for-macs', CONV1, 'conv1.flops', '210830400', 'profile: eecs498\nconventions: {count: macs}'],
    ['forgot-kernel', CONV1, 'pool1.out', '27.5x27.5x96'],
    ['forgot-kernel', net('64x64x3', '{conv: 8, kernel: 5, name: c}'), 'c.out', '64x64x8'],
    ['window-in-padding', net('5x5x4', '{maxpool: 2, padding: 1, ceil: true, name: p}'), 'p.out', '4x4x4'],
    ['values-for-volume', CONV1, 'conv1.out', '290400'],
    ['forgot-input', VGG_TABLE, 'total.activations', '15.1M', 'profile: cs231n'],
    ['notes-sum', VGG_TABLE, 'total.activations', '24M', 'profile: cs231n'],
    ['notes-sum', VGG_TABLE, 'total.activation_memory', '93MB'],
    ['power-of-ten', CONV1, 'conv1.params', '35'],
    ['power-of-ten', net('27x27x96', '{conv: 256, kernel: 5, padding: 2, name: c}'), 'c.params', '614.656'],
    ['power-of-ten', HUNDRED, 'c.params', '7.6'],
  ];
  const examples = [...MISTAKES, ...SHEET_MISTAKES].map(
    ({ id, example: { network, asks, answer, sheet } }) => [id, networkText(network), asks, answer, sheet] as const,
  );
  for (const [mistake, spec, cell, answer, head] of [...cases, ...examples]) {
    it(`${mistake}: ${cell} ${answer}`, () => {
      expect(one(spec, cell, answer, head)).toMatchObject({ verdict: 'known-mistake', mistake, score: 0 });
    });
  }

  const contract =
    'forgot-bias one-bias bias-per-weight forgot-channels forgot-plus-one single-padding no-floor ceil-for-floor depth-from-input padded-depth pool-has-weights pool-changes-depth bn-four-per-channel bn-two-missing bn-per-pixel ln-per-channel input-size-for-macs bias-in-macs flops-for-macs macs-for-flops kernel-product kernel-sum ignored-stride dilation-from-zero conv-formula-for-transposed fc-forgot-channels same-ignores-stride groups-ignored elements-for-bytes mb-for-mib';
  const known = [...MISTAKES, ...SHEET_MISTAKES].map(({ id }) => id);
  it('knows at least those of the contract, each once', () => {
    expect(known).toEqual(expect.arrayContaining(contract.split(' ')));
    expect(new Set(known).size).toBe(known.length);
  });
  it('tests every one of them', () => {
    expect([...new Set([...cases, ...examples].map(([id]) => id))].sort()).toEqual([...known].sort());
  });
  it('a hint has neither digits nor signs of comparison in it', () => {
    for (const { hint, transposed = '' } of [
      ...MISTAKES.map((mistake) => ({ transposed: '', ...mistake })),
      ...SHEET_MISTAKES,
    ])
      expect(`${hint} ${transposed}`).not.toMatch(/[\d<>]/);
  });
});

describe('what was written decides how near it must be', () => {
  const cases: readonly (readonly [cell: string, answer: string, verdict: string, head?: string])[] = [
    ['conv1.params', '34944', 'correct'],
    ['conv1.params', '34 944', 'correct'],
    ['conv1.params', '34945', 'wrong'],
    ['conv1.params', '(11*11*3 + 1)*96', 'correct'],
    ['conv1.params', '(11x11x3+1) x 96', 'correct'],
    ['conv1.params', '11²·3·96 + 96', 'correct'],
    ['conv1.params', '11*11*3*96', 'known-mistake'],
    ['conv1.params', '11*(11*3', 'unreadable'],
    ['pool1.params', 'none', 'correct'],
    ['conv1.activations', '55*55*96', 'correct'],
    ['conv1.out', '96@55x55', 'correct'],
    ['conv1.out', '55 55 96', 'correct'],
    ['conv1.out', '(55; 55; 96)', 'correct'],
    ['Conv1.params', '34944', 'correct'],
    ['CONV-1.params', '34944', 'correct'],
    ['conv1.flops', '105415200', 'correct', 'profile: eecs498'],
    ['conv1.macs', '210830400', 'correct', 'conventions: {count: flops}'],
    ['conv1.params', '34.9K', 'correct'],
    ['conv1.params', '35k', 'correct'],
    ['conv1.params', '3.49e4', 'correct'],
    ['conv1.params', '3.49 x 10^4', 'correct'],
    ['conv1.params', '36K', 'wrong'],
    ['conv1.params', '~34K', 'wrong'],
    ['conv1.params', '~35K', 'correct'],
    ['conv1.params', '34700', 'correct', 'tolerance: 1%'],
    ['conv1.params', '34,9K', 'unreadable'],
    ['conv1.params', 'many', 'unreadable'],
    ['conv1.params', `${'('.repeat(50_000)}C`, 'unreadable'],
    ['conv1.params', '_', 'unanswered'],
    ['conv1.params', '', 'unanswered'],
    ['conv1.out', '[55x55x96]', 'correct'],
    ['conv1.out', '55 × 55 × 96', 'correct'],
    ['conv1.out', '(55, 55, 96)', 'correct'],
    ['conv1.out', '[None, 55, 55, 96]', 'correct'],
    ['conv1.out', '55x55', 'known-mistake'],
    ['conv1.out', '55x96x55', 'wrong'],
    ['conv1.out', '55x55xmany', 'unreadable'],
    ['conv1.out', '96x55x55', 'wrong', 'conventions: {layout: hwc}'],
    ['conv1.out', '96x55x55', 'correct', 'conventions: {layout: chw}'],
    ['conv1.params', '34944', 'correct-under-other-convention', 'conventions: {bias: no}'],
    ['conv1.memory', '1.11 MB', 'correct-under-other-convention'],
    ['conv1.memory', '1.16 MB', 'correct'],
    ['conv1.memory', '1.11 MiB', 'correct'],
    ['conv1.memory', '1134.4', 'correct-under-other-convention'],
  ];
  for (const [cell, answer, verdict, head] of cases) {
    it(`${cell}: ${answer} is ${verdict}`, () => {
      const graded = one(CONV1, cell, answer, head);
      expect(graded.verdict).toBe(verdict);
      expect(graded.hint ?? '').not.toMatch(/[\d<>]/);
    });
  }
});

describe('follow-through', () => {
  const CHAIN = net(
    '227x227x3',
    '{conv: 96, kernel: 11, stride: 4, name: c1}',
    '{maxpool: 3, stride: 2, name: p1}',
    '{conv: 256, kernel: 5, padding: 2, name: c2}',
    '{fc: 10, name: f}',
  );
  const cases: readonly (readonly [what: string, answers: Readonly<Record<string, string>>, last: string])[] = [
    ['a volume after a wrong volume', { 'c1.out': '54x54x96', 'p1.out': '26x26x96' }, 'follow-through'],
    ['two layers on', { 'c1.out': '54x54x96', 'c2.out': '26x26x256' }, 'follow-through'],
    ['MACs of a wrong volume', { 'c1.out': '54x54x96', 'c1.macs': '101616768' }, 'follow-through'],
    ['parameters of a dense layer', { 'c2.out': '26x26x256', 'f.params': '1730570' }, 'follow-through'],
    ['the right parameters all the same', { 'c2.out': '26x26x256', 'f.params': '1866250' }, 'correct'],
    ['a total of wrong rows', { 'c1.params': '34848', 'total.params': '2515754' }, 'follow-through'],
    ['a wrong total of wrong rows', { 'c1.params': '34848', 'total.params': '2515755' }, 'wrong'],
    ['weights and biases', { 'c1.weights': '34800', 'c1.biases': '96', 'c1.params': '34896' }, 'follow-through'],
    ['FLOPs of wrong MACs', { 'c1.macs': '100', 'c1.flops': '200' }, 'follow-through'],
    ['a field after a wrong field', { 'p1.rf': '21', 'c2.rf': '53' }, 'follow-through'],
    ['memory of wrong values', { 'c1.activations': '290000', 'c1.memory': '1160000 B' }, 'follow-through'],
    ['a mistake on top of a wrong field', { 'p1.rf': '21', 'c2.rf': '25' }, 'known-mistake'],
    ['another on top of a wrong field', { 'p1.rf': '21', 'c2.rf': '105' }, 'known-mistake'],
    ['a mistake on top of a wrong volume', { 'c1.out': '54x54x96', 'p1.out': '25x25x96' }, 'known-mistake'],
  ];
  it.each(cases)('%s', (_, answers, last) => {
    expect(grade(CHAIN, answers).at(-1)?.verdict).toBe(last);
  });
  it('earns what the sheet says', () => {
    const [, second] = grade(
      CHAIN,
      { 'c1.out': '54x54x96', 'p1.out': '26x26x96' },
      'credit: {follow-through: 0.5}\npoints: {p1: 3}',
    );
    expect(second).toMatchObject({ score: 1.5, max: 3 });
  });
});

it('sizes that nobody means are wrong, and nothing is worked out with them', () => {
  const spec = net(
    '14x14x8',
    '{convtranspose: 4, kernel: 2, stride: 2, name: u}',
    '{upsample: 1.5}',
    '{fc: 3, name: f}',
  );
  const huge = '999999999999';
  for (const [cell, answer] of [
    ['u.stride', huge],
    ['u.stride', '0'],
    ['u.kernel', '1.5'],
    ['u.out', `${huge}x${huge}x4`],
    ['u.out', '0x0x0'],
  ] as const) {
    expect(grade(spec, { [cell]: answer, 'f.params': '7' }).map(({ verdict }) => verdict)).toEqual(['wrong', 'wrong']);
  }
});

describe('sheets', () => {
  /** The cells of a sheet in which all is right. */
  const graded = (spec: string, text: string): readonly string[] => {
    const sheet = readSheet(text);
    const results = sheet.questions.map((question) => check(read(spec), question, sheet.rules));
    expect([...sheet.diagnostics, ...results.flatMap(({ diagnostics }) => diagnostics)]).toEqual([]);
    const all = results.flatMap((result) => result.cells);
    expect(all.filter(({ verdict }) => verdict !== 'correct')).toEqual([]);
    return all.map(({ layer, quantity }) => `${layer}.${quantity}`);
  };
  const cells = (text: string) =>
    readSheet(text).questions.flatMap(({ answers }) =>
      answers.map(({ layer, quantity, text: written }) => `${layer}.${quantity}=${written}`),
    );
  it.each([
    ['YAML', 'answers:\n  conv1: {out: [55, 55, 96], Params: 35K}\n'],
    ['YAML without a key around it', 'conv1: {out: 55x55x96, params: 35K}\n'],
    ['CSV', 'layer,out,Params\nconv1,55x55x96,35K\n'],
    ['CSV in quotes', 'layer,out,params\r\n"conv1","55x55x96","35K"\r\n'],
    [
      'heads as students write them',
      '| Layer | Output Shape | # Parameters |\n|--|--|--|\n| conv1 | 55x55x96 | 35K |\n',
    ],
    ['heads with units', '| Layer | Output size | Params (K) |\n|--|--|--|\n| conv1 | 55x55x96 | 35 |\n'],
    ['CSV with semicolons', 'layer;out;params\nconv1;55x55x96;35K\n'],
    [
      'a Markdown table',
      '# My answers\n\n| layer | kind | out | params |\n|---|---|---:|---:|\n| conv1 | conv | 55x55x96 | **35K** |\n',
    ],
  ])('%s', (_, text) => {
    expect(cells(text)).toEqual(['conv1.out=55x55x96', 'conv1.params=35K']);
    expect(readSheet(text).diagnostics).toEqual([]);
  });
  it.each([
    ['a flow mapping', 'answers:\n  conv1: {params: 34,944, macs: 1}\n'],
    ['a record', 'layer,params,macs\nconv1,34,944,1\n'],
  ])('a number split at its comma in %s is put together and explained', (_, text) => {
    expect(cells(text)).toEqual(['conv1.params=34,944', 'conv1.macs=1']);
    expect(readSheet(text).diagnostics).toMatchObject([
      { code: 'answers/split-by-comma', severity: 'note', help: expect.stringContaining('34944') },
    ]);
  });
  it.each([
    ['yaml/sign', 'answers:\n  conv1: {params： 34944, macs: 1}\n'],
    ['yaml/sign', 'answers:\n  conv1: {params: 34944， macs: 1}\n'],
    ['yaml/colon', 'answers:\n  conv1: {params:34944, macs: 1}\n'],
    ['yaml/missing-char', 'answers:\n  conv1: {params: 34944, macs: 1\n'],
  ])('what the reader has put right is a note: %s in %j', async (code, text) => {
    expect(cells(text)).toEqual(['conv1.params=34944', 'conv1.macs=1']);
    expect(readSheet(text).diagnostics).toMatchObject([{ code, severity: 'note' }]);
    const ran = await run(['check', 'net.yaml', 'sheet.yaml', '-q'], {
      files: { 'net.yaml': net('7x7x1', '{conv: 1, kernel: 7, name: conv1}'), 'sheet.yaml': text },
    });
    expect(ran.code).toBe(1);
  });
  it('a column says the unit of its bare numbers', () => {
    const text = '| layer | memory (KB) | flop (M) |\n|--|--|--|\n| a | 784 | 73 |\n| b | 1 MiB | 0 |\n';
    expect(cells(text)).toEqual(['a.memory=784 KB', 'a.flops=73M', 'b.memory=1 MiB', 'b.flops=0']);
  });
  it('a decimal comma is not guessed at', () => {
    expect(cells('answers:\n  total: {params: 62,4M, macs: 1}\n')).toEqual(['total.params=62,4M', 'total.macs=1']);
  });
  it.each([
    ['answers: 3\n', 'answers/mapping'],
    ['answers: {c: {parms: 3}}\n', 'answers/quantity'],
    ['profile: cs321n\nanswers: {}\n', 'answers/profile'],
    ['conventions: {bias: maybe}\nanswers: {}\n', 'answers/convention'],
    ['tolerance: much\nanswers: {}\n', 'answers/tolerance'],
    ['anwers: {}\nanswers: {}\n', 'answers/key'],
    ['', 'answers/empty'],
  ])('%j is %s', (text, code) => {
    expect(readSheet(text).diagnostics.map((d) => d.code)).toContain(code);
  });
  it('fit the schema that editors are given', async () => {
    const errors = validator(JSON.parse((await run(['schema', 'answers'])).out));
    const page = readFileSync(new URL('../docs/homework.md', import.meta.url), 'utf8');
    for (const name of ['answers.yaml', 'rules.yaml']) expect(errors(load(filesIn(page)[name] ?? ''))).toEqual([]);
    const key = (await run(['quiz', '--seed', '1', '--key'])).out;
    expect(errors(load(key))).toEqual([]);
    expect(errors(load('answers: {c: {parms: 3}}'))).not.toEqual([]);
  });
  it('a summary of Keras, pasted as CSV', () => {
    const text = [
      'Layer (type),Output Shape,Param #',
      'conv1 (Conv2D),"(None, 55, 55, 96)","34,944"',
      'pool1 (MaxPooling2D),"(None, 27, 27, 96)",0',
      'total,,34944',
    ].join('\n');
    expect(graded(CONV1, text)).toEqual(['conv1.out', 'conv1.params', 'pool1.out', 'pool1.params', 'total.params']);
  });
  it("a course's table, with remarks beside the names of layers", () => {
    const text = [
      'Ada L., homework 2',
      '',
      '| | Activation shape | Activation Size | # parameters |',
      '|---|---|---|---|',
      '| Input: | (227,227,3) | 154587 | 0 |',
      '| CONV 1 (f=11, s=4) | (55,55,96) | 290400 | 34944 |',
      '| POOL1 | (27,27,96) | 69984 | none |',
    ].join('\n');
    expect(graded(CONV1, text)).toHaveLength(9);
  });
  it('a layer that is not there is told once', () => {
    const [question] = readSheet('answers: {conv9: {out: 1x1x1, params: 0}, conv1: {params: 34944}}\n').questions;
    const result = question && check(read(CONV1), question, readSheet('').rules);
    expect(result?.diagnostics.map(({ code }) => code)).toEqual(['answers/layer']);
    expect(result?.cells).toHaveLength(1);
  });
  it('forty cells are graded at once', () => {
    const names = Array.from({ length: 20 }, (_, i) => `c${i}`);
    const spec = net('64x64x3', ...names.map((name) => `{conv: 16, kernel: 3, padding: 1, name: ${name}}`));
    const answers = Object.fromEntries(
      names.flatMap((name) => [
        [`${name}.out`, '63x64x16'],
        [`${name}.params`, '2319'],
      ]),
    );
    expect(grade(spec, answers)).toHaveLength(40);
  });
});

const SPECS = new URL('../specs/', import.meta.url);

it.each(readdirSync(SPECS).filter((file) => file.endsWith('.yaml')))(
  'the key of specs/%s is right in every cell',
  (file) => {
    const analysis = read(readFileSync(new URL(file, SPECS), 'utf8'));
    const { questions, rules } = readSheet(
      `answers:\n  ${answerLines(analysis, { key: true, language: 'en' }).join('\n  ')}\n`,
    );
    const results = questions.map((question) => check(analysis, question, rules));
    expect(results.flatMap(({ diagnostics }) => diagnostics)).toEqual([]);
    expect(results.flatMap(({ cells }) => cells).filter(({ verdict }) => verdict !== 'correct')).toEqual([]);
  },
);

describe('on the command line', () => {
  const files = {
    'net.yaml': CONV1,
    'right.csv': 'layer,out,params\nconv1,55x55x96,35K\npool1,27x27x96,0\n',
    'wrong.yaml': 'points: {conv1: 100}\nanswers:\n  conv1: {params: 34848, out: 55x55x3}\n',
    'rules.yaml': 'points: {conv1.params: 2}\nhidden: [pool1]\nanswers:\n  conv1: {params: _}\n  pool1: {params: _}\n',
    'odd.yaml': 'answers:\n  conv1: {out: 55x5S}\n',
    'nowhere.yaml': 'answers:\n  conv9: {out: 55x55x96}\n',
    'sugar.yaml': net('8x8x3', '{conv: 4, kernel: 3, norm: bn, expect: {params: 120}}'),
    'expects.yaml': CONV1.replace('name: conv1', 'name: conv1, expect: {params: 34848}'),
  };
  const check = async (...argv: string[]) => {
    const ran = await run(argv, { files });
    return { ...ran, out: plain(ran.out) };
  };

  it('exits 0 only if all is right', async () => {
    expect(await check('check', 'net.yaml', 'right.csv')).toMatchObject({
      code: 0,
      out: expect.stringContaining('4 of 4'),
    });
    expect(await check('check', 'net.yaml', 'wrong.yaml')).toMatchObject({
      code: 1,
      out: expect.stringContaining('forgot-bias'),
    });
    expect(await check('check', 'net.yaml', 'nowhere.yaml')).toMatchObject({
      code: 2,
      err: expect.stringContaining('answers/layer'),
    });
    expect(await check('check', 'net.yaml', 'missing.yaml')).toMatchObject({ code: 2 });
    expect(await check('check', 'net.yaml', 'odd.yaml')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/odd\.yaml:2:20[\s\S]*\n {2}2 \| .*\n *\^/),
    });
    expect(await check('check', 'sugar.yaml')).toMatchObject({ code: 0 });
    expect(await check('check', 'expects.yaml')).toMatchObject({
      code: 1,
      out: expect.stringContaining('forgot-bias'),
    });
    expect(await check('check', 'net.yaml')).toMatchObject({ code: 2, err: expect.stringContaining('no answers') });
  });

  it('takes the layout from the command line', async () => {
    expect(await check('check', 'net.yaml', 'right.csv', '--layout', 'chw')).toMatchObject({
      code: 1,
      out: expect.stringContaining('2 of 4'),
    });
  });

  it('lets no answer out unless told to', async () => {
    for (const format of ['table', 'json', 'markdown', 'junit', 'gradescope']) {
      for (const show of ['none', 'hint']) {
        const { out } = await check('check', 'net.yaml', 'wrong.yaml', '--format', format, '--show', show);
        expect(out).not.toMatch(/34,?944|55x55x96|27/);
      }
      expect((await check('check', 'net.yaml', 'wrong.yaml', '--format', format, '--show', 'answer')).out).toContain(
        '34944',
      );
    }
    expect((await check('check', 'net.yaml', 'wrong.yaml', '--show', 'none')).out).not.toContain('forgot-bias');
  });

  it('takes points and questions from the rules, not from the student', async () => {
    const { out } = await check('check', 'net.yaml', 'wrong.yaml', '--rules', 'rules.yaml', '--json');
    expect(JSON.parse(out)).toMatchObject({
      schema: 'cnncalc/check/1',
      score: 0,
      max: 3,
      cells: [
        { layer: 'conv1', quantity: 'params', max: 2, mistake: 'forgot-bias' },
        { layer: 'pool1', verdict: 'unanswered', hidden: true },
      ],
    });
  });

  it('writes what graders read', async () => {
    const results = JSON.parse(
      (await check('check', 'net.yaml', 'wrong.yaml', '--rules', 'rules.yaml', '--format', 'gradescope')).out,
    );
    expect(results).toMatchObject({
      score: 0,
      tests: [
        { name: 'conv1 params', max_score: 2, status: 'failed', visibility: 'visible' },
        { visibility: 'after_published' },
      ],
    });
    const xml = (await check('check', 'net.yaml', 'wrong.yaml', '--format', 'junit')).out;
    expect(xml).toContain('<testsuites tests="2" failures="2">');
    expect(xml).toContain('<failure type="forgot-bias"');
  });

  it('an empty sheet can be filled in and graded', async () => {
    const { out } = await check('check', 'alexnet', '--template');
    const ran = await run(['check', 'sheet.yaml'], { files: { 'sheet.yaml': out } });
    expect(ran.code).toBe(1);
    expect(ran.out).toContain('score  · 0 of');
  });

  it('tells right, half right, wrong and open apart by a sign, in colour too, and in ASCII', async () => {
    const files = {
      'net.yaml': CONV1,
      'sheet.yaml': 'spec: net.yaml\nanswers:\n  conv1: {out: 54x54x96, params: 34944, macs: 101616768, rf: _}\n',
    };
    const signs = async (...argv: readonly string[]) =>
      [
        ...(await run(['check', 'sheet.yaml', ...argv], { files })).out.matchAll(
          / (\S+) (correct|follow|forgot|unanswered|2)/g,
        ),
      ].map(([, sign]) => sign);
    expect(await signs()).toEqual(['✗', '✓', '~', '·', '~']);
    expect(await signs('--ascii')).toEqual(['x', '+', '~', '.', '~']);
    expect(await signs('--color', 'always')).toEqual([
      '\u001b[31m✗\u001b[39m',
      '\u001b[32m✓\u001b[39m',
      '\u001b[33m~\u001b[39m',
      '·',
      '\u001b[33m~\u001b[39m',
    ]);
    expect((await run(['check', 'sheet.yaml', '--format', 'markdown'], { files })).out).toContain('| ✓ correct |');
    expect((await run(['check', 'sheet.yaml', '--format', 'latex'], { files })).out).toContain('$\\checkmark$ correct');
  });

  it('keeps hints and points at 80 columns', async () => {
    const files = {
      'net.yaml': CONV1,
      'sheet.yaml': 'spec: net.yaml\nanswers:\n  conv1: {out: 54x54x96, params: 34848}\n',
    };
    const { out, err } = await run(['check', 'sheet.yaml', '--show', 'answer'], {
      files,
      tty: { stdout: 80, stderr: 80 },
    });
    expect(err).not.toContain('leave out');
    for (const text of ['0/1', '34944', '55x55x96', 'biases', 'formula']) expect(out).toContain(text);
  });

  it.each(['1', '42', 'ada', 'グループ'])('quiz --seed %s and its key', async (seed) => {
    const empty = (await check('quiz', '--seed', seed)).out;
    const key = (await check('quiz', '--seed', seed, '--key')).out;
    expect((await check('quiz', '--seed', seed)).out).toBe(empty);
    const graded = await run(['check', 'key.yaml'], { files: { 'key.yaml': key } });
    expect(graded).toMatchObject({ code: 0 });
    expect(together([]).score).toBe(0);
    expect((await run(['check', 'empty.yaml'], { files: { 'empty.yaml': empty } })).code).toBe(1);
  });
  it('the rules name the layers, whatever capitals a student uses', async () => {
    const files = {
      'net.yaml': CONV1,
      'mine.yaml': 'Conv-1: {params: 34944}\n',
      'rules.yaml': 'answers: {conv1: {params: _}}\n',
    };
    const { code, out } = await run(['check', 'net.yaml', 'mine.yaml', '--rules', 'rules.yaml', '--json'], { files });
    expect(code).toBe(0);
    expect(JSON.parse(out).cells).toMatchObject([{ layer: 'conv1', verdict: 'correct' }]);
  });
  it('networks come from the key, whatever a sheet makes of them', async () => {
    const key = (await check('quiz', '--seed', '1', '--key')).out;
    const easier = key.replace(/kernel: \d/, 'kernel: 1');
    const ran = await run(['check', 'sheet.yaml', '--rules', 'key.yaml'], {
      files: { 'sheet.yaml': easier, 'key.yaml': key },
    });
    expect(ran.code).toBe(0);
    expect((await run(['check', 'sheet.yaml'], { files: { 'sheet.yaml': easier } })).code).toBe(1);
  });
  it('asks what training keeps with --training, and grades it', async () => {
    const key = (await check('quiz', '--seed', 'ada', '--training', '--key')).out;
    expect(key.match(/kept: [^_]/g)?.length).toBeGreaterThan(8);
    expect((await check('quiz', '--seed', 'ada', '--key')).out).not.toContain('kept');
    expect(await run(['check', 'key.yaml'], { files: { 'key.yaml': key } })).toMatchObject({ code: 0 });
    const wrong = key.replace(/backward: (\d)/, 'backward: 9$1');
    expect(await run(['check', 'key.yaml'], { files: { 'key.yaml': wrong } })).toMatchObject({ code: 1 });
    expect((await run(['quiz', '--lecture', '--training'], { files: {} })).code).toBe(2);
  });
  it('other seeds make other sheets', async () => {
    expect((await check('quiz', '--seed', '1')).out.split('\n').slice(1)).not.toEqual(
      (await check('quiz', '--seed', '2')).out.split('\n').slice(1),
    );
  });
});

describe('explain', () => {
  const said = (spec: string, layer?: string): string[] =>
    explain(read(spec), 'hwc', (name) => layer === undefined || name === layer).flatMap(({ steps }) =>
      steps.map(
        ({ title, substituted, shown, convention }) =>
          `${title}: ${substituted && `${substituted} = `}${shown}${convention && `; ${convention}`}`,
      ),
    );
  const cases: readonly (readonly [spec: string, layer: string, line: string])[] = [
    [CONV1, 'conv1', 'height and width: (227 - 11 + 2*0)/4 + 1 = 55'],
    [CONV1, 'conv1', 'parameters: (11*11*3 + 1)*96 = 34,944, about 35K'],
    [CONV1, 'conv1', 'multiply-accumulates: 55*55*11*11*3*96 = 105,415,200, about 105M'],
    [CONV1, 'conv1', 'memory of the output: 55*55*96*4 = 1,161,600 bytes, 1.1 MiB'],
    [CONV1, 'conv1', 'memory of the parameters: 34944*4 = 139,776 bytes, 137 KiB'],
    [CONV1, 'pool1', 'comparisons: 27*27*3*3*96 = 629,856, about 630K; counted among FLOPs'],
    [
      net('32x32x8', '{residual: [{conv: 8, kernel: 3, padding: 1}, {conv: 8, kernel: 3, padding: 1}], name: r}'),
      'r',
      'receptive field: 5; in cells of the input; its branches see 5 and 1',
    ],
    [CONV1, 'conv1', 'receptive field: 1 + (11 - 1)*1 = 11'],
    [CONV1, 'pool1', 'height and width: (55 - 3)/2 + 1 = 27'],
    [CONV1, 'pool1', 'parameters: 0, a pool learns nothing'],
    [CONV1, 'pool1', 'receptive field: 11 + (3 - 1)*4 = 19'],
    [CONV1, 'pool1', 'effective stride: 4*2 = 8'],
    [BN, 'b', 'parameters: 2*64 = 128; gamma and beta, learned'],
    [BN, 'b', 'running statistics: 2*64 = 128; running mean and running variance: kept, not learned'],
    [FLOORED, 'p', 'height and width: floor((56 - 3)/2) + 1 = 27; it does not come out whole'],
    [UP, 'u', 'height and width: (14 - 1)*2 - 2*0 + 2 = 28'],
    [GROUPED, 'c', 'parameters: (5*5*48 + 1)*256 = 307,456'],
    [net('8x6x3', '{conv: 4, kernel: [3, 1], name: c}'), 'c', 'height: (8 - 3 + 2*0)/1 + 1 = 6'],
    [net('8x6x3', '{conv: 4, kernel: [3, 1], name: c}'), 'c', 'width: (6 - 1 + 2*0)/1 + 1 = 6'],
    [
      net('32x32x3', '{conv: 16, kernel: 3, norm: bn, name: c}'),
      'c',
      'useless bias: 16 biases change nothing; c.norm subtracts the mean',
    ],
  ];
  it.each(cases)('%s %s: %s', (spec, layer, line) => {
    expect(said(spec, layer)).toContainEqual(expect.stringContaining(line));
  });
  it('says nothing of a bias that a layer norm or nothing follows', () => {
    expect(said(CONV1).join()).not.toContain('useless');
    expect(said(net('8x8x3', '{conv: 4, kernel: 3, norm: ln}')).join()).not.toContain('useless');
  });
  it('every sum comes out as it says', () => {
    const spec = net(
      '64x48x3',
      '{conv: 16, kernel: [5, 3], stride: 2, padding: 1, norm: bn, act: relu}',
      '{maxpool: 3, stride: 2, padding: 1}',
      '{depthwise: 3, dilation: 2}',
      '{separable: 32, kernel: 3}',
      '{gn: 4}',
      '{convtranspose: 8, kernel: 3, stride: 2, output_padding: 1, bias: false}',
      '{fc: 10}',
    );
    for (const step of explain(read(spec)).flatMap(({ steps }) => steps)) {
      if (step.substituted === '' || typeof step.value !== 'number') continue;
      expect(step.substituted).toMatch(/^[\d\s*+/().floorceil-]+$/);
      const sum = step.substituted.replaceAll('floor', 'Math.floor').replaceAll('ceil', 'Math.ceil');
      expect(Function(`return ${sum}`)(), step.substituted).toBe(step.value);
    }
  });
  it('in every form', async () => {
    const files = { 'net.yaml': CONV1 };
    const show = async (...argv: string[]) => plain((await run(['explain', 'net.yaml', ...argv], { files })).out);
    expect(await show('conv1')).toContain('parameters: (11*11*3 + 1)*96 = 34,944, about 35K');
    expect(await show('conv1', '--format', 'markdown')).toContain(
      '`(k_h*k_w*C_in/g + 1)*C_out` = `(11*11*3 + 1)*96` = **34,944, about 35K**',
    );
    expect(await show('conv1', '--format', 'latex')).toContain('$(11 \\cdot 11 \\cdot 3 + 1) \\cdot 96 = $');
    expect(JSON.parse(await show('conv1', '--json'))).toMatchObject({
      schema: 'cnncalc/explain/1',
      layers: [
        {
          name: 'conv1',
          steps: expect.arrayContaining([
            expect.objectContaining({
              quantity: 'params',
              formula: '(k_h*k_w*C_in/g + 1)*C_out',
              substituted: '(11*11*3 + 1)*96',
              value: 34944,
            }),
          ]),
        },
      ],
    });
    expect(await run(['explain', 'net.yaml', 'conv9'], { files })).toMatchObject({
      code: 2,
      err: expect.stringContaining('no layer "conv9"'),
    });
    expect(await run(['net.yaml', '--explain', '--format', 'csv'], { files })).toMatchObject({
      code: 2,
      err: expect.stringContaining('not printed as csv'),
    });
    expect((await run(['INPUT 32x32x3; CONV-5-6', '--explain'])).out).toContain('(32 - 5 + 2*0)/1 + 1 = 28');
  });
});

describe('docs/homework.md', () => {
  const page = readFileSync(new URL('../docs/homework.md', import.meta.url), 'utf8');
  const files = filesIn(page);
  it('its rules can be read', () => expect(readSheet(files['rules.yaml'] ?? '').diagnostics).toEqual([]));
  it('lists every way of writing, and what may be asked', () => {
    for (const { doc } of WAYS) expect(page).toContain(`| ${doc} |`);
    for (const { name, doc } of QUANTITIES)
      expect(page).toMatch(new RegExp(`\\| \`${name}\` \\|.*\\| ${doc.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')} \\|`));
  });
  it('docs/mistakes.md lists every mistake with its example', () => {
    const mistakes = readFileSync(new URL('../docs/mistakes.md', import.meta.url), 'utf8');
    for (const { id, about, hint, example } of [...MISTAKES, ...SHEET_MISTAKES]) {
      expect(mistakes).toContain(`| \`${id}\` | ${about.join(', ')} | ${hint}`);
      expect(mistakes).toContain(`\`${example.answer}\``);
    }
  });
});
