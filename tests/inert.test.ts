// Names are read, and do nothing: not in a spreadsheet, not in a browser, not in TeX, not on a terminal, not in a file system.

import { describe, expect, it } from 'vitest';
import { csv, tsv } from '../src/report/formats/separated.js';
import { oneLine } from '../src/report/page.js';
import { run } from './fake-io.js';

const NAMES = [
  '=HYPERLINK("http://x")',
  '@SUM(A1)',
  '-1+1',
  '+',
  '*star',
  '[2pt]',
  '![p](http://x/p.png)',
  '[l](javascript:alert(1))',
  '<img src=x>',
  '```',
  '\\input x',
  '&#91;a',
  '\u001b[2Jclear',
  '\u009b2Jclear',
  'a\u202egnp.b',
  '\u2066x\u2069',
];
const spec = `input: 8x8x3\nname: "[n](javascript:x)"\nlayers:\n${NAMES.map((name) => `  - {relu, name: ${JSON.stringify(name)}}\n`).join('')}`;
const printed = async (line: string) => {
  const { out, err } = await run([...line.split(' '), '--color', 'never'], { files: { 'net.yaml': spec } });
  return { out, err };
};

const COMMANDS = [
  'net.yaml',
  'explain net.yaml',
  'rf net.yaml',
  'compare net.yaml net.yaml --all',
  'run net.yaml',
  'lint net.yaml',
  'fold net.yaml',
];

describe('control characters and turned directions', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const acting = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
  it.each(COMMANDS.flatMap((line) => ['table', 'markdown', 'latex'].map((format) => `${line} --format ${format}`)))(
    '%s',
    async (line) => {
      const { out, err } = await printed(line);
      expect(out).not.toMatch(acting);
      expect(err).not.toMatch(acting);
    },
  );
  it.each(['net.yaml --format csv', 'net.yaml --format tsv', 'rf net.yaml --format csv', 'rf net.yaml --format tsv'])(
    '%s',
    async (line) => {
      const { out } = await printed(line);
      expect(out.replaceAll('\t', '')).not.toMatch(acting);
      expect(out).toContain('relu');
    },
  );
  it.each([
    '\u001b[2J.yaml',
    '--\u001b[2J',
    'run \u001b[2J',
    'alexnet --columns \u001b[2J',
    'alexnet --only \u001b[2J',
  ])('as a word of the command line: %j', async (line) => {
    const { err } = await printed(line);
    expect(err).not.toBe('');
    expect(err).not.toMatch(acting);
  });
});

describe('spreadsheets', () => {
  it.each([
    ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['-1+1', "'-1+1"],
    ['+A1', "'+A1"],
    ['\t=1', "' =1"],
    ['\r=1', "' =1"],
    ['  =1', "'  =1"],
    ['\uff1d1', "'\uff1d1"],
    ['-', '-'],
    ['?', '?'],
    ['-1', '-1'],
    ['+1.5e-3', '+1.5e-3'],
    ['.5', '.5'],
    ['conv1', 'conv1'],
    ["'=1", "'=1"],
    ['a=1', 'a=1'],
    ['a, "b"', '"a, ""b"""'],
    ['two\nlines', 'two lines'],
  ])('%j', (field, written) => {
    expect(csv([[field]])).toBe(`${written}\n`);
    if (!written.includes('"')) expect(tsv([[field]])).toBe(`${written}\n`);
  });
  it('names of layers', async () => {
    const { out } = await printed('net.yaml --format csv --columns name');
    for (const line of out.split('\n')) expect(line).not.toMatch(/^"?[=@+-]./);
    expect(out).toContain("'-1+1");
  });
});

describe('Markdown', () => {
  it.each(COMMANDS)('%s has no link, picture or element', async (line) => {
    const { out } = await printed(`${line} --format markdown`);
    let fence = '';
    const text = out.split('\n').filter((row) => {
      const [ticks] = /^`{3,}$/.exec(row) ?? [];
      if (ticks && (fence === '' || ticks === fence)) {
        fence = fence === '' ? ticks : '';
        return false;
      }
      return fence === '';
    });
    expect(fence).toBe('');
    expect(text.join('\n')).not.toMatch(/(?<!\\)[[<]|(?<!\\)&#/);
  });
  it('a fence is longer than any in it', async () => {
    const { out } = await run(['lint', 'ticks.yaml', '--format', 'markdown'], {
      files: { 'ticks.yaml': 'input: 8x8x3\nlayers:\n  - {conv: 4, kernel: 30, name: "```"}\n' },
    });
    expect(out).toMatch(/^````\n[\s\S]*\n````\n/m);
  });
});

describe('LaTeX', () => {
  it.each(COMMANDS)('%s has no row or item that begins with a bracket or a star', async (line) => {
    const { out } = await printed(`${line} --format latex`);
    const lines = out.replace(/\\begin\{verbatim\}[\s\S]*?\\end\{verbatim\}/g, '').split('\n');
    for (const row of lines) expect(row).not.toMatch(/^\s*(\\item |\\par )?[[*]/);
    expect(lines.join('\n')).not.toContain('\\input');
  });
});

describe('sentences', () => {
  it('quote the ends of what is long', () => {
    const long = oneLine(`"${'x'.repeat(60_000)}" is no layer`);
    expect(long.length).toBeLessThan(1000);
    expect(long).toMatch(/^"x+ … x+" is no layer$/);
    expect(oneLine('x'.repeat(1000))).toBe('x'.repeat(1000));
  });
  const LONG = 'x'.repeat(60_000);
  it.each([
    [LONG],
    [`--${LONG}`],
    ['alexnet', '--columns', LONG],
    ['alexnet', '--only', LONG],
    ['alexnet', '--get', LONG],
    ['alexnet', '--variant', LONG],
    ['alexnet', '--set', `${LONG}=1`],
    ['alexnet', '--max-params', LONG],
    ['alexnet', '-o', LONG, '--format', LONG],
    ['run', 'alexnet', '--data', LONG],
    ['run', 'alexnet', '--weights', LONG],
    ['zoo', LONG],
    ['zoo', '--only', LONG],
    ['schema', LONG],
    ['equiv', LONG, '3x3'],
    ['explain', 'alexnet', LONG],
  ])('of the command line: %.20s %.20s', async (...argv) => {
    const { code, err } = await run(argv);
    expect(code).toBe(2);
    expect(err.length).toBeLessThan(4000);
  });
});
