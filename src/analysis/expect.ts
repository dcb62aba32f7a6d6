// Compares what a spec expects with what was computed. Reading `expect:` is lang/expect.ts.

import type { Diagnostic } from '../core/diagnostic.js';
import type { Expectation, Graph } from '../core/graph.js';
import { grouped, matches, type Quantity } from '../core/quantity.js';
import { formatShape, type Shape, sameShape, sum } from '../core/shape.js';
import type { Row, Totals } from './analysis.js';
import { reader } from './figures.js';
import { isExact } from './receptive-field.js';
import { sizeOf } from './track.js';

/** One diagnostic per expectation that does not hold. What is unknown breaks none: its own error is told already. */
export const brokenExpectations = (graph: Graph, rows: readonly Row[], totals: Totals): readonly Diagnostic[] =>
  graph.expectations.flatMap((expectation) => {
    const actual = actualOf(expectation, graph, rows, totals);
    if (actual === null || holds(expectation.expected, actual)) return [];
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
  const within = rows.slice(range.first - inputs, range.last - inputs + 1);
  const figures = within.flatMap((row) => row.figures ?? []);
  return figures.length === within.length ? sum(figures.map((f) => reader(quantity)(f) ?? 0)) : null;
};
