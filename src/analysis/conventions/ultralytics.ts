// Ultralytics, get_flops: twice what thop counts at an input as large as the network's stride, times the area of the whole input.
//
// Source: ultralytics/utils/torch_utils.py. Quirks: what does not grow with the input, such as a dense layer, is scaled as well; the
// stride is 32 at least.

import type { Convention } from './convention.js';
import { thop } from './thop.js';

export const ultralytics: Convention = {
  ...thop,
  name: 'ultralytics',
  tool: 'Ultralytics',
  version: 'by thop 0.1.1',
  quantity: 'flops',
  doc: 'twice thop, measured at 32x32 and scaled by the area',
  twice: true,
  atStride: true,
};
