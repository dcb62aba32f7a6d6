// The rates of this machine: blocks of layers as networks have them, run on the numeric core as cnncalc run does, and a fit to their
// times. It takes about a second.

import { loadsOf, type Target, type TimedBlock, wholeOf } from '../analysis/estimate.js';
import { fitRates, heldOut } from '../analysis/rates.js';
import { sum } from '../core/shape.js';
import type { Io } from '../io.js';
import type { Unwritten } from '../lang/values.js';
import { noise } from '../run/execute.js';
import { initialised } from '../run/weights.js';
import { executed, MOST_THREADS } from './executed.js';
import { analyzedItems } from './items.js';

/** Repeats of each, of which the median counts, in rounds, of which the quickest does: what else a machine does only ever adds. */
const [REPEATS, ROUNDS] = [3, 3];

const conv = (filters: number, kernel: number, rest: Readonly<Record<string, number>> = {}) => ({
  conv: filters,
  kernel,
  padding: (kernel - 1) / 2,
  bias: false,
  norm: 'bn',
  act: 'relu',
  ...rest,
});

const DEPTHWISE = { depthwise: 3, padding: 1, bias: false, norm: 'bn', act: 'relu6' };

/** With what else stands in networks and takes time: pools, sums, batch normalisation. */
const BLOCKS: Readonly<Record<string, { readonly input: string; readonly items: readonly Unwritten[] }>> = {
  stem: { input: '224x224x3', items: [conv(64, 7, { stride: 2 }), { maxpool: 3, stride: 2, padding: 1 }] },
  'small stem': { input: '112x112x3', items: [conv(32, 3, { stride: 2 }), conv(16, 1), conv(96, 1)] },
  'wide 3x3': { input: '56x56x64', items: [{ residual: [conv(64, 3), conv(64, 3)] }] },
  'middle 3x3': { input: '28x28x128', items: [{ residual: [conv(128, 3), conv(128, 3)] }] },
  '3x3': { input: '14x14x256', items: [{ residual: [conv(256, 3), conv(256, 3)] }] },
  'small 3x3': { input: '7x7x512', items: [{ residual: [conv(512, 3)] }] },
  'strided 3x3': { input: '56x56x64', items: [conv(128, 3, { stride: 2 })] },
  'wide bottleneck': { input: '56x56x256', items: [{ residual: [conv(64, 1), conv(64, 3), conv(256, 1)] }] },
  bottleneck: { input: '14x14x1024', items: [{ residual: [conv(256, 1), conv(256, 3), conv(1024, 1)] }] },
  inverted: { input: '28x28x32', items: [{ residual: [conv(192, 1), DEPTHWISE, conv(32, 1)] }] },
  'small inverted': { input: '14x14x96', items: [{ residual: [conv(576, 1), DEPTHWISE, conv(96, 1)] }] },
  dense: { input: '28x28x256', items: [{ batchnorm: '' }, 'relu', conv(128, 1), conv(32, 3)] },
  'last 1x1': { input: '7x7x320', items: [conv(1280, 1), 'gap'] },
};

/** The blocks with their analyses and loads, what they learned and what they are given. */
const prepared = () =>
  Object.entries(BLOCKS).flatMap(([name, { input, items }]) => {
    const analysis = analyzedItems(items, { input, usual: input, batch: 1 });
    const load = wholeOf(analysis, loadsOf(analysis));
    return load ? [{ name, analysis, load, tensors: initialised(analysis, 0), images: noise(analysis, 1, 0) }] : [];
  });

/** Rejects with what {@link executed} rejects with. */
export const thisDevice = async (
  { quiet, threads: asked = MOST_THREADS }: { readonly quiet?: boolean; readonly threads?: number },
  io: Io,
): Promise<Target> => {
  const options = { threads: Math.min(io.processors, asked), repeat: REPEATS, ...(quiet !== undefined && { quiet }) };
  const all = prepared();
  const quickest = all.map(() => Number.POSITIVE_INFINITY);
  let core = '';
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [at, { analysis, tensors, images }] of all.entries()) {
      const execution = await executed(analysis, tensors, images, 1, options, io);
      // Without handing over what is read and made, which of a whole network is little.
      const ms = sum(execution.layers.map((layer) => layer.ms));
      quickest[at] = Math.min(quickest[at] ?? ms, ms);
      const { backend, build, threads } = execution.core;
      core = [backend, ...(build ? [build] : []), threads > 1 ? `${threads} threads` : 'one thread'].join(', ');
    }
  const blocks = all.map(({ name, load }, at): TimedBlock => ({ name, ...load, seconds: (quickest[at] ?? 0) / 1000 }));
  return {
    name: 'this',
    hardware: 'this machine',
    setting: `float32, cnncalc run: ${core}`,
    table: null,
    batch: 1,
    networks: blocks.length,
    rates: fitRates(blocks),
    heldOut: heldOut(blocks, (_, at) => at),
    attending: null,
    blocks,
  };
};
