// cnncalc compare A B [C…]: networks side by side, and where their layers differ.

import { analyze } from '../analysis/analyze.js';
import { align } from '../analysis/compare.js';
import { outline } from '../analysis/outline.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { exitCode } from '../core/diagnostic.js';
import type { Compared } from '../report/pages/compare.js';
import { version } from '../version.js';
import type { COMMANDS } from './commands.js';
import { loadOrExplain } from './load.js';
import { UsageError } from './output.js';
import type { Work } from './work.js';

/** The exit code says how far the networks could be analysed, not whether they differ. */
export const run: Work<typeof COMMANDS.compare> = async ({ specs }, options, output, io) => {
  if (specs.length < 2)
    throw new UsageError('compare takes two specs or more', `write cnncalc compare ${specs[0] ?? 'resnet18'} resnet34`);
  const loaded = await Promise.all(specs.map((spec) => loadOrExplain(spec, options, io)));
  for (const { remark } of loaded) if (remark) output.hint(remark);
  const analyses = loaded.map(({ parsed }) => analyze(parsed));
  const lines = analyses.map((analysis) =>
    outline(analysis, options.depth === undefined ? {} : { depth: options.depth }),
  );
  const names = distinct(
    analyses.map(({ graph }, i) => graph.variant ?? (graph.name || (loaded[i]?.name ?? ''))),
    specs,
  );
  const all = analyses.map(
    (analysis, i): Compared => ({
      name: names[i] ?? '',
      analysis,
      ...(i > 0 && { pairs: align(lines[0] ?? [], lines[i] ?? []) }),
    }),
  );
  const layout = options.layout ?? analyses[0]?.graph.layout ?? 'hwc';
  const sources = loaded.map(({ name }) => name);
  const readable = analyses.every(({ rows }) => rows.length > 0);
  await output.print({
    page: async () =>
      readable ? (await import('../report/pages/compare.js')).comparePage(all, layout, options.all === true) : [],
    json: async () => (await import('../report/json/compare.js')).compareJson(all, sources, { version, layout }),
  });
  analyses.forEach(({ diagnostics }, i) => {
    output.diagnostics(diagnostics, loaded[i] ?? { name: '', lines: [] }, 'brief');
  });
  const found: Diagnostic[] = analyses.flatMap(({ diagnostics }) => diagnostics);
  return exitCode(found, options.strict === true);
};

/** Two networks of one name are called as they were asked for. */
const distinct = (names: readonly string[], specs: readonly string[]): readonly string[] =>
  new Set(names).size === names.length ? names : specs;
