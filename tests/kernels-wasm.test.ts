// The numeric core against the reference's float64 loops: every build that this engine takes, every kernel, awkward sizes.

import { describe, expect, it } from 'vitest';
import type { Network, Outcome, SessionOptions, Tensor } from '../src/core/kernels.js';
import { product } from '../src/core/shape.js';
import { reference } from '../src/kernels/reference.js';
import { type Host, wasm } from '../src/kernels/wasm.js';
import { normal } from '../src/run/random.js';
import { core } from './fake-io.js';
import { networkOf, TABLES } from './kernel-cases.js';
import { difference } from './operators.js';

const host = { now: () => performance.now(), ...core } as Host;
core.prepare();

const OPTIONS: SessionOptions = { batch: 1, threads: 1, precision: 'auto', core: 'auto' };
const BUILDS = (['simd', 'relaxed', 'revec'] as const).filter((build) =>
  WebAssembly.validate(core.build(build) as Uint8Array<ArrayBuffer>),
);

const noiseFor = ({ inputs }: Network, batch: number): ReadonlyMap<number, Tensor> =>
  new Map(
    inputs.map(({ id, shape }) => [id, { shape: [batch, ...shape], data: normal(batch * product(shape), 9000 + id) }]),
  );

const runOn = async (network: Network, options: Partial<SessionOptions>): Promise<Outcome> => {
  const all = { ...OPTIONS, ...options };
  const session = await wasm(host).open(network, all);
  try {
    return await session.run(noiseFor(network, all.batch));
  } finally {
    session.close();
  }
};

const runOnce = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
};

it('this engine takes a build at least', () => expect(BUILDS).toContain('simd'));

describe.each(Object.entries(TABLES))('%s', (_, cases) => {
  const network = networkOf(cases);
  describe.each([1, 3])('%i at a time', (batch) => {
    const wanted = runOnce(async () => {
      const session = await reference(() => 0).open(network, { ...OPTIONS, batch });
      return session.run(noiseFor(network, batch));
    });
    describe.each(BUILDS)('%s', (build) => {
      // What is direct has the tolerance of its kernel; faster algorithms have theirs below.
      const made = runOnce(() => runOn(network, { batch, core: build, precision: 'exact' }));
      it.each(cases.map((one, i) => [one.title, one, i] as const))('%s', async (_, { tolerance, algorithm }, i) => {
        const [id = -1] = [network.outputs[i]];
        const [{ outputs, timings }, { outputs: references }] = [await made(), await wanted()];
        const [got, want] = [outputs.get(id), references.get(id)];
        if (!got || !want) throw new Error('no output');
        expect(difference(got, want)).toBeLessThanOrEqual(tolerance);
        const ran = timings.find((timing) => timing.id === id)?.algorithm;
        expect(ran).not.toBe('reference');
        if (algorithm) expect(ran).toMatch(algorithm);
      });
    });
  });
});

describe.each([
  ['auto', 1e-4],
  ['careful', 1e-5],
] as const)('under precision %s convolutions keep within %d', (precision, within) => {
  it.each(BUILDS)('%s', async (build) => {
    const network = networkOf([...(TABLES.convolutions ?? []), ...(TABLES.fused ?? [])]);
    const session = await reference(() => 0).open(network, OPTIONS);
    const wanted = await session.run(noiseFor(network, 1));
    const made = await runOn(network, { precision, core: build });
    const differences = network.outputs.map((id) => {
      const [got, want] = [made.outputs.get(id), wanted.outputs.get(id)];
      return got && want ? difference(got, want) : Number.POSITIVE_INFINITY;
    });
    expect(Math.max(...differences)).toBeLessThan(within);
  });
});
