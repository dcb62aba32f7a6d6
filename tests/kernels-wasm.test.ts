// The numeric core against the reference's float64 loops: every build that this engine takes, every kernel, awkward sizes.

import { describe, expect, it } from 'vitest';
import type { Network, Outcome, SessionOptions, Tensor } from '../src/core/kernels.js';
import type { Operator, Pointwise } from '../src/core/operator.js';
import { product, type Shape } from '../src/core/shape.js';
import { reference } from '../src/kernels/reference.js';
import { engine } from '../src/kernels/wasm/engine.js';
import { plan } from '../src/kernels/wasm/plan.js';
import { type Host, wasm } from '../src/kernels/wasm.js';
import { normal } from '../src/run/random.js';
import { core } from './fake-io.js';
import { CORE_TABLES, FUNCTIONS, type KernelCase, networkOf, TABLES } from './kernel-cases.js';
import { SIZES, tiles } from './kernel-sizes.js';
import { difference } from './operators.js';

core.prepare();

/** A host with one build, by whatever name it is asked for. */
const hostOf = (build: string): Host =>
  ({ now: () => performance.now(), ...core, build: () => core.build(build) }) as Host;

const OPTIONS: SessionOptions = { batch: 1, threads: 1, precision: 'auto', core: 'simd' };
const BUILDS = ['simd', 'relaxed', 'revec', 'debug'].filter((build) => engine.validate(core.build(build)));

const noiseFor = ({ inputs }: Network, batch: number): ReadonlyMap<number, Tensor> =>
  new Map(
    inputs.map(({ id, shape }) => [id, { shape: [batch, ...shape], data: normal(batch * product(shape), 9000 + id) }]),
  );

const runOn = async (
  build: string,
  network: Network,
  images: ReadonlyMap<number, Tensor>,
  options: Partial<SessionOptions>,
): Promise<Outcome> => {
  const all = { ...OPTIONS, ...options };
  const session = await wasm(hostOf(build)).open(network, all);
  try {
    return await session.run(images);
  } finally {
    session.close();
  }
};

const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
};

it('this engine takes a build at least', () => expect(BUILDS).toContain('simd'));

/** At sizes that are made for one kernel a batch is no other way. */
const TABLES_AND_BATCHES: readonly (readonly [
  table: string,
  cases: readonly KernelCase[],
  batches: readonly number[],
])[] = [
  ...Object.entries(CORE_TABLES).map(([table, cases]) => [table, cases, [1, 3]] as const),
  ...Object.entries(SIZES).map(([table, cases]) => [table, cases, [2]] as const),
];

describe.each(TABLES_AND_BATCHES)('%s', (_, cases, batches) => {
  const network = networkOf(cases);
  describe.each(batches)('%i at a time', (batch) => {
    const images = once(() => noiseFor(network, batch));
    const wanted = once(async () => {
      const session = await reference(() => 0).open(network, { ...OPTIONS, batch });
      return session.run(images());
    });
    // The build with asserts looks the same way at one image as at three.
    describe.each(BUILDS.filter((build) => build !== 'debug' || batch > 1))('%s', (build) => {
      // What is direct has the tolerance of its kernel; faster algorithms have theirs below.
      const made = once(() => runOn(build, network, images(), { batch, precision: 'exact' }));
      // Thousands of cases: what is wrong with any is told by its title.
      it('every case', async () => {
        const [{ outputs, timings }, { outputs: references }] = [await made(), await wanted()];
        const timed = new Map(timings.map((timing) => [timing.id, timing]));
        const wrong = cases.flatMap(({ title, tolerance, algorithm, fused = false }, i) => {
          const id = network.outputs[i] ?? -1;
          const [got, want, ran] = [outputs.get(id), references.get(id), timed.get(id)];
          const off = got && want ? difference(got, want) : Number.NaN;
          const by = ran?.algorithm ?? 'reference';
          const isFused = ran?.fusedInto !== undefined;
          const isRight = off <= tolerance && (algorithm?.includes(by) ?? true) && isFused === fused;
          return isRight ? [] : [{ title, off, tolerance, by, isFused }];
        });
        expect(wrong).toEqual([]);
      });
    });
  });
});

const convolutions = once(async () => {
  const network = networkOf([...TABLES.convolution, ...TABLES.fused]);
  const session = await reference(() => 0).open(network, OPTIONS);
  const images = noiseFor(network, 1);
  return { network, images, wanted: await session.run(images) };
});

describe.each([
  ['auto', 1e-4],
  ['careful', 1e-5],
] as const)('under precision %s convolutions keep within %d', (precision, within) => {
  it.each(BUILDS)('%s', async (build) => {
    const { network, images, wanted } = await convolutions();
    const made = await runOn(build, network, images, { precision });
    expect(Math.max(...differences(network, made, wanted))).toBeLessThan(within);
  });
});

const differences = (network: Network, { outputs }: Outcome, wanted: Outcome): readonly number[] =>
  network.outputs.map((id) => {
    const [got, want] = [outputs.get(id), wanted.outputs.get(id)];
    return got && want ? difference(got, want) : Number.POSITIVE_INFINITY;
  });

describe('tiles', () => {
  const network = networkOf(tiles);
  const convolved = new Set(network.steps.flatMap(({ id, operator }) => (operator.op === 'convolution' ? [id] : [])));
  const images = once(() => noiseFor(network, 2));
  const wanted = once(async () => (await reference(() => 0).open(network, { ...OPTIONS, batch: 2 })).run(images()));

  // The tolerances of docs/execution.md: 4x4 and 5x5 within 2e-5 of the largest, 2x2 of 3x3 within 1e-5.
  describe.each([
    ['auto', 2e-5, ['direct', 'winograd 2x2', 'winograd 2x2 of 5x5', 'winograd 4x4']],
    ['careful', 1e-5, ['direct', 'winograd 2x2']],
    ['exact', 4e-6, ['direct']],
  ] as const)('of precision %s are within %d', (precision, within, algorithms) => {
    it.each(BUILDS)('%s', async (build) => {
      const made = await runOn(build, network, images(), { batch: 2, precision });
      const wrong = differences(network, made, await wanted()).flatMap((off, i) =>
        off <= within ? [] : [{ title: tiles[i]?.title, off }],
      );
      expect(wrong).toEqual([]);
      const ran = made.timings.filter(({ id }) => convolved.has(id)).map(({ algorithm }) => algorithm);
      expect([...new Set(ran)].sort()).toEqual(algorithms);
    });
  });

  const BLOCK = { rows: 2, columns: 16 };
  const by = (C: number, H: number, kernel: number, precision: SessionOptions['precision']) => {
    const window = { kernel, stride: 1, dilation: 1, before: kernel >> 1, after: kernel >> 1 };
    const shape = [C, H, H];
    const step = {
      ...{ id: 1, name: '', inputs: [0], inputShapes: [shape], output: shape, macs: 0 },
      operator: { op: 'convolution', windows: [window, window], groups: 1 } as const,
      weights: { weight: { shape: [C, C, kernel, kernel], data: new Float32Array() } },
    };
    const network = { inputs: [{ id: 0, name: '', shape }], steps: [step], outputs: [1] };
    return plan(network, BLOCK, { ...OPTIONS, precision }).planned[0]?.algorithm;
  };

  it.each([
    // ResNet's: with few tiles the weights that are read count, of which 2x2 has fewer.
    [512, 7, 3, 'winograd 2x2', 'winograd 2x2'],
    [256, 14, 3, 'winograd 2x2', 'winograd 2x2'],
    [128, 28, 3, 'winograd 4x4', 'winograd 2x2'],
    [64, 56, 3, 'winograd 4x4', 'winograd 2x2'],
    // Too few places, too few channels, no multiple of 8, a kernel that there are no tiles for.
    [64, 2, 3, 'direct', 'direct'],
    [48, 6, 3, 'direct', 'direct'],
    [16, 56, 3, 'winograd 4x4', 'direct'],
    [8, 56, 3, 'lines', 'lines'],
    [60, 56, 3, 'direct', 'direct'],
    [192, 7, 5, 'winograd 2x2 of 5x5', 'direct'],
    [32, 28, 5, 'winograd 2x2 of 5x5', 'direct'],
    [16, 28, 5, 'direct', 'direct'],
    [64, 56, 7, 'direct', 'direct'],
  ] as const)('%i channels, %i places a side, kernels of %i: %s, carefully %s', (C, H, kernel, auto, careful) => {
    expect((['auto', 'careful'] as const).map((precision) => by(C, H, kernel, precision))).toEqual([auto, careful]);
    expect(by(C, H, kernel, 'exact')).not.toContain('winograd');
  });
});

/** Numbers at which functions take another way, or of which they are none. */
const VALUES = [
  ...[
    0, 1e-30, 1e-7, 0.01, 0.39, 0.4, 0.41, 0.5, 1, 2.5, 3, 5, 6, 9, 15, 20, 20.5, 43, 87, 87.4, 88.3, 88.6, 88.8, 104,
    1e4,
  ],
  ...[1e10, 1e30, 3e38, Number.POSITIVE_INFINITY],
].flatMap((x) => [x, -x]);
const EACH = [...VALUES, Number.NaN];

/**
 * What is allowed of each function: a share of the value wanted, and a difference whatever it is. Half a step of a float is 6e-8; exp
 * ends at the smallest whole float; gelu's error function is known to 2e-7 of its largest value, not of its own.
 */
const ALLOWED: Readonly<Record<Pointwise['function'], readonly [share: number, difference: number]>> = {
  identity: [0, 0],
  relu: [0, 0],
  leakyrelu: [2e-7, 0],
  elu: [4e-7, 2e-36],
  celu: [4e-7, 2e-36],
  selu: [4e-7, 2e-36],
  gelu: [4e-7, 2e-7],
  'gelu-tanh': [4e-7, 1e-7],
  silu: [4e-7, 2e-36],
  mish: [4e-7, 2e-36],
  sigmoid: [4e-7, 2e-36],
  tanh: [4e-7, 0],
  softplus: [4e-7, 0],
  hardswish: [2e-7, 0],
  hardsigmoid: [2e-7, 0],
  softsign: [2e-7, 0],
  clamp: [0, 0],
  abs: [0, 0],
  exp: [6e-7, 0],
  log: [2e-7, 0],
  sqrt: [2e-7, 0],
  pow: [2e-7, 0],
  logsigmoid: [4e-7, 0],
  softshrink: [2e-7, 0],
  hardshrink: [0, 0],
  threshold: [0, 0],
};

const ENDS: readonly Pointwise['function'][] = ['silu', 'mish'];

/** One step of one input, for each of them. */
const stepsOver = (
  all: readonly { readonly operator: Operator; readonly shape: Shape; readonly output: Shape }[],
): Network => ({
  inputs: all.map(({ shape }, id) => ({ id, name: '', shape })),
  steps: all.map(({ operator, shape, output }, i) => ({
    ...{ id: all.length + i, name: '', inputs: [i], inputShapes: [shape], weights: {}, macs: 0 },
    operator,
    output,
  })),
  outputs: all.map((_, i) => all.length + i),
});

describe('functions of whatever value, in runs of 1 to 17', () => {
  const cases = (Object.keys(ALLOWED) as Pointwise['function'][]).flatMap((name) =>
    Array.from({ length: 17 }, (_, i) => {
      const shape = [i + 1, EACH.length, 1];
      return { operator: { op: 'pointwise', function: name, ...FUNCTIONS[name] } as const, shape, output: shape };
    }),
  );
  const network = stepsOver(cases);
  // Channel c of place p is number c + p: each comes to every place of a vector.
  const images = new Map(
    cases.map(({ shape }, id) => {
      const [C = 1, places = 1] = shape;
      const data = Float32Array.from(
        { length: C * places },
        (_, i) => EACH[((i % places) + Math.floor(i / places)) % places] ?? 0,
      );
      return [id, { shape: [1, ...shape], data }] as const;
    }),
  );
  const wanted = once(async () => (await reference(() => 0).open(network, OPTIONS)).run(images));

  it.each(BUILDS)('%s', async (build) => {
    const [made, right] = [await runOn(build, network, images, {}), await wanted()];
    const wrong = cases.flatMap(({ operator: { function: name }, shape: [C] }, i) => {
      const id = network.outputs[i] ?? -1;
      const [share, more] = ALLOWED[name];
      return Array.from(images.get(i)?.data ?? [], (x, j) => {
        const [got = 0, formula = 0] = [made.outputs.get(id)?.data[j], right.outputs.get(id)?.data[j]];
        // What comes ever nearer to 0 is 0 at the end, where its formula is infinity times 0.
        const want = ENDS.includes(name) && x === Number.NEGATIVE_INFINITY ? 0 : formula;
        return { name, C, x, want, got };
      }).filter(({ want, got }) => {
        const isSame = want === got || Object.is(want, got);
        return !(isSame || Math.abs(got - want) <= share * Math.abs(want) + more);
      });
    });
    expect(wrong).toEqual([]);
  });
});

describe('the largest of windows in which some are infinite or none', () => {
  const window = { kernel: 3, stride: 2, dilation: 1, before: 1, after: 1 };
  const cases = Array.from({ length: 20 }, (_, i) => i + 1).flatMap((C) => {
    const [shape, output] = [
      [C, 5, 6],
      [C, 3, 3],
    ];
    return [
      { operator: { op: 'pool', mode: 'max', windows: [window, window], countPadding: false } as const, shape, output },
      { operator: { op: 'adaptive-pool', mode: 'max' } as const, shape, output: [C, 2, 3] },
      { operator: { op: 'reduce', by: 'max', axes: [1, 2] } as const, shape, output: [C, 1, 1] },
    ];
  });
  const network = stepsOver(cases);
  const { POSITIVE_INFINITY, NEGATIVE_INFINITY, NaN: none } = Number;
  const images = new Map(
    cases.map(({ shape }, id) => {
      const data = normal(product(shape), 70 + id);
      // Now and then, never in all channels at once; every third channel has nothing but the least there is.
      data.forEach((_, i) => {
        if (Math.floor(i / 30) % 3 === 2) data[i] = NEGATIVE_INFINITY;
        if ((i + id) % 17 < 3) data[i] = [none, POSITIVE_INFINITY, NEGATIVE_INFINITY][(i + id) % 17] as number;
      });
      return [id, { shape: [1, ...shape], data }] as const;
    }),
  );

  it.each(BUILDS)('%s', async (build) => {
    const session = await reference(() => 0).open(network, OPTIONS);
    const [made, right] = [await runOn(build, network, images, {}), await session.run(images)];
    const [got, want] = [made, right].map(({ outputs }) =>
      network.outputs.flatMap((id) => [...(outputs.get(id)?.data ?? [])]),
    );
    for (const value of [none, POSITIVE_INFINITY, NEGATIVE_INFINITY])
      expect(want?.some((x) => Object.is(x, value))).toBe(true);
    expect(got).toEqual(want);
  });
});

describe('in training', () => {
  const cases = TABLES.normalise.filter(({ steps: [step] }) => {
    const { operator } = step ?? {};
    return operator?.op === 'normalise' && operator.over === 'batch';
  });
  const network = networkOf([...cases, ...TABLES.fused]);
  const images = once(() => noiseFor(network, 3));
  const options = { ...OPTIONS, batch: 3, training: true };
  const wanted = once(async () => (await reference(() => 0).open(network, options)).run(images()));

  it.each(BUILDS)('batches are normalised by themselves, and their statistics kept: %s', async (build) => {
    const [made, { outputs, statistics }] = [
      await runOn(build, network, images(), { ...options, precision: 'exact' }),
      await wanted(),
    ];
    for (const id of network.outputs)
      expect(difference(made.outputs.get(id) as Tensor, outputs.get(id) as Tensor)).toBeLessThan(2e-5);
    expect(statistics?.size).toBeGreaterThan(cases.length);
    expect([...(made.statistics?.keys() ?? [])]).toEqual([...(statistics?.keys() ?? [])]);
    for (const [id, all] of statistics ?? [])
      for (const name of ['running_mean', 'running_var'] as const)
        expect(difference(made.statistics?.get(id)?.[name] as Tensor, all[name])).toBeLessThan(2e-6);
  });
});

it.each(BUILDS)('what is no number stays none, and infinities are clamped: %s', async (build) => {
  const window = { kernel: 1, stride: 1, dilation: 1, before: 0, after: 0 };
  const shape = [20, 3, 3];
  // The identity, so that each channel is its own.
  const weight = Float32Array.from({ length: 400 }, (_, i) => (i % 21 === 0 ? 1 : 0));
  const step = { name: '', inputShapes: [shape], output: shape, macs: 0 };
  const relu6 = { op: 'pointwise', function: 'clamp', alpha: 0, beta: 6 } as const;
  const network: Network = {
    inputs: [{ id: 0, name: '', shape }],
    steps: [
      {
        ...step,
        id: 1,
        operator: { op: 'convolution', windows: [window, window], groups: 20 },
        inputs: [0],
        weights: { weight: { shape: [20, 1, 1, 1], data: new Float32Array(20).fill(1) } },
      },
      { ...step, id: 2, operator: relu6, inputs: [1], weights: {} },
      {
        ...step,
        id: 3,
        operator: { op: 'convolution', windows: [window, window], groups: 1 },
        inputs: [0],
        weights: { weight: { shape: [20, 20, 1, 1], data: weight } },
      },
      { ...step, id: 4, operator: relu6, inputs: [3], weights: {} },
    ],
    outputs: [2, 4],
  };
  const session = await wasm(hostOf(build)).open(network, OPTIONS);
  const run = async (value: number): Promise<number[]> => {
    const { outputs } = await session.run(
      new Map([[0, { shape: [1, ...shape], data: new Float32Array(180).fill(value) }]]),
    );
    return network.outputs.map((id) => outputs.get(id)?.data[97] ?? 0);
  };
  expect(await run(Number.NaN)).toEqual([Number.NaN, Number.NaN]);
  // Only the depthwise convolution: in a sum infinity times 0 is no number.
  expect((await run(Number.POSITIVE_INFINITY))[0]).toBe(6);
  expect((await run(Number.NEGATIVE_INFINITY))[0]).toBe(0);
  session.close();
});
