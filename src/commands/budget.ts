// --max-params, --max-macs, --max-memory: what is over its limit, and by how much.

import type { Totals } from '../analysis/analysis.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { grouped, humanBytes } from '../core/quantity.js';
import type { OptionsOf } from './command.js';
import type { BUDGET } from './options.js';

type Budget = OptionsOf<[typeof BUDGET]>;

/** One error per limit exceeded. What is unknown exceeds nothing: its own error is told already. */
export const overBudget = (
  { maxParams, maxMacs, maxMemory }: Budget,
  { params, macs, bytes }: Totals,
): readonly Diagnostic[] => {
  const memory = bytes.params === null || bytes.peakActivations === null ? null : bytes.params + bytes.peakActivations;
  return [
    ...over('params', maxParams, params, (n) => `${grouped(n)} parameters`, grouped),
    ...over('macs', maxMacs, macs, (n) => `${grouped(n)} multiply-accumulates`, grouped),
    ...over('memory', maxMemory, memory, (n) => `${size(n)} of memory (parameters and peak activations)`, size),
  ];
};

const size = (bytes: number): string => (bytes < 1024 ? `${bytes} B` : `${humanBytes(bytes)} (${grouped(bytes)} B)`);

const over = (
  what: 'params' | 'macs' | 'memory',
  limit: number | undefined,
  actual: number | null,
  say: (n: number) => string,
  amount: (n: number) => string,
): Diagnostic[] =>
  limit === undefined || actual === null || actual <= limit
    ? []
    : [
        {
          code: `budget/${what}`,
          severity: 'error',
          answer: 'no',
          message: `${say(actual)} are ${amount(actual - limit)} over the budget of ${amount(limit)}`,
        },
      ];
