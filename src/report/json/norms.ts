// The normalisations as JSON: `cnncalc/norms/1`.

import { arrange } from '../../core/shape.js';
import { axesOf, type NormsSetting } from '../pages/norms.js';

export const normsJson = ({ input, batch, norms, executed }: NormsSetting, version: string) => ({
  schema: 'cnncalc/norms/1',
  version,
  input: { shape: arrange(input, 'hwc'), batch },
  norms: norms.map((norm) => {
    const { name, params, buffers, averaging, window, rms } = norm;
    const measured = executed.norms.find((row) => row.name === name);
    return {
      name,
      axes: averaging ? axesOf(averaging, input) : [],
      // How many channels share one mean; of a local response, how many stand in its window.
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
