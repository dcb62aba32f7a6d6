// cnncalc explain SPEC [LAYER]: every number of a layer worked out.

import type { Analysis } from '../analysis/analysis.js';
import { analyze } from '../analysis/analyze.js';
import { exitCode } from '../core/diagnostic.js';
import type { Layout } from '../core/shape.js';
import { suggestion } from '../core/suggest.js';
import { explain } from '../explain/explain.js';
import type { Io } from '../io.js';
import { explainJson, explainPage } from '../report/pages/explain.js';
import { type LoadOptions, loadOrExplain } from './load.js';
import { type OutputOptions, outputOf, UsageError } from './output.js';

export const EXPLAIN_FORMATS = ['table', 'markdown', 'latex', 'json'] as const;

export interface ExplainOptions extends LoadOptions, OutputOptions {
  readonly json?: boolean;
  readonly format?: (typeof EXPLAIN_FORMATS)[number];
  readonly layout?: Layout;
  readonly strict?: boolean;
}

export const run = async (
  spec: string,
  layer: string | undefined,
  options: ExplainOptions,
  io: Io,
): Promise<number> => {
  const output = outputOf(options, io);
  const loaded = loadOrExplain(spec, options, io);
  if (loaded.remark) output.hint(loaded.remark);
  const analysis = analyze(loaded.parsed);
  const layout = options.layout ?? 'hwc';
  const layers = explain(analysis, layout, chosen(analysis, layer));
  const format = options.json ? 'json' : (options.format ?? ending(options.output) ?? 'table');
  // --explain stands beside the formats of the summary too.
  if (!EXPLAIN_FORMATS.includes(format))
    throw new UsageError(`explanations have no format ${format}`, `write --format ${EXPLAIN_FORMATS.join(', ')}`);
  if (format === 'json') output.write(`${JSON.stringify(explainJson(layers), null, 2)}\n`);
  else {
    const page = explainPage(layers, layout);
    if (format === 'markdown') output.write((await import('../report/formats/markdown.js')).markdown(page));
    else if (format === 'latex') output.write((await import('../report/formats/latex.js')).latex(page));
    else output.write((await import('../report/formats/terminal.js')).terminal(page, output.terminal()));
  }
  output.diagnostics(analysis.diagnostics, loaded, 'brief');
  return exitCode(analysis.diagnostics, options.strict === true);
};

const ending = (file: string | undefined): ExplainOptions['format'] =>
  file?.endsWith('.md') ? 'markdown' : file?.endsWith('.tex') ? 'latex' : file?.endsWith('.json') ? 'json' : undefined;

/** A layer by its name, with what stands below it: its sugar, or the rows of a block. */
const chosen = ({ rows }: Analysis, layer: string | undefined): ((name: string) => boolean) => {
  if (layer === undefined) return () => true;
  const fits = (name: string): boolean => name === layer || name.startsWith(`${layer}.`);
  const names = rows.map(({ node }) => node.name);
  if (names.length > 0 && !names.some(fits))
    throw new UsageError(`there is no layer "${layer}"`, suggestion(layer, names, 'layers'));
  return fits;
};
