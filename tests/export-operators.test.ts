// Every operator through every target: each case of the numeric core's is written, or refused with a reason that is listed here. That what
// is written computes the same is tested target by target.

import { describe, expect, it } from 'vitest';
import { Refusals } from '../src/export/model.js';
import { TARGETS } from '../src/export/targets.js';
import { caseModel } from './case-models.js';
import { type KernelCase, TABLES } from './kernel-cases.js';
import { OPERATORS_HELD } from './operators.js';

/** Interpolations that PyTorch has not got. */
const INTERPOLATIONS = [
  'cubic, align_corners',
  'cubic, asymmetric',
  'cubic, half_pixel',
  'linear, asymmetric',
  'nearest, align_corners, ceil',
  'nearest, align_corners, floor',
  'nearest, align_corners, round_prefer_ceil',
  'nearest, align_corners, round_prefer_floor',
  'nearest, asymmetric, ceil',
  'nearest, asymmetric, round_prefer_ceil',
  'nearest, asymmetric, round_prefer_floor',
  'nearest, half_pixel, ceil',
  'nearest, half_pixel, floor',
  'nearest, half_pixel, round_prefer_floor',
];

/** What targets have no words for, by operator. Those of keras-json, which are many, are listed in export-keras.test.ts. */
const REFUSED: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  pytorch: {
    pool: ['PyTorch has no mean pool with dilation'],
    normalise: ['a root mean square over groups of channels'],
    upsample: INTERPOLATIONS.map((how) => `PyTorch does not interpolate so: ${how}`),
  },
  onnx: {},
  keras: { unpool: ['Keras can put values back only into windows that lie side by side and fill the input'] },
};

const cases = Object.entries(TABLES) as readonly (readonly [string, readonly KernelCase[]])[];

it('there are cases of every operator', () => {
  const met = new Set(
    cases.flatMap(([, table]) => table.flatMap(({ steps }) => steps.map(({ operator }) => operator.op))),
  );
  expect([...met].sort()).toEqual(Object.keys(OPERATORS_HELD).sort());
});

describe.each(Object.entries(TARGETS))('%s', (name, { exporter }) => {
  it.each(cases)('%s', async (operator, table) => {
    const write = await exporter();
    const weights = { given: true, beside: 'weights.bin' };
    const reasons = new Set<string>();
    const said = table.filter((one) => {
      try {
        expect(write(caseModel([one]), weights).content).not.toBe('');
        return true;
      } catch (error) {
        if (!(error instanceof Refusals)) throw error;
        for (const { reason } of error.refused) reasons.add(reason);
        return false;
      }
    });
    const listed = REFUSED[name];
    if (listed) expect([...reasons].sort()).toEqual([...(listed[operator] ?? [])].sort());
    for (const reason of reasons) expect(reason).toMatch(/^\S.{15,}[^.\s]$/);
    // Together they are as many as each by itself.
    if (said.length > 0) expect(() => write(caseModel(said), weights)).not.toThrow();
  });
});
