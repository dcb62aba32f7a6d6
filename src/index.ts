// The public API, usable in a browser too: text -> network -> analysis -> report. No files, no streams, no colours.
//
//   const analysis = analyze(parse(text));
//   analysis.totals.params;             // 62378344
//   render(analysis, { format: 'markdown' });

import type { Analysis } from './analysis/analysis.js';
import { outline } from './analysis/outline.js';
import { type Diagnostic, isProblem, type Place } from './core/diagnostic.js';
import { isInput, type Parsed } from './core/graph.js';
import type { Backend, Tensor } from './core/kernels.js';
import type { Layout } from './core/shape.js';
import { held } from './files/bytes.js';
import { readWeights } from './files/weights.js';
import { reference } from './kernels/reference.js';
import type { ParseOptions as LanguageOptions } from './lang/file.js';
import { match } from './lang/match.js';
import { parseNotation as readNotation, parse as readSpec } from './lang/parse.js';
import { readYaml } from './lang/yaml.js';
import { layers } from './layers/index.js';
import { describe as describeDiagnostic, UNPAINTED } from './report/caret.js';
import { COLUMNS, DEFAULT_COLUMNS, PLAIN_COLUMNS, recordsOf, usualColumns } from './report/columns.js';
import { FORMATS } from './report/formats.js';
import { linesOf, type Report, reportJson as toJson } from './report/json/report.js';
import { summaryPage } from './report/pages/summary.js';
import { settingFor } from './report/trained.js';
import { type Execution, execute, noise } from './run/execute.js';
import { fromFile, initialised } from './run/weights.js';
import { type Solved, solve as solveRead } from './solve/solve.js';
import { version } from './version.js';

export type { Analysis, Figures, Row, Totals } from './analysis/analysis.js';
export { analyze } from './analysis/analyze.js';
export { lint } from './analysis/lint/lint.js';
export type { Field, Tracks } from './analysis/receptive-field.js';
export type { Cell, Part, Strand, Track } from './analysis/track.js';
export type { Count, Operations, OperationTerm, TensorTerm, Term } from './core/count.js';
export type { Dtype, Graph, Node } from './core/graph.js';
export type { Backend, Tensor } from './core/kernels.js';
export type { Facts, LayerKind, Role } from './core/layer.js';
export type { Quantity } from './core/quantity.js';
export { human, parseQuantity } from './core/quantity.js';
export type { Layout, Shape } from './core/shape.js';
export { formatShape } from './core/shape.js';
export type { Explained, Step } from './explain/explain.js';
export { explain } from './explain/explain.js';
export type { Question, Rules, Sheet } from './homework/answers.js';
export { readSheet } from './homework/answers.js';
export { check } from './homework/check.js';
export { shownCells } from './homework/shown.js';
export type { Graded, Result, Verdict } from './homework/verdict.js';
export { reference } from './kernels/reference.js';
export { type Host, wasm } from './kernels/wasm.js';
export type { Execution, Ran } from './run/execute.js';
export type { Statistics } from './run/statistics.js';
export type { Assignment, Solved } from './solve/solve.js';
export type { Diagnostic, Parsed, Place, Report };
export { version };

/** What may be said of a spec from outside: `variant`, `set` (vars as expressions), `input`, `batch`, `dtype`. */
export type ParseOptions = Omit<LanguageOptions, 'registry' | 'match'>;

/**
 * Reads a spec of the architecture language (YAML). Never throws on any text: what is wrong with it stands in
 * `diagnostics`, beside the network as far as it could be built. Shapes in the graph are channels first, without the batch.
 */
export const parse = (text: string, options: ParseOptions = {}): Parsed =>
  readSpec(text, { ...options, registry: layers });

/** Reads course notation, `INPUT 128x128x3; CONV-9-32; POOL-2; FC-3`. `pad` says how its convolutions pad; `valid` by default. */
export const parseNotation = (
  text: string,
  { pad = 'valid', ...options }: ParseOptions & { readonly pad?: 'same' | 'valid' } = {},
): Parsed => readNotation(text, pad, { ...options, registry: layers });

/**
 * Finds the values written `_` in a spec. `expect` is what must come out beside what the spec expects of itself:
 * `conv1.out=55x55x96`, `params=62.4M`. All solutions in the ranges of docs/homework.md, the usual one first.
 */
export const solve = (
  text: string,
  { expect = [], ...options }: ParseOptions & { readonly expect?: readonly string[] } = {},
): Solved => solveRead(readYaml(text), { ...options, match, registry: layers }, expect);

export interface ReportOptions {
  /** The order of the sizes in shapes; by default that of the spec. */
  readonly layout?: Layout;
  /** What the report calls the spec. */
  readonly source?: string;
}

/** The report as `cnncalc SPEC --json` prints it, `cnncalc/report/1`: counts in elements, memory in bytes, null where unknown. */
export const reportJson = (
  analysis: Analysis,
  { layout = analysis.graph.layout, source = '' }: ReportOptions = {},
): Report => toJson(analysis, { version, source, layout });

export interface RenderOptions extends ReportOptions {
  readonly format: 'json' | 'jsonl' | 'csv' | 'tsv' | 'markdown' | 'latex';
  /** The columns of tables by key, as `--columns` takes them. */
  readonly columns?: readonly string[];
  /** Folds names to that many parts: 1 for one line per stage. */
  readonly depth?: number;
}

/** The report as text. Throws a RangeError for a column that does not exist. */
export const render = (analysis: Analysis, { format, columns, depth, ...options }: RenderOptions): string => {
  const { layout = analysis.graph.layout } = options;
  const lines = outline(analysis, depth === undefined ? {} : { depth });
  const chosen = (usual: readonly string[]) =>
    columns?.map((key) => {
      const column = COLUMNS.find((c) => c.key === key);
      if (column) return column;
      throw new RangeError(`there is no column "${key}"; there are ${COLUMNS.map((c) => c.key).join(', ')}`);
    }) ?? usualColumns(usual, lines);
  const forms = {
    json: () => reportJson(analysis, options),
    lines: () => linesOf(reportJson(analysis, options)),
    records: () => {
      const shown = chosen(PLAIN_COLUMNS);
      return recordsOf(lines, shown, settingFor(analysis, shown, layout));
    },
    page: () => {
      const shown = chosen(DEFAULT_COLUMNS);
      return summaryPage(analysis, lines, shown, settingFor(analysis, shown, layout));
    },
  };
  const { from, write } = FORMATS[format];
  return write(forms[from]() as never);
};

/** A diagnostic as people read it: place, the line of `text` with a caret below, the sentence, what to write instead. */
export const describe = (diagnostic: Diagnostic, text: string, name = 'spec'): string =>
  describeDiagnostic(diagnostic, { name, lines: text.split(/\r\n|\r|\n/) }, UNPAINTED);

export interface RunOptions {
  /** What computes: the reference by default, plain loops; `wasm(host)` is fast and is given its builds by the host. */
  readonly backend?: Backend;
  /** A file of weights (.safetensors, .pth, .npz) with the names of the layers; made from the seed by default. */
  readonly weights?: Uint8Array;
  /** What weights (He) and inputs without data are made from; 0 by default. */
  readonly seed?: number;
  /** [N, C, H, W] by the name of the input. */
  readonly inputs?: Readonly<Record<string, Tensor>>;
  /** Images at once where no input says so; the spec's by default. */
  readonly batch?: number;
  /** Mean, deviation and the like of every layer. */
  readonly statistics?: boolean;
  /** Batch normalisation takes the batch's own statistics. */
  readonly training?: boolean;
}

/**
 * Executes the network once: outputs by node id in PyTorch's order, and what became of each layer. Rejects with an Error that
 * says why where it cannot be: the spec has errors, weights or inputs do not fit, there is too little memory.
 */
export const run = async (
  analysis: Analysis,
  { backend = reference(() => performance.now()), weights, seed = 0, inputs = {}, ...options }: RunOptions = {},
): Promise<Execution> => {
  const [first] = Object.values(inputs);
  const batch = first?.shape[0] ?? options.batch ?? analysis.graph.batch;
  const given = analysis.graph.nodes.filter(isInput).flatMap(({ id, name }) => {
    const tensor = inputs[name];
    return tensor ? [[id, tensor] as const] : [];
  });
  return execute(
    analysis,
    weights ? tensorsIn(analysis, weights) : initialised(analysis, seed),
    new Map([...noise(analysis, batch, seed), ...given]),
    backend,
    {
      batch,
      threads: 1,
      precision: 'auto',
      core: 'auto',
      training: options.training === true,
      observed: options.statistics === true || options.training === true,
      repeat: 1,
      now: () => performance.now(),
    },
  );
};

const tensorsIn = (analysis: Analysis, file: Uint8Array): ReadonlyMap<string, Tensor> => {
  const entries = readWeights(held(file));
  if (isProblem(entries)) throw new Error(entries.message);
  const tensors = fromFile(analysis, entries);
  if (tensors instanceof Map) return tensors;
  throw new Error((tensors as readonly { readonly message: string }[]).map(({ message }) => message).join('; '));
};
