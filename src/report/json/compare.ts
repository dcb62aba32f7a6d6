// Networks side by side as JSON: `cnncalc/compare/1`, each with its totals, and how its layers stand to the first's.

import { difference, type Pair } from '../../analysis/compare.js';
import type { Line } from '../../analysis/outline.js';
import { arrange, type Layout } from '../../core/shape.js';
import type { Compared } from '../pages/compare.js';
import { atLeast, diagnostics, layoutSettings, shapeIfKnown, tensor, totalsFields } from './parts.js';
import { reportJson } from './report.js';
import * as s from './schema.js';

const lineSchema = s.object('a layer, or the layers below one name as one line; null where the network has none', {
  name: s.text('as in the report'),
  kind: s.text('the kind of layer: conv; block where it is several layers'),
  outputShape: shapeIfKnown('what comes out'),
  params: s.figure('weights and biases'),
  macs: s.figure('multiply-accumulates for one image'),
});

const pairSchema = s.object('two lines that stand for each other, or one that the other network does not have', {
  a: s.orNull(lineSchema),
  b: s.orNull(lineSchema),
  same: s.flag('the same kind with the same options, output and costs; the names may differ'),
  params: s.orNull(s.integer('weights and biases that b has more; null where unknown')),
  macs: s.orNull(s.integer('multiply-accumulates that b has more; null where unknown')),
});

export const compareSchema = () =>
  s.result('compare', 'networks side by side, the others against the first', {
    settings: layoutSettings(),
    models: s.list(
      'the networks as they were asked for',
      s.object('a network', {
        ...s.modelFields,
        inputs: s.list('what it reads', tensor()),
        outputs: s.list('rows that are stated as outputs, or else those that nobody reads', tensor()),
        totals: s.object('sums over all rows; null where a row is unknown or does not state it', {
          ...totalsFields(),
          atLeast: atLeast(),
        }),
        diagnostics: diagnostics(),
      }),
    ),
    differences: s.list(
      'one per network after the first, b, against the first, a',
      s.object('how a network stands to the first', {
        model: s.text('what it is called: its variant, its name, or as it was asked for where two are called alike'),
        same: s.flag('all lines are the same'),
        layers: s.list('the lines of both in order, one per layer or as --depth folds them', pairSchema),
      }),
    ),
  });

export const compareJson = (
  all: readonly Compared[],
  sources: readonly string[],
  { version, layout }: { readonly version: string; readonly layout: Layout },
): s.Described<ReturnType<typeof compareSchema>> => ({
  schema: 'cnncalc/compare/1',
  version,
  settings: { layout },
  models: all.map(({ analysis }, i) => {
    const { model, inputs, outputs, totals, diagnostics } = reportJson(analysis, {
      version,
      source: sources[i] ?? '',
      layout,
    });
    return { ...model, inputs, outputs, totals, diagnostics };
  }),
  differences: all.flatMap(({ name, pairs }) =>
    pairs
      ? [{ model: name, same: pairs.every(({ same }) => same), layers: pairs.map((pair) => pairJson(pair, layout)) }]
      : [],
  ),
});

const pairJson = (pair: Pair, layout: Layout): s.Described<typeof pairSchema> => ({
  a: lineJson(pair.a, layout),
  b: lineJson(pair.b, layout),
  same: pair.same,
  params: difference(pair, 'params'),
  macs: difference(pair, 'macs'),
});

const lineJson = (line: Line | null, layout: Layout): s.Described<typeof lineSchema> | null =>
  line && {
    name: line.name,
    kind: line.rows.length === 1 ? line.rows[0].node.kind.name : 'block',
    outputShape: line.output && arrange(line.output, layout),
    params: line.figures?.params ?? null,
    macs: line.figures?.macs ?? null,
  };
