// The normalisations as JSON: `cnncalc/norms/1`.

import { axesOf } from '../../core/averaging.js';
import { arrange } from '../../core/shape.js';
import type { NormsSetting } from '../pages/norms.js';
import { shape } from './parts.js';
import * as s from './schema.js';

const deviationFields = {
  mean: s.measured('how far the mean is from 0, in the set where it is furthest'),
  deviation: s.measured(
    'how far the deviation (of rms the root mean square) is from 1, in the set where it is furthest',
  ),
};

const moments = (description: string) =>
  s.object(description, { mean: s.measured('of channel 0'), variance: s.measured('of channel 0, divided by n - 1') });

export const normsSchema = () =>
  s.result('norms', 'normalisations side by side on one tensor of noise, executed', {
    input: s.object('the tensor', { shape: shape('one image'), batch: s.whole('images', 1) }),
    norms: s.list(
      'the normalisations',
      s.object('a normalisation', {
        name: s.text('batch, layer, instance, group; layer-c: over the channels of each place; rms; lrn'),
        axes: s.list(
          'what one mean is taken over: N, C, H, W, C/3 for a third of the channels; empty where each value has a window of its own',
          s.text('an axis'),
        ),
        channels: s.orNull(s.whole('how many share one mean; of a local response, how many stand in its window')),
        means: s.orNull(s.whole('how many means there are; null where each value has a window of its own')),
        values: s.orNull(s.whole('how many share one mean; of a local response, how many stand in its window')),
        takesMean: s.flag('the mean is taken away; else values are divided only'),
        params: s.whole('gammas and betas'),
        buffers: s.whole('elements of running statistics'),
        sameInTest: s.flag('does the same in training and at test time'),
        seesOthers: s.flag('what becomes of an image depends on the others of its batch'),
        measured: s.object('on what came out', {
          own: s.orNull(s.object('over its own sets of values; null where it has none', deviationFields)),
          largestMean: s.record(
            'by the names of the normalisations that take means: over their sets',
            s.measured('how far the mean is from 0, in the set where it is furthest'),
          ),
        }),
      }),
    ),
    batch: s.object('how running statistics follow the batches, whose channel 0 is drawn from one distribution', {
      momentum: s.measured("a new batch's share"),
      drawn: s.object('that distribution', { mean: s.measured('of it'), variance: s.measured('of it') }),
      biased: s.measured('the variance of the first batch divided by n, with which it is normalised'),
      unbiased: s.measured('the same divided by n - 1, which the running statistics take up'),
      moments: s.list(
        'after some batches',
        s.object('after one of them', {
          batches: s.whole('how many there were', 1),
          running: moments('the running statistics'),
          batch: moments('the last batch'),
        }),
      ),
      test: s.object('with the running statistics on a batch that was not seen', deviationFields),
    }),
    affine: s.object('batch normalisation with one gamma and beta', {
      gamma: s.measured('what is multiplied by'),
      beta: s.measured('what is added'),
      mean: s.measured('of channel 0 of what came out'),
      deviation: s.measured('of channel 0 of what came out'),
    }),
  });

export const normsJson = (
  { input, batch, norms, executed }: NormsSetting,
  version: string,
): s.Described<ReturnType<typeof normsSchema>> => ({
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
