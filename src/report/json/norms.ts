// The normalisations as JSON: `cnncalc/norms/1`.

import { arrange } from '../../core/shape.js';
import { axesOf, type NormsSetting } from '../pages/norms.js';
import { shape } from './parts.js';
import { type Described, flag, list, measured, object, orNull, record, result, text, whole } from './schema.js';

const deviationFields = {
  mean: measured('how far the mean is from 0, in the set where it is furthest'),
  deviation: measured('how far the deviation (of rms the root mean square) is from 1, in the set where it is furthest'),
};

const moments = (description: string) =>
  object(description, { mean: measured('of channel 0'), variance: measured('of channel 0, divided by n - 1') });

export const normsSchema = () =>
  result('norms', 'normalisations side by side on one tensor of noise, executed', {
    input: object('the tensor', { shape: shape('one image'), batch: whole('images', 1) }),
    norms: list(
      'the normalisations',
      object('a normalisation', {
        name: text('batch, layer, instance, group; layer-c: over the channels of each place; rms; lrn'),
        axes: list(
          'what one mean is taken over: N, C, H, W, C/3 for a third of the channels; empty where each value has a window of its own',
          text('an axis'),
        ),
        channels: orNull(whole('how many share one mean; of a local response, how many stand in its window')),
        means: orNull(whole('how many means there are; null where each value has a window of its own')),
        values: orNull(whole('how many share one mean; of a local response, how many stand in its window')),
        takesMean: flag('the mean is taken away; else values are divided only'),
        params: whole('gammas and betas'),
        buffers: whole('elements of running statistics'),
        sameInTest: flag('does the same in training and at test time'),
        seesOthers: flag('what becomes of an image depends on the others of its batch'),
        measured: object('on what came out', {
          own: orNull(object('over its own sets of values; null where it has none', deviationFields)),
          largestMean: record(
            'by the names of the normalisations that take means: over their sets',
            measured('how far the mean is from 0, in the set where it is furthest'),
          ),
        }),
      }),
    ),
    batch: object('how running statistics follow the batches, whose channel 0 is drawn from one distribution', {
      momentum: measured("a new batch's share"),
      drawn: object('that distribution', { mean: measured('of it'), variance: measured('of it') }),
      biased: measured('the variance of the first batch divided by n, with which it is normalised'),
      unbiased: measured('the same divided by n - 1, which the running statistics take up'),
      moments: list(
        'after some batches',
        object('after one of them', {
          batches: whole('how many there were', 1),
          running: moments('the running statistics'),
          batch: moments('the last batch'),
        }),
      ),
      test: object('with the running statistics on a batch that was not seen', deviationFields),
    }),
    affine: object('batch normalisation with one gamma and beta', {
      gamma: measured('what is multiplied by'),
      beta: measured('what is added'),
      mean: measured('of channel 0 of what came out'),
      deviation: measured('of channel 0 of what came out'),
    }),
  });

export const normsJson = (
  { input, batch, norms, executed }: NormsSetting,
  version: string,
): Described<ReturnType<typeof normsSchema>> => ({
  schema: 'cnncalc/norms/1',
  version,
  input: { shape: arrange(input, 'hwc'), batch },
  norms: norms.map((norm) => {
    const { name, params, buffers, averaging, window, rms } = norm;
    const measured = executed.norms.find((row) => row.name === name);
    return {
      name,
      axes: averaging ? axesOf(averaging, input) : [],
      channels: averaging?.channels ?? window,
      means: averaging?.sets ?? null,
      values: averaging?.values ?? window,
      takesMean: averaging !== null && !rms,
      params,
      buffers,
      sameInTest: buffers === 0,
      seesOthers: averaging?.batch ?? false,
      measured: { own: measured?.own ?? null, largestMean: measured?.means ?? {} },
    };
  }),
  batch: executed.batch,
  affine: executed.affine,
});
