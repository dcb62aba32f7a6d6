// Answer sheets as tables, CSV or Markdown: one line per layer, one column per quantity. A table has no rules.

import type { Place } from '../../core/diagnostic.js';
import { Findings } from '../../core/findings.js';
import { quantityNamed } from '../quantities.js';
import { type Answer, type Sheet, USUAL_RULES, unknownQuantity } from './sheet.js';

interface Cell {
  readonly text: string;
  /** From 1. */
  readonly column: number;
}

export const tableSheet = (lines: readonly string[], cellsOf: (line: string) => readonly Cell[] | null): Sheet => {
  const findings = new Findings();
  const answers: Answer[] = [];
  let header: readonly (Column | null)[] | null = null;
  lines.forEach((line, i) => {
    const cells = cellsOf(line);
    if (!cells || cells.length === 0) return;
    const place = ({ column, text }: Cell): Place => ({ line: i + 1, column, length: Math.max(1, text.length) });
    if (!header) {
      header = cells.map((cell, n) => (n === 0 ? null : column(cell, place(cell), findings)));
      return;
    }
    const [name, ...rest] = mend(cells, header.length, place, findings);
    if (!name || name.text === '') return;
    rest.forEach((cell, n) => {
      const asked = header?.[n + 1];
      if (!asked || cell.text === '') return;
      const text =
        /^~?\d[\d,. ]*$/.test(cell.text) && !/^0+$/.test(cell.text) ? `${cell.text}${asked.unit}` : cell.text;
      answers.push({ layer: name.text, quantity: asked.quantity, text, at: place(cell) });
    });
  });
  return { questions: [{ name: '', spec: null, answers }], rules: USUAL_RULES, diagnostics: findings.inOrder };
};

interface Column {
  readonly quantity: string;
  /** What stands behind a bare number in it: of `params (K)` and `memory (KB)`. */
  readonly unit: string;
}

const unitOf = (text: string): string =>
  /^bytes?$/i.test(text) ? ' B' : /^[kmg]i?b$/i.test(text) ? ` ${text}` : /^[kmg]i?$/i.test(text) ? text : '';

const column = ({ text }: Cell, at: Place, findings: Findings): Column | null => {
  const [, name = text, unit = ''] = /^(.*?)\s*[([]([^)\]]*)[)\]]$/.exec(text) ?? [];
  const asked = quantityNamed(name);
  if (asked) return { quantity: asked.name, unit: unitOf(unit) };
  // Columns of words beside the answers are nobody's mistake.
  if (/^(kind|type|notes?|comments?|remarks?|#|)$/i.test(name)) return null;
  unknownQuantity(text, at, findings);
  return null;
};

/** `conv1,55x55x96,34,944` has a number in two fields: put together again, and said. */
const mend = (
  cells: readonly Cell[],
  wanted: number,
  place: (cell: Cell) => Place,
  findings: Findings,
): readonly Cell[] => {
  const mended: Cell[] = [];
  for (const [i, cell] of cells.entries()) {
    const before = mended.at(-1);
    const surplus = mended.length + (cells.length - i) > wanted;
    if (surplus && before && /^~?\d{1,3}(,\d{3})*$/.test(before.text) && /^\d{3}$/.test(cell.text)) {
      const text = `${before.text},${cell.text}`;
      mended[mended.length - 1] = { ...before, text };
      findings.note(
        'answers/split-by-comma',
        `${text} is split at the comma, and read as one number here`,
        place(before),
        `write ${text.replaceAll(',', '')}, or quote it: "${text}"`,
      );
    } else mended.push(cell);
  }
  return mended;
};

export const markdownCells = (line: string): readonly Cell[] | null => {
  const bare = line.trim();
  if (!bare.startsWith('|') || /^\|?\s*:?-+/.test(bare)) return null;
  const start = line.indexOf('|');
  return cellsBetween(line.slice(start + 1).replace(/\|\s*$/, ''), '|', start + 2).map((cell) => ({
    ...cell,
    text: cell.text.replace(/^[*`]+|[*`]+$/g, ''),
  }));
};

export const separatedCells = (first: string) => {
  const sign = [';', '\t', ','].find((candidate) => first.includes(candidate)) ?? ',';
  return (line: string): readonly Cell[] | null => (line.trim() === '' ? null : cellsBetween(line, sign, 1));
};

/** The texts between a sign, which may stand in quotes (RFC 4180). */
const cellsBetween = (line: string, sign: string, column: number): readonly Cell[] => {
  const cells: Cell[] = [];
  const pattern = new RegExp(
    `\\s*(?:"((?:[^"]|"")*)"\\s*|([^${sign === '|' ? '\\|' : sign}]*))(?:${sign === '|' ? '\\|' : sign}|$)`,
    'gy',
  );
  while (pattern.lastIndex < line.length) {
    const start = pattern.lastIndex;
    const match = pattern.exec(line);
    if (!match) break;
    const text = (match[1]?.replaceAll('""', '"') ?? match[2] ?? '').trim();
    cells.push({ text, column: column + start + Math.max(0, match[0].indexOf(text)) });
  }
  return cells;
};
