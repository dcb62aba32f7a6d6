// Networks side by side as JSON: `cnncalc/compare/1`, each with its totals, and how its layers stand to the first's.

import { difference, type Pair } from '../../analysis/compare.js';
import type { Line } from '../../analysis/outline.js';
import { arrange, type Layout } from '../../core/shape.js';
import type { Compared } from '../pages/compare.js';
import { reportJson } from './report.js';

export const compareJson = (
  all: readonly Compared[],
  sources: readonly string[],
  { version, layout }: { readonly version: string; readonly layout: Layout },
) => ({
  schema: 'cnncalc/compare/1',
  version,
  models: all.map(({ analysis }, i) => {
    const { model, inputs, outputs, totals } = reportJson(analysis, { version, source: sources[i] ?? '', layout });
    return { ...model, inputs, outputs, totals };
  }),
  /** One per network after the first. */
  differences: all.flatMap(({ name, pairs }) =>
    pairs
      ? [{ model: name, same: pairs.every(({ same }) => same), layers: pairs.map((pair) => pairJson(pair, layout)) }]
      : [],
  ),
});

const pairJson = (pair: Pair, layout: Layout) => ({
  a: lineJson(pair.a, layout),
  b: lineJson(pair.b, layout),
  same: pair.same,
  params: difference(pair, 'params'),
  macs: difference(pair, 'macs'),
});

const lineJson = (line: Line | null, layout: Layout) =>
  line && {
    name: line.name,
    kind: line.rows.length === 1 ? line.rows[0].node.kind.name : 'block',
    outputShape: line.output && arrange(line.output, layout),
    params: line.figures?.params ?? null,
    macs: line.figures?.macs ?? null,
  };
