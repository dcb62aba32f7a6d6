// The stacks of cnncalc equiv, run: each against the one kernel that it comes to. How that is done is run/linear.ts.

import type { Analysis } from '../analysis/analysis.js';
import { analyze } from '../analysis/analyze.js';
import { product } from '../core/shape.js';
import type { Io } from '../io.js';
import { build } from '../lang/file.js';
import { layers } from '../layers/index.js';
import type { Ran } from '../report/pages/equiv-run.js';
import { execute, multiplyAccumulates, onLess, RUNS, stackOf } from '../run/linear.js';
import { networkOf } from '../run/network.js';
import { normal } from '../run/random.js';
import { initialised } from '../run/weights.js';
import { backendFor } from './backend.js';
import { type Kernel, stackSpec } from './stack.js';

/** What takes longer is run on a smaller input, and what takes longer still not at all. */
const LONG = 5e5;
const MOST = 1e8;
const LESS = 3;
const MOST_PARAMS = 5e6;

/** As many channels show what happens; with more it takes longer and shows the same. */
const MOST_CHANNELS = 4;

/** A stack of the notation on that input, with few channels. */
export const stackToRun = (kernels: readonly Kernel[], input: readonly number[]): Analysis => {
  const [channels = 1, ...sizes] = input;
  return analyze(build(stackSpec(kernels, Math.min(channels, MOST_CHANNELS), sizes), { registry: layers }));
};

/** Null for what is no stack of linear layers with nonlinearities between, is one layer only, or would take too long. */
export const runStack = async (name: string, analysis: Analysis, io: Io): Promise<Ran | null> => {
  if ((analysis.totals.params ?? MOST_PARAMS) >= MOST_PARAMS) return null;
  const network = networkOf(analysis, initialised(analysis, 0));
  const whole = network && stackOf(network);
  if (!whole || whole.layers.length < 2) return null;
  const stack = multiplyAccumulates(whole) > LONG ? onLess(whole, LESS) : whole;
  if (multiplyAccumulates(stack) > MOST) return null;
  const shape = [1, ...stack.input];
  const data = { shape, data: normal(product(shape), 0) };
  const backend = backendFor({ steps: RUNS * multiplyAccumulates(stack), sessions: RUNS }, io);
  return { name, execution: await execute(stack, data, backend) };
};
