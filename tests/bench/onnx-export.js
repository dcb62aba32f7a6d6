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
const NETWORKS = ['lenet5'];

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean', default: false },
    cases: { type: 'boolean', default: false },
    exact: { type: 'boolean', default: false },
    threads: { type: 'string', default: '2' },
  },
});

/** The largest difference from our outputs, as a share of the largest of them: sums in another order. */
const TOLERANCE = 1e-5;

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
  network.analysis.graph.nodes.length > 0
    ? library.noise(network.analysis, batch, 1)
    : new Map(
        network.inputs.map(({ id, shape }) => {
          const all = [batch, ...shape];
          return [
            id,
            {
              shape: all,
              data: library.normal(
                all.reduce((a, b) => a * b),
                id,
              ),
            },
          ];
        }),
      );

const ours = async (network, inputs, batch) => {
  const open = flags.cases ? openDefinition : openSession;
  const session = await open(network, {
    batch,
    threads: Number(flags.threads),
    core: 'auto',
    precision: flags.exact ? 'exact' : 'careful',
  });
  const { outputs } = await session.run(inputs);
  session.close();
  return network.outputs.map((id) => outputs.get(id) ?? inputs.get(id));
};

const theirs = async (session, network, inputs) => {
  const given = network.inputs.flatMap(({ id, name }) => {
    const tensor = inputs.get(id);
    return session.inputNames.includes(name) ? [[name, new ort.Tensor('float32', tensor.data, tensor.shape)]] : [];
  });
  const outputs = await session.run(Object.fromEntries(given));
  return session.outputNames.map((name) => outputs[name]);
};

/** The largest differences by batch, of each output. */
const judged = async (library, network) => {
  exported(network);
  const session = await ort.InferenceSession.create(join(folder, 'net.onnx'), {
    intraOpNumThreads: Number(flags.threads),
  });
  const errors = [];
  for (const batch of [1, 2]) {
    const inputs = imagesFor(library, network, batch);
    const [a, b] = [await ours(network, inputs, batch), await theirs(session, network, inputs)];
    errors.push(
      a.map(({ shape, data }, i) =>
        b[i]?.dims.join() === shape.join() ? relativeError(b[i].data, data) : Number.POSITIVE_INFINITY,
      ),
    );
  }
  await session.release();
  return errors;
};

const digits = (error) => (error === 0 ? '0' : error.toExponential(1));

/** Prints a row for a network, or why there is none. */
const row = async (library, name, network, tolerance = TOLERANCE) => {
  try {
    const errors = (await judged(library, network())).map((all) => Math.max(...all));
    const isRight = errors.every((error) => error <= tolerance);
    if (!isRight) process.exitCode = 1;
    console.log(`| ${name} | ${errors.map(digits).join(' | ')} |${isRight ? '' : ' wrong'}`);
    return isRight;
  } catch (error) {
    if (!(error instanceof Unsupported)) process.exitCode = 1;
    console.log(`| ${name} | ${error.message.replaceAll('\n', ' ')} |`);
    return false;
  }
};

const judgeCases = async (library) => {
  for (const [name, cases] of Object.entries(library.CASES)) {
    let [right, worst] = [0, 0];
    for (const one of cases) {
      const network = library.caseModel([one]);
      try {
        const error = Math.max(...(await judged(library, network)).flat());
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
    console.log('| network | one image | two images |\n| --- | ---: | ---: |');
    const named = flags.all ? Object.keys(bundledNetworks()) : positionals.length > 0 ? positionals : NETWORKS;
    let right = 0;
    for (const name of named) if (await row(library, name, () => networkNamed(name))) right += 1;
    console.log(`\n${right} of ${named.length} within ${TOLERANCE}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
