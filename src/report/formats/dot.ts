// Diagram -> DOT, the language of Graphviz: a digraph with a cluster per frame, filled as the drawing is on a light page.

import type { Box, Diagram, Drawn } from '../drawing/diagram.js';
import { colour } from '../drawing/palette.js';
import { inkOf, isEnd, labeller, textOf, timesOf } from '../drawing/words.js';
import { visible } from '../page.js';

/** A string of lines in quotes. In a label a backslash begins an escape, and `&` may begin a letter by its name. */
const quoted = (...lines: readonly string[]): string =>
  `"${lines.map((line) => visible(line).replace(/[\\"]/g, '\\$&').replace(/&/g, '&amp;')).join('\\n')}"`;

export const dot = (diagram: Diagram): string => {
  const { title, totals, direction, parts, edges } = diagram;
  const labelOf = labeller(diagram);
  return [
    `digraph ${quoted(title)} {`,
    `  graph [label=${quoted(title, totals)}, labelloc=t, fontname="Helvetica", rankdir=${direction === 'down' ? 'TB' : 'LR'}];`,
    '  node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=11];',
    '  edge [fontname="Helvetica", fontsize=9];',
    ...parts.flatMap((part, i) => drawn(part, String(i), '  ', diagram)),
    ...edges.map((edge) => {
      const shape = labelOf(edge);
      const attributes = [
        ...(shape === '' ? [] : [`label=${quoted(shape)}`]),
        ...(edge.partial ? ['style=dashed'] : []),
      ];
      return `  n${edge.from} -> n${edge.to}${attributes.length > 0 ? ` [${attributes.join(', ')}]` : ''};`;
    }),
    '}',
    '',
  ].join('\n');
};

const drawn = (part: Drawn, place: string, indent: string, diagram: Diagram): readonly string[] => {
  if (part.type === 'box') return [`${indent}n${part.id} [${attributesOf(part, diagram).join(', ')}];`];
  const title = [part.name, timesOf(part)].filter(Boolean).join('  ');
  return [
    `${indent}subgraph cluster_${place} {`,
    `${indent}  label=${quoted(title)}; style=rounded; color="${colour('line', 'light')}"; fontsize=10;`,
    ...part.parts.flatMap((inside, i) => drawn(inside, `${place}_${i}`, `${indent}  `, diagram)),
    `${indent}}`,
  ];
};

const attributesOf = (box: Box, diagram: Diagram): readonly string[] => {
  const style = ['rounded', 'filled', ...(box.partial ? ['dashed'] : [])].join(',');
  return [
    `label=${quoted(...textOf(box))}`,
    `fillcolor="${colour(inkOf(box, diagram), 'light')}"`,
    ...(box.partial ? [`style="${style}"`] : []),
    ...(isEnd(box) ? ['shape=oval'] : []),
    ...(box.failed ? [`color="${colour('alarm', 'light')}"`, `fontcolor="${colour('alarm', 'light')}"`] : []),
  ];
};
