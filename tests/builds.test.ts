// What is kept over the builds of one read changes nothing that comes out: building it again, with other vars and back, gives what a
// fresh read gives, over the bundled networks and over texts with mistakes in them.

import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Parsed } from '../src/core/graph.js';
import { build, type ParseOptions, type Read } from '../src/lang/file.js';
import { Lasting } from '../src/lang/lasting.js';
import { match } from '../src/lang/match.js';
import { lookup } from '../src/lang/values.js';
import { readYaml } from '../src/lang/yaml.js';
import { layers } from '../src/layers/index.js';
import { specsIn } from './executed.js';
import { NETWORKS } from './language-cases.js';
import { MISTAKES } from './mistakes.js';

type Asked = Omit<ParseOptions, 'registry' | 'match'>;

const built = (read: Read, asked: Asked, lasting?: Lasting): Parsed =>
  build(read, { registry: layers, match, ...asked }, lasting);

/** All that can be compared: kinds by their names, and no arithmetic that is worked out when it is read. */
const whole = (parsed: Parsed): string =>
  JSON.stringify(parsed, (key, value) => {
    if (key === 'kind') return value.name;
    return value instanceof Map ? [...value] : value;
  });

const varsOf = ({ value }: Read): readonly string[] => {
  const vars = value?.type === 'mapping' ? lookup(value, 'vars') : undefined;
  return vars?.type === 'mapping' ? vars.entries.map(({ key }) => key.text) : [];
};

/** The usual network before and after others, of which some are wrong. */
const asks = (read: Read): readonly Asked[] => {
  const [one = 'nothing', other = one] = varsOf(read);
  const between: readonly Asked[] = [
    { set: { [one]: '16' }, layout: 'chw' },
    { set: { [one]: '3', [other]: 'yes' }, layout: 'hwc', input: '40x48x3', freeze: ['*'] },
  ];
  return [{}, ...between, {}];
};

const check = (text: string): void => {
  const read = readYaml(text);
  const lasting = new Lasting();
  for (const asked of asks(read)) {
    const again = whole(built(read, asked, lasting));
    const fresh = whole(built(read, asked));
    if (again !== fresh) expect(again, JSON.stringify(asked)).toBe(fresh);
  }
};

const specs = new URL('../specs/', import.meta.url);
const files = readdirSync(specs).filter((file) => file.endsWith('.yaml'));

it.each(files)('%s is built again as from a fresh read', (file) => check(readFileSync(new URL(file, specs), 'utf8')));

it('so are small networks of all that items can hold', () => {
  for (const [, text] of NETWORKS) check(text);
});

it('so are shapes whose order is said from outside', () =>
  check('input: 3x32x32\nlayers:\n  - {fc: 10}\n  - {opaque: Boxes, out: 3x8x9, params: 0, rf: global}\n'));

const pages = ['diagnostics', 'language'].flatMap((page) =>
  specsIn(readFileSync(new URL(`../docs/${page}.md`, import.meta.url), 'utf8')),
);

it('so are texts with mistakes in them, which are told again', () => {
  for (const { text } of [...MISTAKES, ...pages]) check(text);
});

it('so are bundled networks with values that are wrong', () => {
  const wrong = fc.constantFrom(
    '',
    '0',
    '1.5',
    'yes',
    '_',
    'c',
    'i',
    'same',
    '[1, 2]',
    '{}',
    '2 *',
    '1/0',
    'relu',
    'h - 9',
  );
  const changes = fc.array(fc.tuple(fc.nat(), wrong), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.constantFrom(...files), changes, (file, all) => {
      let text = readFileSync(new URL(file, specs), 'utf8');
      for (const [at, value] of all) {
        const places = [...text.matchAll(/(?<=: )[^,{}[\]\n]+(?=[,}\n])/g)];
        const place = places[at % Math.max(1, places.length)];
        if (place) text = text.slice(0, place.index) + value + text.slice(place.index + place[0].length);
      }
      check(text);
    }),
    { numRuns: 25 },
  );
});
