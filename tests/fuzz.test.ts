// No text makes the program throw or hang: bundled specs damaged at random, and structures of the language made at random.
// Random characters are in hostile.test.ts, large texts in large.test.ts.

import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { run } from './fake-io.js';
import { survive } from './survive.js';

// A hang is a hang on any machine; a busy one may take its time.
vi.setConfig({ testTimeout: 60_000 });

const specs = new URL('../specs/', import.meta.url);
const bundled = readdirSync(specs)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => readFileSync(new URL(file, specs), 'utf8'));

describe('bundled specs with', () => {
  const edits = fc.array(
    fc.tuple(fc.constantFrom('delete', 'double', 'swap', 'indent', 'outdent'), fc.nat(), fc.nat()),
    {
      minLength: 1,
      maxLength: 3,
    },
  );
  it('lines deleted, doubled, swapped and moved', () => {
    fc.assert(
      fc.property(fc.constantFrom(...bundled), edits, (text, changes) => {
        const lines = text.split('\n');
        for (const [change, a, b] of changes) {
          const [i, j] = [a % lines.length, b % lines.length];
          const line = lines[i] ?? '';
          if (change === 'delete') lines.splice(i, 1);
          else if (change === 'double') lines.splice(j, 0, line);
          else if (change === 'swap') [lines[i], lines[j]] = [lines[j] ?? '', line];
          else lines[i] = change === 'indent' ? `  ${line}` : line.replace(/^ {1,2}/, '');
        }
        survive(lines.join('\n'));
      }),
      { numRuns: 100 },
    );
  });
  it('values replaced', () => {
    const value = fc.oneof(
      fc.constantFrom(
        '',
        'null',
        '0',
        '-1',
        '1.5',
        '1e9',
        'NaN',
        '.inf',
        '0x3',
        'no',
        'c',
        'i',
        'same',
        '[]',
        '{}',
        '[1, 2]',
        '"x"',
        '2 *',
        '1/0',
        '__proto__',
        'relu',
        'h - 9',
      ),
      fc.string({ maxLength: 5 }),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...bundled),
        fc.array(fc.tuple(fc.nat(), value), { minLength: 1, maxLength: 3 }),
        (text, changes) => {
          let broken = text;
          for (const [at, replacement] of changes) {
            const places = [...broken.matchAll(/(?<=: )[^,{}[\]\n]+(?=[,}\n])/g)];
            const place = places[at % Math.max(1, places.length)];
            if (place)
              broken = broken.slice(0, place.index) + replacement + broken.slice(place.index + place[0].length);
          }
          survive(broken);
        },
      ),
      { numRuns: 120 },
    );
  });
  it('damage keep their exit code: 0, 1 or 2, and never a stack', async () => {
    const cut = fc.tuple(fc.nat(), fc.nat({ max: 40 }));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...bundled),
        cut,
        fc.constantFrom([], ['--json'], ['--format', 'csv']),
        async (text, [at, length], options) => {
          const start = at % text.length;
          const { code, out, err } = await run(['net.yaml', ...options], {
            files: { 'net.yaml': text.slice(0, start) + text.slice(start + length) },
          });
          expect([0, 1, 2]).toContain(code);
          expect(out + err).not.toMatch(/\n {4}at /);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('structures made at random', () => {
  /** Flow YAML of nested items: composites, copies, blocks, names that exist or do not, numbers that fit or do not. */
  const number = fc.constantFrom(
    '0',
    '1',
    '2',
    '3',
    '8',
    '-1',
    '1.5',
    'c',
    'i',
    'n',
    '2*c',
    'h // 2',
    'c - 3',
    'widths[i]',
    '1/0',
    'nobody',
  );
  const name = fc.constantFrom('a', 'b', 'c1', 'conv1', 'input', 'nobody', 'a.conv1', 'e.0');
  const options = fc.array(
    fc.oneof(
      number.map((n) => `kernel: ${n}`),
      number.map((n) => `stride: ${n}`),
      fc.constantFrom('padding: same', 'padding: 1x2', 'norm: bn', 'act: relu', 'act: none', 'drop: 0.5', 'bias: no'),
      name.map((text) => `name: ${text}`),
      number.map((n) => `name: "a{${n}}"`),
      name.map((text) => `from: ${text}`),
      name.map((text) => `share: ${text}`),
      number.map((n) => `repeat: ${n}`),
      number.map((n) => `when: ${n} > 2`),
      number.map((n) => `first: {stride: ${n}}`),
      number.map((n) => `expect: {params: ${n}, out: 3x3x3}`),
    ),
    { maxLength: 4 },
  );
  const { item } = fc.letrec<{ item: string; list: string }>((tie) => ({
    list: fc.array(tie('item'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    item: fc
      .tuple(
        fc.oneof(
          { maxDepth: 4 },
          number.map((n) => `conv: ${n}`),
          fc.constantFrom(
            'relu: ',
            'gap: ',
            'fc: 3',
            'maxpool: 2',
            'block: 3',
            'block: n',
            'use: other',
            'se: 2',
            'flatten: ',
            'upsample: 2',
            'upsample: 2, coordinates: half_pixel, rounding: ceil',
            'avgpool: 2, dilation: 3, wide: true',
            'lrn: 4, lean: behind',
            'concat: [a, b]',
            'add: [a, []]',
          ),
          tie('list').map((list) => `residual: ${list}`),
          tie('list').map((list) => `residual: [{conv: 4, kernel: 1}], shortcut: ${list}`),
          tie('list').map((list) => `sequence: ${list}`),
          tie('list').map((list) => `numbered: ${list}`),
          tie('list').map((list) => `aux: ${list}`),
          fc.tuple(tie('list'), tie('list')).map(([a, b]) => `concat: [${a}, ${b}]`),
          fc.tuple(tie('list'), tie('list')).map(([a, b]) => `add: {p: ${a}, q: ${b}}`),
          tie('list').map((list) => `each: {n: [1, 2]}, layers: ${list}`),
        ),
        options,
      )
      .map(([kind, more]) => `{${[kind, ...new Map(more.map((o) => [o.split(':')[0], o])).values()].join(', ')}}`),
  }));
  it('never throw', () => {
    const before = 'vars: {n: 4, widths: [4, 8]}\ndefaults: {conv: {kernel: 1}}\n';
    fc.assert(
      fc.property(fc.array(item, { maxLength: 5 }), fc.array(item, { maxLength: 3 }), (items, inside) => {
        const blocks = `blocks: {block: {params: {n: null, act: relu}, layers: [${inside.join(', ')}]}, other: {layers: [block: 2]}}\n`;
        survive(`${before}${blocks}input: 9x8x4\nlayers: [${items.join(', ')}]\n`);
      }),
      { numRuns: 120 },
    );
  });
});
