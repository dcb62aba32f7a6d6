// The measuring: contenders in processes of their own, compared, warmed, then run in turn, A B C A B C … No table, no models.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CONTENDERS } from './contenders.js';
import { median, medianRatio, relativeError } from './statistics.js';

/** The largest difference from the first contender's outputs, relative to their largest value, that is still timed. */
export const TOLERANCE = 1e-4;

const WARM_UP = { ms: 2000, least: 10, most: 6000 };
const TURN = { ms: 400, least: 3, most: 2000 };
// Threads of a pool go on spinning for a while after a run.
const PAUSE_MS = 30;

const contenderFile = fileURLToPath(new URL('contender.js', import.meta.url));

/** Starts a contender and waits for its first output, or for the word that it has no such operators (`unsupported`). */
const start = async (name, network, options) => {
  const child = fork(contenderFile, [name, network, JSON.stringify(options)], { serialization: 'advanced' });
  const answer = async () => {
    const waiting = new AbortController();
    const ended = async () => {
      const [code] = await once(child, 'exit', waiting);
      throw new Error(`${name} on ${network} ended with code ${code}`);
    };
    try {
      const [message] = await Promise.race([once(child, 'message', waiting), ended()]);
      return message;
    } finally {
      waiting.abort();
    }
  };
  const ready = await answer();
  return {
    name,
    ...ready,
    turn: async (message) => {
      await pause(PAUSE_MS);
      child.send(message);
      return (await answer()).times;
    },
    stop: async () => {
      if (child.exitCode !== null) return;
      child.kill();
      await once(child, 'exit');
    },
  };
};

/** Cold starts in turn, `rounds` of each: milliseconds by contender. */
const coldStarts = async (names, network, options, rounds) => {
  const cold = new Map(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const name of names) {
      const contender = await start(name, network, options);
      cold.get(name).push(contender.cold);
      await contender.stop();
    }
  return cold;
};

/** Throws where a contender computes something else than the first one. */
const compare = ([first, ...others], network) => {
  const errors = new Map([[first.name, 0]]);
  for (const { name, output } of others) {
    const error = relativeError(output, first.output);
    if (!(error <= TOLERANCE))
      throw new Error(`${name} differs from ${first.name} on ${network} by ${error.toExponential(1)}: not timed`);
    errors.set(name, error);
  }
  return errors;
};

/** Medians of the runs in each turn, `rounds` turns of each contender. */
const warmRounds = async (contenders, rounds) => {
  for (const contender of contenders) await contender.turn(WARM_UP);
  const warm = new Map(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const { name, turn } of contenders) warm.get(name).push(median(await turn(TURN)));
  return warm;
};

/** Those that run on so many threads and have the network's operators, each in a process that waits. */
const startAll = async (names, network, options) => {
  const contenders = [];
  for (const name of names) {
    if (options.threads > 1 && CONTENDERS[name].oneThread) continue;
    const contender = await start(name, network, options);
    if (!contender.unsupported) contenders.push(contender);
    else {
      console.error(`  ${name}: ${contender.unsupported}`);
      await contender.stop();
    }
  }
  return contenders;
};

/** Medians, of the times and of their ratios to the baseline's in the same round. */
const summary = (times, baseline) => ({ ms: median(times), ratio: medianRatio(times, baseline), rounds: times });

/**
 * One network on so many threads: per contender the error against the first one, medians of warm rounds and cold starts in
 * ms, and the medians of their ratios to the first one's.
 */
export const measure = async (network, { names, options, rounds, coldRounds }) => {
  const contenders = await startAll(names, network, options);
  try {
    const errors = compare(contenders, network);
    const running = contenders.map(({ name }) => name);
    const cold = await coldStarts(running, network, options, coldRounds);
    const warm = await warmRounds(contenders, rounds);
    const msOf = (name) => cold.get(name).map(({ ms }) => ms);
    return contenders.map(({ name, about }) => ({
      contender: name,
      about,
      error: errors.get(name),
      warm: summary(warm.get(name), warm.get(running[0])),
      ...(coldRounds > 0 && { cold: { ...summary(msOf(name), msOf(running[0])), parts: cold.get(name) } }),
    }));
  } finally {
    for (const { stop } of contenders) await stop();
  }
};
