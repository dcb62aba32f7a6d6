// What holds for any text, however broken: the promises that the hostile and the random texts are held to.

import { expect } from 'vitest';
import type { Analysis } from '../src/analysis/analysis.js';
import { analyze } from '../src/analysis/analyze.js';
import { lint } from '../src/analysis/lint/lint.js';
import type { Budget } from '../src/lang/limits.js';
import { parse } from '../src/lang/parse.js';
import { layers } from '../src/layers/index.js';

const lengths = (text: string): number[] =>
  text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\r|\n/)
    .map((line) => line.length);

/** The promises that hold for any text: places lie in it, unknown figures have a reason, totals are exact or unknown. */
export const survive = (text: string, options: { readonly most?: Partial<Budget> } = {}): Analysis => {
  const analysis = analyze(parse(text, { registry: layers, ...options }));
  const { rows, totals, diagnostics, graph } = analysis;
  const lines = lengths(text);
  // What somebody wrote may be quoted.
  const nonsense = text.includes('NaN')
    ? /undefined|\[object|Infinity| {4}at /
    : /undefined|\[object|Infinity|NaN| {4}at /;
  for (const { code, message, at, help } of [...diagnostics, ...lint(analysis)]) {
    expect(code).toMatch(/^[a-z]+\/[a-z0-9-]+$/);
    expect(`${message} ${help ?? ''}`).not.toMatch(nonsense);
    if (at && !(at.line >= 1 && at.column >= 1 && at.column <= (lines[at.line - 1] ?? -1) + 1))
      expect.fail(`${code} points at ${at.line}:${at.column}, outside of the text`);
  }
  if (rows.some((row) => row.figures === null)) expect(diagnostics.some((d) => d.severity === 'error')).toBe(true);
  for (const total of [totals.params, totals.macs]) expect(total === null || Number.isSafeInteger(total)).toBe(true);
  expect(new Set(graph.nodes.map((node) => node.name)).size).toBe(graph.nodes.length);
  for (const node of graph.nodes) if (node.inputs.some((id) => id >= node.id)) expect.fail(`${node.name} reads ahead`);
  return analysis;
};
