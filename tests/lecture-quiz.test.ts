// The lecture's sheet in both languages: its key, every misconception with its hint, answers that are words, Chinese signs; and that the
// table of Chinese has every text that is said and no other.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse as load } from 'yaml';
import { analyze } from '../src/analysis/analyze.js';
import { operatorsOf } from '../src/core/graph.js';
import { isLinear } from '../src/core/linear.js';
import { readSheet } from '../src/homework/answers.js';
import { check } from '../src/homework/check.js';
import { CHINESE, LANGUAGES, type Language, nameIn, say } from '../src/homework/chinese.js';
import { CHOICES, type Conventions, others, USUAL } from '../src/homework/conventions.js';
import { LECTURE, STATED } from '../src/homework/lecture.js';
import { MISTAKES, SHEET_MISTAKES } from '../src/homework/mistakes.js';
import { quantityNamed } from '../src/homework/quantities.js';
import type { Graded } from '../src/homework/verdict.js';
import { reference } from '../src/kernels/reference.js';
import { parse } from '../src/lang/parse.js';
import { layers } from '../src/layers/index.js';
import { networkOf } from '../src/run/network.js';
import { asTrained, initialised } from '../src/run/weights.js';
import { run } from './fake-io.js';
import { net, networkText } from './spec-text.js';
import { validator } from './validator.js';

const sheet = async (...options: readonly string[]): Promise<string> => {
  const { code, out, err } = await run(['quiz', '--lecture', ...options]);
  expect([code, err]).toEqual([0, '']);
  return out;
};

/** A question of the lecture with one answer. */
const graded = (cell: string, text: string, language: Language = 'en'): Graded => {
  const [name, layer = '', quantity = ''] = cell.split('.');
  const question = LECTURE.find((one) => one.name === name);
  if (!question) throw new Error(`${name} is no question`);
  const spec = question.spec.length > 1 ? question.spec.join('\n') : networkText(question.spec[0]);
  const answers = [{ layer, quantity, text }];
  const rules = { ...readSheet('answers: {}').rules, stated: STATED, language };
  const result = check(analyze(parse(spec, { registry: layers })), { name: '', spec: null, answers }, rules);
  const [only] = result.cells;
  if (!only) throw new Error(`${cell} was not graded`);
  return only;
};

describe.each(LANGUAGES)("the lecture's sheet in %s", (language) => {
  it.each(LANGUAGES)('its key gets full marks, checked in %s', async (spoken) => {
    const files = { 'key.yaml': await sheet('--lang', language, '--key') };
    const ran = await run(['check', 'key.yaml', '--lang', spoken, '--json'], { files });
    const { score, max, cells } = JSON.parse(ran.out);
    expect([ran.code, ran.err]).toEqual([0, '']);
    expect(score).toBe(max);
    expect(cells.length).toBe(LECTURE.flatMap(({ asks }) => Object.values(asks).flat()).length);
  });
  it('empty it asks the same, and has no answer in it', async () => {
    const empty = await sheet('--lang', language);
    const { questions, diagnostics } = readSheet(empty);
    expect(diagnostics).toEqual([]);
    expect(questions.flatMap(({ answers }) => answers.map(({ text }) => text)).every((text) => text === '_')).toBe(
      true,
    );
    const key = readSheet(await sheet('--lang', language, '--key'));
    const cells = ({ questions: all }: typeof key) =>
      all.flatMap(({ name, answers }) => answers.map(({ layer, quantity }) => `${name}.${layer}.${quantity}`));
    expect(cells({ ...key, questions })).toEqual(cells(key));
    expect(await run(['check', 'sheet.yaml'], { files: { 'sheet.yaml': empty } })).toMatchObject({ code: 1 });
  });
  it('a random sheet and an empty one in that language are read, too', async () => {
    const key = (await run(['quiz', '--seed', 'ada', '--key', '--lang', language])).out;
    expect(await run(['check', 'key.yaml'], { files: { 'key.yaml': key } })).toMatchObject({ code: 0 });
    const template = (await run(['check', 'alexnet', '--template', '--lang', language])).out;
    expect(readSheet(template)).toMatchObject({
      diagnostics: [],
      rules: { language: language === 'en' ? null : language },
    });
  });
});

it('the questions are for everybody: a seed is refused', async () => {
  expect(await run(['quiz', '--lecture', '--seed', 'ada'])).toMatchObject({ code: 2, out: '' });
});

describe('hints are in the language of the sheet', () => {
  const mine = (head: string): string =>
    `${head}spec: "input: 8x8x6\\nlayers:\\n  - {bn, name: b}\\n"\nanswers:\n  b: {params: 24}\n`;
  const hintOf = async (text: string, ...options: readonly string[]): Promise<string> => {
    const files = { 'sheet.yaml': text, 'key.yaml': mine('') };
    return JSON.parse((await run(['check', 'sheet.yaml', '--json', ...options], { files })).out).cells[0].hint;
  };
  const english = MISTAKES.find(({ id }) => id === 'bn-four-per-channel')?.hint ?? '';
  it.each([
    ['', [], english],
    ['lang: en\n', [], english],
    ['lang: zh\n', [], say(english, 'zh')],
    ['', ['--lang', 'zh'], say(english, 'zh')],
    ['lang: zh\n', ['--lang', 'en'], english],
    ['lang: zh\n', ['--rules', 'key.yaml'], say(english, 'zh')],
  ] as const)('%j with %j', async (head, options, hint) => expect(await hintOf(mine(head), ...options)).toBe(hint));
  it('no other language is known', () => {
    expect(readSheet('lang: tlh\nanswers: {}\n').diagnostics.map(({ code }) => code)).toEqual(['answers/language']);
  });
});

describe('every misconception has its hint, in both languages', () => {
  it.each([
    ['norms.instance.axes', 'C, H, W', 'channels-averaged'],
    ['norms.instance.axes', '特征维度（C）、空间维度（H, W），但不跨样本（N）', 'channels-averaged'],
    ['norms.instance.axes', 'N, H, W', 'batch-averaged'],
    ['norms.instance.axes', 'N, C', 'axes-kept'],
    ['norms.batch.axes', 'N, C, H, W', 'channels-averaged'],
    ['norms.batch.axes', 'H, W', 'batch-left-out'],
    ['norms.batch.axes', 'N', 'places-left-out'],
    ['norms.batch.axes', 'C', 'axes-kept'],
    ['norms.layer.axes', 'N, H, W', 'batch-averaged'],
    ['norms.layer.axes', 'NCHW', 'batch-averaged'],
    ['norms.layer.axes', 'C', 'places-left-out'],
    ['norms.layer.axes', 'H, W', 'channels-left-out'],
    ['norms.group.axes', 'C, H, W', 'channels-averaged'],
    ['norms.group.axes', 'N, C/g, H, W', 'batch-averaged'],
    ['norms.batch.test', '当前批次', 'batch-in-test'],
    ['norms.batch.test', 'the same as in training', 'batch-in-test'],
    ['norms.layer.test', '滑动平均', 'running-in-test'],
    ['norms.group.test', 'batch statistics', 'batch-averaged'],
    ['norms.batch.linear', '否', 'fixed-in-test'],
    ['norms.layer.linear', 'yes', 'divides-by-itself'],
    ['norms.batch.params', '24', 'bn-four-per-channel'],
    ['norms.batch.params', '768', 'bn-per-pixel'],
    ['norms.batch.nontrainable', '6', 'bn-two-missing'],
    ['norms.layer.params', '12', 'ln-per-channel'],
    ['norms.group.params', '6', 'gn-per-group'],
    ['alexnet.conv1.out', '54x54x96', 'forgot-plus-one'],
    ['alexnet.conv1.out', '55x55x3', 'depth-from-input'],
    ['alexnet.conv1.params', '34848', 'forgot-bias'],
    ['alexnet.conv1.params', '(11*11+1)*96', 'forgot-channels'],
    ['alexnet.pool1.params', '864', 'pool-has-weights'],
    ['alexnet.pool1.out', '27x27x32', 'pool-changes-depth'],
    ['three.c.rf', '27', 'kernel-product'],
    ['three.b.rf', '6', 'kernel-sum'],
    ['three.c.rf', '3', 'own-kernel-only'],
    ['three.total.weights', '27C', 'forgot-channels'],
    ['three.total.weights', '27C²+3C', 'biases-in-weights'],
    ['three.total.weights', '73728', 'missed-a-layer'],
    ['three.total.ratio', '45%', 'saved-for-share'],
    ['three.total.linear', 'yes', 'same-view-same-function'],
    ['seven.d.rf', '49', 'area-for-side'],
    ['seven.d.weights', '49C', 'forgot-channels'],
    ['seven.d.weights', '49C^2 + C', 'biases-in-weights'],
  ])('%s is not %s: %s', (cell, answer, id) => {
    const english = graded(cell, answer);
    expect(english).toMatchObject({ verdict: 'known-mistake', mistake: id, score: 0 });
    const chinese = graded(cell, answer, 'zh');
    expect(chinese).toMatchObject({ verdict: 'known-mistake', mistake: id, score: 0 });
    expect(chinese.hint).toMatch(/\p{Script=Han}/u);
    expect(chinese.hint).not.toMatch(/[a-z]{6}/);
  });
  it('instance norm by the frameworks is told apart', () => {
    expect(graded('norms.instance.params', '0').verdict).toBe('correct-under-other-convention');
  });
});

describe('answers that are words', () => {
  it.each([
    [
      'norms.batch.axes',
      ['N, H, W', '不含C的N,H,W', '批量维度（N）和空间维度（H, W）', 'Ｗ、Ｈ、Ｎ', 'batch and spatial'],
    ],
    [
      'norms.layer.axes',
      ['C, H, W', '[C, H, W]', 'CxHxW', '特征维度（C）和空间维度（H, W）', '通道、高、宽', 'channels, height, width'],
    ],
    ['norms.instance.axes', ['H, W', '空间维度', 'H×W', 'H and W, for each image and channel']],
    ['norms.group.axes', ['C/3, H, W', 'C/g, H, W', '组内的特征维度（C）、空间维度（H, W），但不跨样本（N）']],
    [
      'norms.batch.test',
      ['running', '训练时的累计均值和方差', '训练期间的滑动平均值（均值和方差）', 'the running mean and variance'],
    ],
    ['norms.layer.test', ['same', '与训练时一致', '每个样本自己的均值和方差', 'its own statistics']],
    ['norms.batch.linear', ['yes', '是', '是的。', '对']],
    ['three.total.linear', ['no', '否', '不是', '不能']],
    ['three.total.weights', ['27C²', '27C^2', '3×9×C×C', '110592', '１１０５９２个', '11.1万']],
    ['three.total.ratio', ['27/49', '27C²/49C²', '55%', '５５％', '45% fewer', '少45%']],
  ] as const)('%s may be written in many ways', (cell, answers) => {
    expect(answers.map((answer) => [answer, graded(cell, answer).verdict])).toEqual(
      answers.map((answer) => [answer, 'correct']),
    );
  });

  const AXES = ['N', 'C', 'C/3', 'H', 'W'];
  const sets = Array.from({ length: 2 ** AXES.length - 1 }, (_, i) =>
    AXES.filter((_axis, bit) => (i + 1) & (1 << bit)),
  );
  it.each([
    ['batch', 'N, H, W'],
    ['layer', 'C, H, W'],
    ['instance', 'H, W'],
    ['group', 'C/3, H, W'],
  ])('of all sets of axes %s takes %s and no other', (layer, right) => {
    const correct = sets.filter(
      (axes) => graded(`norms.${layer}.axes`, axes.toReversed().join(', ')).verdict === 'correct',
    );
    expect(correct.map((axes) => axes.join(', '))).toEqual([right]);
  });
  it('axes of sequences are L, those of a volume in time D, H and W', () => {
    const of = (input: string, axes: string) => {
      const analysis = analyze(parse(net(input, '{bn, name: n}'), { registry: layers }));
      const answers = [{ layer: 'n', quantity: 'axes', text: axes }];
      return check(analysis, { name: '', spec: null, answers }, readSheet('answers: {}').rules).cells[0];
    };
    expect(of('100x6', 'N, L')?.verdict).toBe('correct');
    expect(of('{depth: 4, height: 8, width: 8, channels: 6}', 'N、D、H、W')?.verdict).toBe('correct');
    expect(of('100x6', 'C')?.mistake).toBe('axes-kept');
  });
  it('groups of another number are wrong', () => {
    expect(graded('norms.group.axes', 'C/2, H, W').verdict).toBe('wrong');
  });
  it('one axis written in two ways stands for no other that is missing', () => {
    expect(graded('norms.group.axes', 'C/g, C/3, H').verdict).toBe('wrong');
  });
  it.each([
    ['axes', 'norms.batch.axes', ['everything', 'N, H, W, Z', 'Hello', '0, 2, 3', 'not N', '12']],
    [
      'statistics',
      'norms.batch.test',
      ['not the running ones', 'running, not batch', 'either', 'batch and running', '12'],
    ],
    ['statistics', 'norms.layer.test', ['running, the same', '与训练时的批次统计相同', 'not the same', 'training']],
    ['whether', 'norms.batch.linear', ['maybe', '12', 'affine', '也许']],
  ] as const)('what is no choice of %s is never right', (_, cell, answers) => {
    for (const answer of answers) expect([answer, graded(cell, answer).verdict]).not.toEqual([answer, 'correct']);
  });
  it('a flow mapping is put together again', () => {
    const text = 'answers:\n  batch: {axes: N, H, W, params: 12}\n  layer: {归一化范围: [C, H, W]}\n';
    expect(readSheet(text).questions[0]?.answers.map(({ quantity, text: said }) => [quantity, said])).toEqual([
      ['axes', 'N, H, W'],
      ['params', '12'],
      ['axes', 'CxHxW'],
    ]);
  });
  it('of one channel nobody can say whether it is averaged over', () => {
    const analysis = analyze(parse(net('8x8x1', '{ln, name: n}'), { registry: layers }));
    const answers = [{ layer: 'n', quantity: 'axes', text: 'H, W' }];
    const { diagnostics } = check(analysis, { name: '', spec: null, answers }, readSheet('answers: {}').rules);
    expect(diagnostics.map(({ code }) => code)).toEqual(['answers/quantity']);
  });
});

describe('signs of a Chinese keyboard', () => {
  it.each([
    ['  conv1: {输出尺寸：５５×５５×９６，参数量：３４９４４个}\n'],
    ['  conv1：\n    输出尺寸：５５×５５×９６\n    参数量：３４，９４４。\n'],
    ['  卷积层1:\n    输出: （５５，５５，９６）\n    参数个数: 约３.５万\n'],
    ['  conv1: {输出尺寸: 高５５宽５５通道９６, 参数: （１１×１１×３＋１）×９６＝３４９４４}\n'],
  ])('%s', async (answers) => {
    const spec = 'lang: zh\nspec: "INPUT 227x227x3; CONV-11-96-S4"\n';
    const ran = await run(['check', 'sheet.yaml', '--json'], {
      files: { 'sheet.yaml': `${spec}answers：\n${answers}` },
    });
    expect(JSON.parse(ran.out).cells.map(({ quantity, verdict }: Graded) => [quantity, verdict])).toEqual([
      ['out', 'correct'],
      ['params', 'correct'],
    ]);
  });
});

describe('the table of Chinese', () => {
  const conventions = Object.entries(CHOICES).flatMap(([name, choices]) =>
    Object.values(choices).map((choice): Conventions => ({ ...USUAL, [name]: choice })),
  );
  const hints = new Set([
    ...[...MISTAKES, ...SHEET_MISTAKES].map(({ hint }) => hint),
    ...MISTAKES.flatMap(({ transposed }) => transposed ?? []),
    ...conventions.flatMap((own) => others(own).map(({ says }) => says)),
  ]);
  const asked = new Set(LECTURE.flatMap(({ asks }) => Object.values(asks).flat()));
  const texts = new Set([...hints, ...LECTURE.flatMap(({ about }) => about)]);
  const folder = new URL('../src/homework/', import.meta.url);
  const source = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && name !== 'chinese.ts')
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('\n');

  it('has every hint and question', () => {
    expect([...texts].filter((text) => !Object.hasOwn(CHINESE, text))).toEqual([]);
  });
  it('has every reason and verdict that stands in the code', () => {
    const literals = [
      ...source.matchAll(/unreadable\(\s*(?:form === 'shape'\s*\? )?'([^']+)'/g),
      ...source.matchAll(/^\s+(?:axes|statistics|whether|hint): '([^']{20,})',$/gm),
      ...source.matchAll(/^\s+[?:] '([a-z][^']+ [^']+)',?$/gm),
      ...source.matchAll(/hint: '([^']+)'/g),
    ].map(([, text = '']) => text);
    expect(literals.length).toBeGreaterThan(80);
    expect(literals.filter((text) => !Object.hasOwn(CHINESE, text))).toEqual([]);
  });
  it('has nothing that is not said', () => {
    const stale = Object.keys(CHINESE).filter((text) => !texts.has(text) && !source.includes(text));
    expect(stale).toEqual([]);
  });
  it('has no digit and no comparison in a hint', () => {
    for (const hint of hints) expect(say(hint, 'zh')).not.toMatch(/[\d<>]|[一二三四五六七八九十]{2}/);
  });
  it('calls what is asked by names that a sheet may have', () => {
    for (const name of asked) {
      expect(nameIn(name, 'zh')).toMatch(/\p{Script=Han}/u);
      expect(quantityNamed(nameIn(name, 'zh'))?.name).toBe(name);
    }
  });
});

describe('linear at test time is what sums keep', () => {
  /** f(x + y) - f(x) - f(y) + f(0), which is 0 for what is linear but for an addend. */
  const bend = async (item: string): Promise<{ readonly bend: number; readonly told: boolean | null }> => {
    const analysis = analyze(parse(net('4x4x6', item), { registry: layers }));
    const [, node] = analysis.graph.nodes;
    const tensors = asTrained(analysis, initialised(analysis, 3), 3);
    const network = networkOf(analysis, tensors);
    if (!node || !network) throw new Error(`${item} cannot be run`);
    const size = 96;
    // Two images, their sum, and none: a batch of four.
    const [one, other] = [1.3, 2.1].map((seed) => Array.from({ length: size }, (_, i) => Math.sin((i + 1) * seed)));
    const sum = (one ?? []).map((n, i) => n + (other?.[i] ?? 0));
    const data = Float32Array.from([...sum, ...(one ?? []), ...(other ?? []), ...new Array<number>(size).fill(0)]);
    const options = { batch: 4, threads: 1, precision: 'exact', core: 'auto' } as const;
    const session = await reference(() => 0).open(network, options);
    const { outputs } = await session.run(new Map([[0, { shape: [4, 6, 4, 4], data }]]));
    session.close();
    const made = outputs.get(node.id)?.data ?? new Float32Array();
    const each = made.length / 4;
    const at = (image: number, i: number): number => made[image * each + i] ?? Number.NaN;
    const off = Array.from({ length: each }, (_, i) => Math.abs(at(0, i) - at(1, i) - at(2, i) + at(3, i)));
    return { bend: Math.max(...off), told: isLinear(operatorsOf(node, [6, 4, 4])) };
  };
  it.each([
    '{conv: 4, kernel: 3, padding: 1}',
    '{convtranspose: 4, kernel: 2, stride: 2}',
    '{fc: 5}',
    'bn',
    '{avgpool: 2}',
    'gap',
    '{upsample: 2}',
    '{zeropad: 1}',
    'flatten',
    'identity',
  ])('%s is', async (item) => {
    const { bend: off, told } = await bend(item);
    expect(told).toBe(true);
    expect(off).toBeLessThan(1e-5);
  });
  it.each(['ln', 'in', '{gn: 3}', 'rmsnorm', 'lrn', 'relu', 'sigmoid', 'softmax', '{maxpool: 2}', 'gmp', 'prelu'])(
    '%s is not',
    async (item) => {
      const { bend: off, told } = await bend(item);
      expect(told).toBe(false);
      expect(off).toBeGreaterThan(1e-4);
    },
  );
});

it('fits the schema that editors are given', async () => {
  const schema = JSON.parse((await run(['schema', 'answers'])).out);
  const errors = validator(schema);
  for (const language of LANGUAGES) {
    expect(errors(load(await sheet('--lang', language, '--key')))).toEqual([]);
  }
});
