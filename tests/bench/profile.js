// Our time by layer: which algorithm ran it, and how many GFLOP/s that is. For whoever makes the kernels faster.

import { testInput } from './input.js';
import { loadLibrary, networkNamed, openSession } from './library.js';
import { median } from './statistics.js';

const RUNS = 15;

const profileOne = async (name, settings) => {
  const network = networkNamed(name);
  const session = await openSession(network, settings);
  const inputs = new Map([[network.inputs[0].id, testInput(network)]]);
  const run = async () => (await session.run(inputs)).timings;
  for (let i = 0; i < RUNS; i += 1) await run();
  const runs = [];
  for (let i = 0; i < RUNS; i += 1) runs.push(await run());
  const total = median(runs.map((timings) => timings.reduce((sum, { ms }) => sum + ms, 0)));
  console.log(`\n${name}: ${total.toFixed(2)} ms`);
  const rows = network.steps.map((step) => {
    const timings = runs.map((all) => all.find(({ id }) => id === step.id));
    const ms = median(timings.map((timing) => timing?.ms ?? 0));
    return { ...timings[0], step, ms };
  });
  for (const { step, ms, algorithm = '', fusedInto } of rows) {
    if (fusedInto !== undefined) continue;
    const share = `${((100 * ms) / total).toFixed(1)} %`;
    const speed = step.macs > 0 ? `${((2 * step.macs) / ms / 1e6).toFixed(1)} GFLOP/s` : '';
    const shapes = `${step.inputShapes[0].join('x')} -> ${step.output.join('x')}`;
    console.log(
      [
        step.name.padEnd(36),
        shapes.padEnd(30),
        algorithm.padEnd(20),
        ms.toFixed(3).padStart(9),
        share.padStart(7),
        speed.padStart(16),
      ].join(' '),
    );
  }
};

/** Prints medians over runs of every layer that is not part of another. */
export const profile = async (networks, settings) => {
  await loadLibrary();
  for (const name of networks) await profileOne(name, settings);
};
