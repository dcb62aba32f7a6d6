// Runs the specs in prose: a fenced YAML block with `layers:` says behind its lines what they give. Used by docs and kinds.
//
//   - {conv: 96, kernel: 11, stride: 4}   # => 55x55x96, params 34944, macs 105415200, rf 11
//   - {conv: 8, kernel: 300}              # error: shape/kernel-too-large
//
// Figures are those of the item's rows together, the shape and the field what comes out of it (`rf <=11`: a bound). Errors that no comment
// announces fail, and so does a block that announces nothing. Warnings are the lint rules' too; they may go unannounced, but
// not where the prose is about them.

import { expect } from 'vitest';
import type { Analysis } from '../src/analysis/analysis.js';
import { analyze } from '../src/analysis/analyze.js';
import { lint } from '../src/analysis/lint/lint.js';
import { isExact } from '../src/analysis/receptive-field.js';
import { sizeOf } from '../src/analysis/track-measures.js';
import { grouped } from '../src/core/quantity.js';
import { formatShape } from '../src/core/shape.js';
import { parse } from '../src/lang/parse.js';
import { layers } from '../src/layers/index.js';

/** The YAML blocks of a Markdown text that are specs, with the line they begin at. */
export const specsIn = (markdown: string): { readonly line: number; readonly text: string }[] =>
  [...markdown.matchAll(/^```yaml\n([\s\S]*?)^```/gm)]
    .map((match) => ({ line: markdown.slice(0, match.index).split('\n').length + 1, text: match[1] ?? '' }))
    .filter(({ text }) => /^layers:/m.test(text));

const FIGURES = ['params', 'macs', 'buffers', 'flops', 'activations'] as const;

export const execute = (text: string, announcing: 'errors' | 'warnings' = 'errors'): void => {
  const analyzed = analyze(parse(text, { registry: layers }));
  const analysis = { ...analyzed, diagnostics: [...analyzed.diagnostics, ...lint(analyzed)] };
  const announced: string[] = [];
  const found: string[] = [];
  text.split('\n').forEach((line, i) => {
    const [, sign, comment = ''] = /#\s*(=>|error:|warning:)\s*(.*)$/.exec(line) ?? [];
    if (sign === undefined) return;
    const at = i + 1;
    const says = comment.trim();
    announced.push(`line ${at}: ${says}`);
    found.push(`line ${at}: ${sign === '=>' ? figuresAt(analysis, at, says) : codeAt(analysis, at, says)}`);
  });
  expect(announced.length, 'the block announces nothing').toBeGreaterThan(0);
  expect(found.join('\n')).toBe(announced.join('\n'));
  const unannounced = analysis.diagnostics.filter(
    (d) =>
      (d.severity === 'error' || announcing === 'warnings') && !announced.includes(`line ${d.at?.line}: ${d.code}`),
  );
  expect(unannounced).toEqual([]);
};

// The same figures as announced, in the same words, so that a difference is seen at once.
const figuresAt = (analysis: Analysis, line: number, says: string): string => {
  const rows = analysis.rows.filter((row) => row.node.at?.line === line);
  const last = rows.at(-1);
  return says
    .split(/,\s+/)
    .map((part) => {
      const [, name = 'out', number = ''] = /^([a-z]+) (.*)$/.exec(part) ?? [];
      if (name === 'out') return last?.node.facts ? formatShape(last.node.facts.output) : '?';
      if (name === 'rf') return `rf ${fieldOf(last)}`;
      const figure = FIGURES.find((known) => known === name);
      if (!figure) return `${name} is no figure`;
      const total = rows.reduce((sum, row) => sum + (row.figures?.[figure] ?? Number.NaN), 0);
      return `${name} ${number.includes(',') ? grouped(total) : total}`;
    })
    .join(', ');
};

const fieldOf = (row: Analysis['rows'][number] | undefined): string => {
  const field = row?.field?.local;
  return !field
    ? '?'
    : field === 'global'
      ? 'global'
      : (isExact(field) ? '' : '<=') +
        field
          .map((track) => sizeOf(track).size)
          .filter((n, i, all) => i === 0 || n !== all[0])
          .join('x');
};

const codeAt = (analysis: Analysis, line: number, says: string): string => {
  const codes = analysis.diagnostics.filter((d) => d.at?.line === line).map((d): string => d.code);
  return codes.includes(says) ? says : codes.join(', ') || 'no diagnostic';
};
