// One contender in a process of its own: makes the network, opens it, reports its first output and how long the way there was,
// then runs when it is told to. Started by rounds.js with its name, the network, and options as JSON.

import { CONTENDERS } from './contenders.js';
import { testInput } from './input.js';
import { loadLibrary, loadRuntime, networkNamed } from './library.js';
import { Unsupported } from './unsupported.js';

const [name, networkName, text] = process.argv.slice(2);
const options = JSON.parse(text);
const contender = CONTENDERS[name];

/** From here to the first output, with the times at which each part was done. */
const open = async () => {
  const started = performance.now();
  if (contender.ours) await loadRuntime();
  const runtime = performance.now() - started;
  await loadLibrary();
  const loaded = performance.now();
  const model = contender.prepare(networkNamed(networkName));
  const prepared = performance.now();
  const session = await contender.open(model, options);
  const input = session.input(testInput(model));
  const opened = performance.now();
  const output = Float32Array.from(await session.run(input));
  const ran = performance.now();
  // Cold is what a user of this contender waits for: a peer needs neither our library nor the making of its model
  // here, and ours the library that runs a network, not what makes models of the others' and tests.
  const { bootstrapComplete } = performance.nodeTiming;
  const cold = {
    ms: bootstrapComplete + runtime + (ran - prepared),
    open: opened - prepared,
    first: ran - opened,
    weights: prepared - loaded,
  };
  return { session, input, ready: { output, about: session.about, cold } };
};

/**
 * Runs for `ms` milliseconds, `least` times at least, after one run that is not counted: others ran since. What takes seconds to run
 * once is not run so often: no more begins after `most` milliseconds.
 */
const turn = async ({ session, input }, { ms, least, most }) => {
  await session.run(input);
  const times = [];
  const began = performance.now();
  const spent = () => performance.now() - began;
  while (times.length === 0 || (spent() < most && (times.length < least || spent() < ms))) {
    const start = performance.now();
    await session.run(input);
    times.push(performance.now() - start);
  }
  return times;
};

process.on('disconnect', () => process.exit());
try {
  const running = await open();
  process.on('message', async (message) => process.send({ times: await turn(running, message) }));
  process.send(running.ready);
} catch (problem) {
  if (!(problem instanceof Unsupported)) throw problem;
  process.send({ unsupported: problem.message });
}
