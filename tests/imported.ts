// Files of other programs read as the command line reads them, and run. No assertions.

import type { Analysis } from '../src/analysis/analysis.js';
import { analyze } from '../src/analysis/analyze.js';
import { readForeign } from '../src/commands/foreign.js';
import type { Tensor } from '../src/core/kernels.js';
import { reordered, type StoredTensor } from '../src/core/stored.js';
import { type Host, wasm } from '../src/kernels/wasm.js';
import type { ParseOptions } from '../src/lang/file.js';
import { match } from '../src/lang/match.js';
import { layers } from '../src/layers/index.js';
import { execute, noise } from '../src/run/execute.js';
import { fromFile } from '../src/run/weights.js';
import { core, fakeIo } from './fake-io.js';

export interface Imported {
  readonly analysis: Analysis;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly orders: ReadonlyMap<string, readonly number[]>;
  readonly origin: string;
}

/** A file by its bytes or its text; `beside` are others in its folder. Undefined where it is no format that is known. */
export const imported = async (
  content: Uint8Array | string,
  options: Omit<ParseOptions, 'registry'> = {},
  beside: Readonly<Record<string, Uint8Array | string>> = {},
  name = 'model.bin',
): Promise<Imported | undefined> => {
  const io = fakeIo({ files: { [name]: content, ...beside } });
  const read = await readForeign(name, undefined, { registry: layers, match, ...options }, io);
  return read && { ...read, analysis: analyze(read.parsed) };
};

const host = { now: () => performance.now(), ...core } as Host;

/** The outputs in their order, run on the core with tensors as a file gives them. */
export const outputsOf = async (
  analysis: Analysis,
  stored: ReadonlyMap<string, StoredTensor>,
  inputs: Readonly<Record<string, Tensor>>,
): Promise<readonly Tensor[]> => {
  const tensors = fromFile(analysis, stored);
  if (!(tensors instanceof Map)) throw new Error(JSON.stringify(tensors));
  const batch = Object.values(inputs)[0]?.shape[0] ?? 1;
  const given = analysis.graph.nodes.flatMap(({ id, name }) => {
    const tensor = inputs[name];
    return tensor ? [[id, tensor] as const] : [];
  });
  const { outputs } = await execute(analysis, tensors, new Map([...noise(analysis, batch, 0), ...given]), wasm(host), {
    batch,
    threads: 1,
    precision: 'auto',
    core: 'auto',
    training: false,
    repeat: 1,
    now: () => 0,
  });
  return analysis.graph.outputs.flatMap((id) => outputs.get(id) ?? []);
};

/** The largest difference of two lists of numbers; infinite where they are not as many. */
export const farthest = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < a.length; i += 1) worst = Math.max(worst, Math.abs((a[i] ?? Number.NaN) - (b[i] ?? Number.NaN)));
  return worst;
};

/** An array as the other program takes it, as it is read here. */
export const asHere = ({ shape, data }: Tensor, order: readonly number[] | undefined): Tensor => {
  if (!order) return { shape, data };
  const all = [0, ...order.map((axis) => axis + 1)];
  return { shape: all.map((axis) => shape[axis] ?? 1), data: reordered(data, shape, all) };
};
