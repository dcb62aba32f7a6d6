// Generated from the folders beside it by `npm test`. Do not edit.

import type { RuleId } from '../../core/rule-ids.js';
import actDouble from './act/double.js';
import actNoneBetween from './act/none-between.js';
import actReluLast from './act/relu-last.js';
import deconvCheckerboard from './deconv/checkerboard.js';
import downsampleTooEarly from './downsample/too-early.js';
import dropoutBeforeNorm from './dropout/before-norm.js';
import dropoutLast from './dropout/last.js';
import dropoutRate from './dropout/rate.js';
import fcDominates from './fc/dominates.js';
import fitFraction from './fit/fraction.js';
import fitKernelExceedsInput from './fit/kernel-exceeds-input.js';
import graphDead from './graph/dead.js';
import groupsUnmixed from './groups/unmixed.js';
import normAfterActivation from './norm/after-activation.js';
import normBiasBefore from './norm/bias-before.js';
import normDouble from './norm/double.js';
import normOneValue from './norm/one-value.js';
import padEvenKernelSame from './pad/even-kernel-same.js';
import padIgnoresDilation from './pad/ignores-dilation.js';
import padTooMuch from './pad/too-much.js';
import rfExceedsInput from './rf/exceeds-input.js';
import rfMisaligned from './rf/misaligned.js';
import rfSmallerThanInput from './rf/smaller-than-input.js';
import softmaxNotLast from './softmax/not-last.js';
import specAlexnet224 from './spec/alexnet-224.js';
import strideExceedsKernel from './stride/exceeds-kernel.js';

export const rules = {
  'act/double': actDouble,
  'act/none-between': actNoneBetween,
  'act/relu-last': actReluLast,
  'deconv/checkerboard': deconvCheckerboard,
  'downsample/too-early': downsampleTooEarly,
  'dropout/before-norm': dropoutBeforeNorm,
  'dropout/last': dropoutLast,
  'dropout/rate': dropoutRate,
  'fc/dominates': fcDominates,
  'fit/fraction': fitFraction,
  'fit/kernel-exceeds-input': fitKernelExceedsInput,
  'graph/dead': graphDead,
  'groups/unmixed': groupsUnmixed,
  'norm/after-activation': normAfterActivation,
  'norm/bias-before': normBiasBefore,
  'norm/double': normDouble,
  'norm/one-value': normOneValue,
  'pad/even-kernel-same': padEvenKernelSame,
  'pad/ignores-dilation': padIgnoresDilation,
  'pad/too-much': padTooMuch,
  'rf/exceeds-input': rfExceedsInput,
  'rf/misaligned': rfMisaligned,
  'rf/smaller-than-input': rfSmallerThanInput,
  'softmax/not-last': softmaxNotLast,
  'spec/alexnet-224': specAlexnet224,
  'stride/exceeds-kernel': strideExceedsKernel,
} satisfies Record<RuleId, unknown>;
