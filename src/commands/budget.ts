// --max-params, --max-macs, --max-memory: what is over its limit, and by how much.

import type { Analysis } from '../analysis/analysis.js';
import { known } from '../analysis/figures.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { grouped, humanBytes } from '../core/quantity.js';
import type { OptionsOf } from './command.js';
import type { BUDGET } from './options.js';

type Budget = OptionsOf<[typeof BUDGET]>;

/** One error per limit exceeded. What is unknown exceeds nothing: its own error is told already. */
export const overBudget = (
  { maxParams, maxMacs, maxMemory }: Budget,
  { totals, rows }: Pick<Analysis, 'totals' | 'rows'>,
): readonly Diagnostic[] => {
  const { bytes } = totals;
  // Of what some layers do not state, what the others come to may be too much already.
  const { least, unknown } = known(rows);
  const [params, macs, parameters] =
    unknown > 0
      ? [totals.params, totals.macs, bytes.params]
      : [totals.params ?? least.params, totals.macs ?? least.macs, bytes.params ?? least.bytes.params];
  const memory = parameters === null || bytes.peakActivations === null ? null : parameters + bytes.peakActivations;
  return [
    ...over('params', maxParams, params, (n) => `${some(totals.params)}${grouped(n)} parameters`, grouped),
    ...over('macs', maxMacs, macs, (n) => `${some(totals.macs)}${grouped(n)} multiply-accumulates`, grouped),
    ...over(
      'memory',
      maxMemory,
      memory,
      (n) => `${some(bytes.params)}${size(n)} of memory (parameters and peak activations)`,
      size,
    ),
  ];
};

const some = (total: number | null): string => (total === null ? 'at least ' : '');

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
