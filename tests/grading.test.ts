// Grading of sheets as people write them: every way of writing, names, files of every kind, mistakes from real threads.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyze } from '../src/analysis/analyze.js';
import { polynomialText } from '../src/analysis/polynomial.js';
import { readSheet } from '../src/homework/answers.js';
import { check } from '../src/homework/check.js';
import { readGiven, WAYS } from '../src/homework/given.js';
import { MISTAKES, SHEET_MISTAKES } from '../src/homework/mistakes.js';
import type { Form } from '../src/homework/quantities.js';
import type { Graded, Result } from '../src/homework/verdict.js';
import { parse } from '../src/lang/parse.js';
import { layers } from '../src/layers/index.js';
import { plain, run } from './fake-io.js';
import { net, networkText } from './spec-text.js';

const CONV1 = net(
  '227x227x3',
  '{conv: 96, kernel: 11, stride: 4, name: conv1}',
  '{maxpool: 3, stride: 2, name: pool1}',
);

const graded = (spec: string, cell: string, text: string, head = ''): Graded => {
  const at = cell.lastIndexOf('.');
  const answers = [{ layer: cell.slice(0, at), quantity: cell.slice(at + 1), text }];
  const analysis = analyze(parse(spec, { registry: layers }));
  const { cells, diagnostics } = check(
    analysis,
    { name: '', spec: null, answers },
    readSheet(`${head}\nanswers:\n`).rules,
  );
  expect(diagnostics).toEqual([]);
  const [only] = cells;
  if (!only) throw new Error(`${cell} was not graded`);
  return only;
};

/** What an answer was read as, in words. */
const told = (written: string, form: Form): string => {
  const given = readGiven(written, form);
  switch (given.is) {
    case 'number': {
      const [low, high] = [given.quantity.low, given.quantity.high].map((n) => Number(n.toPrecision(9)));
      return low === high ? `${low}` : `${low} to ${high}`;
    }
    case 'sizes': {
      const once = form === 'sizes' && given.sizes.every((n) => n === given.sizes[0]);
      return `${once ? given.sizes[0] : given.sizes.join('x')}${given.order ? ` in ${given.order}` : ''}`;
    }
    case 'symbolic':
      return polynomialText(given.polynomial);
    case 'word':
      return given.word;
    case 'words':
      return given.words.join(', ');
    default:
      return given.is;
  }
};

describe('ways of writing', () => {
  const ways = WAYS.flatMap(({ form, written, reads }) => written.map((text) => [text, reads, form] as const));
  it.each(ways)('%s is read as %s', (text, reads, form) => expect(told(text, form)).toBe(reads));
  it.each([
    ['(11*11*3 + 1)*96 = 36K', 'count', 'differing'],
    ['(55-3)/2+1 = 28', 'shape', 'differing'],
    ['55x55x96 = 290401', 'shape', 'differing'],
    ['55*55*96*4 = 1.16 MB', 'bytes', '1155000 to 1165000'],
    ['290400*4/1024 = 1134 KB', 'bytes', '1133500 to 1134500'],
    ['(32-3)/2+1 = 15', 'shape', '15'],
    ['(N - F)/S + 1 = (55-3)/2 + 1 = 27', 'shape', '27'],
    ['floor((56-3)/2) + 1', 'shape', '27'],
    ['1,024', 'shape', '1024'],
    ['4,096', 'shape', '4096'],
    ['[64, 128]', 'shape', '64x128'],
    ['⌊(56−3)/2⌋+1', 'shape', '27'],
    ['34,944 （含偏置）', 'count', '34944'],
    ['**34944**', 'count', '34944'],
    ['34’944', 'count', '34944'],
    ['$34{,}944$', 'count', '34944'],
    ['2^20', 'count', '1048576'],
    ['2**20', 'count', '1048576'],
    ['3,5·10^4', 'count', '34500 to 35500'],
    ['3,5 Mio', 'count', '3450000 to 3550000'],
    ['138 million parameters', 'count', '137500000 to 138500000'],
    ['1.16 megabytes', 'bytes', '1155000 to 1165000'],
    ['1161600 bytes', 'bytes', '1161600'],
    ['512字节', 'bytes', '512'],
    ['no (4.5)', 'fit', 'no'],
    ['9/2', 'fit', '4.5'],
    ['否', 'fit', 'no'],
    ['9 times fewer', 'ratio', '0.105263158 to 0.117647059'],
    ['27/49', 'ratio', '0.550520408 to 0.551520408'],
    ['3×(3×3×C×C)', 'count', '27C^2'],
    ['27C^2 (no bias)', 'count', '27C^2'],
    ['N/A', 'shape', 'unanswered'],
    ['valid', 'sizes', 'valid'],
    ['valid', 'fit', 'yes'],
    ['55x55x96 (HWC)', 'shape', '55x55x96 in hwc'],
    ['(96, 55, 55) (CxHxW)', 'shape', '96x55x55 in chw'],
    ['(?, 55, 55, 96)', 'shape', '55x55x96'],
    ['TensorShape([None, 55, 55, 96])', 'shape', '55x55x96'],
    ['55x55, 96 channels', 'shape', '55x55x96 in hwc'],
    ['many', 'count', 'unreadable'],
    ['x'.repeat(201), 'count', 'unreadable'],
  ] as const)('%s (%s) is read as %s', (text, form, reads) => expect(told(text, form)).toBe(reads));
  it('both sides of = must fit', () => {
    expect(graded(CONV1, 'conv1.params', '(11*11*3 + 1)*96 = 35K').verdict).toBe('correct');
    expect(graded(CONV1, 'conv1.params', '11*11*3*96 = 35K')).toMatchObject({ mistake: 'forgot-bias' });
    expect(graded(CONV1, 'conv1.params', '(11*11*3 + 1)*96 = 36K')).toMatchObject({ mistake: 'sides-differ' });
  });
  it.each([
    ['conv1.params', '69888/2'],
    ['conv1.out', '５５×５５×９６'],
    ['conv1.out', '（55，55，96）'],
    ['conv1.params', '3.5E4'],
    ['conv1.out', '[1, 96, 55, 55]'],
    ['conv1.out', 'torch.Size([1, 96, 55, 55])'],
    ['conv1.params', '约35K'],
    ['conv1.params', 'about 35K'],
    ['conv1.params', '35 thousand'],
    ['conv1.params', '3.5万'],
    ['conv1.out', '$55\\times55\\times96$'],
    ['conv1.out', 'H=55, W=55, C=96'],
    ['conv1.out', '55x55@96'],
    ['pool1.params', 'N/A'],
    ['conv1.params', '34,944 (incl. bias)'],
    ['pool1.width', '(55-3)/2+1 = 27'],
    ['conv1.padding', 'valid'],
  ])('%s: %s is right', (cell, text) => expect(graded(CONV1, cell, text).verdict).toBe('correct'));
  it('a labelled volume has its order, whatever the sheet says', () => {
    const head = 'conventions: {layout: chw}';
    expect(graded(CONV1, 'conv1.out', '55x55@96', head).verdict).toBe('correct');
    expect(graded(CONV1, 'conv1.out', '55x55x96', head).verdict).toBe('wrong');
  });
  it('padding by its word', () => {
    const same = net('224x224x3', '{conv: 64, kernel: 7, stride: 2, padding: same, name: c}');
    expect(graded(same, 'c.padding', 'same').verdict).toBe('correct');
    expect(graded(same, 'c.padding', 'padding: same').verdict).toBe('correct');
    expect(graded(same, 'c.padding', 'valid').verdict).toBe('wrong');
    expect(graded(net('32x32x3', '{conv: 8, kernel: 3, padding: 1, name: c}'), 'c.padding', 'same').verdict).toBe(
      'correct',
    );
  });
  it('one channel may be left out', () => {
    expect(graded(net('4x4x1', '{maxpool: 2, name: p}'), 'p.out', '2x2').verdict).toBe('correct');
    expect(graded(net('4x4x3', '{maxpool: 2, name: p}'), 'p.out', '2x2')).toMatchObject({ mistake: 'forgot-depth' });
  });
  it('what an answer reads is its input', () => {
    expect(graded(CONV1, 'pool1.in', '55x55x96').verdict).toBe('correct');
    expect(graded(CONV1, 'pool1.in', '27x27x96')).toMatchObject({ mistake: 'output-for-input' });
    expect(graded(CONV1, 'pool1.in', '290400')).toMatchObject({ mistake: 'values-for-volume' });
    expect(graded(CONV1, 'pool1.in', '55x55')).toMatchObject({ mistake: 'forgot-depth' });
  });
});

describe('mistakes', () => {
  it.each([...MISTAKES, ...SHEET_MISTAKES].map((mistake) => [mistake.id, mistake] as const))(
    'the example of %s is one',
    (id, { example, about }) => {
      const { network, asks, answer, sheet } = example;
      const cell = graded(networkText(network), asks, answer, sheet);
      expect(cell.verdict).toBe('known-mistake');
      expect(cell.mistake).toBe(id);
      expect(about).toContain(cell.quantity);
      expect(cell.hint).not.toMatch(/[\d<>]/);
    },
  );

  const ALEX = CONV1;
  const UPSTREAM = net(
    '28x28x1',
    '{conv: 32, kernel: 3, padding: 1}',
    '{maxpool: 2}',
    '{conv: 32, kernel: 3, padding: 1}',
    '{maxpool: 2}',
    '{fc: 10, name: f}',
  );
  const VALID = net('33x33x3', '{conv: 64, kernel: 3}', '{maxpool: 2}', '{fc: 10, name: f}');
  const FIVE = net('32x32x3', ...Array.from({ length: 5 }, (_, i) => `{conv: 8, kernel: 3, name: c${i}}`));
  const TRANSPOSED = net('254x254x8', '{convtranspose: 4, kernel: 3, stride: 2, padding: 1, name: u}');
  const GN = net('8x8x6', '{gn: 3, name: n}');
  const IN = net('8x8x6', '{in, name: n}');
  const BN = net('112x112x64', '{bn, name: b}');
  const SAME_UP = net('14x14x8', '{deconv: 4, kernel: 5, stride: 2, padding: same, name: u}');
  const COURSERA = net('121x121x16', '{conv: 32, kernel: 4, stride: 3, name: c}');
  it.each<readonly [spec: string, cell: string, answer: string, ...ids: string[]]>([
    // Two at once: depth and places are independent.
    [COURSERA, 'c.out', '118x118x16', 'ignored-stride', 'depth-from-input'],
    [
      net('120x120x16', '{conv: 32, kernel: 3, padding: 1, name: c}'),
      'c.out',
      '118x118x16',
      'forgot-padding',
      'depth-from-input',
    ],
    [ALEX, 'conv1.out', '54x54x3', 'forgot-plus-one', 'depth-from-input'],
    [ALEX, 'conv1.params', '105,705,600', 'no-weight-sharing'],
    [ALEX, 'conv1.biases', '290400', 'no-weight-sharing'],
    // What reaches the first dense layer.
    [UPSTREAM, 'f.in_features', '25,088', 'forgot-pool-before'],
    [UPSTREAM, 'f.in_features', '6,272', 'forgot-pool-before'],
    [UPSTREAM, 'f.params', '62730', 'forgot-pool-before'],
    [UPSTREAM, 'f.weights', '250880', 'forgot-pool-before'],
    [UPSTREAM, 'f.macs', '62720', 'forgot-pool-before'],
    [VALID, 'f.in_features', '16,384', 'same-for-valid-before'],
    [VALID, 'f.in_features', '15,376', 'no-floor-before'],
    [VALID, 'f.params', '163850', 'same-for-valid-before'],
    [FIVE, 'c4.rf', '9', 'left-out-of-field'],
    [ALEX, 'conv1.rf', '121', 'area-for-side'],
    [ALEX, 'conv1.kernel', '121', 'area-for-side'],
    [net('300x300x3', '{fc: 100, name: f}'), 'f.params', '9,000,100', 'fc-forgot-channels', 'grey-for-colour'],
    [net('28x28x1', '{conv: 32, kernel: 3, name: c}'), 'c.params', '896', 'colour-for-grey'],
    [net('19x19x3', '{conv: 28, kernel: 5, name: c}'), 'c.out', '15x15x84', 'depth-multiplied'],
    [TRANSPOSED, 'u.out', '509x509x4', 'forgot-padding'],
    [TRANSPOSED, 'u.out', '127x127x4', 'conv-formula-for-transposed'],
    [
      net('14x14x8', '{conv: 4, kernel: 4, stride: 2, padding: 1, name: c}'),
      'c.out',
      '28x28x4',
      'transposed-formula-for-conv',
    ],
    [GN, 'n.params', '6', 'gn-per-group'],
    [net('32x32x3', '{conv: 16, kernel: 3, bias: false, name: c}'), 'c.params', '448', 'bias-where-none'],
    [BN, 'b.params', '0', 'norm-learns-nothing'],
    [BN, 'b.params', '2', 'bn-in-all'],
    [BN, 'b.params', '4', 'bn-in-all'],
    [SAME_UP, 'u.out', '14x14x4', 'same-ignores-stride'],
    [ALEX, 'conv1.params', '35000', 'rounded-without-suffix'],
  ])('%s %s: %s is %s %s', (spec, cell, answer, ...ids) => {
    const { verdict, mistake, mistakes = [mistake], hint } = graded(spec, cell, answer);
    expect(verdict).toBe('known-mistake');
    expect(mistakes).toEqual(ids);
    expect(hint).not.toMatch(/[\d<>]/);
  });
  it('tells both where two explain an answer, and both that were made at once', () => {
    expect(graded(COURSERA, 'c.out', '118x118x16').hint).toContain('; and: ');
    expect(graded(net('300x300x3', '{fc: 100, name: f}'), 'f.params', '9,000,100').hint).toContain('; or: ');
  });
  it('says of a transposed layer that the size is multiplied', () => {
    expect(graded(SAME_UP, 'u.out', '14x14x4').hint).toContain('multiplied');
    const conv = net('14x14x8', '{conv: 4, kernel: 5, stride: 2, padding: same, name: c}');
    expect(graded(conv, 'c.out', '14x14x4').hint).toContain('divided');
  });
  it("instance norm learns two numbers per channel under the lecture's convention", () => {
    expect(graded(IN, 'n.params', '12')).toMatchObject({ verdict: 'correct-under-other-convention' });
    expect(graded(IN, 'n.params', '12', 'profile: cs231n').verdict).toBe('correct');
    expect(graded(IN, 'n.params', '0', 'conventions: {instancenorm: 2}')).toMatchObject({
      verdict: 'correct-under-other-convention',
    });
    expect(graded(net('8x8x6', '{lrn, name: n}'), 'n.params', '12').verdict).toBe('wrong');
  });
});

describe('names', () => {
  const RESIDUAL = net(
    '8x8x32',
    '{residual: [{conv: 32, kernel: 3, padding: 1}, {conv: 32, kernel: 3, padding: 1}], name: std}',
  );
  const SUGAR = net('32x32x3', '{conv: 16, kernel: 3, norm: bn, act: relu, name: c}');
  const sheetOf = (spec: string, text: string, rules?: string): Result => {
    const analysis = analyze(parse(spec, { registry: layers }));
    const key = rules === undefined ? null : readSheet(rules);
    const sheet = readSheet(text);
    const [question] = sheet.questions;
    if (!question) throw new Error('no question');
    return check(analysis, question, (key ?? sheet).rules, key?.questions[0]?.answers ?? null);
  };
  it('an item is the sum of its rows, as in expect', () => {
    expect(graded(RESIDUAL, 'std.params', '18496').verdict).toBe('correct');
    expect(graded(SUGAR, 'c.params', '480').verdict).toBe('correct');
    expect(graded(SUGAR, 'c.params', '448')).toMatchObject({ verdict: 'correct-under-other-convention' });
    expect(graded(SUGAR, 'c.kernel', '3').verdict).toBe('correct');
    expect(graded(SUGAR, 'c.rf', '3').verdict).toBe('correct');
    expect(graded(SUGAR, 'c.params', '464')).toMatchObject({ mistake: 'forgot-bias' });
    expect(graded(RESIDUAL, 'std.params', '18432')).toMatchObject({ mistake: 'forgot-bias' });
  });
  it('is the layer alone where the sheet asks for what is in the item', () => {
    const { cells } = sheetOf(SUGAR, 'answers: {c: {params: 448}, c.norm: {params: 32}}');
    expect(cells.map(({ verdict }) => verdict)).toEqual(['correct', 'correct']);
  });
  it('are read alike with and without rules', () => {
    const student = 'CONV1: {out: 55x55x96, params: 35K}\nPool 1: {out: 27x27x96}\n';
    const rules = 'answers: {Conv-1: {out: _, params: _}, pool1: {out: _}}\npoints: {CONV1: 2, Pool1.out: 3}\n';
    const free = sheetOf(CONV1, student);
    const ruled = sheetOf(CONV1, student, rules);
    expect(free.cells.map(({ layer, verdict }) => `${layer} ${verdict}`)).toEqual([
      'conv1 correct',
      'conv1 correct',
      'pool1 correct',
    ]);
    expect(ruled.cells.map(({ layer, verdict }) => `${layer} ${verdict}`)).toEqual([
      'conv1 correct',
      'conv1 correct',
      'pool1 correct',
    ]);
    expect([ruled.score, ruled.max]).toEqual([7, 7]);
  });
  it('that fit nothing are always reported', () => {
    const student = 'conv9: {out: 55x55x96, params: 35K}\n';
    const rules = 'answers: {conv1: {out: _, params: _}}\npoints: {cnv: 2}\nhidden: [nothing]\n';
    expect(sheetOf(CONV1, student).diagnostics.map(({ code }) => code)).toEqual(['answers/layer']);
    const ruled = sheetOf(CONV1, student, rules);
    expect(ruled.diagnostics.map(({ code }) => code)).toEqual(['answers/layer']);
    expect(ruled.cells.map(({ verdict }) => verdict)).toEqual(['unanswered', 'unanswered']);
    expect(ruled.strangers).toEqual(['cnv', 'nothing']);
  });
  it.each(['Conv layer 1', 'Convolution 1', '卷积层1', 'ＣＯＮＶ１', 'conv_1:', 'CONV 1 (f=11, s=4)'])(
    '%s is conv1',
    (name) => {
      expect(graded(CONV1, `${name}.params`, '34944')).toMatchObject({ layer: 'conv1', verdict: 'correct' });
    },
  );
  it('total has other words', () => {
    expect(graded(CONV1, 'Sum.params', '34944')).toMatchObject({ layer: 'total', verdict: 'correct' });
    expect(graded(CONV1, '总计.params', '34944').verdict).toBe('correct');
  });
  it('on the command line, with rules and two quantities per layer', async () => {
    const files = {
      'net.yaml': CONV1,
      'mine.yaml': 'CONV1: {out: 55x55x96, params: 34944}\n',
      'rules.yaml': 'answers: {conv1: {out: _, params: _}}\n',
    };
    const ran = await run(['check', 'net.yaml', 'mine.yaml', '--rules', 'rules.yaml'], { files });
    expect(ran.code).toBe(0);
    expect(plain(ran.out)).toContain('2 of 2');
  });
});

describe('sheets as files', () => {
  const analysis = analyze(parse(CONV1, { registry: layers }));
  const read = (text: string) => {
    const sheet = readSheet(text);
    const results = sheet.questions.map((question) => check(analysis, question, sheet.rules));
    const found = [...sheet.diagnostics, ...results.flatMap(({ diagnostics }) => diagnostics)];
    return {
      cells: results.flatMap(({ cells }) =>
        cells.map(({ layer, quantity, verdict }) => `${layer}.${quantity} ${verdict}`),
      ),
      codes: found.map(({ code, severity }) => `${severity} ${code}`),
    };
  };
  const BOTH = ['conv1.out correct', 'conv1.params correct', 'pool1.out correct', 'pool1.params correct'];
  it.each([
    ['an empty first heading', ',out,params\nconv1,55x55x96,34944\npool1,27x27x96,0\n'],
    ['a first heading in Chinese', '层,输出尺寸,参数量\nconv1,55x55x96,34944\npool1,27x27x96,0\n'],
    [
      'a first heading with accents',
      'Schicht-Größe;Ausgabe;Anzahl der Parameter\nconv1;55x55x96;34944\npool1;27x27x96;0\n',
    ],
    ['sep=;', 'sep=;\nlayer;out;params\nconv1;55x55x96;34944\npool1;27x27x96;0\n'],
    ['sep= in quotes', '"sep=\t"\r\nlayer\tout\tparams\r\nconv1\t55x55x96\t34944\r\npool1\t27x27x96\t0\r\n'],
    ['semicolons', 'layer;out;params\nconv1;55x55x96;34,944\npool1;27x27x96;0\n'],
    ['long headings', 'Layer,Output Volume Dimensions,Number of parameters\nconv1,55x55x96,34944\npool1,27x27x96,0\n'],
    ['headings in other words', 'Layer,Output Dimension (HxWxC),# of Params\nconv1,55x55x96,34944\npool1,27x27x96,0\n'],
    ['three numbers under one heading', 'layer,out,params\nconv1,55,55,96,34944\npool1,27,27,96,0\n'],
    ['a heading over three cells', 'layer,out,,,params\nconv1,55,55,96,34944\npool1,27,27,96,0\n'],
    ['a title above the head', 'Homework 2\nAda L.\n\nlayer,out,params\nconv1,55x55x96,34944\npool1,27x27x96,0\n'],
    ['a byte order mark', '\ufefflayer,out,params\nconv1,55x55x96,34944\npool1,27x27x96,0\n'],
    ['full-width commas', '层，输出，参数\nconv1，55x55x96，34944\npool1，27x27x96，0\n'],
    [
      'Markdown without outer pipes',
      'layer | out | params\n--- | --- | ---\nconv1 | 55x55x96 | 34944\npool1 | 27x27x96 | 0\n',
    ],
    [
      'Markdown with alignment',
      '| layer | out | params |\n|:------|:---:|-------:|\n| conv1 | 55x55x96 | 34944 |\n| pool1 | 27x27x96 | 0 |\n',
    ],
    [
      'Markdown with marks',
      '|layer|out|params|\n|-|-|-|\n|**conv1**|`55x55x96`|*34944*|\n| pool1 | 27x27x96 | 0 |\n\nThat is all.\n',
    ],
    [
      'Markdown with a text around it',
      '# HW 2\n\nMy answers, in short:\n\n| | Output | Parameters |\n|---|---|---|\n| conv1 | 55x55x96 | 34944 |\n| pool1 | 27x27x96 | 0 |\n',
    ],
  ])('%s', (_, text) => expect(read(text)).toEqual({ cells: BOTH, codes: [] }));
  it('columns of height, width and channels', () => {
    expect(read('layer,H,W,C\nconv1,55,55,96\n').cells).toEqual([
      'conv1.height correct',
      'conv1.width correct',
      'conv1.filters correct',
    ]);
  });
  it('three numbers and one that is split at its comma', () => {
    expect(read('layer,out,params\nconv1,55,55,96,34,944\n')).toEqual({
      cells: BOTH.slice(0, 2),
      codes: ['note answers/split-by-comma'],
    });
  });
  it('unknown columns beside known ones are remarks', () => {
    expect(read('layer,formula used,out,params,why\nconv1,(N-F)/S+1,55x55x96,34944,because\n')).toEqual({
      cells: BOTH.slice(0, 2),
      codes: ['note answers/column', 'note answers/column'],
    });
  });
  it('nearly a quantity is not', () => {
    expect(read('layer,out,parms\nconv1,55x55x96,34944\n')).toEqual({
      cells: BOTH.slice(0, 1),
      codes: ['error answers/quantity'],
    });
  });
  it('no known column at all is an error', () => {
    expect(read('layer,colour\nconv1,red\n').codes).toEqual(['error answers/quantity']);
  });
  it.each([
    ['a file that is not UTF-8', 'Schicht;Gr\ufffd\ufffde;params\nconv1;1;34944\n', 'warning answers/encoding'],
    ['a workbook', 'PK\u0003\u0004\u0014\0\u0006\0', 'error answers/encoding'],
    ['bytes', 'a\0b\0c', 'error answers/encoding'],
  ])('%s is said to be so', (_, text, code) => expect(read(text).codes).toContain(code));

  const KERAS2 = `Model: "sequential"
_________________________________________________________________
 Layer (type)                Output Shape              Param #
=================================================================
 conv2d (Conv2D)             (None, 55, 55, 96)        34944

 max_pooling2d (MaxPooling2D  (None, 27, 27, 96)       0
 )

 flatten (Flatten)           (None, 69984)             0

=================================================================
Total params: 34,944
Trainable params: 34,944
Non-trainable params: 0
_________________________________________________________________
`;
  const KERAS3 = `┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
│ conv2d_4 (Conv2D)               │ (None, 55, 55, 96)     │        34,944 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ max_pooling2d_4 (MaxPooling2D)  │ (None, 27, 27, 96)     │             0 │
└─────────────────────────────────┴────────────────────────┴───────────────┘
 Total params: 34,944 (136.50 KB)
 Trainable params: 34,944 (136.50 KB)
`;
  const TORCHINFO = `==========================================================================================
Layer (type:depth-idx)                   Output Shape              Param #
==========================================================================================
Net                                      [64, 96, 27, 27]          --
├─Sequential: 1-1                        [64, 96, 27, 27]          --
│    └─Conv2d: 2-1                       [64, 96, 55, 55]          34,944
│    └─MaxPool2d: 2-2                    [64, 96, 27, 27]          --
==========================================================================================
Total params: 34,944
Trainable params: 34,944
Non-trainable params: 0
Total mult-adds (G): 6.75
==========================================================================================
`;
  const TORCHSUMMARY = `----------------------------------------------------------------
        Layer (type)               Output Shape         Param #
================================================================
            Conv2d-1           [-1, 96, 55, 55]          34,944
         MaxPool2d-2           [-1, 96, 27, 27]               0
================================================================
Total params: 34,944
Trainable params: 34,944
`;
  it.each([
    ['Keras', KERAS2, [...BOTH], ['note answers/summary', 'note answers/layer']],
    ['Keras 3', KERAS3, [...BOTH], ['note answers/summary']],
    ['torchinfo', TORCHINFO, BOTH.slice(0, 3), ['note answers/summary']],
    ['torchsummary', TORCHSUMMARY, [...BOTH], ['note answers/summary']],
  ])('a summary of %s is read as a sheet', (_, text, cells, codes) => {
    expect(read(text)).toEqual({ cells: [...cells, 'total.params correct', 'total.trainable correct'], codes });
  });
});

describe('the classes of a summary', () => {
  it.each([
    ['Conv2d', '{conv: 8, kernel: 3}', '8, 6, 6', '224'],
    ['LazyConv2d', '{conv: 8, kernel: 3}', '8, 6, 6', '224'],
    ['BatchNorm2d', 'bn', '3, 8, 8', '6'],
    ['SyncBatchNorm', 'bn', '3, 8, 8', '6'],
    ['LazyLinear', '{fc: 5}', '5', '965'],
    ['AdaptiveAvgPool2d', 'gap', '3, 1, 1', '--'],
    ['LSTM', '{sequence: [{reshape: [64, 3]}, {lstm: 4}]}', '4, 64', '144'],
  ])('%s is counted', (word, item, shape, params) => {
    const analysis = analyze(parse(`input: 8x8x3\nlayers: [${item}]\n`, { registry: layers }));
    const sheet = readSheet(
      `Layer (type:depth-idx)      Output Shape      Param #\n${word}: 1-1      [1, ${shape}]      ${params}\n`,
    );
    const [question] = sheet.questions;
    const { cells } = check(analysis, question ?? { name: '', spec: null, answers: [] }, sheet.rules);
    expect(cells.map(({ verdict }) => verdict)).toEqual(params === '--' ? ['correct'] : ['correct', 'correct']);
  });
});

describe('a sheet names a bundled network or a file beside itself, and nothing else', () => {
  const secret = 'root:x:0:0:secret\n';
  const sheet = (spec: string) => `spec: ${JSON.stringify(spec)}\nanswers: {conv1: {params: 34944}}\n`;
  const files = {
    '/etc/passwd': secret,
    'passwd.txt': secret,
    'in/net.yaml': CONV1,
    'other.yaml': CONV1,
    'in/a.fifo': 'x',
    'in/notes.txt': secret,
  };
  const check = async (spec: string) =>
    run(['check', 'in/sheet.yaml'], { files: { ...files, 'in/sheet.yaml': sheet(spec) }, stdin: CONV1 });
  it.each([
    '/etc/passwd',
    '../passwd.txt',
    'x/../../passwd.txt',
    'notes.txt',
    'a.fifo',
    'other.yaml',
    '-',
    '~/x',
    'C:\\x',
    'nowhere',
  ])('%s is refused, and not shown', async (spec) => {
    const { code, out, err } = await check(spec);
    expect(code).toBe(2);
    expect(out + err).not.toContain('secret');
    expect(err).toMatch(/which is no (spec|file)/);
  });
  it.each(['net.yaml', 'alexnet', 'INPUT 227x227x3; CONV-11-96-S4', CONV1])('%s is read', async (spec) => {
    expect((await check(spec)).code).toBe(0);
  });
  it("the teacher's rules may name any file", async () => {
    const rules = `spec: other.yaml\nanswers: {conv1: {params: _}}\n`;
    const ran = await run(['check', 'in/sheet.yaml', '--rules', 'rules.yaml'], {
      files: { ...files, 'in/sheet.yaml': sheet('alexnet'), 'rules.yaml': rules },
    });
    expect(ran.code).toBe(0);
  });
});

describe('any text is read', () => {
  const pieces = fc.constantFrom(
    ...[
      '0',
      '7',
      '55',
      '34,944',
      '35K',
      'C',
      'x',
      '×',
      '*',
      '/',
      '^',
      '²',
      '(',
      ')',
      '[',
      ']',
      '=',
      '~',
      '-',
      '+',
      ',',
      '.',
      ' ',
      '$',
      '\\times',
    ],
    ...[
      '\\frac{',
      '{',
      '}',
      '⌊',
      '⌋',
      '@',
      '%',
      'KiB',
      'B',
      'about ',
      '万',
      '约',
      'H=',
      'same',
      'None',
      'torch.Size(',
      '（',
      '５',
      'e9',
      '1e99',
      '^6',
    ],
  );
  const FORMS = ['shape', 'sizes', 'count', 'bytes', 'ratio', 'fit', 'axes', 'statistics', 'whether'] as const;
  it('and nothing throws', () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
        for (const form of FORMS) readGiven(parts.join(''), form);
      }),
      { numRuns: 2000 },
    );
  });
  it('and graded', () => {
    const analysis = analyze(parse(CONV1, { registry: layers }));
    const quantities = ['out', 'in', 'params', 'memory', 'rf', 'padding', 'fits', 'ratio'];
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), fc.constantFrom('conv1', 'pool1', 'total'), (parts, layer) => {
        const answers = quantities.map((quantity) => ({ layer, quantity, text: parts.join('') }));
        for (const { hint } of check(analysis, { name: '', spec: null, answers }, readSheet('answers: {}').rules).cells)
          expect(hint ?? '').not.toMatch(/[\d<>]/);
      }),
      { numRuns: 300 },
    );
  });
  it('powers of powers have an end', () => {
    expect(readGiven(`${'('.repeat(40)}C${'^6)'.repeat(40)}`, 'count').is).toBe('unreadable');
  });
});

describe('points are given once', () => {
  it('of two answers to one question the first counts', () => {
    const analysis = analyze(parse(CONV1, { registry: layers }));
    const [question] = readSheet('layer,params\nconv1,34944\nCONV 1,34944\nconv1,1\n').questions;
    const result = question && check(analysis, question, readSheet('answers: {}').rules);
    expect([result?.score, result?.max]).toEqual([1, 1]);
    expect(result?.diagnostics.map(({ code }) => code)).toEqual(['answers/twice']);
  });
});
