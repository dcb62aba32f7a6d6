// A graded sheet as a page. What may be shown is decided in homework/shown.ts.

import type { Graph } from '../../core/graph.js';
import { grouped } from '../../core/quantity.js';
import type { ShownCell } from '../../homework/shown.js';
import { heading } from '../cells.js';
import type { Cell, Mark, Page } from '../page.js';
import { namedPage } from '../title.js';

export interface Score {
  readonly score: number;
  readonly max: number;
}

/** `graph`: the network, where the answers are about one. */
export const checkPage = (cells: readonly ShownCell[], { score, max }: Score, graph?: Graph): Page => {
  const answers = cells.some((cell) => cell.expected !== undefined);
  const columns = [
    heading('layer', 'layer'),
    heading('quantity', 'asked'),
    heading('given', 'answer'),
    heading('verdict', 'verdict'),
    heading('score', 'points', { align: 'right' }),
    ...(answers ? [heading('expected', 'right answer', { wrap: 2 })] : []),
    heading('hint', 'hint', { wrap: 3, below: true }),
  ];
  const rows = cells.map((cell): readonly Cell[] => [
    { text: cell.layer },
    { text: cell.quantity },
    { text: cell.given },
    { text: verdictOf(cell), mark: markOf(cell) },
    { text: `${grouped(cell.score)}/${grouped(cell.max)}` },
    ...(answers ? [{ text: cell.expected ?? '' }] : []),
    { text: cell.hint ?? '' },
  ]);
  const right = cells.filter(({ verdict }) => verdict === 'correct').length;
  return [
    ...(graph ? namedPage(graph) : []),
    { type: 'table', columns, rows },
    {
      type: 'facts',
      entries: [
        {
          label: 'score',
          mark: together(cells, score),
          text: `${grouped(score)} of ${grouped(max)}`,
          dim: `(${right} of ${cells.length} answers right)`,
        },
      ],
    },
  ];
};

const verdictOf = ({ verdict, mistake, mistakes = mistake === undefined ? [] : [mistake] }: ShownCell): string =>
  mistakes.length === 0 ? verdict : `${verdict === 'known-mistake' ? '' : `${verdict}: `}${mistakes.join(', ')}`;

/** What earns something or is right by another convention is half right, whatever a sheet gives for it. */
export const markOf = ({ verdict, score }: ShownCell): Mark => {
  if (verdict === 'correct') return 'right';
  if (verdict === 'unanswered') return 'open';
  return verdict === 'follow-through' || verdict === 'correct-under-other-convention' || score > 0 ? 'half' : 'wrong';
};

const together = (cells: readonly ShownCell[], score: number): Mark => {
  const [mark, ...others] = new Set(cells.map(markOf));
  return mark && others.length === 0 ? mark : score > 0 ? 'half' : 'wrong';
};
