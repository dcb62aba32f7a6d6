// A thread of the numeric core: takes tasks as long as there are any, waits for more, and goes home when told.

const { parentPort, workerData } = require('node:worker_threads');

const { module: compiled, memory, control, scratch } = workerData;
const { left, job, done, asleep, failed } = control;
const words = new Int32Array(memory.buffer);
const { exports: core } = new WebAssembly.Instance(compiled, { env: { memory, abort: () => {} } });

/** Looks for tasks this often before it sleeps: waking takes longer than most instructions do. */
const SPINS = 20_000;

parentPort.postMessage('ready');
for (let spins = 0; ; spins++) {
  const tasks = Atomics.load(words, left);
  if (tasks < 0) break;
  if (tasks > 0) {
    try {
      core.share(4 * left, 4 * job, 4 * done, scratch);
    } catch {
      // The task that was taken will never be done.
      Atomics.store(words, failed, 1);
      Atomics.notify(words, done);
      break;
    }
    Atomics.notify(words, done);
    spins = 0;
  } else if (spins > SPINS) {
    Atomics.add(words, asleep, 1);
    Atomics.wait(words, left, 0);
    Atomics.sub(words, asleep, 1);
    spins = 0;
  }
}
