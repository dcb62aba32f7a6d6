// `expect:` -> expectations to be compared once the figures are known. Comparing is analysis/expect.ts.

import { isExact } from '../core/count.js';
import { FIGURES, type Figure } from '../core/figures.js';
import type { Findings } from '../core/findings.js';
import type { Expectation } from '../core/graph.js';
import { parseBound, parseQuantity } from '../core/quantity.js';
import { formatShape, fromLayout, type Layout } from '../core/shape.js';
import { choice } from '../core/suggest.js';
import { parseSizes } from './input.js';
import { runTogether } from './meant.js';
import type { Value } from './values.js';

/** The figures that may be expected: numbers, of no group. */
export const EXPECTED = Object.entries<Figure>(FIGURES).filter(([key, { parts }]) => !parts && !key.includes('.'));

/** What may be expected of the whole only. */
export const isTotal = ({ of, expect }: Figure): boolean => !of || expect === 'total';

const TOTAL_KEYS = ['out', ...EXPECTED.map(([key]) => key)];
const ITEM_KEYS = ['out', 'rf', ...EXPECTED.flatMap(([key, figure]) => (isTotal(figure) ? [] : [key]))];

/** Reads the mapping below `expect:`; `rows` is absent for totals. */
export const readExpectations = (
  value: Value,
  about: string,
  layout: Layout,
  findings: Findings,
  rows?: Expectation['rows'],
): readonly Expectation[] => {
  const example = formatShape([96, 55, 55], layout);
  const keys = rows ? ITEM_KEYS : TOTAL_KEYS;
  if (value.type !== 'mapping') {
    const help = `write expect: {out: ${example}, params: 34944}`;
    return findings.error('expect/mapping', 'expect holds the figures by name', value.place, help) ?? [];
  }
  return value.entries.flatMap((entry): readonly Expectation[] => {
    const together = runTogether(entry, (word) => keys.includes(word));
    if (together) findings.error('yaml/colon', together.message, entry.key.place, together.remedy(value));
    const { key, value: written } = together?.entry ?? entry;
    // A source or a note beside the figures: `source: torchvision 0.14`.
    if (key.text === 'source' || key.text === 'note' || key.text.startsWith('x-')) return [];
    if (!keys.includes(key.text))
      return (
        findings.error('expect/key', `expect knows no "${key.text}"`, key.place, choice(key.text, keys, 'figures')) ??
        []
      );
    const at = written.place;
    const text =
      written.type === 'scalar'
        ? written.text
        : written.type === 'list'
          ? written.items.map((item) => (item.type === 'scalar' ? item.text : '?')).join('x')
          : '';
    const common = { about, ...(rows && { rows }), quantity: key.text, text, layout, at };
    const bound = key.text === 'out' ? null : parseBound(text);
    if (bound) return [{ ...common, expected: bound }];
    if (key.text === 'out' || key.text === 'rf') {
      const sizes = parseSizes(text);
      if (!sizes) {
        const help = `write ${key.text === 'rf' ? '11x11' : example}`;
        return findings.error('expect/value', `"${text}" is no shape`, at, help) ?? [];
      }
      return [{ ...common, expected: key.text === 'out' ? fromLayout(sizes, layout) : sizes }];
    }
    const quantity = parseQuantity(text);
    if (quantity && quantity.low === quantity.high && !isExact(quantity.low))
      return (
        findings.error('value/too-large', `${text} is past 2^53 and would be rounded`, at, 'write ~ before it') ?? []
      );
    if (!quantity)
      return findings.error('expect/value', `"${text}" is no number`, at, 'write 34944, 35K or ~35K') ?? [];
    return [{ ...common, expected: quantity }];
  });
};
