// Texts of other programs read by their importers, and the promises that hold for any of them, however broken. No formats of its own.

import { expect } from 'vitest';
import type { Analysis } from '../src/analysis/analysis.js';
import { analyze } from '../src/analysis/analyze.js';
import { isInput } from '../src/core/graph.js';
import { formatShape, type Layout } from '../src/core/shape.js';
import type { StoredTensor } from '../src/core/stored.js';
import { type Bytes, held } from '../src/files/bytes.js';
import type { Importer } from '../src/import/format.js';
import type { ParseOptions } from '../src/lang/file.js';
import { grown } from '../src/lang/grown.js';
import { layers } from '../src/layers/index.js';

export interface Imported {
  readonly analysis: Analysis;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

interface World {
  readonly layout?: Layout;
  readonly beside?: Readonly<Record<string, Uint8Array | Bytes>>;
  readonly input?: string;
  readonly most?: ParseOptions['most'];
}

const bytesOf = (content: Uint8Array | Bytes): Bytes => ('read' in content ? content : held(content));

/** A text as an importer reads it; the file is called `net`. */
export const imported = (
  read: Importer,
  text: string,
  { layout = 'chw', beside = {}, input, most = {} }: World = {},
): Imported => {
  const options: ParseOptions = { registry: layers, most, ...(input !== undefined && { input }) };
  const near = new Map(Object.entries(beside));
  const file = {
    name: 'net',
    bytes: held(new TextEncoder().encode(text)),
    text: () => text,
    beside: (path: string) => {
      const content = near.get(path);
      return content ? bytesOf(content) : null;
    },
  };
  const { parsed, tensors } = grown(options, layout, (network, findings) => read(file, network, findings));
  return { analysis: analyze(parsed), tensors };
};

/** The rows, a line each: `conv0 conv 8x12x8 224`, name, kind, output and parameters. */
export const rowsOf = ({ graph, rows }: Analysis): readonly string[] =>
  rows
    .filter(({ node }) => !isInput(node))
    .map(({ node, figures }) =>
      [
        node.name,
        node.kind.name,
        node.facts ? formatShape(node.facts.output, graph.layout) : '?',
        figures?.params ?? '?',
      ].join(' '),
    );

/** What was found wrong, a line each: `import/file 3:1`. */
export const findingsOf = ({ diagnostics }: Analysis): readonly string[] =>
  diagnostics.map(({ code, at }) => (at ? `${code} ${at.line}:${at.column}` : code));

/** Places lie in the text, sentences have no nonsense in them, unknown figures have a reason, totals are exact or unknown. */
export const keepPromises = ({ rows, totals, diagnostics, graph }: Analysis, text: string): void => {
  const lines = text.split('\n').map((line) => line.length);
  for (const { message, help, at } of diagnostics) {
    if (!/undefined|NaN|Infinity|\[object/.test(text))
      expect(`${message} ${help ?? ''}`).not.toMatch(/undefined|NaN|Infinity|\[object/);
    if (at) expect(at.column, `${at.line}:${at.column}`).toBeLessThanOrEqual((lines[at.line - 1] ?? -1) + 1);
  }
  if (rows.some(({ figures }) => figures === null))
    expect(diagnostics.some(({ severity }) => severity === 'error')).toBe(true);
  for (const total of [totals.params, totals.macs]) expect(total === null || Number.isSafeInteger(total)).toBe(true);
  expect(new Set(graph.nodes.map(({ name }) => name)).size).toBe(graph.nodes.length);
  for (const { id, inputs, name } of graph.nodes)
    expect(
      inputs.every((read) => read < id),
      name,
    ).toBe(true);
};

/** A text with something else in one of its places, by what a property draws: cut off, a part taken out, put in or twice. */
export const broken = (
  text: string,
  [kind, from, length, piece]: readonly [number, number, number, string],
): string => {
  const start = Math.floor(from * text.length);
  const end = Math.min(text.length, start + length);
  const part = text.slice(start, end);
  return (
    [
      text.slice(0, start),
      text.slice(0, start) + text.slice(end),
      text.slice(0, start) + piece + text.slice(end),
      text.slice(0, end) + part + text.slice(end),
    ][kind] ?? text
  );
};
