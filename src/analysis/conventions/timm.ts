// timm, benchmark.py and its tables: GMACs are fvcore's flops, and "macts" are the outputs of convolutions and dense layers.

import type { Convention } from './convention.js';
import { fvcore, fvcoreActivations } from './fvcore.js';

const timmIs = (convention: Convention, quantity: string): Convention => ({
  ...convention,
  name: 'timm',
  tool: 'timm',
  version: 'by fvcore 0.1.6',
  quantity,
});

export const timm = timmIs(fvcore, 'macs');
export const timmActivations = timmIs(fvcoreActivations, 'macts');
