// A stretch whose blanks are all options of one layer: what the layer alone makes of a choice, without the network around it.

import { isProblem, samePlace } from '../core/diagnostic.js';
import type { Expectation } from '../core/graph.js';
import { recompute } from '../core/graph.js';
import { type Shape, spatial } from '../core/shape.js';
import { extent } from '../core/window.js';
import type { Blank, Fillings } from '../lang/blanks.js';
import { layersOf } from './ranges.js';
import type { Trial } from './trial.js';

/** How far the sizes along the axes are from what is expected, axis by axis; null where the choice makes no layer. */
export type Misses = (fillings: Fillings) => readonly number[] | null;

/** Null where the layer alone does not say it: nothing is expected of its volume, or one option follows another. */
export const layerAlone = (blanks: readonly Blank[], { analysis }: Trial): Misses | null => {
  const [first] = blanks;
  if (
    !first ||
    blanks.some(({ of, item, kind, whole }) => of !== 'layer' || !whole || item !== first.item || kind !== first.kind)
  )
    return null;
  const [node, ...others] = layersOf(analysis, first).filter(({ kind }) => kind === first.kind);
  if (!node?.args || others.length > 0 || follows(blanks)) return null;
  const { nodes, expectations } = analysis.graph;
  const expected = expectations.find(
    ({ quantity, rows }) => quantity === 'out' && rows?.first === node.id && isOwnSugar(rows, analysis, first),
  )?.expected;
  const inputs = node.inputs
    .map((id) => nodes[id]?.facts?.output)
    .filter((shape): shape is Shape => shape !== undefined);
  const [read] = inputs;
  if (!expected || 'low' in expected || !read || inputs.length < node.inputs.length) return null;
  const sizes = spatial(expected);
  return (fillings) => {
    const options: Record<string, unknown> = {};
    for (const { option, kind } of blanks) {
      const filling = fillings.get(blanks.find((blank) => blank.option === option) ?? first);
      const argument = kind?.args[option];
      if (!filling || !argument) continue;
      const written = filling === 'same' || filling.length > 1 ? filling : (filling[0] ?? 0);
      const value = argument.convert(written, spatial(read).length, 'hwc');
      if (isProblem(value)) return null;
      options[option] = value;
    }
    const facts = recompute(node, inputs, options);
    if (!facts || facts.windows?.some((w) => Math.max(w.before, w.after) >= extent(w))) return null;
    return sizes.map((n, axis) => Math.abs((spatial(facts.output)[axis] ?? 0) - n));
  };
};

/** An option that is left out and takes the value of a blank, as a pool's stride takes its kernel's. */
const follows = (blanks: readonly Blank[]): boolean => {
  const options = blanks.map(({ option }) => option);
  return Object.entries(blanks[0]?.kind?.args ?? {}).some(
    ([name, { fallback }]) => !options.includes(name) && options.some((option) => fallback?.text === `the ${option}`),
  );
};

/** Whether the rows are the layer and what follows it in the same item, which leaves volumes as they are. */
const isOwnSugar = (rows: NonNullable<Expectation['rows']>, { graph }: Trial['analysis'], { item }: Blank): boolean =>
  graph.nodes.slice(rows.first, rows.last + 1).every(({ at }) => samePlace(at, item));
