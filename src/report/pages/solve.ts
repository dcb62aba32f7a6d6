// The values that solve found as a page: one line per solution, the usual one worked out.

import type { Layout } from '../../core/shape.js';
import type { Assignment, Solved } from '../../solve/solve.js';
import { heading } from '../cells.js';
import type { Block, Page } from '../page.js';
import { titleOf } from '../title.js';
import { explainedLayers } from './explain.js';

/** More lines than these nobody reads; JSON has them all. */
const MOST_LINES = 20;

export const solvePage = (
  { graph, solutions, complete, ranges, worked, remark, reason }: Solved,
  layout: Layout,
): Page => {
  const [first] = solutions;
  const title: Block = {
    type: 'heading',
    text: titleOf(graph),
    dim: solutions.length === 1 ? 'one solution' : `${solutions.length === 0 ? 'no' : solutions.length} solutions`,
  };
  const searched: Block = {
    type: 'text',
    tone: 'dim',
    text: `looked for: ${ranges.map(({ option, text }) => `${option} from ${text}`).join('; ')}`,
  };
  if (!first) return [title, { type: 'text', text: reason ?? '', tone: 'error' }, searched];
  const columns = [
    heading('number', '', { align: 'right' }),
    ...first.assignments.map(({ layer, option }, i) => heading(`${i}`, `${layer} ${option}`)),
  ];
  const rows = solutions
    .slice(0, MOST_LINES)
    .map(({ assignments }, i) => [{ text: `${i + 1}` }, ...assignments.map((one) => ({ text: valueText(one) }))]);
  const more = solutions.length - rows.length;
  return [
    title,
    { type: 'table', columns, rows },
    ...(more > 0 ? [{ type: 'text' as const, text: `and ${more} more, which --json lists` }] : []),
    ...(remark === null ? [] : [{ type: 'text' as const, text: remark }]),
    ...(complete || remark !== null ? [] : [{ type: 'text' as const, tone: 'warning' as const, text: TOO_MANY }]),
    ...explainedLayers(worked, layout),
    searched,
  ];
};

const TOO_MANY =
  'there are too many choices to try all: there may be more solutions; an expect at the layers between would narrow them';

/** Axes that agree are written once. */
const valueText = ({ option, value }: Assignment): string =>
  typeof value === 'object'
    ? option !== 'shape' && value.every((n) => n === value[0])
      ? `${value[0]}`
      : value.join('x')
    : `${value}`;
