// Caffe's layers that bend values one by one. Which layer is which is types.ts.

import { type Layer, UNKNOWN } from './layer.js';

export const relu = (layer: Layer): number => {
  const slope = layer.param('relu_param').real('negative_slope', 0);
  return slope === 0 ? layer.add('relu') : layer.add('leakyrelu', { slope });
};

type Steps = Parameters<Layer['chain']>[1];

/** scale x + shift, as rows where it does anything. */
const line = (scale: number, shift: number): Steps => [
  ...(scale === 1 ? [] : [['times', { factors: scale }, 'scaled'] as const]),
  ...(shift === 0 ? [] : [['plus', { addends: shift }, 'shifted'] as const]),
];

const rows = (layer: Layer, steps: Steps): number =>
  layer.chain(layer.bottoms[0] ?? UNKNOWN, steps.length > 0 ? steps : [['identity', {}, 'same']]);

/** (shift + scale x) to a power. */
export const power = (layer: Layer): number => {
  const fields = layer.param('power_param');
  const exponent = fields.real('power', 1);
  const inner = line(fields.real('scale', 1), fields.real('shift', 0));
  return rows(layer, exponent === 1 ? inner : [...inner, ['pow', { exponent }, 'power']]);
};

/** A base to the power of scale x + shift; -1 stands for e. */
export const exp = (layer: Layer): number => {
  const fields = layer.param('exp_param');
  const base = fields.real('base', -1);
  const inner = line(fields.real('scale', 1), fields.real('shift', 0));
  if (base !== -1 && base <= 0) return layer.unsupported(`its base is ${base}`);
  const factor = base === -1 ? 1 : Math.log(base);
  return rows(layer, [
    ...inner,
    ...line(factor, 0).map(([kind, options]) => [kind, options, 'base'] as const),
    ['exp', {}, 'exp'],
  ]);
};

/** The logarithm of scale x + shift to a base; -1 stands for e. */
export const log = (layer: Layer): number => {
  const fields = layer.param('log_param');
  const base = fields.real('base', -1);
  const inner = line(fields.real('scale', 1), fields.real('shift', 0));
  if (base !== -1 && (base <= 0 || base === 1)) return layer.unsupported(`its base is ${base}`);
  const factor = base === -1 ? 1 : 1 / Math.log(base);
  return rows(layer, [
    ...inner,
    ['log', {}, 'log'],
    ...line(factor, 0).map(([kind, options]) => [kind, options, 'base'] as const),
  ]);
};

export const swish = (layer: Layer): number => {
  const beta = layer.param('swish_param').real('beta', 1);
  if (beta === 1) return layer.add('silu');
  const [input = UNKNOWN] = layer.bottoms;
  const scaled = layer.add('times', { factors: beta }, { part: 'scaled' });
  const gate = layer.add('sigmoid', {}, { reads: [scaled], part: 'gate' });
  return layer.add('mul', {}, { reads: [input, gate] });
};

export const clip = (layer: Layer): number => {
  const fields = layer.param('clip_param');
  return layer.add('clip', { low: fields.real('min', 0), high: fields.real('max', 0) });
};
