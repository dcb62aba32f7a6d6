// cnncalc compare A B [C…]: networks side by side, and where their layers differ.

import { analyze } from '../analysis/analyze.js';
import { align } from '../analysis/compare.js';
import { outline } from '../analysis/outline.js';
import { type Diagnostic, exitCode } from '../core/diagnostic.js';
import type { Layout } from '../core/shape.js';
import type { Io } from '../io.js';
import type { Compared } from '../report/pages/compare.js';
import { version } from '../version.js';
import { type LoadOptions, loadOrExplain } from './load.js';
import type { Format } from './options.js';
import { type OutputOptions, outputOf, UsageError } from './output.js';
import { jsonText, renderPage } from './print.js';
import { formatOf } from './summary.js';

export interface CompareOptions extends LoadOptions, OutputOptions {
  readonly json?: boolean;
  readonly format?: Format;
  readonly get?: string;
  readonly depth?: number;
  readonly layout?: Layout;
  /** Lines that are the same are printed, too. */
  readonly all?: boolean;
  readonly strict?: boolean;
}

/** The exit code says how far the networks could be analysed, not whether they differ. */
export const run = async (specs: readonly string[], options: CompareOptions, io: Io): Promise<number> => {
  const output = outputOf(options, io);
  if (specs.length < 2)
    throw new UsageError('compare takes two specs or more', `write cnncalc compare ${specs[0] ?? 'resnet18'} resnet34`);
  const loaded = specs.map((spec) => loadOrExplain(spec, options, io));
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
  const format = formatOf(options);
  const layout = options.layout ?? 'hwc';
  if (format === 'json' || options.get !== undefined) {
    const { compareJson } = await import('../report/json/compare.js');
    const sources = loaded.map(({ name }) => name);
    output.write(await jsonText(compareJson(all, sources, { version, layout }), options));
  } else if (analyses.every(({ rows }) => rows.length > 0)) {
    const { comparePage } = await import('../report/pages/compare.js');
    output.write(await renderPage(comparePage(all, layout, options.all === true), format, output, 'compare'));
  }
  analyses.forEach(({ diagnostics }, i) => {
    output.diagnostics(diagnostics, loaded[i] ?? { name: '', lines: [] }, 'brief');
  });
  const found: Diagnostic[] = analyses.flatMap(({ diagnostics }) => diagnostics);
  return exitCode(found, options.strict === true);
};

/** Two networks of one name are called as they were asked for. */
const distinct = (names: readonly string[], specs: readonly string[]): readonly string[] =>
  new Set(names).size === names.length ? names : specs;
