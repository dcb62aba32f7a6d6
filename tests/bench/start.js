// What a start costs: CPU time (user and system, which a busy machine changes little) of whole commands as a multiple of
// `node -e 0`, all in one interleaved run. Run after a build: `npm run start`, or `NODE=/path/to/node npm run start` for another.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { cpu, node } from './cpu.js';
import { filled } from './filled.js';
import { median } from './statistics.js';

const ROUNDS = Number(process.env.ROUNDS ?? 15);
const cnncalc = fileURLToPath(new URL('../../bin/cnncalc.js', import.meta.url));

/** Commands, and what they may cost on Node 20 and on later ones, whose empty process takes half as long. */
const LIMITS = {
  '--version': [1.2, 1.5],
  alexnet: [1.45, 2.6],
  'alexnet --json': [1.4],
  resnet50: [1.9, 3.6],
  'resnet50 --json': [1.8, 3.2],
  zoo: [1.45],
  'explain alexnet conv1': [1.4],
  'equiv 3x3+3x3+3x3 7x7': [2.0],
};

const params = spawnSync(node, [cnncalc, 'alexnet', '--get', 'totals.params'], { encoding: 'utf8' }).stdout;
if (params !== '62378344\n') throw new Error(`alexnet has ${params} parameters`);
const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
const isLater = Number.parseInt(version.slice(1), 10) > 20;

const floor = [];
const times = Object.fromEntries(Object.keys(LIMITS).map((command) => [command, []]));
for (let round = 0; round < ROUNDS; round += 1) {
  floor.push(cpu('-e', '0'));
  for (const command of Object.keys(LIMITS)) times[command].push(cpu(cnncalc, ...command.split(' ')));
}
console.log(`${version}: node -e 0 takes ${(1000 * median(floor)).toFixed(0)} ms; medians of ${ROUNDS} rounds`);
for (const [command, [early, late]] of Object.entries(LIMITS)) {
  const ratio = median(times[command]) / median(floor);
  const limit = isLater ? late : early;
  const said = limit === undefined ? '' : `  ${ratio <= limit ? 'within' : 'OVER'} ${limit}`;
  console.log(`${command.padEnd(24)} ${ratio.toFixed(2)}${said}`);
}

// A table of many rows: linear, and mostly the writing of it.
const folder = mkdtempSync(join(tmpdir(), 'start-'));
const large = join(folder, 'large.yaml');
writeFileSync(
  large,
  'input: 8x8x4\nlayers:\n  - {sequence: [{conv: 4, kernel: 3, padding: 1}, relu, bn], repeat: 33000}\n',
);
const seconds = median(Array.from({ length: 5 }, () => cpu(cnncalc, large)));
console.log(
  `${'a table of 99,000 rows'.padEnd(24)} ${seconds.toFixed(2)} s${isLater ? '' : `  ${seconds <= 2.5 ? 'within' : 'OVER'} 2.5`}`,
);

// A network of PyTorch's with all its weights, 100 MB, beside the bundled one.
const onnx = join(folder, 'resnet50.onnx');
const fixture = new URL('../fixtures/import/onnx/torchvision/resnet50.onnx.gz', import.meta.url);
writeFileSync(onnx, filled(gunzipSync(readFileSync(fixture))));
const ratios = Array.from({ length: ROUNDS }, () => cpu(cnncalc, onnx) / cpu(cnncalc, 'resnet50'));
const ratio = median(ratios);
console.log(`${'resnet50.onnx'.padEnd(24)} ${ratio.toFixed(2)} times resnet50  ${ratio <= 2 ? 'within' : 'OVER'} 2`);
rmSync(folder, { recursive: true });
