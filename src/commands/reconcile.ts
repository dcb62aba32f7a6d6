// cnncalc reconcile SPEC NUMBER…: whose figure a number is, and how it comes from ours.

import { analyze } from '../analysis/analyze.js';
import { isFound, reconcile } from '../analysis/conventions/reconcile.js';
import { exitCode } from '../core/diagnostic.js';
import { parseQuantity, type Quantity } from '../core/quantity.js';
import { reconcileJson } from '../report/json/reconcile.js';
import { reconcilePage } from '../report/pages/reconcile.js';
import { version } from '../version.js';
import type { COMMANDS } from './commands.js';
import { loadOrExplain } from './load.js';
import { UsageError } from './output.js';
import type { Work } from './work.js';

export const run: Work<typeof COMMANDS.reconcile> = async ({ spec, numbers }, options, output, io) => {
  const asked = numbers.map(numberOf);
  const loaded = await loadOrExplain(spec, options, io);
  if (loaded.remark) output.hint(loaded.remark);
  const analysis = analyze(loaded.parsed);
  output.diagnostics(analysis.diagnostics, loaded);
  const reconciled = reconcile(analysis, asked);
  const json = () => reconcileJson(analysis, reconciled, { version, source: loaded.name });
  const failure = exitCode(analysis.diagnostics, false);
  if (failure === 2) {
    await output.printFailure(json);
    return 2;
  }
  await output.print({ page: () => reconcilePage(analysis.graph, reconciled, analysis.graph.layout), json });
  return reconciled.found.every(isFound) ? failure : 1;
};

/** What people write behind a number says who may have counted it, and nothing more. */
const UNIT = /\s*(?:FLOPs?|MACs?|mult-adds|params?|parameters)$/i;

/** `4.13G`, `4.13 GMACs`, `4,089,184,256`. Throws a UsageError where it is none. */
const numberOf = (text: string): Quantity => {
  const number = parseQuantity(text.replace(UNIT, ''));
  if (number && number.unit === undefined && number.low >= 0) return number;
  throw new UsageError(
    `"${text.slice(0, 40)}" is no number of operations or parameters`,
    'write it as the tool prints it: 4.13G, 15.5G or 4089184256',
  );
};
