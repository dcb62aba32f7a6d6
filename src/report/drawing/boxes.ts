// What is said of a box: its words for all the copies that it stands for. No places, no colours.

import type { Row } from '../../analysis/analysis.js';
import { known, reader } from '../../analysis/figures.js';
import { type Graph, type Node, shapeOf } from '../../core/graph.js';
import { human } from '../../core/quantity.js';
import { formatShape, type Layout, type Shape } from '../../core/shape.js';
import { layersText } from '../columns.js';
import { below, scopeOf } from './leaves.js';

/** The rows of each copy, in their order; there is at least one. */
export type Copies = readonly (readonly [Row, ...Row[]])[];

/** A name as it is written in a scope; such as begins with a number has the last word of the scope before it. */
const nameIn = (name: string, scope: string): string => {
  const inside = below(name, scope) || lastWord(name);
  if (!/^\d+(\.|$)/.test(inside) || inside === name) return inside;
  return `${lastWord(name.slice(0, -inside.length - 1))}.${inside}`;
};

const lastWord = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

/** `layer1.0 … layer1.2`, or the only one. */
export const firstToLast = ([first, last]: readonly [first: string, last: string], scope: string): string => {
  const start = nameIn(first, scope);
  return first === last ? start : `${start} … ${nameIn(last, scopeOf(first))}`;
};

/** One text where all are the same, else the first and the last. */
const range = (texts: readonly string[]): string => {
  const [first = ''] = texts;
  return texts.every((text) => text === first) ? first : `${first} … ${texts.at(-1)}`;
};

/** `55x55x96`; `?` where it is not known; of several the first and the last. */
export const shapesText = (shapes: readonly (Shape | null)[], layout: Layout): string =>
  range(shapes.map((shape) => (shape ? formatShape(shape, layout) : '?')));

/** What a box says: of a layer or of a block, in `copies` of `within` that are drawn as one. */
export const saidOf = (copies: Copies, sort: 'layer' | 'block', within: number, graph: Graph) => {
  const labels = copies.map((rows) => (sort === 'layer' ? layersText(rows) : `${rows.length} layers`));
  const note = notesOf(copies, within).join('; ');
  const rows = copies.flat();
  const [first] = copies;
  return {
    label: labels.at(-1) ?? '',
    ...(note !== '' && { note }),
    shape: shapesText(
      copies.map((rows) => shapeOf(rows.at(-1)?.node)),
      graph.layout,
    ),
    params: range(copies.map(paramsOf)),
    role: sort === 'layer' && first ? first[0].node.kind.role : 'block',
    failed: rows.some(({ node }) => node.error !== undefined),
    partial: copies.length < within,
    skips: sort === 'block' && first !== undefined && hasSkip(first, graph),
    rows,
  } as const;
};

const params = reader('params');

const paramsOf = (rows: readonly Row[]): string => {
  const { figures, unknown } = known(rows);
  const value = unknown > 0 ? null : params(figures);
  return value === null ? '?' : value === 0 ? '' : human(value);
};

/** In how many of the copies it is, and with which stride where that is another in the first. */
const notesOf = (copies: Copies, within: number): readonly string[] => {
  const [first, ...others] = copies.map(([{ node }]) => stridesOf(node));
  const isOther = others.some((strides) => strides !== first);
  return [
    ...(copies.length < within ? [`in ${copies.length} of ${within}`] : []),
    ...(isOther ? [`first: stride ${first}`] : []),
  ];
};

const stridesOf = ({ facts }: Node): string => {
  const strides = facts?.windows?.map(({ stride }) => stride) ?? [];
  return strides.every((one) => one === strides[0]) ? String(strides[0] ?? 1) : strides.join('x');
};

/** Whether a value goes past layers that read it, and meets what comes out of them. */
const hasSkip = (rows: readonly [Row, ...Row[]], { nodes }: Graph): boolean =>
  rows.some(({ node }) => {
    const sources = new Set(node.inputs);
    if (sources.size < 2) return false;
    const first = Math.min(...sources);
    const seen = new Set<number>();
    const open = [...sources];
    for (let id = open.pop(); id !== undefined; id = open.pop())
      for (const read of nodes[id]?.inputs ?? []) {
        if (sources.has(read)) return true;
        if (read < first || seen.has(read)) continue;
        seen.add(read);
        open.push(read);
      }
    return false;
  });
