// What reports say and how they look: schemas, goldens of one network, the laws that hold in every format, widths. Not the command line.

import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { ruleIds } from '../src/analysis/lint/lint.js';
import { human, humanBytes, matches, parseQuantity } from '../src/core/quantity.js';
import {
  type Analysis,
  analyze,
  describe as describeDiagnostic,
  human as exportedHuman,
  parse,
  parseNotation,
  render,
  reportJson,
  version,
} from '../src/index.js';
import { layers } from '../src/layers/index.js';
import { COLUMNS, DEFAULT_COLUMNS } from '../src/report/columns.js';
import { reportSchema } from '../src/report/json/report.js';
import { specSchema } from '../src/schema/spec.js';
import { bundled } from './bundled.js';
import { plain, run, SPECS } from './fake-io.js';
import { strict, validator } from './validator.js';

const specs = readdirSync(SPECS).filter((file) => file.endsWith('.yaml'));
const stemOf = (file: string): string => file.replace(/\.yaml$/, '');
const textOf = (file: string): string => readFileSync(SPECS + file, 'utf8');
const alexnet = textOf('alexnet.yaml');
const analysed = (text: string): Analysis => analyze(parse(text));

const BROKEN = {
  'nothing at all': '',
  'no mapping': '- 3',
  'broken YAML': 'layers: [',
  'a kernel too large': 'input: 8x8x3\nlayers:\n  - {conv: 4, kernel: 3}\n  - {conv: 4, kernel: 30}\n  - {fc: 2}\n',
  'unknown words': 'input: 8x8x3\nlayers:\n  - {convv: 4}\n  - {fc: 2, unts: 3}\n',
  'keys twice': 'input: 8x8x3\nlayers:\n  - {fc: 2, fc: 3}\n',
};

describe('cnncalc schema report', () => {
  const errors = validator(strict(reportSchema()));
  const plainJson = (analysis: Analysis) => JSON.parse(JSON.stringify(reportJson(analysis, { source: 'a.yaml' })));

  it.each(specs)('%s', (file) => expect(errors(plainJson(bundled(stemOf(file))))).toEqual([]));
  it.each(Object.entries(BROKEN))('%s', (_, text) => expect(errors(plainJson(analysed(text)))).toEqual([]));
  it('a line says whose weights it and its sugar use, what is frozen, and which outputs are read on', () => {
    const text =
      'input: 2x2x4\noutputs: [b, c]\nlayers:\n  - {fc: 4, norm: none, name: a, frozen: true}\n  - {fc: 4, share: a, name: b, from: input}\n  - {fc: 4, act: prelu, name: c}\n  - {fc: 4, act: prelu, share: c}\n';
    const page = render(analyze(parse(text)), { format: 'markdown', columns: ['layer'] });
    const { layers: rows } = reportJson(analyze(parse(text)));
    expect(rows.map(({ note }) => note)).toEqual([
      'flattens 2x2x4; frozen',
      'flattens 2x2x4; shares the weights of a',
      undefined,
      undefined,
      'shares the weights of c',
      'shares the weights of c.act',
    ]);
    expect(page).toContain('(flattens 2x2x4; shares the weights of a; output)');
  });
  it('fields with phases, shared weights, other layouts', () => {
    const text =
      'input: 9x9x4\nlayers:\n  - {conv: 4, kernel: 3, stride: 2, name: a}\n  - {convtranspose: 4, kernel: 2, stride: 2, name: b}\n  - {conv: 4, kernel: 3, share: a}\n';
    const report = plainJson(analysed(text));
    expect(errors(report)).toEqual([]);
    expect(report.layers[1].receptiveField.phases).toBeDefined();
  });
  it('refuses a report with a figure missing', () => {
    const report = plainJson(analysed(alexnet));
    delete report.totals.macs;
    report.layers[0].params = 0;
    expect(errors(report)).toEqual(
      expect.arrayContaining([expect.stringContaining("'macs'"), expect.stringContaining('/layers/0/params')]),
    );
  });
});

describe('cnncalc schema spec', () => {
  const errors = validator(specSchema(layers, ruleIds));
  const read = (text: string) => parseYaml(text, { merge: true });

  it.each(specs)('%s', (file) => expect(errors(read(textOf(file)))).toEqual([]));

  it.each(
    layers.kinds.flatMap((kind) => kind.examples.map((example, i) => [`${kind.name} ${i + 1}`, example] as const)),
  )('the example of %s', (_, example) => {
    const lines = example.split('\n').filter((line) => !line.includes('# error'));
    expect(errors(read(lines.join('\n')))).toEqual([]);
  });

  it.each([
    '{conv: 96, kernel: 11, stride: 4, x-colour: red}',
    '{conv: mid*2, kernel: 3x1, padding: [1, 0], bias: "c > 3", norm: bn, act: {leakyrelu: 0.2}, drop: none}',
    '{dense: 10, act: none, when: i > 0}',
    '{bottleneck: 64, stride: 2}',
    '{use: bottleneck, mid: 64, repeat: 3, first: {stride: 2}}',
    '{residual: [{conv: 8, kernel_size: 3}, relu], shortcut: match, act: relu}',
    '{each: {ch: [64, 128]}, layers: [{conv: ch, kernel: 3}]}',
    '{concat: {a: [{conv: 8, kernel: 1}], b: []}}',
    '{add: [enc1, [relu], {conv: 3, kernel: 1}]}',
    'relu',
    'bottleneck',
  ])('lets through %s', (item) => expect(errors(read(`input: 8x8x3\nlayers:\n  - ${item}\n`))).toEqual([]));

  it.each([
    '{conv: 96, kernal: 11}',
    '{conv: 96, kernel: 0}',
    '{conv: -1, kernel: 3}',
    '{conv: 96, kernel: 3, maxpool: 2}',
    '{fc: 10, stride: 2}',
    '{fc: 10, expect: {parms: 3}}',
    '{residual: [relu], short: auto}',
    '{maxpool: 2, ceil: 1}',
    '3',
  ])('refuses %s', (item) => expect(errors(read(`input: 8x8x3\nlayers:\n  - ${item}\n`))).not.toEqual([]));

  it.each([
    'layers: []',
    'input: 8x8x3',
    'input: 8x8x3\nlayer: [relu]',
    'input: 8x8x3\nlayers: [relu]\ndefaults: {conv: {kernal: 3}}',
    'input: 8x8x3\nlayers: [relu]\nlayout: nhwc',
  ])('refuses the file %j', (text) => expect(errors(read(text))).not.toEqual([]));

  it('describes every option, for hovering', () => {
    const { $defs } = specSchema(layers, ruleIds) as {
      $defs: Record<string, { properties?: Record<string, { description?: string; $ref?: string }> }>;
    };
    for (const kind of layers.kinds) {
      for (const [name, option] of Object.entries($defs[kind.name]?.properties ?? {}))
        expect(option.description ?? option.$ref, `${kind.name}.${name}`).toBeTruthy();
    }
  });
});

describe('goldens', () => {
  it.each([
    ['table', 'txt'],
    ['json', 'json'],
    ['jsonl', 'jsonl'],
    ['csv', 'csv'],
    ['tsv', 'tsv'],
    ['markdown', 'md'],
    ['latex', 'tex'],
  ])('alexnet as %s', async (format, ending) => {
    const { out } = await run(['alexnet', '--format', format]);
    await expect(out.replace(`"version": "${version}"`, '"version": "-"')).toMatchFileSnapshot(
      `snapshots/alexnet.${ending}`,
    );
  });
  it('alexnet in colour', async () => {
    const { out } = await run(['alexnet', '--depth', '1', '--color', 'always', '--width', '80']);
    await expect(JSON.stringify(out.split('\n'), null, 1)).toMatchFileSnapshot('snapshots/alexnet.colour.json');
  });
});

/** CSV as RFC 4180 has it. */
const readCsv = (text: string): string[][] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        (match) => match[1]?.replaceAll('""', '"') ?? match[2] ?? '',
      ),
    );

const numberIn = (cell: string): number =>
  Number(/^[\d,]+/.exec(cell.replaceAll('*', '').trim())?.[0].replaceAll(',', ''));

/** Whose files for other programs the command writes; of the rest the library does, which reads a network once. */
const COMMANDED = ['alexnet.yaml', 'resnet.yaml', 'unet.yaml'];

describe('laws', () => {
  it.each(specs)('%s: rows add up to totals in every format', async (file) => {
    const figures = ['params', 'trainable', 'frozen', 'buffers', 'macs', 'flops', 'activations'] as const;
    const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

    const analysis = bundled(stemOf(file));
    const { layers: rows, totals } = JSON.parse(
      COMMANDED.includes(file) ? (await run([SPECS + file, '--json'])).out : render(analysis, { format: 'json' }),
    );
    for (const key of figures)
      expect(
        sum(
          rows.map((row: Record<string, number>) =>
            key === 'params' || key === 'trainable' || key === 'frozen'
              ? (row['params'] as unknown as Record<string, number>)[key === 'params' ? 'total' : key]
              : row[key],
          ),
        ),
        key,
      ).toBe(totals[key]);

    const page = async (format: 'csv' | 'tsv' | 'jsonl', depth?: 1): Promise<string> =>
      COMMANDED.includes(file)
        ? (await run([SPECS + file, '--format', format, ...(depth ? ['--depth', `${depth}`] : [])])).out
        : render(analysis, { format, ...(depth && { depth }) });

    const lines = (await page('jsonl'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(sum(lines.filter((line) => line.type === 'layer').map((line) => line.macs))).toBe(lines.at(-1).macs);

    for (const depth of [undefined, 1] as const) {
      for (const [format, separator] of [
        ['csv', null],
        ['tsv', '\t'],
      ] as const) {
        const out = await page(format, depth);
        const [header = [], ...records] = separator
          ? out
              .trimEnd()
              .split('\n')
              .map((line) => line.split(separator))
          : readCsv(out);
        expect(new Set(records.map((record) => record.length))).toEqual(new Set([header.length]));
        for (const key of figures)
          expect(sum(records.map((record) => Number(record[header.indexOf(key)]))), `${format} ${key}`).toBe(
            totals[key],
          );
      }
      const { out: table } = await run([
        SPECS + file,
        '--columns',
        'params,name',
        ...(depth ? ['--depth', `${depth}`] : []),
      ]);
      const [, ...numbers] = (table.split('\n\n')[1] ?? '').split('\n').filter((line) => !line.startsWith('─'));
      const body = numbers.map(numberIn);
      expect(body.some(Number.isNaN)).toBe(false);
      expect(sum(body.slice(0, -1))).toBe(body.at(-1));

      const markdown = render(analysis, { format: 'markdown', columns: ['params'], ...(depth && { depth }) });
      const cells = markdown
        .split('\n')
        .filter((line) => /^\| \**[\d]/.test(line))
        .map((line) => numberIn(line.slice(2)));
      expect(sum(cells.slice(0, -1))).toBe(totals.params);
    }
  });

  it('names with commas, quotes and line breaks survive CSV', () => {
    const name = 'a, "b"';
    const analysis = analysed(`input: 8x8x3\nlayers:\n  - {conv: 2, kernel: 3, name: 'a, "b"'}\n`);
    expect(readCsv(render(analysis, { format: 'csv' }))[1]?.[1]).toBe(name);
    expect(render(analysis, { format: 'tsv' }).split('\n')[1]?.split('\t')[1]).toBe(name);
  });

  it('unknown is ? and never 0, and the sum of the known is a lower bound', async () => {
    const { out } = await run(['b.yaml'], { files: { 'b.yaml': BROKEN['a kernel too large'] } });
    expect(out).toMatch(/conv2 .*\?.*\?.*\?/);
    expect(out).toMatch(/^total +\?/m);
    expect(out).toMatch(/unknown +2 of 3 rows/);
    expect(out).toMatch(/parameters +\? \(at least 112\)/);
    expect(render(analysed(BROKEN['a kernel too large']), { format: 'csv' })).toMatch(
      /^2,conv2,conv,[^\n]*,\?,\?,\?,\?/m,
    );
  });

  it('human numbers read back as what they stand for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (n) => {
        const quantity = parseQuantity(human(n));
        return quantity !== null && (matches(quantity, n) || n === quantity.high);
      }),
      { numRuns: 500 },
    );
    expect([34944, 614656, 7600, 1327488, 62378344, 138357544, 999, 999_950].map(human)).toEqual([
      '35K',
      '615K',
      '7.6K',
      '1.3M',
      '62.4M',
      '138M',
      '999',
      '1.0M',
    ]);
    expect([0, 1023, 1024, 102_390, 2 ** 20 - 1, 249_513_376].map(humanBytes)).toEqual([
      '0 B',
      '1023 B',
      '1.0 KiB',
      '100 KiB',
      '1.0 MiB',
      '238 MiB',
    ]);
  });
  it('and bytes too', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 50 }), (n) => {
        const quantity = parseQuantity(humanBytes(n));
        return quantity !== null && quantity.unit === 'B' && (matches(quantity, n) || n === quantity.high);
      }),
      { numRuns: 500 },
    );
  });
});

describe('widths', () => {
  const tableOf = async (argv: readonly string[], world: Parameters<typeof run>[1] = {}) =>
    plain((await run(argv, world)).out)
      .split('\n\n')[1]
      ?.split('\n') ?? [];

  it('piped output has every column, whatever COLUMNS says', async () => {
    const [header = ''] = await tableOf(['alexnet'], { env: { COLUMNS: '40' } });
    expect(header.trim().split(/ {2,}/)).toEqual(['name', 'layer', 'output', 'params', 'share', 'MACs', 'share', 'rf']);
    expect(DEFAULT_COLUMNS).toEqual([
      'name',
      'layer',
      'from',
      'output',
      'params',
      'params-share',
      'macs',
      'macs-share',
      'rf',
    ]);
  });

  it('80 columns show name, layer, output, params, MACs and rf of AlexNet', async () => {
    const [header = ''] = await tableOf(['alexnet'], { tty: { stdout: 80 } });
    expect(header.trim().split(/ {2,}/)).toEqual(['name', 'layer', 'output', 'params', 'MACs', 'rf']);
  });

  it.each([139, 100, 80, 70, 60, 50, 44])(
    '%i columns are not exceeded, and what is left out is said',
    async (width) => {
      const { out, err } = await run(['alexnet', '--width', String(width)]);
      for (const line of out.split('\n')) expect(stringWidth(line), line).toBeLessThanOrEqual(width);
      expect(err.includes('leave out')).toBe(width < 116);
      expect(out).toContain('37,752,832');
    },
  );

  it('numbers are never cut: where they do not fit, the table is wider', async () => {
    const { out, err } = await run(['alexnet', '--width', '20']);
    expect(out).toContain('37,752,832');
    expect(err).toMatch(/the table takes \d+ columns/);
  });

  it('wide characters and long names keep the columns under each other', async () => {
    const text = `input: 32x32x3\nlayers:\n  - {conv: 16, kernel: 3, name: 第一層卷積}\n  - {conv: 16, kernel: 3, name: ${'long_'.repeat(20)}x}\n  - {conv: 8, kernel: 1, name: 😀}\n`;
    for (const width of [60, 80, 140]) {
      const lines = await tableOf(['w.yaml', '--width', String(width), '--columns', 'name,output'], {
        files: { 'w.yaml': text },
      });
      const ends = lines.filter((line) => /x16$|x8$/.test(line)).map((line) => stringWidth(line));
      expect(ends).toHaveLength(3);
      expect(new Set(ends).size).toBe(1);
    }
  });

  it('--ascii is ASCII', async () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII
    expect((await run(['alexnet', '--ascii', '--width', '50'])).out).toMatch(/^[\u0000-\u007f]+$/);
  });

  it('--sort puts the largest first, --only adds the sum of what is shown', async () => {
    const sorted = await tableOf(['alexnet', '--sort', 'params', '--columns', 'name']);
    expect(sorted.slice(2, 5)).toEqual(['fc6', 'fc7', 'fc8']);
    const fields = await tableOf(['alexnet', '--sort', 'rf', '--columns', 'name,rf']);
    expect(fields[2]).toMatch(/global/);
    expect(fields.at(-3)).toMatch(/ 11$/);
    const only = await tableOf(['alexnet', '--only', 'fc?', '--columns', 'name,params']);
    expect(only.map((line) => line.split(/ {2,}/).slice(0, 2).join(' '))).toEqual(
      expect.arrayContaining(['shown 58,631,144 (58.6M)', 'total 62,378,344 (62.4M)']),
    );
    expect(only.filter((line) => line.startsWith('conv'))).toEqual([]);
  });

  it('a thousand rows take no more than a thousand times one', async () => {
    const text = 'input: 8x8x3\nlayers:\n  - {conv: 4, kernel: 3, padding: same, repeat: 1000}\n';
    const lines = await tableOf(['long.yaml'], { files: { 'long.yaml': text } });
    expect(lines).toHaveLength(1000 + 4);
    expect(new Set(lines.slice(2, -2).map((line) => line.indexOf('8x8x4'))).size).toBe(1);
  });

  it('every column has a name of its own and a sentence', () => {
    expect(new Set(COLUMNS.map(({ key }) => key)).size).toBe(COLUMNS.length);
    for (const { key, doc } of COLUMNS) expect(doc, key).not.toBe('');
  });
});

describe('the library', () => {
  it('goes from text to report', () => {
    const analysis = analyze(parse(alexnet, { batch: 2, dtype: 'f16' }));
    expect(analysis.totals.params).toBe(62378344);
    expect(analysis.totals.bytes.params).toBe(2 * 62378344);
    expect(reportJson(analysis, { layout: 'chw' }).layers[0]?.outputShape).toEqual([96, 55, 55]);
    expect(render(analysis, { format: 'markdown', columns: ['name', 'params'], depth: 1 })).toContain(
      '| fc6 | 37,752,832 (37.8M) |',
    );
    expect(exportedHuman(62378344)).toBe('62.4M');
  });
  it('reads notation', () => {
    const shapes = analyze(parseNotation('INPUT 128x128x3; CONV-9-32; POOL-2; FC-3', { pad: 'same' })).rows.map(
      (row) => row.node.facts?.output,
    );
    expect(shapes).toEqual([[32, 128, 128], [32, 64, 64], [3]]);
  });
  it('has mistakes as values, and throws only for a column that does not exist', () => {
    const text = 'input: 8x8x3\nlayers:\n  - {convv: 3}\n';
    const [diagnostic] = parse(text).diagnostics;
    expect(diagnostic?.code).toBe('item/unknown-kind');
    expect(diagnostic && describeDiagnostic(diagnostic, text)).toContain(
      'spec:3:6: error: there is no kind of layer called "convv" [item/unknown-kind]\n  3 |   - {convv: 3}\n           ^^^^^\n',
    );
    expect(() => render(analysed(alexnet), { format: 'csv', columns: ['nmae'] })).toThrow(RangeError);
  });
});
