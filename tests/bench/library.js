// Our side: src/ bundled as the project's build bundles it, a network by its name or text with weights, and sessions of it.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { weightsFor } from './weights.js';

const root = new URL('../../', import.meta.url);
const bundled = new URL('dist/library.js', import.meta.url);

const ENTRY = `
export { parse } from './src/index.js';
export { analyze } from './src/analysis/analyze.js';
export { fold } from './src/run/fold.js';
export { planFolds } from './src/run/fold-plan.js';
export { networkOf, parameters } from './src/run/network.js';
export { seedOf } from './src/core/random.js';
export { uniform } from './src/run/random.js';
export { initialised } from './src/run/weights.js';
export { reference } from './src/kernels/reference.js';
export { wasm } from './src/kernels/wasm.js';
`;

/** Bundles src/ once per benchmark; every contender's process loads the result. */
export const bundleLibrary = async () => {
  const entry = fileURLToPath(new URL('entry', root));
  const bundle = await rolldown({
    input: entry,
    platform: 'neutral',
    resolve: {
      alias: { yaml: fileURLToPath(new URL('node_modules/yaml/browser/index.js', root)) },
      mainFields: ['module', 'main'],
    },
    plugins: [
      { name: 'entry', resolveId: (id) => (id === entry ? id : null), load: (id) => (id === entry ? ENTRY : null) },
    ],
  });
  await bundle.write({ file: fileURLToPath(bundled), format: 'es', codeSplitting: false });
};

let library;

export const loadLibrary = async () => {
  library ??= await import(bundled.href);
  return library;
};

/** The network of a spec with the benchmark's weights. Throws where the spec is wrong. */
export const networkOfText = (text, options = {}) => {
  const analysis = library.analyze(library.parse(text, options));
  const errors = analysis.diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('; '));
  const network = library.networkOf(analysis, weightsFor(library, analysis));
  graphs.set(network, analysis.graph);
  return network;
};

/** Of which graph a network was made. */
const graphs = new WeakMap();

/** A bundled network by the name that the command line takes. */
export const networkNamed = (name) => {
  const specs = new URL('specs/', root);
  const { [name]: spec } = JSON.parse(readFileSync(new URL('index.json', specs), 'utf8'));
  if (!spec) throw new Error(`there is no network ${name}`);
  const { file, variant } = spec;
  return networkOfText(readFileSync(new URL(file, specs), 'utf8'), variant ? { variant } : {});
};

/** Batch normalisation folded into the layers beside it. */
export const withoutBatchNorm = (network) => library.fold(network, library.planFolds(network, graphs.get(network)));

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

const open = (backend, network, { threads, core, precision }) =>
  backend.open(network, { batch: 1, threads, core, precision });

/** With its timings by layer. */
export const openSession = (network, options) => open(library.wasm({ now, ...machine }), network, options);

export const openOurs = async (network, options) => asContender(network, await openSession(network, options));

export const openReference = async (network, options) =>
  asContender(network, await open(library.reference(now), network, options));
