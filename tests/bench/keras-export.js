// The judge of the Keras writer: bundled networks with weights of a seed as model.json, loaded and run by TensorFlow.js, their outputs
// beside those of `cnncalc run --exact` on the same numbers.
//
//   node keras-export.js                 those of the table
//   node keras-export.js resnet50 unet   these
//   node keras-export.js --all           all that it writes and that are small enough to be run here
//   node keras-export.js --backend cpu   in plain JavaScript: slow, for those with operators that the wasm backend lacks

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as core from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-layers';

const bin = fileURLToPath(new URL('../../bin/cnncalc.js', import.meta.url));
const specs = JSON.parse(readFileSync(new URL('../../specs/index.json', import.meta.url), 'utf8'));

const NETWORKS = [
  ...['lenet5', 'alexnet-torchvision', 'vgg11', 'nin', 'squeezenet1_1', 'googlenet', 'inception_v3', 'resnet18'],
  ...['resnet50', 'resnet50_v2', 'resnext50_32x4d', 'se_resnet50', 'densenet121', 'mobilenet_v1', 'mobilenet_v2'],
  ...['mobilenet_v3_large', 'efficientnet_b0', 'shufflenet_v2_x1_0', 'mnasnet1_0', 'xception', 'convnext_tiny'],
  ...['unet', 'dcgan-generator', 'edsr_baseline_x2', 'yolov3-tiny', 'yolov8n', 'm5', 'pointnet', 'siamese'],
];

/** What one run here takes memory and minutes for. */
const MOST = { params: 150e6, macs: 12e9 };

/** Most are within 1e-5; where values grow from layer to layer our own algorithms differ as much from each other. */
const MOST_OFF = 1e-4;

const sizeOf = (shape) => shape.reduce((a, b) => a * b, 1);

/** No two values are alike, and nothing is random. `k` tells inputs apart. */
const waves = (count, k) =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(i * 0.37 + k) + Math.cos(i * 0.011 * (k + 1)));

/** [places, C] to [C, places], or back with both exchanged. */
const turned = (data, places, channels) => {
  const into = new Float32Array(data.length);
  for (let place = 0; place < places; place += 1)
    for (let c = 0; c < channels; c += 1) into[c * places + place] = data[place * channels + c];
  return into;
};

const npy = (shape, data) => {
  const header = Buffer.from(
    `${`{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`.padEnd(117)}\n`,
  );
  const begin = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length, 0]);
  return Buffer.concat([begin, header, Buffer.from(data.buffer)]);
};

const valuesOf = (bytes) => {
  const begin = 10 + bytes.readUInt16LE(8);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset + begin, bytes.byteOffset + bytes.length));
};

const cnncalc = (...args) => spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });

/** The model as TensorFlow.js reads it from files. */
const load = (folder) => {
  const { modelTopology, weightsManifest, format } = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8'));
  const [{ paths, weights }] = weightsManifest;
  const bytes = Buffer.concat(paths.map((path) => readFileSync(join(folder, path))));
  const weightData = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  return tf.loadLayersModel({ load: async () => ({ format, modelTopology, weightSpecs: weights, weightData }) });
};

/** How far our outputs are from those of TensorFlow.js as a share of the largest, and how long both took. */
const judge = async (name, folder) => {
  const path = join(folder, 'model.json');
  const written = cnncalc('convert', name, '-o', path, '--seed', '1');
  if (written.status !== 0) return { refused: written.stderr.split('\n').find((line) => /^error/.test(line)) };
  const model = await load(folder);
  const data = model.inputs.map(({ shape }, k) => waves(sizeOf(shape.slice(1)), k));
  const inputs = model.inputs.map(({ shape }, k) => core.tensor(data[k], [1, ...shape.slice(1)]));
  const start = performance.now();
  const made = [model.predict(inputs.length > 1 ? inputs : inputs[0])].flat();
  const theirs = await Promise.all(made.map((tensor) => tensor.data()));
  const ms = performance.now() - start;
  const files = model.inputs.flatMap(({ shape, name: input }, k) => {
    const [C, ...places] = [shape.at(-1), ...shape.slice(1, -1)];
    const file = join(folder, `in${k}.npy`);
    writeFileSync(file, npy([1, C, ...places], turned(data[k], sizeOf(places), C)));
    return ['--data', model.inputs.length > 1 ? `${input}=${file}` : file];
  });
  const out = join(folder, 'out.npy');
  const ran = cnncalc('run', name, '--seed', '1', '--exact', ...files, '--save', out, '--json');
  // Of several outputs each has a file of its own, named in the report.
  const { outputs = [] } = ran.status === 0 ? JSON.parse(ran.stdout) : {};
  const saved = (one) => (outputs.length > 1 ? out.replace(/\.npy$/, `.${one.name}.npy`) : out);
  const own = outputs.map((one) => valuesOf(readFileSync(saved(one))));
  const params = model.countParams();
  model.dispose();
  core.dispose([...inputs, ...made]);
  if (own.length !== made.length) return { refused: ran.stderr.split('\n')[0] };
  let [farthest, largest] = [0, 0];
  made.forEach(({ shape }, at) => {
    const found = turned(own[at], shape.at(-1), sizeOf(shape.slice(1, -1)));
    theirs[at].forEach((value, i) => {
      farthest = Math.max(farthest, Math.abs(value - (found[i] ?? Number.NaN)));
      largest = Math.max(largest, Math.abs(value));
    });
    if (found.length !== theirs[at].length) farthest = Number.NaN;
  });
  return { params, off: farthest / largest, ms, outputs: made.length };
};

const named = process.argv.slice(2).filter((word, at, all) => !word.startsWith('--') && all[at - 1] !== '--backend');
const every = Object.entries(specs)
  .filter(([, { figures }]) => figures?.params < MOST.params && figures?.macs < MOST.macs)
  .map(([name]) => name);
const networks = named.length > 0 ? named : process.argv.includes('--all') ? every : NETWORKS;
const backend = process.argv.includes('--backend') ? process.argv[process.argv.indexOf('--backend') + 1] : 'wasm';
await core.setBackend(backend);

let failed = 0;
console.log('| network | parameters in Keras | outputs | largest difference |\n| --- | ---: | ---: | ---: |');
for (const name of networks) {
  const folder = mkdtempSync(join(tmpdir(), 'keras-'));
  try {
    const { params, off, outputs, refused } = await judge(name, folder);
    const fits = off <= MOST_OFF;
    if (!refused && !fits) failed += 1;
    console.log(
      refused
        ? `| ${name} | | | ${refused} |`
        : `| ${name} | ${params.toLocaleString('en')} | ${outputs} | ${off.toExponential(1)}${fits ? '' : ' (!)'} |`,
    );
  } catch (error) {
    failed += 1;
    console.log(`| ${name} | | | ${error.message} |`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
process.exitCode = failed > 0 ? 1 : 0;
