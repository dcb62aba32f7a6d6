// cnncalc solve SPEC: finds the values written `_`.

import type { Layout } from '../core/shape.js';
import type { Io } from '../io.js';
import { solveJson, solvePage } from '../report/pages/solve.js';
import { type Solved, solve } from '../solve/solve.js';
import { find, type LoadOptions } from './load.js';
import { type Output, type OutputOptions, outputOf } from './output.js';

export interface SolveOptions extends LoadOptions, OutputOptions {
  readonly expect?: readonly string[];
  readonly json?: boolean;
  readonly format?: 'table' | 'json' | 'markdown' | 'latex';
  readonly layout?: Layout;
}

export const run = async (spec: string, options: SolveOptions, io: Io): Promise<number> => {
  const output = outputOf(options, io);
  const source = find(spec, options, io);
  if (source.remark) output.hint(source.remark);
  const layout = options.layout ?? 'hwc';
  const solved = solve(source.read, source.options, options.expect, layout);
  output.diagnostics(solved.diagnostics, source);
  if (solved.diagnostics.length > 0) return 2;
  output.write(await render(solved, options, layout, output));
  return solved.solutions.length > 0 ? 0 : 1;
};

const render = async (solved: Solved, options: SolveOptions, layout: Layout, output: Output): Promise<string> => {
  const ending = ENDINGS[/\.(\w+)$/.exec(options.output ?? '')?.[1] ?? ''];
  const format = options.json ? 'json' : (options.format ?? ending ?? 'table');
  if (format === 'json') return `${JSON.stringify(solveJson(solved), null, 2)}\n`;
  const page = solvePage(solved, layout);
  if (format === 'markdown') return (await import('../report/formats/markdown.js')).markdown(page);
  if (format === 'latex') return (await import('../report/formats/latex.js')).latex(page);
  return (await import('../report/formats/terminal.js')).terminal(page, output.terminal());
};

const ENDINGS: Readonly<Record<string, SolveOptions['format']>> = { json: 'json', md: 'markdown', tex: 'latex' };
