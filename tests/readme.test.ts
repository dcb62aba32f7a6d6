// Every line of the README's shell blocks works for a newcomer: in an empty folder, with the files that the page itself gives, and
// `cnncalc` on the PATH. CNNCALC names another one than this checkout's: that of an installed package.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { filesIn } from './console.js';
import { has, putCnncalc } from './installed.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const page = readFileSync(join(root, 'README.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'newcomer-'));
const here = join(folder, 'empty');

/** The two commands of the start are what CI itself runs. */
const lines = [...page.matchAll(/^```sh\n([\s\S]*?)^```/gm)]
  .flatMap(([, block = '']) => block.trim().split('\n'))
  .filter((line) => !line.startsWith('npm ci'));

beforeAll(() => {
  mkdirSync(here);
  for (const [name, text] of Object.entries(filesIn(page))) writeFileSync(join(here, name), text);
  putCnncalc(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

it('shows the two commands', () => {
  expect(page).toContain('npm ci && node bin/cnncalc.js alexnet.yaml');
  expect(page).toContain('npm ci && npm test');
});

it.each(lines)('%s', { timeout: 60_000 }, (line) => {
  if (/\bjq\b/.test(line) && !has('jq')) return;
  const [, code = '0'] = /# .*exit code (\d) until/.exec(line) ?? [];
  let found = 0;
  let out = '';
  try {
    // Nobody wants a browser to open because tests run.
    const quiet = line.replace(/^cnncalc play [^#]*/, '$& --no-open ');
    out = execFileSync('bash', ['-c', `set -o pipefail; ${quiet}`], {
      cwd: here,
      env: { ...process.env, PATH: `${folder}:${process.env['PATH']}` },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    const failed = error as { status: number; stdout: string; stderr: string };
    [found, out] = [failed.status, failed.stdout];
    if (String(found) !== code) throw new Error(`${line}: exit code ${found}\n${failed.stderr}`);
  }
  expect(String(found)).toBe(code);
  // What is written to a file says nothing; an empty table says too little.
  if (!/ -o |^eval|^cnncalc new/.test(line)) expect(out.trim().split('\n').length).toBeGreaterThan(0);
  expect(out).not.toMatch(/^shown +0$/m);
});
