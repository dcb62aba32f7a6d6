// The stacks of cnncalc equiv, run: each against the one kernel that it comes to. How that is done is run/linear.ts.

import { type Analysis, analyze } from '../analysis/analyze.js';
import { spatial } from '../core/shape.js';
import type { Io } from '../io.js';
import { reference } from '../kernels/reference.js';
import { parse } from '../lang/parse.js';
import { layers } from '../layers/index.js';
import type { Ran } from '../report/pages/equiv-run.js';
import { noise } from '../run/execute.js';
import { execute, multiplyAccumulates, stackOf } from '../run/linear.js';
import { networkOf } from '../run/network.js';
import { initialised } from '../run/weights.js';
import { type Kernel, stackSpec } from './stack.js';

/** Nobody waits for more. */
const MOST_MACS = 3e8;

/** As many channels show what happens; with more it takes longer and shows the same. */
const MOST_CHANNELS = 8;

/** A stack of the notation on that input, with few channels. */
export const stackToRun = (kernels: readonly Kernel[], input: readonly number[]): Analysis => {
  const [channels = 1, ...sizes] = input;
  const text = stackSpec(kernels, Math.min(channels, MOST_CHANNELS), sizes);
  return analyze(parse(text, { registry: layers }));
};

/** Null for what is no stack of linear layers with nonlinearities between, is one layer only, or would take too long. */
export const runStack = async (name: string, analysis: Analysis, io: Io): Promise<Ran | null> => {
  const input = analysis.graph.nodes[0]?.facts?.output ?? [];
  if (spatial(input).length === 0 || (analysis.totals.macs ?? MOST_MACS) > MOST_MACS) return null;
  const network = networkOf(analysis, initialised(analysis, 0));
  const stack = network && stackOf(network);
  if (!stack || stack.layers.length < 2 || multiplyAccumulates(stack) > MOST_MACS) return null;
  const [data] = noise(analysis, 1, 0).values();
  return data ? { name, execution: await execute(stack, data, reference(io.now)) } : null;
};
