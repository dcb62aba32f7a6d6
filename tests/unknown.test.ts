// What depends on a mistake is unknown, and nothing else is: one mistake of every code that a spec can have, put into a network
// whose rows are known, in all places where an item can stand.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyze, parse, reportJson } from '../src/index.js';
import { parseNotation } from '../src/lang/parse.js';
import { layers } from '../src/layers/index.js';

/** Where the item with the mistake stands. What it makes is called after `at`, or stands in what is. */
const PLACES: Readonly<Record<string, (item: string) => string>> = {
  'by itself': (item) => item,
  'in a sequence': (item) => `{sequence: [${item}], name: at}`,
  'in numbers': (item) => `{numbered: [${item}], name: at}`,
  'in a branch': (item) => `{concat: {one: [${item}]}, name: at}`,
  'in a body': (item) => `{residual: [${item}], shortcut: [{conv: 8, kernel: 3}], name: at}`,
  'in copies': (item) => `{sequence: [{sequence: [${item}]}], repeat: 2, name: at}`,
};

const PLAIN = '{conv: n, kernel: 3, padding: 1, name: at}';

const text = (item: string, top = '', first = 'input: 16x16x4'): string => `${top}${first}
blocks: {unit: {params: {ch: null}, layers: [{conv: ch, kernel: 1}]}}
layers:
  - {conv: 8, kernel: 3, padding: 1, name: before}
  - {conv: 4, kernel: 1, norm: bn, name: twin}
  - ${item}
  - {conv: 4, kernel: 1, name: after}
  - {conv: 2, kernel: 1, from: before, name: beside}
  - {fc: 3, name: end}
`;

const VARS = 'vars: {n: 8}\n';

const seen = (spec: string) => {
  const analysis = analyze(parse(spec));
  const rows = new Map(analysis.rows.map(({ node, figures }) => [node.name, figures]));
  return { ...analysis, report: reportJson(analysis), known: rows };
};

/** One mistake in an item, which leaves unknown what the item makes and what reads that. */
const IN_ITEMS: Readonly<Record<string, string>> = {
  'item/unknown-kind': '{convv: 8, kernel: 3, name: at}',
  'item/two-kinds': '{conv: 8, fc: 3, name: at}',
  'item/list': '[relu]',
  'item/empty': '{}',
  'item/no-list': '{sequence: relu, name: at}',
  'item/repeat': '{conv: 8, kernel: 1, repeat: 1.5, name: at}',
  'item/overrides': '{conv: 8, kernel: 1, repeat: 1, last: 3, name: at}',
  'option/unknown': '{conv: 8, kernel: 3, strid: 2, name: at}',
  'option/missing': '{conv: 8, name: at}',
  'option/value': '{conv: 8, kernel: 0, name: at}',
  'option/twice': '{conv: 8, kernel: 3, size: 3, name: at}',
  'option/main': '{relu: 3, name: at}',
  'option/choice': '{upsample, name: at}',
  'option/sugar': '{conv: 8, kernel: 3, act: reluu, name: at}',
  'value/mapping': '{conv: 8, kernel: {size: 3}, name: at}',
  'value/too-large': '{conv: 99999999999999999999, kernel: 3, name: at}',
  'value/blank': '{conv: 8, kernel: _, name: at}',
  'value/product': '{conv: 8, kernel: 3*3, name: at}',
  'value/spelling': '{conv: 8, kernel: "(3, 3)", name: at}',
  'item/kind-as-value': '{type: conv, filters: 8, kernel: 3, name: at}',
  'expression/syntax': '{conv: 8, kernel: 3 +, name: at}',
  'expression/unknown-name': '{conv: 8, kernel: 1, repeat: xx, name: at}',
  'expression/unknown-function': '{conv: 8, kernel: 1, when: f(3), name: at}',
  'expression/arguments': '{conv: 8, kernel: 1, when: floor(), name: at}',
  'expression/type': "{conv: 8, kernel: 1, when: -'a', name: at}",
  'expression/index': '{conv: "list[7]", kernel: 1, name: at}',
  'expression/value': '{conv: 1/0, kernel: 1, name: at}',
  'expression/too-deep': `{conv: ${'('.repeat(70)}1${')'.repeat(70)}, kernel: 1, name: at}`,
  'expression/too-long': `{conv: 1${' + 1'.repeat(700)}, kernel: 1, name: at}`,
  'from/unknown': '{conv: 8, kernel: 1, from: nobody, name: at}',
  'from/position': '{conv: 8, kernel: 1, from: -1, name: at}',
  'from/name': '{sequence: [], from: [], name: at}',
  'block/unknown': '{use: unitt, name: at}',
  'block/param-missing': '{unit, name: at}',
  'defaults/kind': '{sequence: [{conv: 8, kernel: 1}], defaults: {convv: {bias: false}}, name: at}',
  'defaults/mapping': '{sequence: [{conv: 8, kernel: 1}], defaults: 3, name: at}',
  'each/columns': '{each: [1, 2], layers: [{conv: 8, kernel: 1}], name: at}',
  'each/layers': '{each: {a: [1, 2]}, name: at}',
  'each/length': '{each: {a: [1, 2], b: [3]}, layers: [{conv: 8, kernel: 1}], name: at}',
  'shape/kernel-too-large': '{conv: 8, kernel: 99, name: at}',
  'shape/needs-sequence': '{lstm: 8, name: at}',
  'shape/needs-indices': '{embedding: 8, words: 3, name: at}',
  'shape/needs-volume': '{sequence: [gap, {conv: 8, kernel: 1}], name: at}',
  'shape/groups': '{conv: 8, kernel: 3, groups: 3, name: at}',
  'shape/pool-padding': '{maxpool: 2, padding: 2, name: at}',
  'shape/output-padding': '{convtranspose: 8, kernel: 2, output_padding: 3, name: at}',
  'shape/empty': '{crop: 99, name: at}',
  'shape/mismatch': '{residual: [{conv: 3, kernel: 3}], shortcut: identity, name: at}',
  'shape/reshape': '{reshape: [3, 5], name: at}',
  'shape/permute': '{permute: [0, 0, 1], name: at}',
  'shape/slice': '{slice: 99, name: at}',
  'shape/slopes': '{prelu: 3, name: at}',
  'shape/pixelshuffle': '{pixelshuffle: 3, name: at}',
  'shape/pixelunshuffle': '{pixelunshuffle: 3, name: at}',
  'shape/pad-too-large': '{reflectpad: 99, name: at}',
  'shape/axis': '{reduce: mean, over: d, name: at}',
  'shape/matrices': '{matmul: [before, before], name: at}',
  'shape/heads':
    '{sequence: [{reshape: [-1, c], name: rows}, {matmul: [rows, rows], transpose: true, heads: 3}], name: at}',
  'shape/constants': '{times: [1, 2], name: at}',
  'shape/halves': '{sequence: [{conv: 3, kernel: 1}, glu], name: at}',
  'shape/unpool': '{unpool: 2, name: at}',
  'graph/inputs': '{relu, from: [before, twin], name: at}',
  'count/too-large': '{conv: 9000000000000000, kernel: 3, name: at}',
  'yaml/duplicate-key': '{conv: 8, kernel: 3, kernel: 5, name: at}',
  'yaml/split-by-comma': '{conv: max(8, c), kernel: 3, name: at}',
  'yaml/merge': '{conv: 8, kernel: 3, <<: 3, name: at}',
  'yaml/key': '{conv: 8, kernel: 3, [a]: 3, name: at}',
  'yaml/unknown-alias': '{conv: *eight, kernel: 3, name: at}',
};

const OTHERS_IN_ITEMS: readonly (readonly [code: string, item: string])[] = [
  ['option/unknown', '{residual: [{conv: 8, kernel: 3}], shortcuts: identity, name: at}'],
  ['option/unknown', '{sequence: [{conv: 8, kernel: 3}], repaet: 2, name: at}'],
  ['option/unknown', '{unit: 8, chh: 3, name: at}'],
  ['option/unknown', '{sequence: [{conv: 8, kernel: 1}], defaults: {conv: {bais: false}}, name: at}'],
  ['option/value', '{conv: 8, kernel: 1, when: null, name: at}'],
  ['option/value', '{residual: [{conv: 8, kernel: 3}], shortcut: 3, name: at}'],
  ['option/twice', '{unit: 8, ch: 3, name: at}'],
  ['option/main', '{none: 3, name: at}'],
  ['option/sugar', '{sequence: [], norm: relu, name: at}'],
  ['expression/unknown-name', '{conv: 8, kernel: 1, act: dd + 1, name: at}'],
  ['expression/unknown-name', '{each: {a: dd + 1}, layers: [{conv: 8, kernel: 1}], name: at}'],
  ['expression/unknown-name', '{conv: 8, kernel: 1, repeat: 2, first: {kernel: dd}, name: at}'],
  ['expression/unknown-name', '{residual: [{conv: 8, kernel: 3}], shortcut: dd, name: at}'],
  ['expression/unknown-name', '{conv: 8, kernel: 1, norm: {groupnorm: dd}, name: at}'],
  ['from/unknown', '{sequence: [], from: nobody, name: at}'],
  ['from/unknown', '{concat: [nobody, []], name: at}'],
  ['item/empty', '{concat: [[{}]], name: at}'],
  ['value/product', '{maxpool: 2 * 2, name: at}'],
  ['value/product', '{conv: 8, kernel: 3, padding: (1*1), name: at}'],
  ['value/product', '{upsample: 2*2, name: at}'],
  ['value/product', '{conv: 8, kernel: square, name: at}'],
  ['value/product', '{window: 3*3, name: at}'],
  ['value/product', '{conv: 8, kernel: also, name: at}'],
  ['value/product', '{window: also, name: at}'],
  ['value/product', '{outer: 3*3, name: at}'],
  ['value/product', '{conv: 8, kernel: [3*3, 1], name: at}'],
  ['value/product', '{conv: 8, kernel: [square, 1], name: at}'],
  ['value/product', '{conv: 8, kernel: sizes, name: at}'],
  ['value/product', '{window: sizes, name: at}'],
  ['value/product', '{each: {j: [3*3, 1]}, layers: [{conv: 8, kernel: j}], name: at}'],
  ['value/product', '{each: {j: [1, also]}, layers: [{window: j}], name: at}'],
  ['value/product', '{each: {j: sizes}, layers: [{conv: 8, kernel: j}], name: at}'],
  ['value/product', '{each: {j: [[3*3, 1]]}, layers: [{conv: 8, kernel: j}], name: at}'],
  ['value/product', '{given, name: at}'],
  ['value/product', '{conv: 8, kernel: 1, repeat: 2, last: {kernel: 3*3}, name: at}'],
  ['yaml/duplicate-key', '{sequence: [{conv: 8, kernel: 1}], repeat: 2, repeat: 3, name: at}'],
  ['yaml/duplicate-key', '{sequence: [relu], sequence: [{conv: 8, kernel: 1}], name: at}'],
  ['yaml/duplicate-key', '{conv: 8, kernel: 1, from: before, from: twin, name: at}'],
];

/** A mistake beside the layers: what it leaves unknown of `before`, `at`, `after`, `beside` and `end`. */
const ELSEWHERE: readonly (readonly [code: string, spec: string, unknown: string])[] = [
  ['spec/key', text(PLAIN, `${VARS}defualts: {conv: {stride: 2}}\n`), 'all'],
  ['spec/key', text(PLAIN, `${VARS}expects: {params: 3}\n`), ''],
  ['defaults/kind', text(PLAIN, `${VARS}defaults: {Linear: {bias: false}}\n`), 'end'],
  ['defaults/kind', text(PLAIN, `${VARS}defaults: {fcc: {bias: false}}\n`), 'end'],
  ['defaults/kind', text(PLAIN, `${VARS}defaults: {FC: {bias: false}}\n`), 'end'],
  ['spec/version', text(PLAIN, `${VARS}spec: 2\n`), 'all'],
  ['spec/layout', text(PLAIN, `${VARS}layout: nhwc\n`), 'all'],
  ['spec/dtype', text(PLAIN, `${VARS}dtype: f64\n`), 'bytes'],
  ['spec/batch', text(PLAIN, `${VARS}batch: 0\n`), 'memory'],
  ['input/missing', text(PLAIN, VARS, ''), 'all'],
  ['input/unreadable', text(PLAIN, VARS, 'input: [[16, 16]]'), 'all'],
  ['input/doubtful', text(PLAIN, VARS, 'input: 3x16x16'), 'all'],
  ['input/axes', text(PLAIN, VARS, 'input: 1x2x3x4x5'), 'all'],
  ['input/size', text(PLAIN, VARS, 'input: 0x16x4'), 'all'],
  ['input/key', text(PLAIN, VARS, 'input: {heigth: 16, width: 16, channels: 4}'), 'all'],
  ['input/channels', text(PLAIN, VARS, 'input: {height: 16, width: 16}'), 'all'],
  ['input/mapping', text(PLAIN, VARS, 'inputs: 16x16x4'), 'all'],
  ['input/twice', text(PLAIN, VARS, 'input: 16x16x4\ninputs: {a: 16x16x4}'), 'all'],
  [
    'input/several',
    text(PLAIN, VARS, `inputs: {${[...Array(33).keys()].map((i) => `i${i}: 16x16x4`).join(', ')}}`),
    'all',
  ],
  ['vars/mapping', text('{conv: 8, kernel: 3, padding: 1, name: at}', 'vars: 3\n'), ''],
  ['vars/circular', text(PLAIN, 'vars: {n: n + 1}\n'), 'at after'],
  [
    'vars/too-deep',
    text(PLAIN, `vars: {${[...Array(120).keys()].map((i) => `n${i}: n${i + 1}`).join(', ')}, n120: 8, n: n0}\n`),
    'at after',
  ],
  ['variant/mapping', text(PLAIN, `${VARS}variants: {a: 3}\n`), 'at after'],
  ['blocks/mapping', text('{unit: 8, name: at}', VARS).replace(/blocks: .*/, 'blocks: 3'), 'at after'],
  ['blocks/key', text('{unit: 8, name: at}', VARS).replace('unit: {', 'unit: {kernel: 3, '), 'at after'],
  ['blocks/layers', text('{unit: 8, name: at}', VARS).replace(/, layers: \[\{conv: ch.*/, '}}'), 'at after'],
  ['blocks/params', text('{unit: 8, name: at}', VARS).replace('params: {ch: null}', 'params: ch'), 'at after'],
  ['block/recursive', text('{unit: 8, name: at}', VARS).replace('kernel: 1}]}', 'kernel: 1}, {unit: 3}]}'), 'after'],
  ['name/reserved', text('{conv: c, kernel: 3, padding: 1, name: at}', 'vars: {c: 8}\n'), 'at after'],
  ['name/reserved', text('relu', VARS).replace('blocks: {', 'blocks: {relu: {layers: [tanh]}, '), 'at after'],
  [
    'name/reserved',
    text('{unit: 8, w: 3, name: at}', VARS)
      .replace('{ch: null}', '{ch: null, w: 3}')
      .replace('kernel: 1}]', 'kernel: w}]'),
    'at after',
  ],
  ['name/duplicate', text('{conv: n, kernel: 3, padding: 1, name: twin}', VARS), ''],
  [
    'name/duplicate',
    text('{conv: n, kernel: 3, padding: 1, name: twin}', VARS).replace('from: before', 'from: twin'),
    'beside end',
  ],
  ['name/word', text('{conv: n, kernel: 3, padding: 1, name: [a]}', VARS), ''],
  ['outputs/unknown', text(PLAIN, `${VARS}outputs: [end, nobody]\n`), ''],
  ['outputs/name', text(PLAIN, `${VARS}outputs: [input]\n`), ''],
  ['expect/key', text('{conv: n, kernel: 3, padding: 1, name: at, expect: {parms: 3}}', VARS), ''],
  ['expect/value', text('{conv: n, kernel: 3, padding: 1, name: at, expect: {params: much}}', VARS), ''],
  ['expect/mapping', text('{conv: n, kernel: 3, padding: 1, name: at, expect: 3}', VARS), ''],
  ['expect/broken', text('{conv: n, kernel: 3, padding: 1, name: at, expect: {params: 3}}', VARS), ''],
  ['lint/mapping', text('{conv: n, kernel: 3, padding: 1, name: at, lint: 3}', VARS), ''],
  ['lint/key', text('{conv: n, kernel: 3, padding: 1, name: at, lint: {ignroe: a}}', VARS), ''],
  ['lint/ignore', text('{conv: n, kernel: 3, padding: 1, name: at, lint: {ignore: [[a]]}}', VARS), ''],
  ['yaml/duplicate-key', text(PLAIN, `${VARS}batch: 2\nbatch: 3\n`), 'memory'],
  ['yaml/duplicate-key', text(PLAIN, 'vars: {n: 8, n: 9}\n'), 'at after'],
  ['yaml/recursive-alias', text(PLAIN, 'vars: {n: &a [*a]}\n'), 'at after'],
  ['yaml/bad-indent', text(PLAIN, VARS).replace('  - {fc: 3', '   - {fc: 3'), 'all'],
  ['yaml/missing-char', text(PLAIN, VARS).replace('name: beside}', 'name: beside'), 'all'],
  ['yaml/missing-char', text(PLAIN, VARS).replace('name: end}', "name: 'end}"), 'all'],
  ['yaml/multiple-docs', `${text(PLAIN, VARS)}---\na: 1\n`, 'all'],
  ['yaml/multiple-anchors', text(PLAIN, VARS).replace('fc: 3', 'fc: &a &b 3'), 'all'],
  ['yaml/tag-resolve-failed', text(PLAIN, VARS).replace('fc: 3', 'fc: !number 3'), 'all'],
  ['yaml/extra-char', text(PLAIN, VARS).replace('name: end}', 'name: end}}'), 'all'],
  ['yaml/colon', text(PLAIN, VARS).replace('fc: 3', 'fc:3'), 'all'],
  ['yaml/colon', text(PLAIN, `${VARS}batch=3\n`), 'all'],
  ['yaml/dash', text(PLAIN, VARS).replace('  - {fc: 3', '  -{fc: 3'), 'all'],
  ['yaml/comment', text(PLAIN, VARS).replace('name: end}', 'name: end} // the last'), 'all'],
  ['yaml/sign', text(PLAIN, VARS).replace('fc: 3', 'fc： 3'), 'all'],
  ['yaml/tab-as-indent', text(PLAIN, `${VARS}x-a:\n\tb: 3\n`), 'all'],
];

const ROWS = ['before', 'twin', 'twin.norm', 'at', 'after', 'beside', 'end'] as const;
const whole = seen(text(PLAIN, VARS));

/** The rows named are as they are without the mistake. */
const keeps = (names: readonly string[], { known, report }: ReturnType<typeof seen>): void => {
  for (const name of names) expect([name, known.get(name)]).toEqual([name, whole.known.get(name)]);
  for (const layer of report.layers.filter(({ name }) => names.includes(name))) expect(layer.params).not.toBeNull();
};

/** Of these rows nothing is said, and the sums do not leave them out. */
const hides = ({ report, totals, rows }: ReturnType<typeof seen>, isHidden: (name: string) => boolean): void => {
  const hidden = report.layers.filter(({ name }) => isHidden(name));
  expect(hidden.length).toBeGreaterThan(0);
  for (const { name, params, macs, bytes, flops } of hidden)
    expect([name, params, macs, bytes, flops]).toEqual([name, null, null, null, null]);
  expect([totals.params, totals.macs, totals.flops, totals.buffers, totals.activations]).toEqual(Array(5).fill(null));
  expect(Object.values(report.totals.bytes ?? {})).toEqual([null, null, null]);
  expect(rows.some(({ figures }) => figures === null)).toBe(true);
};

describe('a mistake in an item', () => {
  const all = [...Object.entries(IN_ITEMS), ...OTHERS_IN_ITEMS];
  const top = 'vars: {n: 8, list: [1], square: 3*3, also: square, sizes: [also, 1]}\n';
  const block = (spec: string): string =>
    spec.replace(
      'blocks: {',
      `blocks: {none: {layers: [relu]}, window: {params: {k: null}, layers: [{conv: 8, kernel: k}]}, \
outer: {params: {p: 3}, layers: [{window: p}]}, given: {params: {p: also, k: p}, layers: [{window: k}]}, `,
    );
  it.each(all)('%s %s', (code, item) => {
    const found = seen(block(text(item, top)));
    expect(found.diagnostics.map((d) => d.code)).toContain(code);
    keeps(['before', 'twin', 'twin.norm', 'beside', 'end'], found);
    hides(found, (name) => name === 'after');
  });
  it('wherever the item stands', () => {
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.constantFrom(...Object.values(PLACES)), ([code, item], place) => {
        const found = seen(block(text(place(item), top)));
        expect(found.diagnostics.map((d) => d.code)).toContain(code);
        keeps(['before', 'twin', 'twin.norm', 'beside', 'end'], found);
        hides(found, (name) => name === 'after');
      }),
      { numRuns: 400 },
    );
  });
  it('is told once', () => {
    for (const [code, item] of all)
      expect(
        seen(block(text(item, top)))
          .diagnostics.filter((d) => d.severity === 'error')
          .map((d) => d.code),
      ).toEqual([code]);
  });
});

describe('a mistake elsewhere', () => {
  it.each(ELSEWHERE)('%s %#', (code, spec, unknown) => {
    const found = seen(spec);
    expect(found.diagnostics.map((d) => d.code)).toContain(code);
    if (unknown === 'all') return hides(found, () => true);
    if (unknown === 'bytes' || unknown === 'memory') {
      const { params, activations, peakActivations } = found.report.totals.bytes ?? {};
      expect([params === null, activations, peakActivations]).toEqual([unknown === 'bytes', null, null]);
      expect(found.totals.params).toBe(whole.totals.params);
      for (const { bytes } of found.report.layers) expect(bytes?.['activations']).toBeNull();
      return;
    }
    const names = unknown.split(' ').filter(Boolean);
    const isHidden = (name: string) => names.some((hidden) => name === hidden || name.startsWith(`${hidden}.`));
    if (names.length > 0) hides(found, isHidden);
    else expect(found.totals.params).toBe(whole.totals.params);
    keeps(
      ROWS.filter((name) => found.known.has(name) && !isHidden(name)),
      found,
    );
  });
});

describe('a weight that cannot be shared', () => {
  it.each([
    ['share/unknown', '{conv: 8, kernel: 3, padding: 1, share: nobody, name: at}'],
    ['share/mismatch', '{conv: 8, kernel: 5, padding: 2, share: before, from: twin, name: at}'],
    ['share/mismatch', '{conv: 4, kernel: 1, norm: {bn, affine: false}, from: before, share: twin, name: at}'],
  ])('%s %s: the shapes behind it are known, what it has is not', (code, item) => {
    const found = seen(text(item, VARS));
    expect(found.diagnostics.map((d) => d.code)).toEqual([code]);
    expect(found.report.layers.find(({ name }) => name === 'after')?.params).not.toBeNull();
    expect(found.report.layers.find(({ name }) => name.startsWith('at'))?.outputShape).not.toBeNull();
    hides(found, (name) => name === (item.includes('norm') ? 'at.norm' : 'at'));
  });
  it('is unknown where that of the other is', () => {
    const found = seen(
      text('{conv: 8, kernel: 99, name: x}\n  - {conv: 8, kernel: 3, from: before, share: x, name: at}', VARS),
    );
    hides(found, (name) => name === 'at' || name === 'x');
  });
});

describe('notation', () => {
  it.each([
    ['notation/word', 'INPUT 16x16x4; CONV-3-8; CONVV-3-8; CONV-1-4; FC-3'],
    ['notation/word', 'INPUT 16x16x4; CONV-3-8; CONV-a-8; CONV-1-4; FC-3'],
    ['notation/word', 'INPUT 16x16x4; CONV-3-8; FC-3-8; CONV-1-4; FC-3'],
  ])('%s %s', (code, notation) => {
    const { totals, rows, diagnostics } = analyze(parseNotation(notation, 'same', { registry: layers }));
    expect(diagnostics.map((d) => d.code)).toContain(code);
    expect(rows.map(({ figures }) => figures?.params ?? null)).toEqual([296, null, null, null]);
    expect(totals.params).toBeNull();
  });
  it('of two inputs has none', () => {
    const { totals, diagnostics } = analyze(
      parseNotation('INPUT 16x16x4; CONV-3-8; INPUT 8x8x4; FC-3', 'same', { registry: layers }),
    );
    expect(diagnostics.map((d) => d.code)).toContain('input/twice');
    expect(totals.params).toBeNull();
  });
});

it('every code that a spec can have is tried', () => {
  const source = readFileSync(new URL('../src/core/codes.ts', import.meta.url), 'utf8');
  const codes = [...source.matchAll(/`([a-z]+)\/\$\{([^}]*)\}`/g)].flatMap(([, family, names = '']) =>
    names.split(' | ').map((name) => `${family}/${name.slice(1, -1)}`),
  );
  const tried = new Set([...Object.keys(IN_ITEMS), ...ELSEWHERE.map(([code]) => code)]);
  // What is no mistake of a spec, ends the reading with nothing built, is a note, or has a test of its own above.
  const others =
    /^(file|budget|import|export|limit|answers|solve|weights|data|run|share|frozen|notation|sweep)\/|^spec\/(empty|foreign|mapping|binary|too-large|no-layers)$|^yaml\/(too-deep|alias-bomb|syntax|unexpected-token)$|^(input\/sequence|expect\/unstated|value\/yes-no|graph\/unused-input|lint\/unknown-rule|vars\/unknown|variant\/unknown)$/;
  expect(codes.filter((code) => !tried.has(code) && !others.test(code))).toEqual([]);
});
