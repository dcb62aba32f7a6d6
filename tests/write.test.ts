// Writing a network and reading it again: the same layers and figures, for every bundled spec and for what options can hold.

import { describe, expect, it } from 'vitest';
import type { Analysis } from '../src/analysis/analysis.js';
import { analyze } from '../src/analysis/analyze.js';
import type { Graph, Parsed } from '../src/core/graph.js';
import { told } from '../src/core/shape.js';
import { parse } from '../src/lang/parse.js';
import { write } from '../src/lang/write.js';
import { layers } from '../src/layers/index.js';
import { bundledParsed, eachNetwork } from './bundled.js';
import { NETWORKS } from './language-cases.js';
import { expectSame } from './same.js';

const parsed = (text: string): Parsed => parse(text, { registry: layers });

/** Everything but where it stands in the text, and what the text expects. */
const known = (graph: Graph) => ({
  settings: [graph.batch, graph.dtype, graph.outputs],
  layers: graph.nodes.map(({ id, name, kind, args, inputs, sharedWith, facts }) => {
    const { why: _, note = '', ...rest } = facts ?? { output: null };
    return {
      id,
      name,
      kind: kind.name,
      args: kind.role === 'input' ? null : args,
      inputs,
      sharedWith,
      rest,
      note: told(note, 'hwc'),
    };
  }),
});

/** All that is worked out of it. */
const figures = ({ rows, totals, fields }: Analysis) => ({ rows: rows.map((row) => row.figures), totals, fields });

/** What the text of a network is read as: the same, and the same text. */
const written = (before: Graph): Parsed => {
  const text = write(before);
  const after = parsed(text ?? '');
  expect(after.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  expectSame(known(after.graph), known(before));
  expect(write(after.graph)).toBe(text);
  return after;
};

describe('bundled specs', () => {
  // What figures come of is the same.
  it.each(eachNetwork())('%s', (name) => {
    written(bundledParsed(name).graph);
  });
});

describe('what the language can say', () => {
  it.each(NETWORKS)('%s', (_, text) => {
    const before = analyze(parsed(text));
    expect(before.diagnostics).toEqual([]);
    expectSame(figures(analyze(written(before.graph))), figures(before));
  });
});

it('a network that could not be analysed is not written', () => {
  expect(write(parsed('input: 9x9x1\nlayers:\n  - {conv: 8, kernel: 30}\n').graph)).toBeNull();
});
