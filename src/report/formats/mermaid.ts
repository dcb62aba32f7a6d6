// Diagram -> Mermaid: a flowchart with a subgraph per frame, for READMEs and issues. Boxes are filled as the drawing is on a light page.

import type { Box, Diagram, Drawn } from '../drawing/diagram.js';
import { colour } from '../drawing/palette.js';
import { inkOf, isEnd, labeller, textOf, timesOf } from '../drawing/words.js';
import { visible } from '../page.js';

/**
 * A label in quotes, in which Mermaid reads HTML, Markdown and its own entities: all but plain words are written by their numbers, as
 * `#35;`.
 */
const quoted = (...lines: readonly string[]): string =>
  `"${lines
    .map((line) => visible(line).replace(/["#&<>`*_\\~;{}|[\]$]/g, (sign) => `#${sign.charCodeAt(0)};`))
    .join('<br/>')}"`;

export const mermaid = (diagram: Diagram): string => {
  const { title, totals, direction, parts, boxes, edges } = diagram;
  const labelOf = labeller(diagram);
  return [
    `%% ${visible(title)}: ${totals}`.replace(/[{}]/g, ' '),
    `flowchart ${direction === 'down' ? 'TD' : 'LR'}`,
    ...parts.flatMap((part, i) => drawn(part, String(i), '  ')),
    ...edges.map((edge) => {
      const shape = labelOf(edge);
      const arrow = edge.partial ? '-.->' : '-->';
      return `  n${edge.from} ${arrow}${shape === '' ? '' : `|${quoted(shape)}|`} n${edge.to}`;
    }),
    ...boxes.map((box) => `  style n${box.id} ${styleOf(box, diagram).join(',')}`),
    '',
  ].join('\n');
};

const drawn = (part: Drawn, place: string, indent: string): readonly string[] => {
  if (part.type === 'box') {
    const label = quoted(...textOf(part));
    return [`${indent}n${part.id}${isEnd(part) ? `([${label}])` : `(${label})`}`];
  }
  const title = [part.name, timesOf(part)].filter(Boolean).join('  ');
  return [
    `${indent}subgraph s${place} [${quoted(title)}]`,
    ...part.parts.flatMap((inside, i) => drawn(inside, `${place}_${i}`, `${indent}  `)),
    `${indent}end`,
  ];
};

const styleOf = (box: Box, diagram: Diagram): readonly string[] => [
  `fill:${colour(inkOf(box, diagram), 'light')}`,
  `stroke:${colour(box.failed ? 'alarm' : 'line', 'light')}`,
  `color:${colour(box.failed ? 'alarm' : 'text', 'light')}`,
  ...(box.partial ? ['stroke-dasharray:5 3'] : []),
];
