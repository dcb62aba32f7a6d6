// Networks as ONNX models, read back by our own importer: every operator with the same outputs, every bundled network with the same
// analysis; and what a model has besides: names, sizes, opsets, the file of values beside it. onnxruntime judges in bench/onnx-export.js.

import { describe, expect, it } from 'vitest';
import type { Analysis } from '../src/analysis/analysis.js';
import { analyze } from '../src/analysis/analyze.js';
import { readForeign } from '../src/commands/foreign.js';
import type { Network, Tensor } from '../src/core/kernels.js';
import { product } from '../src/core/shape.js';
import { modelOf } from '../src/export/model.js';
import { onnx } from '../src/export/onnx.js';
import { held } from '../src/files/bytes.js';
import { type ModelProto, readModel } from '../src/import/onnx/model.js';
import { reference } from '../src/kernels/reference.js';
import { match } from '../src/lang/match.js';
import { layers } from '../src/layers/index.js';
import { networkOf, parameters } from '../src/run/network.js';
import { normal } from '../src/run/random.js';
import { fromFile, initialised } from '../src/run/weights.js';
import { bundled, specIndex } from './bundled.js';
import { caseModel } from './case-models.js';
import { fakeIo, run } from './fake-io.js';
import { asHere, imported } from './imported.js';
import { type KernelCase, TABLES } from './kernel-cases.js';
import { difference } from './operators.js';

const GIVEN = { given: true, beside: 'net.weights.bin' };

const bytesOf = (content: unknown): Uint8Array => new Uint8Array(Buffer.concat([...(content as Iterable<Uint8Array>)]));

/** What was told that is no note. */
const told = ({ diagnostics }: Analysis): readonly string[] =>
  diagnostics.filter(({ severity }) => severity !== 'note').map(({ code, message }) => `${code} ${message}`);

const outputsOf = async (
  network: Network,
  inputs: ReadonlyMap<number, Tensor>,
): Promise<readonly (Tensor | undefined)[]> => {
  const options = { batch: 2, threads: 1, precision: 'exact', core: 'auto' } as const;
  const { outputs } = await (await reference(() => 0).open(network, options)).run(inputs);
  return network.outputs.map((id) => outputs.get(id));
};

/** Images of noise for each input. */
const imagesOf = ({ inputs }: Network): ReadonlyMap<string, Tensor> =>
  new Map(
    inputs.map(({ id, name, shape }) => [name, { shape: [2, ...shape], data: normal(2 * product(shape), 7000 + id) }]),
  );

// A value that is large costs the reference much, and shows no more.
const SMALL = 20_000;

/** So many inputs a network has at most. */
const TOGETHER = 8;

/** The cases of a few at a time that are told of, or have other outputs when they are read back. */
const different = async (cases: readonly KernelCase[]): Promise<readonly string[]> => {
  const model = caseModel(cases);
  const read = await imported(bytesOf(onnx(model, GIVEN).content), {}, {}, 'cases.onnx');
  const tensors = read && fromFile(read.analysis, read.tensors);
  const back = tensors instanceof Map && networkOf(read?.analysis as Analysis, tensors);
  if (!read || !back) return [`${JSON.stringify(tensors)} ${read && told(read.analysis)}`];
  const images = imagesOf(model);
  const byId = ({ inputs }: Network, order: (name: string) => readonly number[] | undefined) =>
    new Map(inputs.map(({ id, name }) => [id, asHere(images.get(name) as Tensor, order(name))] as const));
  const wanted = await outputsOf(
    model,
    byId(model, () => undefined),
  );
  const got = await outputsOf(
    back,
    byId(back, (name) => read.orders.get(name)),
  );
  const wrong = cases.flatMap(({ title }, i) => {
    const [a, b] = [got[i], wanted[i]];
    const far = a && b ? difference(a, b) : Number.POSITIVE_INFINITY;
    return far <= 1e-6 ? [] : [`${title}: ${far}`];
  });
  return [...told(read.analysis), ...wrong];
};

describe('operators, read back, have the same outputs', () => {
  it.each(Object.entries(TABLES))('%s', async (_, table) => {
    const cases = table.filter(({ inputs, steps }) =>
      [...inputs, ...steps.map(({ output }) => output)].every((shape) => product(shape) < SMALL),
    );
    expect(cases.length).toBeGreaterThan(0);
    for (let at = 0; at < cases.length; at += TOGETHER)
      expect(await different(cases.slice(at, at + TOGETHER))).toEqual([]);
  });
});
