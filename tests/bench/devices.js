// The rates of devices, fitted to timm's tables of throughput: prints the entries of src/analysis/devices.ts. Give it the folder
// results/ of a checkout of huggingface/pytorch-image-models: node devices.js FOLDER COMMIT. With --rows TABLE it prints the rows
// of one table that are fitted, as tests/fixtures/ has them. Run after a build.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleLibrary, loadLibrary } from './library.js';

/** The tables of inference, the newest of each device, precision, layout and way to run it; what they are called here. */
const TABLES = [
  ['rtx3090', 'RTX 3090', 'AMP, NCHW, PyTorch 2.4.0, CUDA 12.4', 'amp-nchw-pt240-cu124-rtx3090'],
  ['rtx3090-nhwc', 'RTX 3090', 'AMP, NHWC, PyTorch 2.4.0, CUDA 12.4', 'amp-nhwc-pt240-cu124-rtx3090'],
  ['rtx4090', 'RTX 4090', 'AMP, NCHW, PyTorch 2.9.1, CUDA 12.8', 'amp-nchw-pt291-cu128-4090'],
  ['rtx4090-nhwc', 'RTX 4090', 'AMP, NHWC, PyTorch 2.4.0, CUDA 12.4', 'amp-nhwc-pt240-cu124-rtx4090'],
  ['rtx4090-compiled', 'RTX 4090', 'AMP, NCHW, compiled, PyTorch 2.9.1, CUDA 12.8', 'amp-nchw-pt291-cu128-4090-dynamo'],
  ['rtx5090', 'RTX 5090', 'AMP, NCHW, PyTorch 2.9.1, CUDA 13.0', 'amp-nchw-pt291-cu130-5090'],
  ['rtx5090-compiled', 'RTX 5090', 'AMP, NCHW, compiled, PyTorch 2.9.1, CUDA 13.0', 'amp-nchw-pt291-cu130-5090-dynamo'],
  ['rtxpro6000', 'RTX PRO 6000 Max-Q', 'AMP, NCHW, PyTorch 2.9.1, CUDA 13.0', 'amp-nchw-pt291-cu130-pro6000maxq'],
  [
    'rtxpro6000-compiled',
    'RTX PRO 6000 Max-Q',
    'AMP, NCHW, compiled, PyTorch 2.9.1, CUDA 13.0',
    'amp-nchw-pt291-cu130-pro6000maxq-dynamo',
  ],
  [
    'rtxpro6000-bf16-compiled',
    'RTX PRO 6000 Max-Q',
    'bfloat16, NCHW, compiled, PyTorch 2.9.1, CUDA 13.0',
    'bf16-nchw-pt291-cu130-pro6000maxq-dynamo',
  ],
  ['i7-12700h', 'Core i7-12700H', 'float32, NCHW, compiled, PyTorch 2.4.0', 'fp32-nchw-pt240-cpu-i7_12700h-dynamo'],
  ['i9-10940x', 'Core i9-10940X', 'float32, NCHW, compiled, PyTorch 2.4.0', 'fp32-nchw-pt240-cpu-i9_10940x-dynamo'],
];

/** The beginnings of the names of timm's convolutional networks; first what tells of a training, a gate, a way to build them. */
const CONVOLUTIONAL =
  /^(tf_|legacy_|wide_|ese_|eca_?|dm_|nf_|gc_?|csp|se|sk)*(cs3|convmixer|convnext|darknet|densenet|dla|dpn|efficientnet|fasternet|fbnet|gernet|ghostnet|hardcorenas|hgnet|hrnet|inception|lcnet|lecsls|mambaout|mixnet|mnasnet|mobilenet|mobileone|nasnet|net154|nfnet|pnasnet|rdnet|regnet|repghost|repvgg|repvit|res2ne[tx]|resne[stx]|rexnet|spnasnet|starnet|tinynet|tresnet|vgg|vovnet|xception)/;

/** What has attention among its convolutions, whatever its name begins with. */
const ATTENDING = /bot|halo|lambda|hybrid|mobilenetv5/;

const rowsIn = (text) => {
  const [heading, ...lines] = text.trim().split(/\r?\n/);
  const keys = heading.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((field, i) => [keys[i], field])));
};

const isConvolutional = ({ model }) => CONVOLUTIONAL.test(model) && !ATTENDING.test(model);

/** timm's own smallest ones, for its tests. */
const isToy = ({ model }) => model.startsWith('test_');

/** Networks whose figures are in the table. Counts there are rounded to 10^7 and 10^4. */
const timedIn = (text) =>
  rowsIn(text)
    .filter((row) => !isToy(row))
    .map((row) => ({
      model: row.model,
      size: Number(row.infer_img_size),
      batch: Number(row.infer_batch_size),
      perSecond: Number(row.infer_samples_per_sec),
      gmacs: Number(row.infer_gmacs),
      mactivations: Number(row.infer_macts),
    }))
    .filter(({ perSecond, gmacs, mactivations }) => perSecond > 0 && gmacs > 0 && mactivations > 0)
    .sort((a, b) => (a.model < b.model ? -1 : a.model > b.model ? 1 : a.size - b.size));

/** `resnet` of resnet50d: a network and its sisters are never on both sides of a comparison. */
const familyOf = (model) => /^[a-z_]+/.exec(model)[0].split('_').slice(0, 2).join('_');

/** Rows with the half that they are in: every second family, by the alphabet. */
const halved = (rows) => {
  const families = [...new Set(rows.map(({ model }) => familyOf(model)))].sort();
  return rows.map((row) => ({ ...row, half: families.indexOf(familyOf(row.model)) % 2 }));
};

const rounded = (n) => Number(n.toPrecision(4));

const [folder, commit, flag, wanted] = process.argv.slice(2);
if (!folder || !commit) throw new Error('node devices.js FOLDER COMMIT [--rows TABLE]');
const read = (table) => {
  const all = timedIn(readFileSync(join(folder, `benchmark-infer-${table}.csv`), 'utf8'));
  return { fitted: halved(all.filter(isConvolutional)), others: all.filter((row) => !isConvolutional(row)) };
};

if (flag === '--rows') {
  console.log(`# Rows of benchmark-infer-${wanted}.csv in results/ of huggingface/pytorch-image-models at ${commit}`);
  console.log(
    '# (Apache License 2.0): convolutional networks, batches as large as fit. Written by tests/bench/devices.js.',
  );
  console.log('model,size,half,images_per_second,gmacs,mactivations');
  for (const { model, size, half, perSecond, gmacs, mactivations } of read(wanted).fitted)
    console.log([model, size, half, perSecond, gmacs, mactivations].join(','));
} else {
  await bundleLibrary();
  const { errorOf, fitRates, heldOut } = await loadLibrary();
  const timed = (row) => ({ macs: 1e9 * row.gmacs, outputs: 1e6 * row.mactivations, seconds: 1 / row.perSecond });
  const error = ({ median, within }) => ({ median: rounded(median), within: rounded(within) });
  for (const [name, hardware, setting, table] of TABLES) {
    const { fitted, others } = read(table);
    const rows = fitted.map(timed);
    const { flops, outputs } = fitRates(rows);
    const rates = { flops: rounded(flops), outputs: rounded(outputs) };
    const batches = fitted.map(({ batch }) => batch).sort((a, b) => a - b);
    const entry = {
      name,
      hardware,
      setting,
      table: `benchmark-infer-${table}.csv`,
      batch: batches[batches.length >> 1],
      networks: rows.length,
      rates,
      heldOut: error(heldOut(rows, (_, at) => fitted[at].half)),
      attending: error(errorOf(others.map(timed), rates)),
    };
    console.log(`${JSON.stringify(entry)},`);
  }
}
