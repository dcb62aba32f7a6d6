// A spec with values written `_` -> the values that give what it expects, the usual ones first; or why there are none.

import type { Analysis } from '../analysis/analysis.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { Findings } from '../core/findings.js';
import { EMPTY_GRAPH, type Graph, type Parsed } from '../core/graph.js';
import { spatial } from '../core/shape.js';
import type { Explained } from '../explain/explain.js';
import { type Blank, type Unfinished, unfinished } from '../lang/blanks.js';
import { build, type ParseOptions, type Read } from '../lang/file.js';
import { type Assignment, assignmentsOf, usualFirst, workedOut } from './answer.js';
import { fittingSizes } from './fitting.js';
import { checkQuestion, readWanted, undetermined } from './question.js';
import { rangeOf } from './ranges.js';
import { reasonOf } from './reason.js';
import { search } from './search.js';
import type { Wanted } from './trial.js';

export type { Assignment } from './answer.js';

export interface Solved {
  /** The network as far as it can be built without the values. */
  readonly graph: Graph;
  readonly solutions: readonly { readonly assignments: readonly Assignment[]; readonly analysis: Analysis }[];
  /** Whether all of the ranges was looked at. */
  readonly complete: boolean;
  readonly ranges: readonly { readonly option: string; readonly text: string }[];
  /** Of the usual one, what is expected worked out. */
  readonly worked: readonly Explained[];
  /** What the solutions have in common, where that is easily said. */
  readonly remark: string | null;
  /** Why there is none. */
  readonly reason: string | null;
  /** What makes the question one that cannot be answered. */
  readonly diagnostics: readonly Diagnostic[];
}

const unanswered = (diagnostics: readonly Diagnostic[]): Solved => ({
  graph: EMPTY_GRAPH,
  solutions: [],
  complete: true,
  ranges: [],
  worked: [],
  remark: null,
  reason: null,
  diagnostics,
});

/**
 * `expect` says what must come out beside what the spec expects: `conv1.out=55x55x96`, `params=62.4M`; shapes in the layout of the graph.
 * Never throws; tries a bounded number of choices, and says where they are not all. `onTrial` hears of each.
 */
export const solve = (
  read: Read,
  options: ParseOptions,
  expect: readonly string[] = [],
  onTrial?: () => void,
): Solved => {
  const findings = new Findings();
  for (const diagnostic of read.diagnostics) if (diagnostic.severity === 'error') findings.add(diagnostic);
  if (read.value?.type !== 'mapping')
    return unanswered(build({ ...read, diagnostics: findings.inOrder }, options).diagnostics);
  const whole = unfinished(read.value, options);
  const parsed = build({ value: whole.file, diagnostics: [] }, options);
  const wanted = readWanted(expect, parsed.graph.layout, findings);
  return findings.mark > 0 ? unanswered(findings.inOrder) : solveFile(whole, parsed, wanted, findings, onTrial);
};

const solveFile = (
  whole: Unfinished,
  parsed: Parsed,
  wanted: readonly Wanted[],
  findings: Findings,
  onTrial?: () => void,
): Solved => {
  const { layout } = parsed.graph;
  checkQuestion(whole, parsed, wanted, findings);
  if (findings.mark > 0) return unanswered(findings.inOrder);
  const expected = [...parsed.graph.expectations, ...wanted.map(({ expectation }) => expectation)];
  const uneven = expected.some(
    ({ quantity, expected: sizes }) => quantity === 'out' && !('low' in sizes) && !isSquare(spatial(sizes)),
  );
  if (expected.length === 0) return solveFitting(whole, parsed.graph, onTrial);
  const unfinished = uneven ? { ...whole, blanks: whole.blanks.flatMap(perSide) } : whole;
  const searched = search(unfinished, wanted, parsed.graph.nodes, onTrial);
  const solutions = usualFirst(searched.solutions);
  if (solutions.length === 0 && searched.free.size > 0) {
    for (const blank of searched.free) undetermined(blank, findings);
    return unanswered(findings.inOrder);
  }
  return {
    graph: parsed.graph,
    solutions: solutions.map((solution) => ({
      assignments: assignmentsOf(solution, whole.blanks, layout),
      analysis: solution.analysis,
    })),
    complete: searched.complete,
    remark: null,
    ranges: [...new Map(whole.blanks.map((blank) => [blank.option, rangeOf(blank)?.text ?? '']))].map(
      ([option, text]) => ({ option, text }),
    ),
    worked: solutions.slice(0, 1).flatMap(({ analysis }) => workedOut(analysis, whole.blanks, wanted, layout)),
    reason: solutions.length > 0 ? null : reasonOf(searched),
    diagnostics: [],
  };
};

/** Nothing is expected: which sizes of the input fit. */
const solveFitting = (whole: Unfinished, graph: Graph, onTrial?: () => void): Solved => {
  const { solutions, most, remark } = fittingSizes(whole, onTrial);
  return {
    graph,
    solutions: solutions.map((solution) => ({
      assignments: assignmentsOf(solution, whole.blanks, graph.layout),
      analysis: solution.analysis,
    })),
    complete: false,
    remark,
    ranges: [{ option: 'size', text: `1 to ${most}` }],
    worked: [],
    reason: solutions.length > 0 ? null : `the network cannot be built with any size from 1 to ${most}`,
    diagnostics: [],
  };
};

const isSquare = (sizes: readonly number[]): boolean => sizes.every((n) => n === sizes[0]);

/** Of an input whose sides differ, each is an unknown of its own. */
const perSide = (blank: Blank): readonly Blank[] =>
  blank.of === 'input' && blank.option === 'size' ? blank.slots.map((slot) => ({ ...blank, slots: [slot] })) : [blank];
