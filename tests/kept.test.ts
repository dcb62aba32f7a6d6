// The compiled code that is kept beside the program: a wrong one is never run, and is put right.

import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'kept-'));
const cli = join(folder, 'dist/cli');

const params = (env: NodeJS.ProcessEnv = {}): string =>
  execFileSync(process.execPath, [join(folder, 'bin/cnncalc.js'), 'alexnet', '--get', 'totals.params'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...env },
    timeout: 20_000,
  });

const keptFile = (): string => join(cli, `${process.version}-${process.arch}.kept`);

beforeAll(() => {
  for (const part of ['bin', 'dist', 'specs', 'package.json'])
    cpSync(join(root, part), join(folder, part), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('one bit flipped', () => {
  it.each([0, 30, 9000, 40_000, 123_457, 300_000])('byte %i', (at) => {
    params();
    const whole = readFileSync(keptFile());
    const broken = Buffer.from(whole);
    broken[at] = (broken[at] ?? 0) ^ 4;
    writeFileSync(keptFile(), broken);
    expect(params()).toBe('62378344\n');
    expect(params()).toBe('62378344\n');
    expect(readFileSync(keptFile()).equals(broken)).toBe(false);
  });
});

it('cut off', () => {
  const whole = readFileSync(keptFile());
  for (const length of [0, 100, 8192, 200_000]) {
    writeFileSync(keptFile(), whole.subarray(0, length));
    expect(params()).toBe('62378344\n');
  }
});

it('none: it is kept after the first run', () => {
  rmSync(keptFile());
  expect(params()).toBe('62378344\n');
  expect(statSync(keptFile()).size).toBeGreaterThan(100_000);
});

it('of other code: the names of the pieces say which', () => {
  const main = readdirSync(cli).find((name) => name.startsWith('main-')) ?? '';
  expect(main).toMatch(/^main-[\w-]{8}\.cjs$/);
  expect(JSON.parse(readFileSync(keptFile(), 'latin1').slice(0, 4096))).toHaveProperty([main]);
});

it.each([0, 3, 7, 8, 40, 200])('a table with a bit flipped in byte %i', (at) => {
  params();
  const whole = readFileSync(keptFile());
  const broken = Buffer.from(whole);
  broken[at] = (broken[at] ?? 0) ^ (1 << (at % 8));
  writeFileSync(keptFile(), broken);
  expect(params()).toBe('62378344\n');
  expect(readFileSync(keptFile()).equals(broken)).toBe(false);
});

it('where it cannot be written nothing is left behind, and nothing is said', () => {
  const file = keptFile();
  rmSync(file);
  mkdirSync(join(file, 'taken'), { recursive: true });
  try {
    expect(params()).toBe('62378344\n');
    expect(readdirSync(cli).filter((name) => name.includes('.kept.'))).toEqual([]);
  } finally {
    rmSync(file, { recursive: true });
  }
});

it('several at once that find none', async () => {
  rmSync(keptFile(), { force: true });
  const each = Array.from(
    { length: 4 },
    () =>
      new Promise<string>((resolve, reject) =>
        execFile(
          process.execPath,
          [join(folder, 'bin/cnncalc.js'), 'alexnet', '--get', 'totals.params'],
          (error, out) => (error ? reject(error) : resolve(out)),
        ),
      ),
  );
  expect(new Set(await Promise.all(each))).toEqual(new Set(['62378344\n']));
  expect(params()).toBe('62378344\n');
  expect(readdirSync(cli).filter((name) => name.includes('.kept.'))).toEqual([]);
});

it.each(['/nowhere/at/all', join(folder, 'package.json')])('with TMPDIR=%s', (TMPDIR) => {
  expect(params({ TMPDIR })).toBe('62378344\n');
});

it('leaves nothing in TMPDIR', () => {
  const TMPDIR = mkdtempSync(join(tmpdir(), 'empty-'));
  rmSync(keptFile(), { force: true });
  params({ TMPDIR });
  params({ TMPDIR });
  expect(readdirSync(TMPDIR)).toEqual([]);
  rmSync(TMPDIR, { recursive: true });
});
