// A thread of the numeric core: waits for an instruction, takes tasks of it until there are none, and says so.

const { parentPort, workerData } = require('node:worker_threads');

const { module: compiled, memory, control, scratch } = workerData;
const words = new Int32Array(memory.buffer);
const { exports: core } = new WebAssembly.Instance(compiled, { env: { memory, abort: () => {} } });

/** Looks for the next instruction this often before it sleeps: waking takes longer than most instructions do. */
const SPINS = 20_000;

parentPort.postMessage('ready');
for (let epoch = 0; ; ) {
  for (let spins = 0; Atomics.load(words, control.epoch) === epoch; spins++)
    if (spins > SPINS) Atomics.wait(words, control.epoch, epoch);
  epoch = Atomics.load(words, control.epoch);
  const kind = words[control.kind];
  if (kind < 0) break;
  try {
    core.share(kind, words[control.offset], 4 * control.counter, words[control.tasks], scratch);
  } catch {
    Atomics.store(words, control.failed, 1);
  }
  Atomics.add(words, control.done, 1);
  Atomics.notify(words, control.done);
}
