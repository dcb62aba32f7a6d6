// cnncalc SPEC: the report of a network, in every format.

import { type Analysis, analyze } from '../analysis/analyze.js';
import { type Line, outline } from '../analysis/outline.js';
import type { Diagnostic } from '../core/diagnostic.js';
import type { Dtype } from '../core/graph.js';
import { nearest, suggestion } from '../core/suggest.js';
import type { Layout } from '../core/shape.js';
import type { Io } from '../io.js';
import { COLUMNS, type Column, DEFAULT_COLUMNS, PLAIN_COLUMNS } from '../report/columns.js';
import { version } from '../version.js';
import { type Loaded, load } from './load.js';
import { type Output, UsageError, outputOf } from './output.js';

export interface SummaryOptions {
  readonly json?: boolean;
  readonly format?: Format;
  readonly output?: string;
  readonly columns?: readonly string[];
  readonly depth?: number;
  readonly only?: string;
  readonly sort?: string;
  readonly get?: string;
  readonly set?: Readonly<Record<string, string>>;
  readonly variant?: string;
  readonly input?: string;
  readonly batch?: number;
  readonly dtype?: Dtype;
  readonly layout?: Layout;
  readonly pad?: 'same' | 'valid';
  readonly watch?: boolean;
  readonly ascii?: boolean;
  readonly width?: number;
  readonly color?: 'auto' | 'always' | 'never';
  readonly quiet?: boolean;
  readonly strict?: boolean;
}

export const FORMATS = ['table', 'json', 'jsonl', 'csv', 'tsv', 'markdown', 'latex'] as const;
export type Format = (typeof FORMATS)[number];

/** Runs the command and returns the exit code; with --watch, runs until it is interrupted. */
export const run = async (spec: string, options: SummaryOptions, io: Io): Promise<number> => {
  if (!options.watch) return once(spec, options, io);
  return (await import('./watch.js')).watch(spec, io, () => once(spec, options, io));
};

const once = async (spec: string, options: SummaryOptions, io: Io): Promise<number> => {
  const output = outputOf(options, io);
  const loaded = load(spec, options, io);
  if (loaded.remark) output.hint(loaded.remark);
  const analysis = analyze(loaded.parsed);
  const result = await render(analysis, loaded, options, output);
  if (options.output !== undefined && options.output !== '-') io.writeFile(options.output, result);
  else io.stdout.write(result);
  output.diagnostics(analysis.diagnostics, loaded);
  return exitCode(analysis.diagnostics, options.strict === true);
};

/** 2 where the network cannot be analysed in full, 1 where it can and an expectation is broken. */
export const exitCode = (diagnostics: readonly Diagnostic[], strict: boolean): number => {
  const errors = diagnostics.filter((d) => d.severity === 'error');
  if (errors.some((d) => d.code !== 'expect/broken')) return 2;
  return errors.length > 0 || (strict && diagnostics.some((d) => d.severity === 'warning')) ? 1 : 0;
};

const render = async (analysis: Analysis, loaded: Loaded, options: SummaryOptions, output: Output): Promise<string> => {
  const layout = options.layout ?? 'hwc';
  const only = options.only === undefined ? undefined : await glob(options.only);
  const format = options.json ? 'json' : (options.format ?? 'table');
  if (options.get !== undefined || format === 'json' || format === 'jsonl') {
    const { jsonLines, reportJson } = await import('../report/formats/json.js');
    const report = reportJson(analysis, { version, source: loaded.name, layout, only });
    if (options.get !== undefined) return `${show(find(report, options.get))}\n`;
    return format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : jsonLines(report);
  }
  const plain = format === 'csv' || format === 'tsv';
  const columns = (options.columns ?? (plain ? PLAIN_COLUMNS : DEFAULT_COLUMNS)).map(column);
  const setting = { layout, totals: analysis.totals };
  const sort = options.sort === undefined ? undefined : column(options.sort);
  const lines = outline(analysis, {
    ...(options.depth !== undefined && { depth: options.depth }),
    ...(only && { only }),
    ...(sort && { sort: (line: Line) => sort.value(line, setting) }),
  });
  if (plain) {
    const { csv, tsv } = await import('../report/formats/separated.js');
    return (format === 'csv' ? csv : tsv)(lines, columns, setting);
  }
  const { summaryPage } = await import('../report/pages/summary.js');
  const page = summaryPage(analysis, lines, columns, layout);
  if (format === 'markdown') return (await import('../report/formats/markdown.js')).markdown(page);
  if (format === 'latex') return (await import('../report/formats/latex.js')).latex(page);
  const { terminal } = await import('../report/formats/terminal.js');
  return terminal(page, output.terminal());
};

const column = (key: string): Column => {
  const found = COLUMNS.find((c) => c.key === key);
  if (found) return found;
  throw new UsageError(`there is no column "${key}"`, suggestion(key, COLUMNS.map((c) => c.key), 'columns'));
};

/** `layer2.*` matches across dots; a name without wildcards matches itself and what stands below it. */
const glob = async (pattern: string): Promise<(name: string) => boolean> => {
  const { default: picomatch } = await import('picomatch');
  const matches = picomatch([pattern, `${pattern}.*`], { dot: true });
  return (name) => matches(name);
};

/** `totals.params`, `layers.conv1.params.total`, `layers.0.name`: elements of lists by number, or by their name. */
const find = (from: unknown, path: string): unknown => {
  let value: unknown = from;
  let rest = path;
  while (rest !== '') {
    const step = next(value, rest);
    if (!step) {
      const keys = Array.isArray(value) ? value.map((item, i) => String((item as { name?: string }).name ?? i)) : Object.keys((value as object | null) ?? {});
      const [part = ''] = rest.split('.');
      throw new UsageError(`--get ${path}: there is no "${part}" ${rest === path ? 'in the report' : `in ${path.slice(0, path.length - rest.length - 1)}`}`, nearest(part, keys) ? suggestion(part, keys, 'names') : `it has ${keys.slice(0, 20).join(', ') || 'nothing below it'}`);
    }
    [value, rest] = step;
  }
  return value;
};

// Names of layers hold dots themselves: the longest name that fits is taken.
const next = (value: unknown, path: string): [value: unknown, rest: string] | null => {
  const parts = path.split('.');
  for (let n = parts.length; n > 0; n -= 1) {
    const key = parts.slice(0, n).join('.');
    const rest = parts.slice(n).join('.');
    if (Array.isArray(value)) {
      const named = value.find((item) => (item as { name?: string } | null)?.name === key);
      if (named !== undefined) return [named, rest];
      if (/^\d+$/.test(key) && Number(key) < value.length) return [value[Number(key)], rest];
    } else if (typeof value === 'object' && value !== null && Object.hasOwn(value, key)) return [(value as Record<string, unknown>)[key], rest];
  }
  return null;
};

const show = (value: unknown): string => {
  if (value === null || value === undefined) return '?';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};
