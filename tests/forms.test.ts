// Every command in every format: the right form in the file that was asked for, or exit code 2 and no file. What is printed is
// tested beside each command.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Command } from '../src/commands/command.js';
import { COMMANDS, type CommandKey } from '../src/commands/commands.js';
import { FORMATS, formatsOf } from '../src/report/formats.js';
import { plain, run } from './fake-io.js';

const files = {
  'net.yaml':
    'name: Net\ninput: 8x8x3\nlayers:\n  - {conv: 4, kernel: 3, norm: bn, act: relu, name: a}\n  - {fc: 2, name: reference}\n',
  'blank.yaml': 'input: 8x8x3\nlayers:\n  - {conv: 4, kernel: _, name: a, expect: {out: 6x6x4}}\n',
  'sheet.yaml': 'spec: net.yaml\nanswers:\n  a: {params: 108}\n',
};

/** A command line for each command, without its format. */
const LINES: Readonly<Record<CommandKey, readonly string[]>> = {
  summary: ['net.yaml'],
  explain: ['explain', 'net.yaml'],
  check: ['check', 'sheet.yaml'],
  quiz: ['quiz', '--seed', 'ada'],
  solve: ['solve', 'blank.yaml'],
  lint: ['lint', 'net.yaml'],
  rf: ['rf', 'net.yaml'],
  equiv: ['equiv', '3x3+3x3', '5x5', '--no-run'],
  norms: ['norms', '--input', '2x2x6', '--batch', '2'],
  compare: ['compare', 'net.yaml', 'net.yaml'],
  run: ['run', 'net.yaml', '--backend', 'reference'],
  estimate: ['estimate', 'net.yaml', '--device', 'rtx3090'],
  fold: ['fold', 'net.yaml', '--no-run'],
  memory: ['memory', 'net.yaml'],
  convert: ['convert', 'net.yaml'],
  reconcile: ['reconcile', 'net.yaml'],
  sweep: ['sweep', 'net.yaml', '--over', 'input=8..16:8'],
  zoo: ['zoo', 'lenet5', 'alexnet'],
  zooShow: ['zoo', 'show', 'lenet5'],
  new: ['new'],
  play: ['play', 'net.yaml', '--no-open'],
  kinds: ['kinds', 'conv'],
  why: ['why', 'act/double'],
  schema: ['schema', 'spec'],
  completion: ['completion', 'bash'],
};

/** What a text in a format looks like. */
const LOOKS: Readonly<Record<string, (written: string) => boolean>> = {
  table: (written) => !/^[{<\\]|^\| |^## /.test(written),
  json: (written) => typeof JSON.parse(written) === 'object',
  jsonl: (written) =>
    written
      .trimEnd()
      .split('\n')
      .every((line) => 'type' in JSON.parse(line)),
  csv: (written) => /^[\w.-]+(,[\w.-]+)+\n/.test(written),
  tsv: (written) => /^[\w.-]+(\t[\w.-]+)+\n/.test(written),
  markdown: (written) => /^(## |\| |```|- )/m.test(written),
  latex: (written) => /\\(section|begin)/.test(written),
  yaml: (written) => /^(# .*|[\w-]+:)/m.test(written),
  safetensors: (written) => written.slice(8, 9) === '{',
  junit: (written) => written.startsWith('<?xml'),
  onnx: (written) => written.slice(2, 11) === '\x12\x07cnncalc',
  gradescope: (written) => 'tests' in JSON.parse(written),
  pytorch: (written) => written.includes('class Net(nn.Module):'),
  svg: (written) => /^<svg [\s\S]*<\/svg>\n$/.test(written),
  html: (written) => /^<!DOCTYPE html>[\s\S]*<\/html>\n$/.test(written),
  tikz: (written) => written.includes('\\begin{tikzpicture}'),
  dot: (written) => /^digraph "[\s\S]*}\n$/.test(written),
  mermaid: (written) => /^flowchart TD$/m.test(written),
  keras: (written) => /^import keras$/m.test(written),
  'keras-json': (written) => JSON.parse(written).format === 'layers-model',
};

const textOf = (content: string | Uint8Array | null | undefined): string =>
  typeof content === 'string' ? content : new TextDecoder('latin1').decode(content ?? new Uint8Array());

const commands = Object.entries(COMMANDS) as readonly (readonly [CommandKey, Command])[];
const writing = commands.filter(([, { options }]) => options.some((group) => 'output' in group.options));
const printing = commands.filter(([, { options }]) => options.some((group) => 'format' in group.options));

/** Formats that another option asks for: an empty sheet is YAML, a grading is not. */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = { check: ['yaml'] };

const endings = Object.entries(FORMATS).flatMap(([format, { endings }]) =>
  endings.map((ending) => [format, ending] as const),
);

describe.each(writing)('%s', (key, command) => {
  const offered = formatsOf(command.forms).filter((format) => !ELSEWHERE[key]?.includes(format));

  it.each([...endings, ['none', 'pdf'], ['none', 'docx']] as const)('%s into a .%s file', async (format, ending) => {
    for (const name of [`out.${ending}`, `out.${ending.toUpperCase()}`]) {
      const { code, out, err, io } = await run([...LINES[key], '-o', name], { files });
      const meant = offered.find((one) => (FORMATS[one].endings as readonly string[]).includes(ending));
      if (meant) {
        expect(code, err).toBeLessThan(2);
        expect(LOOKS[meant]?.(textOf(io.files.get(name))), `${name} as ${meant}`).toBe(true);
      } else {
        expect(code, `${format} .${ending}`).toBe(2);
        expect(io.files.has(name)).toBe(false);
        expect(err).toMatch(/^error: /m);
      }
      expect(out).toBe('');
    }
  });
});

describe.each(printing)('%s', (key, command) => {
  const offered = formatsOf(command.forms).filter((format) => !ELSEWHERE[key]?.includes(format));

  it.each(Object.keys(FORMATS))('--format %s', async (format) => {
    const { code, out } = await run([...LINES[key], '--format', format], { files });
    const isOffered = offered.some((one) => one === format);
    expect(code < 2).toBe(isOffered);
    expect(isOffered ? LOOKS[format]?.(out) : out === '').toBe(true);
  });

  it.each(Object.keys(FORMATS).filter((format) => format !== 'json'))(
    '--json with --format %s is refused',
    async (format) => {
      const { code, out, io } = await run([...LINES[key], '--json', '--format', format, '-o', 'out'], { files });
      expect([code, out, io.files.has('out')]).toEqual([2, '', false]);
    },
  );

  it('--json is --format json, and --get is one value of it', async () => {
    const told = await run([...LINES[key], '--json'], { files });
    const json = JSON.parse(told.out);
    expect(Object.keys(json).slice(0, 2)).toEqual(['schema', 'version']);
    expect((await run([...LINES[key], '--get', 'schema'], { files })).out).toBe(`${json.schema}\n`);
    expect((await run([...LINES[key], '--get', 'schema', '--format', 'markdown'], { files })).code).toBe(2);
  });
});

describe('a new format is a file and a line', () => {
  const table = FORMATS as Record<string, unknown>;
  beforeAll(() => {
    table['toy'] = { from: 'page', endings: ['toy'], write: (page: readonly unknown[]) => `${page.length} blocks\n` };
  });
  afterAll(() => {
    delete table['toy'];
  });

  it.each(printing.filter(([, { forms }]) => forms.includes('page')))('%s has it', async (key) => {
    const told = await run([...LINES[key], '--format', 'toy'], { files });
    expect(told.out).toMatch(/^\d+ blocks\n$/);
    const named = await run([...LINES[key], '-o', 'out.toy'], { files });
    expect(textOf(named.io.files.get('out.toy'))).toBe(told.out);
    expect(plain((await run([...LINES[key].slice(0, 1), '--help'])).out)).toContain('"toy"');
  });

  it('and completion offers it', async () => {
    expect((await run(['__complete', 'alexnet', '--format', 'to'])).out).toMatch(/^toy\t/);
  });
});

describe('wrong arguments leave standard output empty', () => {
  it.each([
    ['alexnet', '--columns', 'nope'],
    ['alexnet', '--columns', 'nope', '--json'],
    ['alexnet', '--sort', 'nope', '--jsonl'],
    ['alexnet', '--format', 'nope'],
    ['alexnet', '--get', 'nope'],
    ['alexnet', '--nope'],
    ['alexnet', '--variant', 'nope'],
    ['alexnet', '--set', 'nope=1'],
    ['alexnet', '--set', 'nope=1', '--json'],
    ['resnet50', '--variant', 'nope', '--get', 'totals.params'],
    ['alexnet', '--input', 'nope'],
    ['rf', 'alexnet', '--columns', 'nope', '--json'],
    ['rf', 'alexnet', 'nope'],
    ['explain', 'alexnet', 'nope'],
    ['explain', 'alexnet', '--variant', 'nope'],
    ['zoo', '--columns', 'nope'],
    ['zoo', '--sort', 'nope', '--json'],
    ['zoo', 'nope'],
    ['compare', 'alexnet', 'vgg16', '--variant', 'nope'],
    ['run', 'alexnet', '--set', 'nope=1'],
    ['lint', 'alexnet', '--variant', 'nope'],
    ['solve', 'blank.yaml', '--variant', 'nope'],
    ['check', 'alexnet', '--show', 'nope'],
  ])('%j', async (...argv) => {
    const { code, out, err } = await run(argv, { files });
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^error: /m);
  });
});

it('a budget is heeded where numbers are worked out', async () => {
  expect((await run(['alexnet', '--explain', '--max-params', '1'])).code).toBe(1);
});
