// Layers that a command itself lists, on an input as it was asked for, analysed. Nothing of specs that people write: that is load.ts.

import type { Analysis } from '../analysis/analysis.js';
import { analyze } from '../analysis/analyze.js';
import { build } from '../lang/file.js';
import { type Unwritten, unwrittenValue } from '../lang/values.js';
import { layers } from '../layers/index.js';
import { UsageError } from './output.js';

/** A number alone is the side of a square with the channels of the usual input. Throws a UsageError where they do not fit. */
export const analyzedItems = (
  items: readonly Unwritten[],
  { input, usual, batch }: { readonly input: string; readonly usual: string; readonly batch: number },
): Analysis => {
  const value = unwrittenValue({ input: /^\d+$/.test(input) ? usual : input, layers: items });
  const analysis = analyze(build({ value, diagnostics: [] }, { registry: layers, input, batch }));
  const error = analysis.diagnostics.find(({ severity }) => severity === 'error');
  if (error) throw new UsageError(`${input}: ${error.message}`, error.help);
  return analysis;
};
