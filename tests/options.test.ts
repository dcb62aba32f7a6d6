// Options mean the same in every command that has them; and every command line of docs/command-line.md works.

import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { main } from '../src/cli.js';
import { fakeIo, run } from './fake-io.js';

const NET = `name: Net
input: 32x32x3
layers:
  - {conv: 16, kernel: 4, padding: same, act: relu, name: c1}
  - {conv: 16, kernel: 4, padding: same, act: relu, name: c2}
  - {fc: 10, name: out, expect: {params: 163850}}
`;
const files = {
  'net.yaml': NET,
  'chw.yaml': 'layout: chw\ninput: 3x32x32\nlayers:\n  - {conv: 4, kernel: 3, name: a}\n',
  'sound.yaml': 'input: 16000x1\nlayers:\n  - {conv: 4, kernel: 3, name: a}\n',
  'film.yaml': 'input: 16x32x32x3\nlayers:\n  - {conv: 4, kernel: 3, name: a}\n',
  'vector.yaml': 'input: 784\nlayers:\n  - {fc: 4, name: a}\n',
  'small.yaml': 'input: 8x8x3\nlayers:\n  - {conv: 4, kernel: 3, name: a}\n',
  'broken.yaml': 'input: 8x8x3\nlayers:\n  - {conv: 4, kernel: 30, name: a}\n',
  'sheet.yaml': 'spec: net.yaml\nanswers:\n  c1: {params: 784}\n',
};

const json = async (...argv: string[]) => {
  const { code, out, err } = await run(argv, { files });
  expect(out, err).not.toBe('');
  return { code, result: JSON.parse(out) };
};

describe('--input', () => {
  it.each([
    ['net.yaml', '40', [40, 40, 3]],
    ['net.yaml', '40x48', [40, 48, 3]],
    ['net.yaml', '40x48x4', [40, 48, 4]],
    ['chw.yaml', '40', [3, 40, 40]],
    ['chw.yaml', '40x48', [3, 40, 48]],
    ['chw.yaml', '4x40x48', [4, 40, 48]],
    ['sound.yaml', '8000', [8000, 1]],
    ['sound.yaml', '8000x2', [8000, 2]],
    ['film.yaml', '24', [24, 24, 24, 3]],
    ['film.yaml', '8x24x32', [8, 24, 32, 3]],
    ['vector.yaml', '100', [100]],
  ])('%s with %s', async (spec, input, shape) => {
    const { result } = await json(spec, '--input', input, '--json');
    expect(result.inputs[0].shape).toEqual(shape);
  });

  it('is the same for equiv, which measures specs of either layout on it', async () => {
    for (const spec of ['net.yaml', 'chw.yaml']) {
      const { result } = await json('equiv', spec, spec, '--input', '40', '--json', '--no-run');
      expect(result.a.inputShape).toEqual([40, 40, 3]);
      expect((await json('equiv', spec, spec, '--input', '40x40', '--json', '--no-run')).result).toEqual(result);
    }
  });
});

describe('--only', () => {
  it('explain', async () => {
    const { result } = await json('explain', 'net.yaml', '--only', 'c*', '--json');
    expect(result.layers.map(({ name }: { name: string }) => name)).toEqual(['c1', 'c1.act', 'c2', 'c2.act']);
    const one = await json('explain', 'net.yaml', 'c1', '--only', '*.act', '--json');
    expect(one.result.layers.map(({ name }: { name: string }) => name)).toEqual(['c1.act']);
  });
  it('lint', async () => {
    const all = await json('lint', 'net.yaml', '--json');
    const some = await json('lint', 'net.yaml', '--only', 'c2', '--json');
    const lines = ({ result }: typeof all) => result.findings.map(({ at }: { at: { line: number } }) => at.line);
    expect(new Set(lines(all))).toContain(4);
    expect(new Set(lines(some))).toEqual(new Set([5]));
    expect((await run(['lint', 'net.yaml', '--only', 'zz'], { files })).err).toContain('no layer has such a name');
  });
});

describe('--layout is in the settings', () => {
  it.each([
    ['net.yaml'],
    ['rf', 'net.yaml'],
    ['compare', 'net.yaml', 'small.yaml'],
    ['run', 'small.yaml', '--backend', 'reference'],
    ['zoo', 'lenet5'],
  ])('%j', async (...argv) => {
    expect((await json(...argv, '--json')).result.settings.layout).toBe('hwc');
    expect((await json(...argv, '--json', '--layout', 'chw')).result.settings.layout).toBe('chw');
  });
});

it('a ratio is a / b, in compare as in equiv', async () => {
  const { result } = await json('equiv', '3x3', '5x5', '--no-run', '--json');
  expect(result.params.ratio).toBeCloseTo(9 / 25, 3);
  const { out } = await run(['compare', 'resnet18', 'resnet34']);
  expect(out).toMatch(/resnet34 +a \/ b\n/);
  expect(out).toMatch(/^weight layers +18 +34 +0\.529$/m);
});

describe('a spec that cannot be read', () => {
  it.each([
    ['check', ['check', 'SPEC', 'sheet.yaml'], 'cells'],
    ['solve', ['solve', 'SPEC'], 'solutions'],
    ['fold', ['fold', 'SPEC'], 'folds'],
    ['explain', ['explain', 'SPEC'], 'layers'],
    ['equiv', ['equiv', 'SPEC', '3x3'], 'notEqual'],
    ['equiv-find', ['equiv', 'SPEC', '--find'], 'stacks'],
  ] as const)('%s --json: the envelope, empty, with diagnostics', async (name, line, content) => {
    for (const spec of ['missing.yaml', 'broken.yaml']) {
      const argv = line.map((word) => (word === 'SPEC' ? spec : word));
      const { code, result } = await json(...argv, '--json');
      expect([code, result.schema], spec).toEqual([2, `cnncalc/${name}/1`]);
      if (name !== 'explain' || spec === 'missing.yaml') expect(result[content]).toEqual([]);
      expect(result.diagnostics[0].severity).toBe('error');
      const { code: plainCode, out, err } = await run(argv, { files });
      expect(plainCode).toBe(2);
      expect(err).toContain(result.diagnostics[0].code);
      if (name !== 'explain') expect(out).toBe('');
    }
  });
});

describe('--watch', () => {
  const watching = async (argv: readonly string[], saved: string, text: string) => {
    vi.useFakeTimers();
    try {
      const io = fakeIo({ files });
      const ended = vi.fn();
      main(argv, io).then(ended);
      await vi.waitFor(() => expect(io.err()).toContain('watching '));
      const first = io.out();
      io.files.set(saved, text);
      io.touch(saved);
      await vi.advanceTimersByTimeAsync(100);
      await vi.waitFor(() => expect(io.err().match(/watching /g)).toHaveLength(2));
      expect(ended).not.toHaveBeenCalled();
      return { first, second: io.out().slice(first.length), err: io.err() };
    } finally {
      vi.useRealTimers();
    }
  };

  it.each([
    [['explain', 'net.yaml', 'c1'], 'net.yaml', /784/, /1,?568/],
    [['lint', 'net.yaml'], 'net.yaml', /warning/, /warning/],
    [['rf', 'net.yaml'], 'net.yaml', /32x32x16/, /32x32x32/],
    [['check', 'sheet.yaml', '--watch'], 'sheet.yaml', /1 of 1/, /0 of 1/],
    [['check', 'net.yaml', 'sheet.yaml'], 'sheet.yaml', /1 of 1/, /0 of 1/],
  ] as const)('%j', async (argv, saved, before, after) => {
    const text = saved === 'net.yaml' ? NET.replace('conv: 16', 'conv: 32') : files['sheet.yaml'].replace('784', '7');
    const { first, second } = await watching([...argv, '--watch'], saved, text);
    expect(first).toMatch(before);
    expect(second).toMatch(after);
  });

  it('goes on when the layer has another name for a while', async () => {
    const { second, err } = await watching(
      ['explain', 'net.yaml', 'c1', '--watch'],
      'net.yaml',
      NET.replace('name: c1', 'name: first'),
    );
    expect(second).toBe('');
    expect(err).toContain('there is no layer "c1"');
  });

  it('needs a file', async () => {
    const { code, err } = await run(['lint', 'alexnet', '--watch']);
    expect(code).toBe(2);
    expect(err).toContain('--watch needs a file');
  });
});

describe('docs/command-line.md', () => {
  const page = readFileSync(new URL('../docs/command-line.md', import.meta.url), 'utf8');
  const lines = [...page.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) => block.trim().split('\n'));
  const sheet = 'answers: {conv1: {params: 34944}}\n';
  const own = `spec: alexnet\n${sheet}`;
  /** What the page speaks of and does not make. */
  const files = {
    'ada.yaml': sheet,
    'bob.csv': 'layer,params\nconv1,34944\n',
    'rules.yaml': sheet,
    'key.yaml': own,
    homework: null,
    'homework/ada.yaml': sheet,
    quizzes: null,
    'quizzes/ada.yaml': own,
  };
  it('shows command lines', () => expect(lines.length).toBeGreaterThan(15));
  it.each(lines)('%s', async (line) => {
    const [words = ''] = line.split(/ +# /);
    const argv = (words.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''));
    expect(argv.shift()).toBe('cnncalc');
    const { code, err } = await run(argv, { files });
    expect(code, err).toBe(0);
  });
});
