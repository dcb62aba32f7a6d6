// What the numeric core needs of the machine: its builds, V8's flags, threads. Loaded with the program, used by what executes.

const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const build = (name) => readFileSync(join(__dirname, '..', 'dist', `core-${name}.wasm`));

/** Relaxed SIMD is behind a flag before Node 22; from Node 24 on V8 can join pairs of vectors to wider ones. */
const prepare = () => {
  const major = Number.parseInt(process.versions.node, 10);
  const { setFlagsFromString } = require('node:v8');
  if (major < 22) setFlagsFromString('--experimental-wasm-relaxed-simd');
  if (major >= 24) setFlagsFromString('--experimental-wasm-revectorize');
};

const spawn = (data) => {
  const { Worker } = require('node:worker_threads');
  const worker = new Worker(join(__dirname, 'worker.js'), { workerData: data });
  const ready = new Promise((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', reject);
  });
  // A thread that waits keeps nobody from leaving.
  worker.unref();
  return { ready, end: () => void worker.terminate() };
};

module.exports = { build, prepare, spawn };
