// How wide things are: every page of every command at 40 to 140 columns, in frames too; the documentation's examples at 80; what is
// said on stderr; and what columns do before they vanish.

import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describe as diagnosticText, UNPAINTED } from '../src/report/caret.js';
import { COLORLESS } from '../src/report/colors.js';
import { FRAME, framed } from '../src/report/formats/box.js';
import { type Terminal, terminal } from '../src/report/formats/terminal.js';
import { FORMATS } from '../src/report/formats.js';
import type { Block, Cell, Heading, Page, Table } from '../src/report/page.js';
import { displayWidth, wrap } from '../src/report/width.js';
import { examplesIn, filesIn } from './console.js';
import { plain, run } from './fake-io.js';

const files = {
  'net.yaml':
    'name: Net\ninput: 64x64x3\nlayers:\n  - {conv: 96, kernel: 11, stride: 4, norm: bn, act: relu, name: a_rather_long_name_for_one_layer}\n  - {maxpool: 3, name: 第一層池化}\n  - {fc: 2, name: fc}\n',
  'blank.yaml': 'input: 8x8x3\nlayers:\n  - {conv: 4, kernel: _, name: conv1, expect: {out: 6x6x4}}\n',
  'odd.yaml': `input: 8x8x3\nlayers:\n  - {conv: 4, kernel: 30, name: ${'x'.repeat(60)}}\n  - {relu: 3, fc: 4}\n`,
  'sheet.yaml':
    'spec: net.yaml\nanswers:\n  a_rather_long_name_for_one_layer: {out: 14x14x95, params: 34848, macs: 6829056, rf: _}\n  total: {params: 12345678}\n',
};

const LINES: readonly string[] = [
  'alexnet',
  'resnet50 --depth 1',
  'net.yaml --columns all',
  'odd.yaml',
  'explain alexnet',
  'explain net.yaml',
  'check sheet.yaml',
  'check sheet.yaml --show answer',
  'check sheet.yaml --show none',
  'solve blank.yaml',
  'solve alexnet --input _x_x3 --expect conv1.out=55x55x96',
  'lint nin-imagenet',
  'lint odd.yaml',
  'rf alexnet',
  'rf net.yaml --columns all',
  'rf alexnet conv3',
  'rf alexnet conv3 --unit 0,12',
  'rf alexnet conv3 --effective',
  'rf net.yaml --measure',
  'equiv 3x3+3x3+3x3 7x7',
  'equiv 3x3d2 5x5 --no-run',
  'equiv 7x7 --find',
  'norms',
  'norms --input 2x2x8 --batch 2 --groups 8',
  'norms --depth 5 --input 2x2x8 --batch 2',
  'compare resnet18 resnet34',
  'compare alexnet vgg16 googlenet',
  'compare net.yaml odd.yaml --all',
  'run net.yaml --backend reference --stats --top 2',
  'run net.yaml --backend reference --profile',
  'fold net.yaml --no-run',
  'zoo',
  'zoo alexnet mobilenet_v2 --why',
  'zoo --columns all',
];

const pages = new Map<string, Page>();
const formats = FORMATS as Record<string, unknown>;
let captured: Page = [];

beforeAll(async () => {
  formats['captured'] = {
    from: 'page',
    endings: [],
    write: (page: Page) => {
      captured = page;
      return '';
    },
  };
  for (const line of LINES) {
    captured = [];
    const { err } = await run([...line.split(' '), '--format', 'captured'], { files });
    expect(captured.length, `${line}: ${err}`).toBeGreaterThan(0);
    pages.set(line, captured);
  }
}, 120_000);

afterAll(() => {
  delete formats['captured'];
});

interface Drawing {
  readonly lines: readonly string[];
  readonly left: readonly string[];
}

const drawn = (block: Block, width: number, rest: Partial<Terminal> = {}): Drawing => {
  const left: string[] = [];
  const text = terminal([block], {
    width,
    ascii: false,
    colors: COLORLESS,
    leftOut: (sentence) => left.push(sentence),
    ...rest,
  });
  return { lines: text.trimEnd().split('\n'), left };
};

const words = (text: string): readonly string[] => text.split(/[ │|]+/).filter((word) => word !== '');

/** What one word makes too long. */
const LONG_WORD = 20;

/** How narrow a column of a table may become that says all it has. */
const least = ({ align, title, shorten, dropRemarks }: Heading, cells: readonly Cell[]): number => {
  const remark = dropRemarks
    ? 0
    : Math.max(0, ...cells.map(({ dim = '' }) => (dim === '' ? 0 : displayWidth(dim) + 1)));
  const whole = align === 'right' || shorten !== undefined;
  const body = cells.map(({ text, bar, mark }) =>
    bar === undefined ? Math.max(0, ...(whole ? [text] : words(text)).map(displayWidth)) + (whole && mark ? 2 : 0) : 8,
  );
  return Math.max(...words(title).map(displayWidth), ...body, 0) + (whole ? remark : 0);
};

const leastOf = ({ columns, rows, foot = [] }: Table, gap: number, edge: number): number =>
  columns.reduce(
    (all, heading, i) =>
      heading.drop > 0 || heading.below
        ? all
        : all +
          gap +
          least(
            heading,
            [...rows, ...foot].map((row) => row[i] ?? { text: '' }),
          ),
    edge - gap,
  );

/** The numbers that a table may not lose, whatever the width. */
const numbersOf = ({ columns, rows }: Table): ReadonlySet<string> =>
  new Set(
    columns.flatMap(({ drop, shorten }, i) =>
      drop > 0 || shorten !== undefined
        ? []
        : rows
            .flatMap((row) =>
              words(row[i]?.short === undefined && row[i]?.bar === undefined ? (row[i]?.text ?? '') : ''),
            )
            .filter((word) => /\d/.test(word)),
    ),
  );

const wider = (lines: readonly string[], width: number): readonly string[] =>
  lines.filter((line) => displayWidth(line) > width);

const WIDTHS = Array.from({ length: 101 }, (_, i) => 40 + i);

describe.each(LINES)('cnncalc %s', (line) => {
  it.each([
    ['plain', 2, 0, {}],
    ['in frames', 3, 4, { frame: FRAME, framed }],
  ] as const)('%s, from 40 to 140 columns', (_, gap, edge, style) => {
    for (const block of pages.get(line) ?? []) {
      const numbers = block.type === 'table' ? numbersOf(block) : new Set<string>();
      // Frames are slow, and of few rows they say as much.
      const some =
        block.type === 'table' && edge > 0 && block.rows.length > 40
          ? { ...block, rows: block.rows.slice(0, 40), sections: [] }
          : block;
      const step = edge > 0 ? 10 : block.type === 'table' && block.rows.length > 40 ? 5 : 2;
      for (const width of WIDTHS.filter((n) => n % step === 0)) {
        const { lines, left } = drawn(some, width, style);
        const all = new Set(lines.flatMap(words));
        if (some.type === 'table') {
          const wide = /takes (\d+) columns/.exec(left.join())?.[1];
          const most = wide === undefined ? width : Number(wide);
          expect(wider(lines, most), `${width}`).toEqual([]);
          if (wide !== undefined)
            expect(most, `${width}: a narrower table`).toBeLessThanOrEqual(leastOf(some, gap, edge));
          if (some === block)
            expect(
              [...numbers].filter((number) => !all.has(number)),
              `${width}: was cut`,
            ).toEqual([]);
          continue;
        }
        const isDrawing = some.type === 'heat' || some.type === 'figure' || some.type === 'solids';
        const told = wider(lines, width).filter(
          (one) => isDrawing || words(one).every((word) => displayWidth(word) < LONG_WORD),
        );
        expect(told, `${width}`).toEqual([]);
      }
    }
  });
});

describe('the examples of the documentation at 80 columns', () => {
  const docs = new URL('../docs/', import.meta.url);
  // Pages show the same command more than once; of a page's own files the text may differ.
  const told = new Set<string>();
  const isNew = ({ command, files }: { command: string; files: Readonly<Record<string, string>> }): boolean => {
    const key = JSON.stringify([command, Object.entries(files).filter(([name]) => command.includes(name))]);
    return told.size < told.add(key).size;
  };
  const shown = readdirSync(docs)
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) => {
      const page = readFileSync(new URL(file, docs), 'utf8');
      return examplesIn(page)
        .filter(({ command }) => !/--(json|format|to|get|columns all)\b/.test(command))
        .map(({ line, command }) => ({
          at: `${file}:${line}`,
          command: command.replace(/ --width \d+/, ''),
          files: filesIn(page),
        }));
    })
    .filter(isNew);

  it.each(shown)('$at: $command', async ({ command, files }) => {
    const [, ...argv] = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
    const { out, err } = await run(argv, { files, tty: { stdout: 80, stderr: 80 } });
    // What is slow says so on one line, over and over.
    for (const line of plain(out + err).split(/[\n\r]/)) expect(displayWidth(line), line).toBeLessThanOrEqual(80);
  });
});

describe('a column without room', () => {
  const heading = (key: string, rest: Partial<Heading> = {}): Heading => ({
    key,
    title: key,
    align: 'left',
    drop: 0,
    ...rest,
  });
  const table = (columns: readonly Heading[], ...rows: readonly (readonly Cell[])[]): Table => ({
    type: 'table',
    columns,
    rows,
  });

  it('has its short form tried before it goes', () => {
    const layers = table(
      [heading('name'), heading('layer', { drop: 5 }), heading('params', { align: 'right' })],
      [{ text: 'conv1' }, { text: 'conv 64 3x3 / 2, pad 1', short: () => 'conv 3x3/2' }, { text: '9,408' }],
      [{ text: 'bn1' }, { text: 'batchnorm', short: () => 'bn' }, { text: '128' }],
    );
    expect(drawn(layers, 40)).toMatchObject({
      left: [],
      lines: ['name   layer                   params', /./, /pad 1/, /batchnorm/].map((one) =>
        typeof one === 'string' ? one : expect.stringMatching(one),
      ),
    });
    expect(drawn(layers, 30)).toEqual({
      left: ['30 columns leave out details of layer'],
      lines: ['name   layer       params', '─'.repeat(25), 'conv1  conv 3x3/2   9,408', 'bn1    bn             128'],
    });
    expect(drawn(layers, 20)).toEqual({
      left: ['20 columns leave out layer'],
      lines: ['name   params', '─'.repeat(13), 'conv1   9,408', 'bn1       128'],
    });
  });

  it('is broken into lines where its heading says that it wraps, and stands below its row where those were too short', () => {
    const hints = table(
      [heading('cell'), heading('hint', { wrap: 1, below: true })],
      [{ text: 'conv1.params' }, { text: 'these are the weights alone; biases count too' }],
      [{ text: 'conv2.params' }, { text: '' }],
    );
    expect(drawn(hints, 45)).toEqual({
      left: [],
      lines: [
        'cell          hint',
        '─'.repeat(44),
        'conv1.params  these are the weights alone;',
        '              biases count too',
        'conv2.params',
      ].map((one, i) => (i === 1 ? expect.stringMatching(/^─+$/) : one)),
    });
    expect(drawn(hints, 30)).toEqual({
      left: [],
      lines: [
        'cell',
        '─'.repeat(12),
        'conv1.params',
        '    these are the weights',
        '    alone; biases count too',
        'conv2.params',
      ],
    });
    expect(drawn(hints, 30, { frame: FRAME, framed, ascii: true }).lines).toEqual([
      '+--------------+',
      '| cell         |',
      '+--------------+',
      '| conv1.params |',
      '|   these are  |',
      '|   the        |',
      '|   weights    |',
      '|   alone;     |',
      '|   biases     |',
      '|   count too  |',
      '| conv2.params |',
      '+--------------+',
    ]);
  });

  it('of names keeps their numbers, and takes the room that is left', () => {
    const names = (texts: readonly string[], width: number) => {
      const rows = texts.map((text, i): readonly Cell[] => [
        { text },
        { text: 'convolution 3x3', short: () => 'conv 3x3' },
        { text: `${i}` },
      ]);
      const columns = [
        heading('name', { shorten: 6 }),
        heading('layer', { drop: 5 }),
        heading('n', { align: 'right' }),
      ];
      const { lines, left } = drawn(table(columns, ...rows), width, { ascii: false });
      return [left.join(), ...lines.slice(2).map((line) => line.replace(/ {2,}/g, '  '))];
    };
    const deep = ['features.12.block.1.0', 'features.13.block.1.0', 'head'];
    expect(names(deep, 30)).toEqual([
      '30 columns leave out details of layer, middles of name',
      'fea….12.block.1.0  conv 3x3  0',
      'fea….13.block.1.0  conv 3x3  1',
      'head  conv 3x3  2',
    ]);
    // The column went all the same: names have its room.
    expect(names(deep, 24)).toEqual([
      '24 columns leave out layer',
      'features.12.block.1.0  0',
      'features.13.block.1.0  1',
      'head  2',
    ]);
    expect(names(['1234567890.1234567890.1234567890'], 30).slice(1)).toEqual(['12345678…34567890  conv 3x3  0']);
  });

  it('has sections in both styles', () => {
    const networks: Table = {
      ...table(
        [heading('name'), heading('n', { align: 'right' })],
        [{ text: 'a' }, { text: '1' }],
        [{ text: 'bb' }, { text: '22' }],
      ),
      sections: [
        { row: 0, title: 'first' },
        { row: 1, title: 'second' },
      ],
    };
    expect(drawn(networks, 40).lines).toEqual(['name   n', '────────', 'first', 'a      1', '', 'second', 'bb    22']);
    expect(
      drawn(networks, 40, { frame: FRAME, framed, ascii: true }).lines.map((line) => line.replace(/ +/g, ' ')),
    ).toEqual([
      '+------+----+',
      '| name | n |',
      '+------+----+',
      '| first |',
      '| a | 1 |',
      '+------+----+',
      '| second |',
      '| bb | 22 |',
      '+------+----+',
    ]);
  });
});

it('words are never broken, letters of Chinese may stand on lines of their own', () => {
  expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrap('  help: one two three', 12, '    ')).toEqual(['  help: one', '    two', '    three']);
  expect(wrap('incomprehensibilities', 5)).toEqual(['incomprehensibilities']);
  expect(wrap('卷積層，池化層', 8)).toEqual(['卷積層，', '池化層']);
});

describe('what is said on stderr', () => {
  const broken = { files, tty: { stderr: 60 } };

  it('wraps at the width of stderr, whatever stdout is, with a hanging indent', async () => {
    const { err } = await run(['odd.yaml', '--color', 'never'], broken);
    const lines = err.split('\n');
    for (const line of lines) expect(displayWidth(line), line).toBeLessThanOrEqual(60);
    expect(lines.filter((line) => /^ {4}\S/.test(line)).length).toBeGreaterThan(0);
    const lint = await run(['lint', 'nope'], broken);
    for (const line of plain(lint.err).split('\n')) expect(displayWidth(line), line).toBeLessThanOrEqual(60);
  });

  it('is one line a sentence in a pipe', async () => {
    const { err } = await run(['odd.yaml', '--width', '40'], { files, tty: { stdout: 40 } });
    expect(
      err
        .split('\n')
        .filter((line) => / error: /.test(line))
        .every((line) => line.endsWith(']')),
    ).toBe(true);
  });

  const source = (line: string) => ({ name: 'a', lines: [line] });
  const shown = (line: string, column: number, length: number, width: number, ascii = false) =>
    diagnosticText(
      { code: 'item/unknown-kind', severity: 'error', message: 'no', at: { line: 1, column, length } },
      source(line),
      UNPAINTED,
      { width, ascii },
    )
      .split('\n')
      .slice(-2);

  it.each([
    ['whole', 'abc KEY def', 5, 3, 30, ['  1 | abc KEY def', '          ^^^']],
    ['cut at its end', `KEY ${'x'.repeat(50)}`, 1, 3, 30, [`  1 | KEY ${'x'.repeat(19)}…`, '      ^^^']],
    ['cut before', `${'x'.repeat(50)} KEY`, 52, 3, 30, [`  1 | …${'x'.repeat(19)} KEY`, `      ${' '.repeat(21)}^^^`]],
    [
      'cut on both sides',
      `${'x'.repeat(50)}KEY${'y'.repeat(50)}`,
      51,
      3,
      30,
      [`  1 | …${'x'.repeat(9)}KEY${'y'.repeat(10)}…`, `      ${' '.repeat(10)}^^^`],
    ],
    [
      'wide',
      `${'層'.repeat(50)}KEY${'層'.repeat(50)}`,
      51,
      3,
      30,
      [`  1 | …${'層'.repeat(4)}KEY${'層'.repeat(5)}…`, `      ${' '.repeat(9)}^^^`],
    ],
    [
      'wide itself',
      `${'x'.repeat(20)}${'層'.repeat(3)}${'y'.repeat(20)}`,
      21,
      3,
      30,
      [`  1 | …${'x'.repeat(8)}${'層'.repeat(3)}${'y'.repeat(8)}…`, `      ${' '.repeat(9)}^^^^^^`],
    ],
    ['longer than the line', 'K'.repeat(60), 1, 60, 30, [`  1 | ${'K'.repeat(23)}…`, `      ${'^'.repeat(24)}`]],
  ] as const)('a line %s', (_, line, column, length, width, expected) => {
    const lines = shown(line, column, length, width);
    for (const one of lines) expect(displayWidth(one), one).toBeLessThanOrEqual(width);
    expect(lines).toEqual(expected);
  });

  it('--ascii cuts with dots', () => {
    expect(shown(`${'x'.repeat(50)}KEY${'y'.repeat(50)}`, 51, 3, 30, true)[0]).toBe('  1 | ...xxxxxxxKEYyyyyyyyy...');
  });

  it('is magenta and red, and not dim where it matters', async () => {
    const { err } = await run(['lint', 'odd.yaml', '--color', 'always'], { files });
    const { err: hints } = await run(['alexnet', '--width', '60', '--color', 'always']);
    expect(err + hints).not.toContain('\u001b[33m');
    expect(hints).toMatch(/^60 columns leave out/m);
  });
});
