// The recipes of docs/scale.md, as they stand there, on engines that exist: one process, threads, GNU parallel, a Slurm cluster. Whichever
// runs, `answers.jsonl` has the same bytes. What a sweep answers is sweep.test.ts's.
//
// A shell block with `<!-- run: NAME; exit code N -->` above it is run in a folder of its own, with the files that the page gives.

import { spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesIn } from './console.js';
import { has, putCnncalc } from './installed.js';
import { type Cluster, PATH, SLURM, startSlurm } from './slurm.js';

const page = readFileSync(new URL('../docs/scale.md', import.meta.url), 'utf8');
const files = filesIn(page);

interface Recipe {
  readonly name: string;
  readonly code: number;
  /** Whether the lines have the spec in them: then answers tell its own name, not that of its file. */
  readonly carries: boolean;
  readonly text: string;
}

const RECIPE = /^<!-- run: ([^;]+?)(?:; exit code (\d+))?(; lines carry the spec)? -->\n```sh\n([\s\S]*?)^```/gm;

const recipes: readonly Recipe[] = [...page.matchAll(RECIPE)].map(([, name = '', code = '0', carries, text = '']) => ({
  name,
  code: Number(code),
  carries: carries !== undefined,
  text,
}));

const folder = mkdtempSync(join(tmpdir(), 'scale-'));
const machine = join(folder, 'ada');

beforeAll(() => {
  putCnncalc(folder);
  // A machine behind ssh, as far as a command can tell: another home, nothing of this environment.
  mkdirSync(machine);
  writeFileSync(
    join(folder, 'ssh'),
    `#!/bin/sh
test "$1" = ada || exit 255
while test "$1" != --; do shift; done
shift
echo "$*" >> '${machine}.log'
cd '${machine}' && exec env -i SHELL=/bin/sh HOME='${machine}' PATH='${folder}:/usr/bin:/bin' sh -c "$*"
`,
  );
  chmodSync(join(folder, 'ssh'), 0o755);
});
afterAll(() => rmSync(folder, { recursive: true }));

const recipe = (name: string): Recipe => {
  const found = recipes.find((one) => one.name === name);
  if (!found) throw new Error(`docs/scale.md has no recipe "${name}"`);
  return found;
};

const shell = (text: string, cwd: string, environment: Readonly<Record<string, string>> = {}) =>
  spawnSync('bash', ['-c', text], {
    cwd,
    encoding: 'utf8',
    timeout: 110_000,
    env: { ...process.env, PATH: `${folder}:${PATH}`, HOME: folder, ...environment },
  });

/** Runs a recipe where earlier ones of the same name have run, and returns the folder. */
const run = (name: string, environment: Readonly<Record<string, string>> = {}): string => {
  const here = join(folder, name.replaceAll(' ', '-'));
  mkdirSync(here, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(here, file), text);
  const { code, text } = recipe(name);
  const { status, stderr } = shell(text, here, environment);
  expect(status, stderr).toBe(code);
  return here;
};

const answers = (here: string): string => readFileSync(join(here, 'answers.jsonl'), 'utf8');

/** What one process answers, which the first test looks at. */
const expected = new Map<boolean, string>();
const expectedOf = (name: string): string => {
  const { carries } = recipe(name);
  const known = expected.get(carries) ?? answers(run(carries ? 'a list with the spec in it' : 'one process'));
  expected.set(carries, known);
  return known;
};

/** Where a program is missing, the name of the test says so, and a warning; CI has them all, or the tests fail. */
const needing = (programs: readonly string[]) => {
  const missing = programs.filter((program) => !has(program, PATH));
  if (missing.length === 0 || process.env['CI']) return { it, why: '' };
  const why = `there is no ${missing.join(', ')} here`;
  console.warn(`${why}: recipes of docs/scale.md were not run.`);
  return { it: it.skip, why: ` (skipped: ${why})` };
};

/** Machines may have other things to do meanwhile. */
const ENGINE = { timeout: 120_000 };

const parallel = needing(['parallel']);
const slurm = needing(SLURM);

it('every shell block of the page is run here', () => {
  const blocks = page.match(/^```sh$/gm)?.length;
  const scripts = Object.keys(files).filter((file) => file.endsWith('.sbatch')).length;
  expect(recipes.length + scripts).toBe(blocks);
  expect(recipes.map(({ name }) => name)).toEqual([
    'one process',
    'threads',
    'a list',
    'a list with the spec in it',
    'parallel',
    'parallel on two machines',
    'parallel that goes on',
    'slurm',
    'fronts',
  ]);
});

describe('one machine', () => {
  it('one process answers every network, those that fail too', () => {
    const lines = expectedOf('one process').trimEnd().split('\n');
    const networks = lines.map((line) => JSON.parse(line));
    expect(networks.map(({ index }) => index)).toEqual(Array.from({ length: 48 }, (_, i) => i + 1));
    const failed = networks.filter(({ error }) => error !== undefined);
    expect(failed.map(({ set, params }) => [set.depth, params])).toEqual(failed.map(() => [6, null]));
    expect(failed).toHaveLength(8);
    // The two that the page shows; what it cuts out is `…`.
    const [, shown = ''] = /<!-- the lines 1 and 6 -->\n```\n([\s\S]*?)```/.exec(page) ?? [];
    const [first = '', sixth = ''] = shown.trim().split('\n');
    for (const [line, told] of [
      [lines[0], first],
      [lines[5], sixth],
    ] as const)
      for (const part of told.split('…').map((piece) => piece.trim())) expect(line).toContain(part);
  });

  it.each(['threads', 'a list'])('%s', (name) => {
    expect(answers(run(name))).toBe(expectedOf(name));
  });

  it('a list with the spec in it says the same of each network', () => {
    const named = expectedOf('one process').replaceAll('"name":"net.yaml",', '');
    expect(expectedOf('a list with the spec in it').replaceAll('"name":"Small",', '')).toBe(named);
  });

  it('lines of another program keep what they say', () => {
    writeFileSync(join(folder, 'mine.jsonl'), files['mine.jsonl'] ?? '');
    const { status, stdout } = shell('cnncalc sweep mine.jsonl', folder);
    expect(status).toBe(0);
    const answered = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(answered).toMatchObject([
      { index: 1, params: 314 },
      { index: 2, name: 'resnet50', id: 'from my search', 'x-accuracy': 93.1, set: { classes: 10 } },
    ]);
  });

  it('the front of the fronts is the front of all', () => {
    const here = run('fronts');
    const [, sweep = ''] = /(cnncalc sweep .*) -o/.exec(recipe('one process').text) ?? [];
    const { stdout } = shell(`${sweep} --pareto params,rf --jsonl`, here);
    const front = readFileSync(join(here, 'front.jsonl'), 'utf8');
    expect(front.split('\n').length).toBeGreaterThan(3);
    expect(front).toBe(stdout);
  });
});

describe('GNU parallel', () => {
  parallel.it(`cuts the list into blocks${parallel.why}`, ENGINE, () => {
    expect(answers(run('parallel'))).toBe(expectedOf('parallel'));
  });

  parallel.it(`sends lines to another machine, which has nothing but the command${parallel.why}`, ENGINE, () => {
    const name = 'parallel on two machines';
    expect(answers(run(name, { PARALLEL_SSH: join(folder, 'ssh') }))).toBe(expectedOf(name));
    expect(readFileSync(`${machine}.log`, 'utf8')).not.toBe('');
  });

  parallel.it(`goes on where it was killed, and does again only what was not done${parallel.why}`, ENGINE, () => {
    const name = 'parallel that goes on';
    const here = run(name);
    expect(answers(here)).toBe(expectedOf(name));
    // The second part never came to its end: parallel has not noted it, and its last line is half a line.
    const [log, part] = [join(here, 'sweep.log'), join(here, 'part-2.jsonl')];
    const noted = readFileSync(log, 'utf8').split('\n');
    writeFileSync(log, noted.filter((line) => !line.startsWith('2\t')).join('\n'));
    writeFileSync(part, readFileSync(part, 'utf8').slice(0, 1500));
    // Who swept this part again would refuse it.
    appendFileSync(join(here, 'part-3.jsonl'), '{"untouched": true}\n');
    run(name);
    expect(answers(here).replace('{"untouched": true}\n', '')).toBe(expectedOf(name));
    expect(answers(here)).toContain('untouched');
  });
});

describe('Slurm', () => {
  let cluster: Cluster | undefined;
  afterAll(() => cluster?.stop());

  slurm.it(`an array of tasks, each with its part${slurm.why}`, ENGINE, async ({ skip }) => {
    try {
      cluster = await startSlurm();
    } catch (error) {
      if (process.env['CI']) throw error;
      skip(String(error));
    }
    const here = run('slurm', { ...cluster?.environment });
    expect(answers(here)).toBe(expectedOf('slurm'));
    const parts = [1, 2, 3].map((i) =>
      readFileSync(join(here, `part-${i}.jsonl`), 'utf8')
        .trimEnd()
        .split('\n'),
    );
    expect(parts.map((lines) => lines.map((line) => JSON.parse(line).index % 3))).toEqual(
      [1, 2, 0].map((rest) => Array.from({ length: 16 }, () => rest)),
    );
  });
});

describe('a pipe for each partition, as Dask and Spark have it', () => {
  // Only the command is theirs: Python is not run here.
  const [, words = ''] = /subprocess\.run\((\[[^\]]*\])/.exec(files['sweep_dask.py'] ?? '') ?? [];
  const [, line = ''] = /\.pipe\("([^"]*)"/.exec(files['sweep_spark.py'] ?? '') ?? [];

  /** Some lines, none, the rest: engines have partitions without lines. */
  const partitions = (here: string): readonly string[] => {
    const lines = readFileSync(join(here, 'networks.jsonl'), 'utf8').split(/(?<=\n)/);
    return [lines.slice(0, 7), [], lines.slice(7, 30), lines.slice(30)].map((some) => some.join(''));
  };

  it.each([
    ['Dask', () => JSON.parse(words) as readonly string[]],
    ['Spark', () => ['sh', '-c', line]],
  ])('%s', (engine, command) => {
    const name = 'a list with the spec in it';
    const whole = expectedOf(name);
    const [program = '', ...args] = command();
    const parts = partitions(join(folder, name.replaceAll(' ', '-'))).map((input) => {
      // Nothing of the environment but where programs are: Spark gives no more.
      const env = { PATH: `${folder}:${PATH}` };
      return spawnSync(program, args, { input, encoding: 'utf8', env });
    });
    const codes = parts.map(({ status }) => status);
    // Spark takes every other exit code than 0 for a failure of its task.
    expect(codes).toEqual(engine === 'Spark' ? [0, 0, 0, 0] : [1, 0, 1, 1]);
    expect(parts.map(({ stdout }) => stdout).join('')).toBe(whole);
  });
});
