// A spec that is one line of JSON: the quick reader gives the very values that the YAML reader gives, or leaves the line to it.

import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { readJsonLine } from '../src/lang/json-line.js';
import { readYaml } from '../src/lang/yaml.js';
import { network, SORTS } from './random-network.js';
import { expectSame } from './same.js';

/** As Python's `json.dumps` writes a value: a space behind commas and colons, and nothing but ASCII. */
const dumped = (value: unknown): string =>
  JSON.stringify(value, null, 1)
    .replace(/\n\s*(?=[\]}])/g, '')
    .replace(/(?<=[[{])\n\s*/g, '')
    .replace(/\n\s*/g, ' ')
    .replace(/[^ -~]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);

const same = (line: string): void => {
  const read = readJsonLine(line);
  if (!read) expect.fail(`it is left to the YAML reader: ${line}`);
  expectSame(read, readYaml(line));
};

const sameOrLeft = (line: string): void => {
  const read = readJsonLine(line);
  if (read) expectSame(read, readYaml(line));
};

const specs = new URL('../specs/', import.meta.url);
const files = readdirSync(specs).filter((file) => file.endsWith('.yaml'));
const specOf = (file: string): unknown => parseYaml(readFileSync(new URL(file, specs), 'utf8'));

describe('the same values with the same places', () => {
  it.each(files)('of %s', (file) => {
    const value = specOf(file);
    same(JSON.stringify(value));
    same(dumped(value));
  });

  it('of random networks', () =>
    fc.assert(
      fc.property(network(2, SORTS), ({ text }) => {
        same(JSON.stringify(parseYaml(text)));
        same(dumped(parseYaml(text)));
      }),
      { numRuns: 30 },
    ));

  it.each([
    String.raw`{"name":"a \"b\" \\ \/ \b\f\n\r\t \u00e9 \ud83d\ude00 \\\\","layers":[]}`,
    '{"name":"卷积 × é – “x”，：（a） #b // c","layers":[{"卷积":1}]}',
    '{"name":"<img onerror=1> {[ }] , : & * ! | > % @ `","layers":["- a: b"]}',
    '{"a":-0,"b":1e5,"c":-1.5E-7,"d":true,"e":false,"f":null,"g":"","h":"null","i":"~","layers":[[],{},[[1]]]}',
    '{"layers":[{"conv":"max(8, c)"},["(1","2)"],{"<<x":1}]} ',
    '{ "layers" : [ ] , "x" : { } }',
    '{}',
  ])('of %s', same);
});

const LEFT = [
  ['no JSON', '{"a":1,}'],
  ['no JSON', '{"a":01}'],
  ['no JSON', '{a:1}'],
  ['no JSON', '{"a":"b'],
  ['no JSON', '{"a":"\\x41"}'],
  ['no JSON', '{"a":NaN}'],
  ['no JSON', '{"a":[1}'],
  ['no mapping', '[1]'],
  ['no text', ''],
  ['two values', '{"a":1} {"b":2}'],
  ['several lines', '{"a":1}\n'],
  ['tabs', '{"a":\t1}'],
  ['a key that stands twice', '{"a":1,"b":{"c":1,"c":2}}'],
  ['a key that stands twice, once in escapes', '{"a":1,"\\u0061":2}'],
  ['a merge', '{"<<":{"a":1}}'],
  ['a prototype', '{"__proto__":{"a":1}}'],
  ['a long key', `{"${'a'.repeat(300)}":1}`],
  ['a turned direction', '{"name":"\u202e"}'],
  ['a blank that is no space', '{"name":"a\u00a0b"}'],
  ['a deep text', `{"a":${'['.repeat(150)}${']'.repeat(150)}}`],
  ['many brackets', `{"a":"${'['.repeat(300)}"}`],
  ['a notebook', '{"nbformat":4,"cells":[]}'],
  ['a configuration', '{"model_type":"resnet"}'],
] as const;

it.each(LEFT)('%s is left to the YAML reader: %s', (_, line) => expect(readJsonLine(line)).toBeUndefined());

it('of a line that is changed somewhere, the same or nothing', () => {
  const some = files.slice(0, 20).map((file) => JSON.stringify(specOf(file)).slice(0, 600));
  const sign = fc.constantFrom(
    ...'{}[]",:\\ 0-1.e+tn#&*!|>%@`~?<_(=',
    'null',
    '\\u',
    '：',
    '，',
    '“',
    '\t',
    '\u2028',
    '\ufeff',
  );
  const change = fc.tuple(fc.nat(), fc.constantFrom('put', 'leave out', 'write over', 'double'), sign);
  // Cut anywhere and closed again, it is shorter than the whole and often sound.
  const line = fc.constantFrom(...some).map((text) => closed(text));
  fc.assert(
    fc.property(line, fc.array(change, { minLength: 1, maxLength: 3 }), (text, changes) => {
      let changed = text;
      for (const [at, what, by] of changes) {
        const i = at % (changed.length + 1);
        const rest = changed.slice(i);
        changed =
          changed.slice(0, i) +
          (what === 'put'
            ? by + rest
            : what === 'double'
              ? rest.slice(0, 9) + rest
              : (what === 'write over' ? by : '') + rest.slice(1));
      }
      sameOrLeft(changed);
    }),
    { numRuns: 300 },
  );
});

/** A line of JSON that was cut, up to its last whole value, with its brackets closed. */
function closed(text: string): string {
  const cut = text.slice(0, Math.max(text.lastIndexOf('},'), text.lastIndexOf('],')) + 1);
  const open: string[] = [];
  let quoted = false;
  for (const sign of cut) {
    if (sign === '"') quoted = !quoted;
    else if (!quoted && (sign === '{' || sign === '[')) open.push(sign === '{' ? '}' : ']');
    else if (!quoted && (sign === '}' || sign === ']')) open.pop();
  }
  return cut + open.reverse().join('');
}
