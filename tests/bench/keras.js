// The judge of the Keras reader: models made with TensorFlow.js, saved as it saves them, and read by cnncalc. Shapes and parameters of all
// layers are compared, and the outputs of the small ones.
//
//   node keras.js                 all of them
//   node keras.js --random 100    so many random ones, their outputs too; --seed 7 for others
//   node keras.js --fixtures DIR  writes the small ones with what TensorFlow.js makes of them, for tests/import-keras.test.ts

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as core from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-layers';
import { KNOWN, SMALL } from './keras-models.js';
import { randomModel } from './keras-random.js';

const bin = fileURLToPath(new URL('../../bin/cnncalc.js', import.meta.url));

/** No two values are alike, and nothing is random. `k` tells tensors apart. */
const waves = (count, k) =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(i * 0.37 + k) + Math.cos(i * 0.011 * (k + 1)));

const sizeOf = (shape) => shape.reduce((a, b) => a * b, 1);

/** Weights as after some training: small, variances above 0. */
const train = (model) => {
  let k = 0;
  const set = (layer) => {
    const values = layer.weights.map((weight) => {
      k += 1;
      const scale = /variance/.test(weight.name) ? 0.2 : 0.35;
      const data = waves(sizeOf(weight.shape), k).map(
        (value) => scale * value + (/variance|gamma/.test(weight.name) ? 1 : 0),
      );
      return core.tensor(data, weight.shape);
    });
    layer.setWeights(values);
  };
  for (const layer of model.layers) set(layer);
};

/** Numbers of 8 bits for every tensor of the weights, as the converter makes them. */
const quantised = (weights) => {
  const [specs, bytes] = [[], []];
  for (const { name, shape, dtype, data } of weights) {
    const [min, max] = [Math.min(...data), Math.max(...data)];
    const scale = (max - min) / 255 || 1;
    bytes.push(Uint8Array.from(data, (value) => Math.round((value - min) / scale)));
    specs.push({ name, shape, dtype, quantization: { dtype: 'uint8', scale, min, original_dtype: dtype } });
  }
  return { specs, bytes: Buffer.concat(bytes) };
};

/** What TensorFlow.js would write to a folder, the weights in two files. */
const save = async (model, folder, small) => {
  mkdirSync(folder, { recursive: true });
  await model.save({
    save: async ({ modelTopology, weightSpecs, weightData, generatedBy }) => {
      const bytes = Buffer.from(
        weightData instanceof ArrayBuffer ? weightData : Buffer.concat(weightData.map((part) => Buffer.from(part))),
      );
      const half = Math.ceil(bytes.length / 2 / 4) * 4;
      const parts = [bytes.subarray(0, half), bytes.subarray(half)];
      const paths = parts.map((_, i) => `group1-shard${i + 1}of2.bin`);
      const weightsManifest = small ? [{ paths, weights: weightSpecs }] : [];
      const json = { format: 'layers-model', generatedBy, convertedBy: null, modelTopology, weightsManifest };
      writeFileSync(join(folder, 'model.json'), JSON.stringify(json));
      if (small) for (const [i, part] of parts.entries()) writeFileSync(join(folder, paths[i]), part);
      return { modelArtifactsInfo: {} };
    },
  });
};

/** Every layer's output and how many parameters it has; those of models inside under their names. */
const layersOf = (model, scope = '') =>
  model.layers.flatMap((layer) => {
    const name = scope + layer.name;
    if (layer.layers) return layersOf(layer, `${name}.`);
    const shape = layer.inboundNodes.length > 1 ? null : layer.outputShape.slice(1);
    return layer.getClassName() === 'InputLayer' ? [] : [{ name, shape, params: layer.countParams() }];
  });

const totalsOf = (model) => {
  const all = layersOf(model).reduce((sum, { params }) => sum + params, 0);
  return { params: all };
};

const predict = (model) => {
  const inputs = model.inputs.map(({ shape, name }, k) => {
    const count = sizeOf(shape.slice(1));
    const data = /words/.test(name) ? Float32Array.from({ length: count }, (_, i) => (i * 7) % 20) : waves(count, k);
    return core.tensor(data, [1, ...shape.slice(1)]);
  });
  const made = model.predict(inputs.length > 1 ? inputs : inputs[0]);
  return {
    inputs: inputs.map((input, i) => ({ name: model.inputs[i].name, shape: input.shape.slice(1) })),
    outputs: [made].flat().map((output) => ({
      shape: output.shape.slice(1),
      data: Array.from(output.dataSync(), (value) => Number(value.toPrecision(8))),
    })),
  };
};

/** What is wrong is in the JSON too. */
const cnncalc = (...args) =>
  JSON.parse(spawnSync(process.execPath, [bin, ...args, '--json'], { encoding: 'utf8', maxBuffer: 1 << 28 }).stdout);

/** Rows of a layer: its own and those inside of it; shapes are those of the last. */
const compare = (model, folder) => {
  const report = cnncalc(join(folder, 'model.json'));
  const wrong = [];
  let parameters = 0;
  for (const { name, shape, params } of layersOf(model)) {
    const rows = report.layers.filter((row) => row.name === name || row.name.startsWith(`${name}.`));
    const total = rows.reduce((sum, row) => sum + (row.params?.total ?? 0) + (row.buffers ?? 0), 0);
    parameters += total;
    if (total !== params) wrong.push(`${name}: ${total} parameters, not ${params}`);
    const last = rows.at(-1)?.outputShape;
    if (shape && !(last?.length === shape.length && shape.every((n, i) => n === null || n === last[i])))
      wrong.push(`${name}: ${last?.join('x')}, not ${shape.join('x')}`);
  }
  wrong.push(
    ...report.diagnostics
      .filter(({ severity, code }) => severity === 'error' || code.startsWith('import'))
      .map(({ code, message }) => `${code}: ${message}`),
  );
  const { totals } = report;
  if (totals.params + totals.buffers !== parameters) wrong.push('the totals are not the sum');
  return { wrong, layers: report.layers.length, params: totals.params + totals.buffers };
};

/** Values of an image that lie channels last, with its channels first, or the other way round. */
const turned = (data, places, channels) => {
  const into = new Float32Array(data.length);
  for (let place = 0; place < places; place += 1)
    for (let c = 0; c < channels; c += 1) into[c * places + place] = data[place * channels + c];
  return into;
};

const npy = ({ shape, data }) => {
  const header = Buffer.from(
    `${`{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`.padEnd(117)}\n`,
  );
  return Buffer.concat([
    Buffer.from('\x93NUMPY\x01\0', 'latin1'),
    Buffer.from([header.length, 0]),
    header,
    Buffer.from(data.buffer),
  ]);
};

/** How far our outputs are from those of TensorFlow.js, by the largest of them; what was said where there are none. */
const distance = (model, folder) => {
  const { inputs, outputs } = predict(model);
  const [C, ...places] = [inputs[0].shape.at(-1), ...inputs[0].shape.slice(0, -1)];
  const data = turned(waves(sizeOf(inputs[0].shape), 0), sizeOf(places), C);
  writeFileSync(join(folder, 'in.npy'), npy({ shape: [1, C, ...places], data }));
  const files = ['--data', join(folder, 'in.npy'), '--save', join(folder, 'out.npy')];
  const ran = spawnSync(
    process.execPath,
    [bin, 'run', join(folder, 'model.json'), ...files, '--backend', 'reference'],
    { encoding: 'utf8' },
  );
  if (ran.status !== 0) return ran.stderr;
  const bytes = readFileSync(join(folder, 'out.npy'));
  const begin = 10 + bytes.readUInt16LE(8);
  const ours = new Float32Array(bytes.buffer.slice(bytes.byteOffset + begin, bytes.byteOffset + bytes.length));
  const { shape, data: theirs } = outputs[0];
  const found = turned(ours, shape.at(-1), sizeOf(shape.slice(0, -1)));
  const largest = Math.max(...theirs.map(Math.abs)) || 1;
  return Math.max(...theirs.map((value, i) => Math.abs(value - (found[i] ?? Number.NaN)))) / largest;
};

const numberOf = (name, otherwise) => {
  const at = process.argv.indexOf(name);
  return at > 0 ? Number(process.argv[at + 1]) : otherwise;
};

const option = process.argv.indexOf('--fixtures');
const target = option > 0 ? process.argv[option + 1] : mkdtempSync(join(tmpdir(), 'keras-'));
let failed = 0;

const random = numberOf('--random', 0);

for (let i = 0; i < random; i += 1) {
  const seed = numberOf('--seed', 1) * 100_000 + i;
  const model = randomModel(tf, seed);
  train(model);
  const folder = join(target, `random${seed}`);
  await save(model, folder, true);
  const off = distance(model, folder);
  if (off < 2e-5) continue;
  failed += 1;
  console.log(`seed ${seed}: ${off}\n  ${model.layers.map((layer) => layer.getClassName()).join(', ')}`);
}
if (random > 0) console.log(`${random - failed} of ${random} random models compute what TensorFlow.js computes`);

for (const [name, make] of random > 0 ? [] : Object.entries(SMALL)) {
  const model = make(tf);
  train(model);
  const folder = join(target, name);
  await save(model, folder, true);
  const expected = { layers: layersOf(model), ...totalsOf(model), ...predict(model) };
  writeFileSync(join(folder, 'expected.json'), `${JSON.stringify(expected)}\n`);
  if (name === 'lenet') {
    // The same with weights of 8 bits; what comes out is that of the numbers they stand for.
    const json = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8'));
    const weights = model.weights.map((weight) => ({
      name: weight.originalName,
      shape: weight.shape,
      dtype: 'float32',
      data: weight.read().dataSync(),
    }));
    const { specs, bytes } = quantised(weights);
    let at = 0;
    model.setWeights(
      specs.map(({ shape, quantization: { scale, min } }) => {
        const part = bytes.subarray(at, at + sizeOf(shape));
        at += sizeOf(shape);
        return core.tensor(
          Float32Array.from(part, (value) => value * scale + min),
          shape,
        );
      }),
    );
    const other = join(target, 'quantised');
    mkdirSync(other, { recursive: true });
    writeFileSync(
      join(other, 'model.json'),
      JSON.stringify({ ...json, weightsManifest: [{ paths: ['weights.bin'], weights: specs }] }),
    );
    writeFileSync(join(other, 'weights.bin'), bytes);
    writeFileSync(
      join(other, 'expected.json'),
      `${JSON.stringify({ layers: layersOf(model), ...totalsOf(model), ...predict(model) })}\n`,
    );
  }
  if (option > 0) continue;
  const { wrong, layers, params } = compare(model, folder);
  failed += wrong.length;
  console.log(
    `${name}: ${layers} rows, ${params} parameters${wrong.length > 0 ? `\n  ${wrong.join('\n  ')}` : ', all as in TensorFlow.js'}`,
  );
}

if (option < 0 && random === 0) {
  // Weights are not asked for: zeros take no time.
  const zeros = (name) =>
    name === 'separableConv2d'
      ? { depthwiseInitializer: 'zeros', pointwiseInitializer: 'zeros' }
      : { kernelInitializer: 'zeros', depthwiseInitializer: 'zeros' };
  const plainly = {
    ...tf,
    layers: new Proxy(tf.layers, { get: (all, name) => (args) => all[name]({ ...zeros(name), ...args }) }),
  };
  for (const [name, { params: known, make }] of Object.entries(KNOWN)) {
    const model = make(plainly);
    const folder = join(target, name);
    await save(model, folder, false);
    const { wrong, layers, params } = compare(model, folder);
    if (params !== known) wrong.push(`${params} parameters, and Keras counts ${known}`);
    failed += wrong.length;
    console.log(
      `${name}: ${layers} rows, ${params} parameters${wrong.length > 0 ? `\n  ${wrong.slice(0, 8).join('\n  ')}` : ', all as in TensorFlow.js and as Keras counts'}`,
    );
    model.dispose();
  }
}

if (option < 0) rmSync(target, { recursive: true });

process.exitCode = failed > 0 ? 1 : 0;
