// What normalisation is good for, as JSON: `cnncalc/norms-depth/1`.

import { arrange } from '../../core/shape.js';
import { INITIALISATIONS, type Initialisation } from '../../run/depth.js';
import type { DepthSetting } from '../pages/norms-depth.js';
import { shape } from './parts.js';
import * as s from './schema.js';

export const depthSchema = () =>
  s.result('norms-depth', 'sizes of values and gradients through a stack of layers, and the noise of a batch', {
    input: s.object('the tensor', { shape: shape('one image'), batch: s.whole('images', 1) }),
    depth: s.whole('layers: a convolution 3 wide, a normalisation or none, relu', 2),
    groups: s.whole('groups of group normalisation', 1),
    stacks: s.list(
      'one for each initialisation and normalisation',
      s.object('a stack', {
        initialisation: s.word("how large weights are: he: as He's", Object.keys(INITIALISATIONS) as Initialisation[]),
        factor: s.number("the same as a factor of He's"),
        norm: s.text('none, batch, layer, group'),
        layers: s.list(
          'from the first to the last; sizes are root mean squares',
          s.object('a layer', {
            output: s.measured('size of what comes out of it'),
            gradient: s.measured('size of the gradient there; that of what the last layer gives is of size 1'),
            weights: s.measured('size of the weights'),
            weightGradient: s.measured('size of the gradient at them'),
          }),
        ),
      }),
    ),
    noise: s.object('one value, normalised in batches whose others are drawn with mean 0 and variance 1', {
      value: s.number('before it is normalised'),
      batches: s.whole('of each size', 1),
      sizes: s.list(
        'by the size of the batch',
        s.object('batches of one size', {
          batch: s.whole('values in it', 1),
          mean: s.measured('of what comes out, over the batches'),
          spread: s.measured('its standard deviation'),
        }),
      ),
    }),
  });

export const depthJson = (
  { input, batch, depth, groups, followed, noise }: DepthSetting,
  version: string,
): s.Described<ReturnType<typeof depthSchema>> => ({
  schema: 'cnncalc/norms-depth/1',
  version,
  input: { shape: arrange(input, 'hwc'), batch },
  depth,
  groups,
  stacks: followed.map(({ initialisation, norm, layers }) => ({
    initialisation,
    factor: INITIALISATIONS[initialisation],
    norm,
    layers,
  })),
  noise,
});
