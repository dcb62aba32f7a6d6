// The seam between TypeScript and the core: what an instruction must be given, and what becomes of one that is wrong.

import { describe, expect, it } from 'vitest';
import { CODES, DRAWN } from '../src/kernels/instructions.js';
import { type Core, openCore } from '../src/kernels/wasm/core.js';
import { engine } from '../src/kernels/wasm/engine.js';
import { type Instruction, instruction } from '../src/kernels/wasm/instruction.js';
import { load } from '../src/kernels/wasm/load.js';
import type { Host } from '../src/kernels/wasm.js';
import { lazily } from '../src/run/lazy.js';
import { uniform } from '../src/run/random.js';
import { core } from './fake-io.js';

core.prepare();

const [input, output] = [{ offset: 65536 + 1024 }, { offset: 65536 + 2048 }];
const SIZES = { pixels: 3, C: 5, inputStride: 5, outputStride: 5 };

it('takes the fields of its kind, all and no others, wherever they come from', () => {
  const right = { input, output, ...SIZES, log: 0 };
  expect(instruction('softmax', right, 1).fields).toEqual([input, output, 3, 5, 5, 5, 0]);
  const { pixels, ...missing } = right;
  // @ts-expect-error: one is missing.
  instruction('softmax', missing, 1);
  // @ts-expect-error: one is misspelt.
  instruction('softmax', { ...missing, pixel: pixels }, 1);
  // @ts-expect-error: one is too many.
  instruction('softmax', { ...right, size: 5 }, 1);
  const more = { ...right, size: 5 };
  // @ts-expect-error: one is too many, in what is handed on.
  instruction('softmax', more, 1);
  // @ts-expect-error: a number is no place.
  instruction('softmax', { ...right, input: 1024 }, 1);
  // @ts-expect-error: a place that must be there is not.
  instruction('softmax', { ...right, output: null }, 1);
  // @ts-expect-error: there is no such kind.
  expect(() => instruction('softmin', right, 1)).toThrow();
  // @ts-expect-error: there is no such function.
  expect(CODES.Act.swish).toBeUndefined();
});

const performed = async (build: string, wrong: Instruction): Promise<Core> => {
  const host = { now: () => 0, ...core, build: () => core.build(build) } as Host;
  const one = await openCore(host, build);
  const scratch = { offset: 65536 + 4096, bytes: 0 };
  await one.allocate({ bytes: 2 * 65536, scratch }, 1);
  wrong.offset = 65536;
  for (const _ of load(one, { packs: [], planned: [{ instructions: [wrong] }], staging: 0 }));
  one.perform(wrong);
  return one;
};

const relu = { act: CODES.Act.clamp, alpha: 0, beta: 1 };
const affine = { input, output, scale: null, shift: null, ...SIZES, ...relu };
const combine = { a: input, b: input, output, images: 1, H: 1, W: 3, C: 5, aStride: 5, bStride: 5, outputStride: 5 };
const whole = { bImage: 3, bRow: 3, bColumn: 1, bChannel: 1 };
const pool = { input, output, images: 1, H: 2, W: 2, C: 1, inputStride: 1, outH: 1, outW: 1, outputStride: 1 };

describe.each(['simd', 'relaxed', 'revec', 'debug'].filter((build) => engine.validate(core.build(build))))(
  '%s',
  (build) => {
    it('performs one that is right', async () => {
      await expect(performed(build, instruction('affine', affine, 1))).resolves.toBeDefined();
    });
    it('draws the numbers that are drawn elsewhere, to the last bit', async () => {
      const places = { scratch: { offset: 65536 + 4096, bytes: 0 }, staging: 65536 };
      const one = await openCore({ now: () => 0, ...core, build: () => core.build(build) } as Host, build);
      await one.allocate({ bytes: 65536 * 8, ...places }, 1);
      for (const floats of [1, 2, 3, 4, 5, 7, DRAWN - 1, DRAWN, DRAWN + 1, 3 * DRAWN + 6])
        for (const seed of [0, 1, 0x7fffffff, 0x92d68ca2, 0xffffffff])
          for (const reach of [1, 0.5, Math.sqrt(6 / 27), Math.sqrt(6 / 25088), 3e-39]) {
            const make = (into?: Float32Array) => uniform(floats, reach, seed, into);
            const weight = lazily([floats], make, { seed, reach });
            const packs = [{ pack: { floats, weight }, offset: 2 * 65536 }];
            const memory = new Float32Array(one.memory(), 2 * 65536, floats + 1).fill(7);
            for (const drawing of load(one, { packs, planned: [], ...places })) one.perform(drawing);
            expect(Buffer.from(memory.slice(0, floats).buffer).equals(Buffer.from(make().buffer))).toBe(true);
            expect(memory[floats]).toBe(7);
          }
    });
    it.each([
      ['function', instruction('affine', { ...affine, act: 99 }, 1)],
      ['merge', instruction('combine', { ...combine, by: 99, ...whole, ...relu }, 1)],
      ['mode', instruction('adaptive', { ...pool, mode: 99 }, 1)],
      ['kind', { ...instruction('affine', affine, 1), kind: 'none' as 'affine' }],
    ])('an unknown %s is no identity', async (_, wrong) => {
      await expect(performed(build, wrong)).rejects.toThrow();
    });
  },
);

it.each([
  ['a size of 0', { C: 0 }],
  ['pixels closer to each other than they are long', { outputStride: 4 }],
  ['an address between two floats', { input: { offset: 65537 } }],
  ['a place beyond the memory', { output: { offset: 2 * 65536 } }],
  ['pixels beyond the memory', { pixels: 1e6 }],
])('the build for tests sees %s', async (_, wrong) => {
  await expect(performed('debug', instruction('affine', { ...affine, ...wrong }, 1))).rejects.toThrow('aborted');
});
