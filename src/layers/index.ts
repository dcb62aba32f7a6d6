// Generated from the files of this folder by `npm test`. Do not edit.

import { registry } from '../core/layer.js';
import conv from './conv.js';
import dropout from './dropout.js';
import fc from './fc.js';
import lrn from './lrn.js';
import maxpool from './maxpool.js';
import relu from './relu.js';

export const layers = registry({ conv, dropout, fc, lrn, maxpool, relu });
