// Which values of a network are never below 0, whatever its input: zeros around them change no maximum. Nothing runs here.

import type { Pointwise } from '../../core/operator.js';
import type { NamedStep } from '../../run/network.js';
import type { Model } from '../model.js';

const POSITIVE: ReadonlySet<Pointwise['function']> = new Set([
  ...(['relu', 'sigmoid', 'softplus', 'hardsigmoid', 'abs', 'exp', 'sqrt'] as const),
]);

/** Whether each step gives none, from whether what it reads has none. */
const isPositive = ({ operator, inputs }: NamedStep, known: (id: number) => boolean): boolean => {
  const all = (): boolean => inputs.length > 0 && inputs.every(known);
  switch (operator.op) {
    case 'pointwise':
      if (POSITIVE.has(operator.function)) return true;
      if (operator.function === 'clamp') return (operator.alpha ?? 1) >= 0;
      return operator.function === 'identity' && all();
    case 'combine':
      return ['add', 'mul', 'maximum', 'minimum', 'average'].includes(operator.by) && all();
    case 'upsample':
      return operator.mode !== 'cubic' && all();
    case 'softmax':
      return !operator.log;
    case 'reduce':
      return operator.by === 'l2' || all();
    case 'pool':
    case 'adaptive-pool':
    case 'concat':
    case 'reshape':
    case 'permute':
    case 'pad':
    case 'slice':
    case 'shuffle':
    case 'pixelshuffle':
    case 'pixelunshuffle':
    case 'lrn':
      return all();
    default:
      return false;
  }
};

/** By the id of a step or an input. */
export const signs = ({ steps }: Model): ((id: number) => boolean) => {
  const positive = new Set<number>();
  // Steps come in the order of execution.
  for (const step of steps) if (isPositive(step, (id) => positive.has(id))) positive.add(step.id);
  return (id) => positive.has(id);
};
