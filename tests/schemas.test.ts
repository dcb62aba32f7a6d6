// What --json prints is what `cnncalc schema NAME` promises, for every result: nothing is printed that is not described, and
// nothing is described that none of these command lines prints. What the values are is tested with each command.

import { expect, it, vi } from 'vitest';
import type { RESULT_SCHEMAS } from '../src/report/json/schemas.js';
import { run } from './fake-io.js';
import { npyOf, safetensors } from './tensor-files.js';
import { strict, validator } from './validator.js';

// Networks are run, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const net = (input: string, ...items: string[]): string =>
  `input: ${input}\nlayers:\n${items.map((item) => `  - ${item}\n`).join('')}`;

const CONV = '{conv: 4, kernel: 3, padding: 1, name: a, norm: bn, act: relu}';

const files = {
  'net.yaml': net('6x5x2', CONV, '{maxpool: 2, name: pool}', '{fc: 3, name: head}'),
  'kept.yaml': net('6x5x2', CONV, '{bn, name: last}', 'gap'),
  'same.yaml': net('2x3x2', 'identity'),
  'large.yaml': net('400x400x1', 'relu'),
  'two.yaml':
    'inputs: {left: 32x32x1, right: 64x64x1}\nlayers:\n  - {conv: 4, kernel: 3, padding: 1, from: left, name: a}\n  - {conv: 4, kernel: 2, stride: 2, from: right, name: b}\n  - {add: [a, b], name: c}\n',
  'up.yaml': net(
    '9x9x4',
    '{conv: 4, kernel: 3, stride: 2, name: a}',
    '{convtranspose: 4, kernel: 3, stride: 2, name: b}',
  ),
  'holes.yaml': net('9x9x4', '{convtranspose: 4, kernel: 1, stride: 3, name: a}'),
  'far.yaml': net('8x8x1', '{convtranspose: 1, kernel: 1, stride: 70000, name: a}', '{conv: 1, kernel: 3, name: b}'),
  'gate.yaml': net(
    '16x16x4',
    '{conv: 4, kernel: 3, padding: 1, name: a}',
    '{se: 2, name: gate}',
    '{residual: [{conv: 4, kernel: 3, padding: 1}], name: sum}',
  ),
  'cross.yaml': net(
    '9x9x4',
    '{add: [[{conv: 4, kernel: 1x5, padding: same}], [{conv: 4, kernel: 5x1, padding: same}]], name: sum}',
  ),
  'shared.yaml': net('9x9x4', '{conv: 4, kernel: 3, name: a}', '{conv: 4, kernel: 3, share: a, name: b}'),
  'twice.yaml': net('9x9x4', '{conv: 4, kernel: 3, name: a}', '{conv: 4, kernel: 3, name: a}'),
  'opaque.yaml': net('8x8x1', '{opaque: X, name: x}', '{conv: 1, kernel: 3}'),
  'written.yaml': net('8x8x1', '{relu, as: inplace}'),
  'broken.yaml': net('8x8x1', '{conv: 1, kernel: 3, name: a}', '{conv: 1, kernel: 30, name: b}', '{fc: 2}'),
  'nothing.yaml': '',
  'blank.yaml': net('8x8x1', '{conv: _, kernel: 3, padding: _, expect: {out: 8x8x5}}'),
  'never.yaml': net('8x8x1', '{conv: 4, kernel: _, expect: {out: 9x9x9}}'),
  'wrong.yaml': 'answers:\n  a: {params: 72, out: 6x5x2, macs: many}\n  pool: {params: _}\n',
  'rules.yaml': 'points: {a.params: 2}\nhidden: [pool]\nanswers:\n  a: {params: _}\n  pool: {params: _}\n',
  'nowhere.yaml': 'answers:\n  z: {out: 6x5x2}\n',
  'expects.yaml': net('6x5x2', '{conv: 4, kernel: 3, name: a, expect: {params: 72}}'),
  'sizes.yaml': net('_x_x1', '{conv: 8, kernel: 3}', '{maxpool: 2}'),
  'grey.yaml': net('30x30x3', '{fc: 10, name: f}'),
  'alike.yaml': 'student: Ada\nanswers: {a: {params: 71}}\n',
  'again.yaml': 'answers: {a: {params: "71"}}\n',
  'both.yaml': 'answers: {f: {params: 9010}}\n',
  'labels.txt': 'cat\ndog\n',
  'lines.jsonl':
    '{"input":"8x8x1","layers":[{"conv":2,"kernel":3}]}\n{"spec":"lenet5","id":[1],"index":7}\n?\n{"spec":"none"}\n',
  'few.safetensors': safetensors({ 'a.weight': { shape: [1], data: [1] } }),
  'nan.npy': npyOf(Array(12).fill(Number.NaN), '2, 2, 3'),
};

const LINES: Readonly<Record<keyof typeof RESULT_SCHEMAS, readonly string[]>> = {
  report: [
    'alexnet',
    'two.yaml',
    'up.yaml',
    'gate.yaml --batch 2 --layout chw',
    'shared.yaml',
    'broken.yaml',
    'opaque.yaml',
    'nothing.yaml',
    'resnet18 --convention thop',
    'opaque.yaml --convention fvcore',
    'written.yaml',
  ],
  check: [
    'check net.yaml wrong.yaml',
    'check net.yaml wrong.yaml --show answer',
    'check net.yaml wrong.yaml --show none',
    'check net.yaml wrong.yaml --rules rules.yaml',
    'check net.yaml nowhere.yaml',
    'check expects.yaml',
    'check broken.yaml wrong.yaml',
    'check missing.yaml wrong.yaml',
    'check broken.yaml wrong.yaml --template',
    'check grey.yaml both.yaml',
  ],
  sweep: [
    'sweep net.yaml --over input=8..32:8',
    'sweep broken.yaml --over input=8,9',
    'sweep resnet18 --over classes=1,2,x --columns all',
    'sweep resnet18 --over classes=1,2 --pareto params,macs',
    'sweep lines.jsonl',
  ],
  class: [
    'check net.yaml wrong.yaml nowhere.yaml missing.yaml',
    'check net.yaml wrong.yaml alike.yaml again.yaml --show answer --rules rules.yaml',
    'check net.yaml wrong.yaml alike.yaml again.yaml --show answer',
    'check broken.yaml wrong.yaml alike.yaml',
    'check grey.yaml both.yaml both.yaml',
  ],
  compare: [
    'compare resnet18 resnet34 --depth 1',
    'compare net.yaml kept.yaml two.yaml --layout chw',
    'compare net.yaml broken.yaml',
    'compare nothing.yaml net.yaml',
  ],
  equiv: [
    'equiv 3x3+3x3+3x3 7x7 --channels 4',
    'equiv 3x3+3x3 1x5+5x1 --channels 2 --input 9',
    'equiv 3x3s2+3x3 7x7s2 --channels 2',
    'equiv 3x3 5x5 --no-run',
    'equiv 3x3d2 5x5 --channels 2',
    'equiv alexnet vgg16 --no-run',
    'equiv up.yaml up.yaml',
    'equiv broken.yaml 3x3',
    'equiv 3x3 missing.yaml',
  ],
  'equiv-find': ['equiv 7x7 --find', 'equiv 31x5 --find --channels 2', 'equiv 1x1 --find', 'equiv nothing.yaml --find'],
  estimate: [
    'estimate net.yaml',
    'estimate alexnet --device rtx4090 --depth 1 --batch 8',
    'estimate net.yaml --device this --only a',
    'estimate opaque.yaml --device i7-12700h',
    'estimate same.yaml',
    'estimate nothing.yaml',
  ],
  explain: ['explain net.yaml', 'explain alexnet conv1 --layout chw', 'explain broken.yaml', 'explain nothing.yaml'],
  fold: [
    'fold net.yaml',
    'fold kept.yaml --seed 1',
    'fold kept.yaml --no-run',
    'fold lenet5',
    'fold broken.yaml',
    'fold missing.yaml',
    'fold net.yaml --weights few.safetensors',
  ],
  kinds: ['kinds', 'kinds conv', 'kinds add'],
  lint: ['lint alexnet', 'lint twice.yaml', 'lint broken.yaml', 'lint nothing.yaml'],
  memory: [
    'memory net.yaml',
    'memory resnet18 --fit 64MiB --optimizer adam --checkpoint layer1.0',
    'memory net.yaml --amp --torch 2.2 --fit 1KiB',
    'memory broken.yaml --fit 8GiB',
    'memory nothing.yaml',
  ],
  norms: ['norms', 'norms --groups 1', 'norms --input 16x6 --batch 2', 'norms --input 2x3x3x6 --seed 1'],
  'norms-depth': ['norms --depth 3 --input 2x2x8 --batch 2', 'norms --depth 2 --input 5x8 --groups 2 --seed 1'],
  rf: [
    'rf alexnet --only conv*',
    'rf alexnet conv3 --unit 0,12',
    'rf alexnet fc6 --measure --effective',
    'rf two.yaml c --measure --effective',
    'rf up.yaml b --unit 0,0 --layout chw',
    'rf gate.yaml sum',
    'rf cross.yaml sum',
    'rf holes.yaml a --unit 1,1 --measure --effective',
    'rf far.yaml b',
    'rf broken.yaml b',
    'rf nothing.yaml',
  ],
  run: [
    'run net.yaml --stats',
    'run net.yaml --backend reference --batch 2 --one-by-one --top 5 --labels labels.txt --layout chw',
    'run net.yaml --training --batch 2 --save-stats s.safetensors',
    'run kept.yaml --fold --repeat 2',
    'run two.yaml --top 1 --profile',
    'run large.yaml',
    'run same.yaml --data nan.npy --stats --top 1',
    'run net.yaml --weights few.safetensors',
    'run broken.yaml',
    'run nothing.yaml',
  ],
  reconcile: [
    'reconcile net.yaml',
    'reconcile net.yaml 80 1K 5M 72',
    'reconcile grey.yaml 27K 27010',
    'reconcile opaque.yaml 9',
    'reconcile nothing.yaml',
    'reconcile broken.yaml 5',
  ],
  solve: [
    'solve blank.yaml',
    'solve never.yaml',
    'solve sizes.yaml',
    'solve nothing.yaml',
    'solve missing.yaml',
    'solve net.yaml',
  ],
  tensors: ['few.safetensors', 'few.safetensors --only b*'],
  why: ['why', 'why shape/groups', 'why act/double'],
  zoo: ['zoo', 'zoo --only res* --layout chw', 'zoo alexnet wrn --why'],
};

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly description?: string;
}

type Values = readonly unknown[];

/** The fields that a schema names, with their names: all, or those that stand in one of the values. */
const fieldsOf = (schema: Schema, values?: Values): readonly (readonly [name: string, field: Schema])[] => {
  const within = (one: Schema | undefined, inner: (value: object) => Values) => {
    const found = values?.flatMap((value) => (typeof value === 'object' && value !== null ? inner(value) : []));
    return one && found?.length !== 0 ? { one, found } : null;
  };
  const { properties = {}, items, additionalProperties, anyOf = [] } = schema;
  const lists = [
    within(items, (value) => (Array.isArray(value) ? value : [])),
    within(additionalProperties, Object.values),
  ];
  return [
    ...Object.entries(properties).flatMap(([name, field]) => {
      const inner = within(field, (value) => (name in value ? [value[name as keyof typeof value]] : []));
      return inner ? [[name, field] as const, ...fieldsOf(field, inner.found)] : [];
    }),
    ...lists.flatMap((inner) => (inner ? fieldsOf(inner.one, inner.found) : [])),
    ...anyOf.flatMap((one) => fieldsOf(one, values)),
  ];
};

const schemaOf = async (name: string) => JSON.parse((await run(['schema', name])).out);

const results = new Map<string, Values>();

it.each(Object.entries(LINES))('%s prints what its schema says, and nothing else', async (name, lines) => {
  const schema = await schemaOf(name);
  const [errors, strictErrors] = [validator(schema), validator(strict(schema))];
  const printed: unknown[] = [];
  for (const line of lines) {
    const { out, err } = await run([...line.split(' '), '--json'], { files });
    expect(out, `${line}: ${err}`).not.toBe('');
    const result = JSON.parse(out);
    expect(result.schema, line).toBe(`cnncalc/${name}/1`);
    expect([...errors(result), ...strictErrors(result)], line).toEqual([]);
    printed.push(result);
  }
  results.set(name, printed);
});

// Of the results above: parts that several have count once.
it('every field is printed by some command line, and is described', async () => {
  const [all, seen]: [Set<string>, Set<string>] = [new Set(), new Set()];
  for (const [name, printed] of results) {
    // Its parts stand apart from it; report.test.ts.
    const schema = await schemaOf(name);
    for (const field of fieldsOf(schema)) all.add(JSON.stringify(field));
    for (const field of fieldsOf(schema, printed)) seen.add(JSON.stringify(field));
    expect(fieldsOf(schema).filter(([, { description }]) => !description)).toEqual([]);
  }
  expect([...all].filter((field) => !seen.has(field))).toEqual([]);
});
