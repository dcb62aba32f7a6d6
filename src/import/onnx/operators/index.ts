// Every operator of ONNX that has a counterpart here, by its name.

import { ACTIVATIONS } from './activations.js';
import { MERGES } from './merges.js';
import { MOVES } from './moves.js';
import { NORMS } from './norms.js';
import { PADS } from './pads.js';
import { PRODUCTS } from './products.js';
import { RECURRENT } from './recurrent.js';
import { REDUCTIONS } from './reductions.js';
import { RESIZES } from './resizes.js';
import type { Translation } from './translation.js';
import { WINDOWS } from './windows.js';

export const TRANSLATIONS: Readonly<Record<string, Translation>> = {
  ...WINDOWS,
  ...PADS,
  ...RESIZES,
  ...NORMS,
  ...ACTIVATIONS,
  ...PRODUCTS,
  ...MERGES,
  ...MOVES,
  ...REDUCTIONS,
  ...RECURRENT,
};
