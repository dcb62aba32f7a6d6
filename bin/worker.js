// A thread of the numeric core: takes tasks as long as there are any, waits for more, and goes home when told.

const { readlinkSync } = require('node:fs');
const { parentPort, workerData } = require('node:worker_threads');

const { module: compiled, memory, control, scratch } = workerData;
const { left, job, done, asleep, failed } = control;
const words = new Int32Array(memory.buffer);
const { exports: core } = new WebAssembly.Instance(compiled, { env: { memory, abort: () => {} } });

/**
 * Looks for tasks this often before it sleeps: waking takes longer than most instructions do. Where none come meanwhile, looking
 * may be what keeps them from coming, as on a busy machine: then it looks less often each time.
 */
const SPINS = { least: 200, most: 20_000 };

/** Where the system tells of this thread, if it does. */
const place = () => {
  try {
    return `/proc/${readlinkSync('/proc/thread-self')}`;
  } catch {
    return undefined;
  }
};

parentPort.postMessage(place());
let patience = SPINS.most;
for (let spins = 0; ; spins++) {
  const tasks = Atomics.load(words, left);
  if (tasks < 0) break;
  if (tasks > 0) {
    if (spins > 0) patience = Math.min(SPINS.most, 2 * patience);
    try {
      core.share(4 * left, 4 * job, 4 * done, scratch);
    } catch {
      // The task that was taken will never be done.
      Atomics.store(words, failed, 1);
      Atomics.notify(words, done);
      break;
    }
    Atomics.notify(words, done);
    spins = -1;
  } else if (spins >= patience) {
    patience = Math.max(SPINS.least, patience >> 1);
    Atomics.add(words, asleep, 1);
    Atomics.wait(words, left, 0);
    Atomics.sub(words, asleep, 1);
    spins = -1;
  }
}
