// What both shrinking functions share: how far from 0 nothing is let through. What becomes of the rest is the kind's.

import { real } from '../../core/args.js';
import type { Definition } from '../../core/layer.js';
import type { Pointwise } from '../../core/operator.js';
import { activation, type Cost } from './activation.js';

interface Shrink {
  readonly doc: string;
  readonly cost: Cost;
  readonly name: Pointwise['function'];
  readonly examples: readonly string[];
}

export const shrink = (describe: () => Shrink): Definition =>
  activation(() => {
    const { name, ...rest } = describe();
    return {
      ...rest,
      compute: ({ lambda }) => ({ function: name, alpha: lambda }),
      main: 'lambda',
      args: { lambda: real('up to where it is 0, on either side', { min: 0, default: 0.5 }) },
      label: (args) => `${args.lambda}`,
    };
  });
