// Our side: src/ bundled as the project's build bundles it, a network by its name or text with weights, and sessions of it.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { Unsupported } from './unsupported.js';
import { weightsFor } from './weights.js';

const root = new URL('../../', import.meta.url);
const bundled = (name) => new URL(`dist/${name}.js`, import.meta.url);

/** Per bundle what it exports: what runs a network of ours, and all that the benchmark makes networks and models with. */
const ENTRIES = {
  runtime: `
export { parse } from './src/lang/parse.js';
export { analyze } from './src/analysis/analyze.js';
export { initialised } from './src/run/weights.js';
export { wasm } from './src/kernels/wasm.js';
`,
  library: `
export { parse } from './src/index.js';
export { analyze } from './src/analysis/analyze.js';
export { errorOf, fitRates, heldOut } from './src/analysis/rates.js';
export { loadsOf, wholeOf } from './src/analysis/estimate.js';
export { fold } from './src/run/fold.js';
export { planFolds } from './src/run/fold-plan.js';
export { parameters } from './src/run/network.js';
export { seedOf } from './src/core/random.js';
export { uniform } from './src/run/random.js';
export { initialised } from './src/run/weights.js';
export { noise } from './src/run/execute.js';
export { modelOf, Refusals } from './src/export/model.js';
export { onnx } from './src/export/onnx.js';
export { caseModel, imagesOf as imagesOfCases } from './tests/case-models.js';
export { TABLES as CASES } from './tests/kernel-cases.js';
export { reference } from './src/kernels/reference.js';
export { wasm } from './src/kernels/wasm.js';
`,
};

const bundleOf = async (name, text) => {
  const entry = fileURLToPath(new URL('entry', root));
  const bundle = await rolldown({
    input: entry,
    platform: 'neutral',
    resolve: {
      alias: { yaml: fileURLToPath(new URL('node_modules/yaml/browser/index.js', root)) },
      mainFields: ['module', 'main'],
    },
    plugins: [
      { name: 'entry', resolveId: (id) => (id === entry ? id : null), load: (id) => (id === entry ? text : null) },
    ],
  });
  await bundle.write({ file: fileURLToPath(bundled(name)), format: 'es', codeSplitting: false });
};

/** Bundles src/ once per benchmark; every contender's process loads the results. */
export const bundleLibrary = async () => {
  for (const [name, text] of Object.entries(ENTRIES)) await bundleOf(name, text);
};

let library;
let runtime;

export const loadLibrary = async () => {
  library ??= await import(bundled('library').href);
  return library;
};

/** What a program loads that reads a spec and runs its network; sessions are its own from then on. */
export const loadRuntime = async () => {
  runtime ??= await import(bundled('runtime').href);
};

/** The network of a spec, as exporters take it, with the benchmark's weights. Throws where the spec is wrong. */
export const networkOfText = (text, options = {}) => {
  const analysis = library.analyze(library.parse(text, options));
  const errors = analysis.diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('; '));
  return library.modelOf(analysis, weightsFor(library, analysis), 'benchmark');
};

/** The bundled networks by the names that the command line takes. */
export const bundledNetworks = () => JSON.parse(readFileSync(new URL('specs/index.json', root), 'utf8'));

export const networkNamed = (name) => {
  const { [name]: spec } = bundledNetworks();
  if (!spec) throw new Error(`there is no network ${name}`);
  const { file, variant } = spec;
  return networkOfText(readFileSync(new URL(`specs/${file}`, root), 'utf8'), variant ? { variant } : {});
};

/** Batch normalisation folded into the layers beside it. */
export const withoutBatchNorm = (network) => ({
  ...network,
  ...library.fold(network, library.planFolds(network, network.analysis.graph)),
});

/** The pieces of an ONNX model, and of the file of values beside it where it needs one. Throws where ONNX cannot say it. */
export const onnxOf = (network, beside) => {
  try {
    return library.onnx(network, { given: true, beside });
  } catch (error) {
    if (!(error instanceof library.Refusals)) throw error;
    throw new Unsupported(error.message);
  }
};

/** A session as contenders have it: one image in, the first output out. */
const asContender = (network, session) => {
  const [{ id }] = network.inputs;
  const [wanted] = network.outputs;
  return {
    input: (tensor) => new Map([[id, tensor]]),
    run: async (inputs) => (await session.run(inputs)).outputs.get(wanted).data,
    // What the trial reached differs from start to start.
    about: Object.entries(session.core)
      .filter(([name]) => name !== 'peakGflops')
      .map(([name, value]) => `${name} ${value}`)
      .join(', '),
    close: session.close,
  };
};

/** What the command line gives the core: the builds in dist/, threads, V8's flags. */
const machine = createRequire(import.meta.url)('../../bin/core.js');
const now = () => performance.now();

/** V8's flags for relaxed SIMD and joined vectors, as the core has them: before WASM is compiled. */
export const prepareFlags = machine.prepare;

const open = (backend, network, { threads, core, precision, batch = 1, training = false }) =>
  backend.open(network, { batch, threads, core, precision, training });

/** With its timings by layer. */
export const openSession = (network, options) => open((runtime ?? library).wasm({ now, ...machine }), network, options);

export const openOurs = async (network, options) => asContender(network, await openSession(network, options));

/** Of the loops that define operators. */
export const openDefinition = (network, options) => open(library.reference(now), network, options);

export const openReference = async (network, options) => asContender(network, await openDefinition(network, options));
