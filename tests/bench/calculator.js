// How long the calculator takes: the whole process against the floor `node -e 0`, the analysis warm, and its growth with
// the number of layers. Medians of interleaved runs; correctness is checked before anything is timed. Run after a build.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { analyze, lint, parse } from '../../dist/index.js';

const ROUNDS = 25;
const root = fileURLToPath(new URL('../../', import.meta.url));

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const ms = (n) => `${n.toFixed(1)} ms`;

const timed = (work) => {
  const start = performance.now();
  work();
  return performance.now() - start;
};

const run = (...args) => spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });

/** The whole process, in turn with the floor, so that a slower machine slows both. */
const processes = () => {
  const params = run('bin/cnncalc.js', 'resnet50', '--get', 'totals.params').stdout.trim();
  if (params !== '25557032') throw new Error(`resnet50 has ${params} parameters`);
  const commands = {
    'resnet50 as a table': ['bin/cnncalc.js', 'resnet50'],
    'resnet50 --json': ['bin/cnncalc.js', 'resnet50', '--json'],
  };
  const floor = [];
  const times = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    floor.push(timed(() => run('-e', '0')));
    for (const [name, args] of Object.entries(commands)) times[name].push(timed(() => run(...args)));
  }
  console.log(`node -e 0                 ${ms(median(floor))}`);
  for (const [name, all] of Object.entries(times)) {
    const more = median(all.map((t, i) => t - floor[i]));
    const ratio = median(all.map((t, i) => t / floor[i]));
    console.log(`${name.padEnd(26)}${ms(median(all))}: ${ms(more)} more, ${ratio.toFixed(2)} times the floor`);
  }
};

/** Parsing and analysing in a warm process. */
const warm = () => {
  const text = readFileSync(new URL('../../specs/resnet.yaml', import.meta.url), 'utf8');
  const work = () => analyze(parse(text, { variant: 'resnet152' }));
  if (work().totals.params !== 60192808) throw new Error('resnet152 is miscounted');
  for (let i = 0; i < 50; i += 1) work();
  const parsed = parse(text, { variant: 'resnet152' });
  console.log(`ResNet-152, text to analysis  ${ms(median(Array.from({ length: 50 }, () => timed(work))))} warm`);
  console.log(
    `ResNet-152, analysis alone    ${ms(median(Array.from({ length: 50 }, () => timed(() => analyze(parsed)))))} warm`,
  );
  const analysis = analyze(parsed);
  console.log(
    `ResNet-152, the lint rules    ${ms(median(Array.from({ length: 50 }, () => timed(() => lint(analysis)))))} warm`,
  );
};

/** A chain of n layers, from text to analysis: the time per layer must not grow. */
const chains = () => {
  const chain = (n) =>
    `input: 224x224x3\nlayers:\n  - {conv: 8, kernel: 3, padding: 1, act: relu, repeat: ${n / 2}, name: c}\n`;
  let least;
  for (const n of [1_000, 10_000, 100_000]) {
    const work = () => analyze(parse(chain(n)));
    if (work().rows.length !== n) throw new Error(`${n} layers are not ${n} rows`);
    const time = median(Array.from({ length: 5 }, () => timed(work)));
    least ??= time / n;
    console.log(
      `a chain of ${String(n).padStart(6)} layers    ${ms(time)}, ${((time / n) * 1000).toFixed(2)} µs per layer (${(time / n / least).toFixed(2)} times that of 1,000)`,
    );
  }
};

processes();
warm();
chains();
