// Compares what a spec expects with what was computed. Reading `expect:` is lang/expect.ts.

import type { Diagnostic } from '../core/diagnostic.js';
import type { Expectation, Graph } from '../core/graph.js';
import { grouped, matches, type Quantity } from '../core/quantity.js';
import { formatShape, type Shape, sameShape, sum } from '../core/shape.js';
import type { Row, Totals } from './analysis.js';
import { known, reader } from './figures.js';
import { isExact } from './receptive-field.js';
import { sizeOf } from './track-measures.js';

/**
 * One diagnostic per expectation that does not hold, or of which nobody can say. What is unknown breaks none: its own error is
 * told already.
 */
export const brokenExpectations = (graph: Graph, rows: readonly Row[], totals: Totals): readonly Diagnostic[] =>
  graph.expectations.flatMap((expectation): readonly Diagnostic[] => {
    const actual = actualOf(expectation, graph, rows, totals);
    if (actual === null) return unstated(expectation, rowsOf(expectation, graph, rows));
    if (holds(expectation.expected, actual)) return [];
    const found = typeof actual === 'number' ? grouped(actual) : sizesText(expectation, actual);
    return [
      {
        code: 'expect/broken',
        severity: 'error' as const,
        message: `${expectation.about}: ${expectation.quantity} is ${found}, not ${expectation.text}`,
        at: expectation.at,
        answer: 'no' as const,
        help: `correct the layer, or write ${expectation.quantity}: ${typeof actual === 'number' ? actual : found}`,
      },
    ];
  });

/** What some layers do not state: it is too much where the others come to more already. */
const unstated = (
  { about, quantity, expected, text, at }: Expectation,
  within: readonly Row[],
): readonly Diagnostic[] => {
  const silent = within.find(({ figures }) => figures && quantity in figures && reader(quantity)(figures) === null);
  const { least, unknown } = known(within);
  if (!silent || unknown > 0 || !('low' in expected)) return [];
  const sum = reader(quantity)(least) ?? 0;
  const figure = `${about}: ${quantity}`;
  return [
    sum > expected.high
      ? {
          code: 'expect/broken',
          severity: 'error',
          message: `${figure} is at least ${grouped(sum)}, not ${text}`,
          at,
          answer: 'no',
          help: 'correct the layers, or what is expected',
        }
      : {
          code: 'expect/unstated',
          severity: 'warning',
          message: `${figure} cannot be compared with ${text}: ${silent.node.name} does not state its own`,
          at,
          help: `state it: ${quantity}: …`,
        },
  ];
};

/** As whoever reads it would write it; a field has no channels. */
const sizesText = ({ quantity, layout }: Expectation, sizes: Shape): string =>
  quantity === 'out' ? formatShape(sizes, layout) : sizes.join('x');

const holds = (expected: Quantity | Shape, actual: number | Shape): boolean => {
  // A bound for a field holds along every axis: `rf: ">=100"`.
  if ('low' in expected) return (typeof actual === 'number' ? [actual] : actual).every((n) => matches(expected, n));
  // One number for a field stands for all axes: `rf: 11`.
  if (typeof actual === 'number') return false;
  return sameShape(expected, actual) || (expected.length === 1 && actual.every((n) => n === expected[0]));
};

/** The rows of the item, or of the whole. */
const rowsOf = ({ rows: range }: Pick<Expectation, 'rows'>, graph: Graph, rows: readonly Row[]): readonly Row[] => {
  const inputs = graph.nodes.length - rows.length;
  return range ? rows.slice(range.first - inputs, range.last - inputs + 1) : rows;
};

/** What was computed where something is expected; null where it is unknown. */
export const actualOf = (
  { rows: range, quantity }: Expectation,
  graph: Graph,
  rows: readonly Row[],
  totals: Totals,
): number | Shape | null => {
  if (quantity === 'out') return graph.nodes[range ? range.result : (graph.outputs[0] ?? -1)]?.facts?.output ?? null;
  if (!range) return reader(quantity)(totals);
  // Inputs come first and have no rows.
  const inputs = graph.nodes.length - rows.length;
  if (quantity === 'rf') {
    const field = rows[range.result - inputs]?.field?.local;
    // A bound is no figure to hold against one.
    return field && field !== 'global' && isExact(field) ? field.map((track) => sizeOf(track).size) : null;
  }
  const within = rowsOf({ rows: range }, graph, rows);
  const figures = within.flatMap((row) => row.figures ?? []);
  const values = figures.map(reader(quantity)).filter((value) => value !== null);
  return values.length === within.length ? sum(values) : null;
};
