// What each line of a spec gives, as short texts for the line's end: shapes, parameters, fields, copies, totals. No DOM, no editor.

import { type Analysis, rowOf } from '../analysis/analysis.js';
import { isExact } from '../core/count.js';
import { samePlace } from '../core/diagnostic.js';
import { type Composite, isInput, shapeOf } from '../core/graph.js';
import { grouped, human } from '../core/quantity.js';
import { formatShape } from '../core/shape.js';
import { fieldText } from '../report/columns.js';

export interface Result {
  /** From 1. */
  readonly line: number;
  /**
   * `55x55x96 · 34,944 · rf 11`, then the same in less and less room, down to the shape; what is unknown is `?`. Worked out
   * when it is asked for: of a long text few lines are seen. */
  readonly texts: () => Texts;
}

type Texts = readonly [string, ...string[]];

/** A layer with what stands beside it, or several layers that one item makes: what begins at a place of the text. Of copies, one. */
type Item = Composite;

/** In the order of the lines; of a line on which nothing stands there is none. */
export const resultsOf = (analysis: Analysis): readonly Result[] => {
  const { graph, rows, totals } = analysis;
  const results = new Map<number, Result['texts']>();
  for (const [line, inputs] of grouping(graph.nodes.filter(isInput), ({ at }) => at?.line))
    results.set(line, () => [inputs.map((node) => shapeText(analysis, node.id) ?? UNKNOWN).join(' + ')]);
  const { layersAt } = graph;
  if (layersAt && rows.length > 0)
    results.set(layersAt.line, () => lessAndLess(totalsText(totals), totalsText(totals).slice(0, 1)));
  for (const [line, items] of itemsByLine(analysis)) {
    const whole = line === layersAt?.line ? totalsText(totals) : null;
    results.set(line, () => itemsText(analysis, items, whole));
  }
  return [...results].map(([line, texts]) => ({ line, texts })).sort((a, b) => a.line - b.line);
};

/**
 * The layer that stands on a line, without what stands beside it: what its item gives, of several items the last, of copies the
 * first; null where there is none. Where one that is `chosen` already stands there, that one.
 */
export const layerOn = (analysis: Analysis, line: number, chosen: string | null = null): string | null => {
  const { nodes } = analysis.graph;
  const input = nodes.find((node) => isInput(node) && node.at?.line === line);
  const items = itemsByLine(analysis).get(line) ?? [];
  const own = nodes.find(({ name }) => name === chosen);
  if (own && (own.at?.line === line || items.some(({ first, last }) => first <= own.id && own.id <= last)))
    return chosen;
  const [first] = lastOfEach(items);
  const result = nodes[first?.result ?? -1] ?? input;
  return (nodes[result?.sugarOf ?? -1] ?? result)?.name ?? null;
};

const UNKNOWN = '?';

type Parts = readonly (string | null)[];

const joined = (parts: Parts): string => {
  const told = parts.filter((part) => part !== null && part !== '');
  return told.every((part) => part === UNKNOWN) ? UNKNOWN : told.join(' · ');
};

/** Ways to say it; those that are no shorter than the one before are left out. */
const lessAndLess = (first: Parts, ...others: readonly Parts[]): Texts => {
  const texts: [string, ...string[]] = [joined(first)];
  for (const way of others) {
    const text = joined(way);
    if (text.length < (texts.at(-1) ?? '').length) texts.push(text);
  }
  return texts;
};

const totalsText = ({ params, macs }: Analysis['totals']): readonly string[] =>
  params === null && macs === null
    ? [UNKNOWN]
    : [`${params === null ? UNKNOWN : grouped(params)} params`, `${macs === null ? UNKNOWN : human(macs)} MACs`];

/** What items on one line give; `whole` stands for their parameters where all layers stand there. */
const itemsText = (analysis: Analysis, items: readonly Item[], whole: readonly string[] | null): Texts => {
  const copies = lastOfEach(items);
  const [first, last] = [copies[0], copies.at(-1)];
  if (!first || !last) return [UNKNOWN];
  const shapes: Ends = [shapeText(analysis, first.result), shapeText(analysis, last.result)];
  if (shapes.every((shape) => shape === null)) return [UNKNOWN];
  const fields: Ends = [seen(analysis, first.result), seen(analysis, last.result)];
  const times = copies.length > 1 ? `${grouped(copies.length)} times` : null;
  const sum = paramsIn(analysis, items);
  const params = sum === 0 ? null : `${sum === null ? UNKNOWN : grouped(sum)}${items.length > 1 ? ' in all' : ''}`;
  const figures = whole ?? [params];
  const [shape, shortShape] = [range(shapes), upTo(shapes)];
  const [field, shortField] = [rf(range(fields)), rf(upTo(fields))];
  const least = [[shortShape, ...figures], [shortShape, params], [shortShape]];
  const all = [shape, times, ...figures];
  return times === null
    ? lessAndLess([...all, field], ...least)
    : lessAndLess([...all, field], [...all, shortField], all, [shortShape, times, ...figures], ...least);
};

const rf = (field: string): string => (field === '' ? '' : `rf ${field}`);

/** `56x56x64 … 7x7x512`, or what both are. */
const range = ([first, last]: Ends): string =>
  isSame([first, last]) ? (last ?? UNKNOWN) : `${first ?? UNKNOWN} … ${last ?? UNKNOWN}`;

/** `… 7x7x512`, or what both are. */
const upTo = ([first, last]: Ends): string => `${isSame([first, last]) ? '' : '… '}${last ?? UNKNOWN}`;

const isSame = ([first, last]: Ends): boolean => first === last || first === '' || last === '';

/** Of the first of several copies, and of the last. */
type Ends = readonly [first: string | null, last: string | null];

const shapeText = ({ graph }: Analysis, id: number): string | null => {
  const shape = shapeOf(graph.nodes[id]);
  return shape && formatShape(shape, graph.layout);
};

/** Empty where a layer reads nothing. */
const seen = (analysis: Analysis, id: number): string => {
  const row = rowOf(analysis, id);
  if (!row || row.node.kind.inputs === 'none') return '';
  const text = fieldText(row.field);
  return text === 'global' ? 'all' : (text ?? UNKNOWN);
};

/** Null where one of the layers is unknown, or the sum is past 2^53. */
const paramsIn = (analysis: Analysis, items: readonly Item[]): number | null => {
  let sum = 0;
  for (const { first, last } of items)
    for (let id = first; id <= last; id += 1) {
      const params = rowOf(analysis, id)?.figures?.params ?? null;
      if (params === null) return null;
      sum += params;
    }
  return isExact(sum) ? sum : null;
};

/** What begins on each line and stands in nothing else that begins there, in the order of the layers. */
const itemsByLine = ({ graph, rows }: Analysis): ReadonlyMap<number, readonly Item[]> => {
  const layers: Item[] = [];
  for (const { node } of rows) {
    const { id, at, sugarOf = -1 } = node;
    if (!at) continue;
    const owner = layers.at(-1);
    if (owner && owner.first === sugarOf && samePlace(owner.at, at))
      layers[layers.length - 1] = { ...owner, last: id, result: id };
    else layers.push({ at, first: id, last: id, result: id });
  }
  const all = [...graph.composites, ...layers].sort((a, b) => a.first - b.first || b.last - a.last);
  const lines = new Map<number, Item[]>();
  for (const item of all) {
    const line = lines.get(item.at.line);
    if (!line) lines.set(item.at.line, [item]);
    else if (item.last > (line.at(-1)?.last ?? -1)) line.push(item);
  }
  return lines;
};

/** Of items beside each other the copies of the last: what the line gives. */
const lastOfEach = (items: readonly Item[]): readonly Item[] => {
  const column = Math.max(...items.map(({ at }) => at.column));
  return items.filter(({ at }) => at.column === column);
};

const grouping = <T>(all: readonly T[], key: (one: T) => number | undefined): ReadonlyMap<number, readonly T[]> => {
  const groups = new Map<number, T[]>();
  for (const one of all) {
    const group = key(one);
    if (group !== undefined) groups.set(group, [...(groups.get(group) ?? []), one]);
  }
  return groups;
};
