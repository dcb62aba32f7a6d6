// cnncalc compare A B [C…]: networks side by side, and where their layers differ.

import type { Analysis } from '../analysis/analysis.js';
import { analyze } from '../analysis/analyze.js';
import { align, type Pair } from '../analysis/compare.js';
import { type Line, outline } from '../analysis/outline.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { exitCode } from '../core/diagnostic.js';
import type { Io } from '../io.js';
import type { Compared } from '../report/pages/compare.js';
import { version } from '../version.js';
import type { OptionsOf } from './command.js';
import type { COMMANDS } from './commands.js';
import { type Loaded, loadOrExplain } from './load.js';
import { ArgumentsError } from './output.js';
import { type ProgressBar, withProgress } from './progress.js';
import type { Work } from './work.js';

type CompareOptions = OptionsOf<typeof COMMANDS.compare.options>;

/** The exit code says how far the networks could be analysed, not whether they differ. */
export const run: Work<typeof COMMANDS.compare> = async ({ specs }, options, output, io) => {
  if (specs.length < 2)
    throw new ArgumentsError(
      'compare takes two specs or more',
      `write cnncalc compare ${specs[0] ?? 'resnet18'} resnet34`,
    );
  const sides = await withProgress('comparing', options, io, ({ draw }) => sidesOf(specs, options, io, draw));
  const loaded = sides.map((side) => side.loaded);
  const analyses = sides.map((side) => side.analysis);
  for (const { remark } of loaded) if (remark) output.hint(remark);
  const names = distinct(
    analyses.map(({ graph }, i) => graph.variant ?? (graph.name || (loaded[i]?.name ?? ''))),
    specs,
  );
  const all = sides.map(
    ({ analysis, pairs }, i): Compared => ({ name: names[i] ?? '', analysis, ...(pairs && { pairs }) }),
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

interface Side {
  readonly loaded: Loaded;
  readonly analysis: Analysis;
  /** How its lines stand to the first's. */
  readonly pairs?: readonly Pair[];
}

const sidesOf = async (
  specs: readonly string[],
  options: CompareOptions,
  io: Io,
  draw: ProgressBar['draw'],
): Promise<readonly Side[]> => {
  const sides: Side[] = [];
  let first: readonly Line[] | undefined;
  for (const [i, spec] of specs.entries()) {
    draw(2 * i, 2 * specs.length);
    const loaded = await loadOrExplain(spec, options, io);
    const analysis = analyze(loaded.parsed);
    const lines = outline(analysis, options.depth === undefined ? {} : { depth: options.depth });
    draw(2 * i + 1, 2 * specs.length);
    sides.push({ loaded, analysis, ...(first && { pairs: align(first, lines) }) });
    first ??= lines;
  }
  return sides;
};

/** Two networks of one name are called as they were asked for. */
const distinct = (names: readonly string[], specs: readonly string[]): readonly string[] =>
  new Set(names).size === names.length ? names : specs;
