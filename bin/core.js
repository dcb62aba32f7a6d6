// What the numeric core needs of the machine: its builds, V8's flags, threads. Loaded with the program, used by what executes.

const { existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

const build = (name) => readFileSync(join(__dirname, '..', 'dist', `core-${name}.wasm`));

/** Relaxed SIMD is behind a flag before Node 22; from Node 24 on V8 can join pairs of vectors to wider ones. */
const prepare = () => {
  const major = Number.parseInt(process.versions.node, 10);
  const { setFlagsFromString } = require('node:v8');
  if (major < 22) setFlagsFromString('--experimental-wasm-relaxed-simd');
  const joins = major >= 24;
  if (joins) setFlagsFromString('--experimental-wasm-revectorize');
  return joins;
};

const spawn = (data) => {
  const { Worker } = require('node:worker_threads');
  const worker = new Worker(join(__dirname, 'worker.js'), { workerData: data });
  let alive = true;
  let place;
  const ready = new Promise((resolve, reject) => {
    worker.once('message', (told) => {
      place = told;
      // A thread that waits for work keeps nobody from leaving; before that, somebody waits for the thread.
      worker.unref();
      resolve();
    });
    worker.once('error', reject);
    worker.once('exit', () => {
      alive = false;
      reject(new Error('a thread of the core has ended before it began'));
    });
  });
  // Nobody may be waiting any more.
  ready.catch(() => {});
  // Of a thread that the system ended Node hears nothing, and Linux can be asked.
  const isAlive = () => alive && (place === undefined || existsSync(place));
  return { ready, isAlive, end: () => void worker.terminate() };
};

const pause = () => new Promise((resolve) => setImmediate(resolve));

module.exports = {
  build,
  pause,
  prepare,
  spawn,
  get processors() {
    return require('node:os').availableParallelism();
  },
};
