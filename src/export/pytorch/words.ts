// How PyTorch says each operator: the one table.

import type { Words } from '../model.js';
import { call, read } from './code.js';
import {
  affine,
  concat,
  matmul,
  pad,
  permute,
  pixelshuffle,
  pixelunshuffle,
  reduce,
  reshape,
  shuffle,
  slice,
  softmax,
  upsample,
} from './moves.js';
import { embedding, lrn, normalise, parameter, prelu, recurrent, scale } from './normalisations.js';
import type { Piece } from './piece.js';
import { combine, pointwise } from './pointwise.js';
import { adaptivePool, convolution, dense, pool, transposed, unpool } from './windows.js';

export const WORDS: Words<undefined, readonly Piece[]> = {
  convolution,
  transposed,
  dense,
  pool,
  'adaptive-pool': adaptivePool,
  normalise,
  lrn,
  pointwise,
  prelu,
  softmax,
  combine,
  concat,
  reduce,
  matmul,
  scale,
  affine,
  glu: () => [{ apply: call('F.glu', [read()], { dim: '1' }), module: call('nn.GLU', [], { dim: '1' }) }],
  unpool,
  recurrent,
  embedding,
  parameter,
  reshape,
  permute,
  pad,
  slice,
  shuffle,
  pixelshuffle,
  pixelunshuffle,
  upsample,
};
