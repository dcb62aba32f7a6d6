// The judge of the ONNX exporter: what convert writes, run by ONNX Runtime, against what the numeric core makes of the same weights and
// the same images. Nothing is timed.
//
//   node onnx-export.js                      networks of all families, one image and two
//   node onnx-export.js resnet50 unet        those; --all: every bundled network
//   node onnx-export.js --cases              every case of every operator, against the reference backend
//   node onnx-export.js --exact              our direct algorithms only
//
// Exit code 1 if any differs by more than it may.

import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import ort from 'onnxruntime-node';
import {
  bundledNetworks,
  bundleLibrary,
  loadLibrary,
  networkNamed,
  onnxOf,
  openDefinition,
  openSession,
} from './library.js';
import { relativeError } from './statistics.js';
import { Unsupported } from './unsupported.js';

/** One of each family, and of each sort of layer. */
const NETWORKS = [
  'lenet5',
  'alexnet',
  'alexnet-torchvision',
  'zfnet',
  'vgg16_bn',
  'nin-imagenet',
  'googlenet_aux',
  'inception_v3',
  'xception',
  'resnet18',
  'resnet50',
  'resnext50_32x4d',
  'resnet50_v2',
  'wrn-16-8',
  'se_resnet50',
  'res2net50',
  'densenet121',
  'squeezenet1_1',
  'mobilenet_v1',
  'mobilenet_v2',
  'mobilenet_v3_large',
  'shufflenet_v2_x1_0',
  'ghostnet',
  'mnasnet1_0',
  'efficientnet_b0',
  'efficientnet_v2_s',
  'regnet_y_400mf',
  'repvgg_a0',
  'convnext_tiny',
  'convmixer_768_32',
  'vit_b_32',
  'swin_t',
  'mobilevit_s',
  'unet',
  'attention_unet',
  'fcn_resnet50',
  'hrnet_w18',
  'yolov3-tiny',
  'yolov8n',
  'ssd300_vgg16',
  'edsr_baseline_x2',
  'dcgan-generator',
  'vae',
  'pointnet',
  'm5',
  'tcn',
  'wavenet',
  'r3d_18',
  'siamese',
  'mtcnn-onet',
];

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean', default: false },
    cases: { type: 'boolean', default: false },
    exact: { type: 'boolean', default: false },
    threads: { type: 'string', default: '2' },
  },
});

/** The largest difference from our outputs, as a share of the largest of them. */
const TOLERANCE = 1e-5;

/** Of networks that make more of what is rounded off: so many times as much as our own sums in two orders differ by. */
const TIMES = 3;

const folder = mkdtempSync(join(tmpdir(), 'onnx-export-'));

const write = (name, pieces) => {
  const file = openSync(join(folder, name), 'w');
  for (const piece of pieces) writeSync(file, piece);
  closeSync(file);
};

/** The model in files, as the command line writes it. */
const exported = (network) => {
  const { content, beside } = onnxOf(network, 'net.weights.bin');
  write('net.onnx', content);
  if (beside) write('net.weights.bin', beside);
};

/** Images by the id of the input: whole numbers where a table is looked up. */
const imagesFor = (library, network, batch) =>
  flags.cases ? library.imagesOfCases(network, batch) : library.noise(network.analysis, batch, 1);

/** The least variance: a channel of the same value everywhere would be nothing but rounding made large. */
const LEAST = 0.1;

/** What the update of running statistics took for them, from what became of them. */
const taken = (old, updated, momentum) =>
  updated.data.map((value, c) => (value - (1 - momentum) * old.data[c]) / momentum);

/**
 * The network with the statistics of some images in its normalisations, as training leaves them: without, a value grows from layer to
 * layer until what is rounded off decides the outputs, ours as well.
 */
const settled = async (library, network) => {
  if (!network.steps.some(({ weights }) => weights.running_var)) return network;
  const batch = 2;
  const session = await openSession(network, {
    batch,
    threads: Number(flags.threads),
    core: 'auto',
    precision: 'careful',
    training: true,
  });
  const { statistics } = await session.run(library.noise(network.analysis, batch, 2));
  session.close();
  // Those that share their tensors have the statistics of the first.
  const known = new Map();
  const steps = network.steps.map((step) => {
    const news = statistics.get(step.id);
    const name = step.learned.find(({ tensor }) => tensor === 'running_var')?.name;
    if (!news || !name) return step;
    const { momentum = 0.1 } = step.operator;
    const made = known.get(name) ?? {
      running_mean: {
        shape: news.running_mean.shape,
        data: taken(step.weights.running_mean, news.running_mean, momentum),
      },
      running_var: {
        shape: news.running_var.shape,
        data: taken(step.weights.running_var, news.running_var, momentum).map((value) => Math.max(value, LEAST)),
      },
    };
    known.set(name, made);
    return { ...step, weights: { ...step.weights, ...made } };
  });
  return { ...network, steps };
};

const DIRECT = { precision: 'exact', core: 'simd' };
const CAREFUL = { precision: 'careful', core: 'auto' };

const ours = async (network, inputs, batch, how) => {
  const open = flags.cases ? openDefinition : openSession;
  const session = await open(network, { batch, threads: Number(flags.threads), ...how });
  const { outputs } = await session.run(inputs);
  session.close();
  return network.outputs.map((id) => outputs.get(id));
};

const theirs = async (session, network, inputs) => {
  const given = network.inputs.flatMap(({ id, name }) => {
    const { data, shape } = inputs.get(id);
    return session.inputNames.includes(name) ? [[name, new ort.Tensor('float32', data, shape)]] : [];
  });
  const outputs = await session.run(Object.fromEntries(given));
  return session.outputNames.map((name) => ({ shape: outputs[name].dims, data: outputs[name].data }));
};

/** The largest of all outputs; infinite where one has another shape. */
const farthest = (some, others) =>
  Math.max(
    ...some.map(({ shape, data }, i) =>
      others[i]?.shape.join() === shape.join() ? relativeError(data, others[i].data) : Number.POSITIVE_INFINITY,
    ),
  );

/** How far ONNX Runtime is from us, by batch. */
const judged = async (library, network) => {
  exported(network);
  const session = await ort.InferenceSession.create(join(folder, 'net.onnx'), {
    intraOpNumThreads: Number(flags.threads),
  });
  const errors = [];
  for (const batch of [1, 2]) {
    const inputs = imagesFor(library, network, batch);
    const wanted = await ours(network, inputs, batch, flags.exact ? DIRECT : CAREFUL);
    errors.push(farthest(await theirs(session, network, inputs), wanted));
  }
  await session.release();
  return errors;
};

/** How far our own sums in two orders are from each other. */
const unsure = async (library, network) => {
  const inputs = imagesFor(library, network, 1);
  return farthest(await ours(network, inputs, 1, CAREFUL), await ours(network, inputs, 1, DIRECT));
};

/** A network whose outputs do not hang on what is rounded off, as far as there is one: with how far they do. */
const steady = async (library, network) => {
  const own = await unsure(library, network);
  if (own <= TOLERANCE / TIMES) return { network, own };
  const other = await settled(library, network);
  const its = await unsure(library, other);
  return its < own ? { network: other, own: its } : { network, own };
};

const digits = (error) => (error === 0 ? '0' : error.toExponential(1));

/** Prints a row for a network, or why there is none; whether it is right. */
const row = async (library, name) => {
  try {
    const { network, own } = await steady(library, networkNamed(name));
    const errors = await judged(library, network);
    const isRight = errors.every((error) => error <= Math.max(TOLERANCE, TIMES * own));
    console.log(`| ${name} | ${[...errors, own].map(digits).join(' | ')} |${isRight ? '' : ' wrong'}`);
    return isRight && Math.max(...errors) <= TOLERANCE ? 'within' : isRight ? 'as ours' : 'wrong';
  } catch (error) {
    console.log(`| ${name} | ${error.message.replaceAll('\n', ' ')} |`);
    return error instanceof Unsupported ? 'unsaid' : 'wrong';
  }
};

const judgeCases = async (library) => {
  for (const [name, cases] of Object.entries(library.CASES)) {
    let [right, worst] = [0, 0];
    for (const one of cases) {
      const network = library.caseModel([one]);
      try {
        const error = Math.max(...(await judged(library, network)));
        worst = Math.max(worst, error);
        if (error <= Math.max(one.tolerance, TOLERANCE)) right += 1;
        else {
          process.exitCode = 1;
          console.log(`  ${one.title}: differs by ${digits(error)}`);
        }
      } catch (error) {
        process.exitCode = 1;
        console.log(`  ${one.title}: ${error.message.replaceAll('\n', ' ')}`);
      }
    }
    console.log(`| ${name} | ${right} of ${cases.length} | ${digits(worst)} |`);
  }
};

await bundleLibrary();
const library = await loadLibrary();
try {
  if (flags.cases) await judgeCases(library);
  else {
    console.log('| network | one image | two images | ours in two orders |\n| --- | ---: | ---: | ---: |');
    const named = flags.all ? Object.keys(bundledNetworks()) : positionals.length > 0 ? positionals : NETWORKS;
    const count = {};
    for (const name of named) {
      const verdict = await row(library, name);
      count[verdict] = (count[verdict] ?? 0) + 1;
    }
    console.log(
      `\n${named.length} networks: ${Object.entries(count)
        .map(([verdict, n]) => `${n} ${verdict}`)
        .join(', ')}`,
    );
    if (count.wrong) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
