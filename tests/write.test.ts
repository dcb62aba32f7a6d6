// Writing a network and reading it again: the same layers and figures, for every bundled spec and for what options can hold.

import { describe, expect, it } from 'vitest';
import type { Analysis } from '../src/analysis/analysis.js';
import { analyze } from '../src/analysis/analyze.js';
import { told } from '../src/core/shape.js';
import { parse } from '../src/lang/parse.js';
import { write } from '../src/lang/write.js';
import { layers } from '../src/layers/index.js';
import { bundled, specIndex } from './bundled.js';
import { NETWORKS } from './language-cases.js';
import { expectSame } from './same.js';

const analysed = (text: string): Analysis => analyze(parse(text, { registry: layers }));

/** Everything but where it stands in the text, and what the text expects. */
const figures = ({ graph, rows, totals, fields }: Analysis) => ({
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
  rows: rows.map((row) => row.figures),
  totals,
  fields,
});

const sameAgain = (before: Analysis): void => {
  const text = write(before.graph);
  const after = analysed(text ?? '');
  expect(after.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  expectSame(figures(after), figures(before));
  expect(write(after.graph)).toBe(text);
};

describe('bundled specs', () => {
  it.each(Object.keys(specIndex()))('%s', (name) => {
    sameAgain(bundled(name));
  });
});

describe('what the language can say', () => {
  it.each(NETWORKS)('%s', (_, text) => {
    const before = analysed(text);
    expect(before.diagnostics).toEqual([]);
    sameAgain(before);
  });
});

it('a network that could not be analysed is not written', () => {
  expect(write(analysed('input: 9x9x1\nlayers:\n  - {conv: 8, kernel: 30}\n').graph)).toBeNull();
});
