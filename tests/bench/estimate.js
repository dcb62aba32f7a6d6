// `estimate --device this` against real runs: the estimate of six networks, what the layers of `run` take for them on as many
// threads, and the ratio. Run after a build: node estimate.js [ROUNDS] [THREADS]. The layers' times are medians of repeats and added
// up, as `run --profile` shows them: on a machine that does other things too a whole run is rarely left alone. The quickest of the
// rounds counts, of both.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median } from './statistics.js';

const NETWORKS = ['alexnet', 'vgg16', 'resnet18', 'resnet50', 'mobilenet_v2', 'squeezenet1_1'];
const ROUNDS = Number(process.argv[2] ?? 3);
const program = fileURLToPath(new URL('../../bin/cnncalc.js', import.meta.url));
const threads = process.argv[3] ?? '1';

const asked = (...args) => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, ...args, '--json', '-q'], {
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
  return JSON.parse(stdout);
};

const rows = NETWORKS.map((name) => ({ name, estimates: [], runs: [], own: [] }));
for (let round = 0; round < ROUNDS; round += 1)
  for (const { name, estimates, runs, own } of rows) {
    const [device] = asked('estimate', name, '--device', 'this', '--batch', '1', '--threads', threads).devices;
    estimates.push(device.ms);
    own.push(device.error.median);
    const { layers } = asked('run', name, '--repeat', '9', '--threads', threads);
    runs.push(layers.reduce((sum, { ms }) => sum + ms, 0));
  }

console.log(`${threads} thread${threads === '1' ? '' : 's'}, ${ROUNDS} rounds`);
console.log('network          estimate        run    ratio  the error it told');
for (const { name, estimates, runs, own } of rows) {
  const [estimate, run] = [Math.min(...estimates), Math.min(...runs)];
  const cells = [`${estimate.toFixed(1)} ms`, `${run.toFixed(1)} ms`, (estimate / run).toFixed(2)];
  const [a, b, c] = cells.map((cell, i) => cell.padStart(i === 2 ? 8 : 10));
  console.log(`${name.padEnd(15)}${a} ${b} ${c}  ${(100 * median(own)).toFixed(0)} %`);
}
const ratios = rows.map(({ estimates, runs }) => Math.min(...estimates) / Math.min(...runs));
console.log(`off by ${(100 * median(ratios.map((ratio) => Math.abs(ratio - 1)))).toFixed(0)} % in the median`);
