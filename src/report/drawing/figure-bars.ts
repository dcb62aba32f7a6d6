// What the lines of a network have, as bars: which figures, in which words. How bars look is bars.ts.

import type { Analysis } from '../../analysis/analysis.js';
import { reader } from '../../analysis/figures.js';
import { cumulated, type Span } from '../../analysis/spans.js';
import { FIGURES, type Figure } from '../../core/figures.js';
import { grouped, human, humanBytes } from '../../core/quantity.js';
import { titleOf } from '../title.js';
import type { Bars, Panel } from './bars.js';
import { shortened } from './measure.js';
import type { Unit } from './scale.js';

/** A chart of one figure, or of several that add up. */
export interface Charted {
  readonly key: string;
  readonly title: string;
  readonly unit: Unit;
  readonly parts: readonly { readonly name: string; readonly figure: keyof typeof FIGURES }[];
}

const one = (figure: keyof typeof FIGURES): Charted => {
  const { title, label, unit }: Figure = FIGURES[figure];
  const name = title ?? label ?? figure;
  return { key: figure, title: name, unit: unit === 'bytes' ? 'bytes' : 'count', parts: [{ name, figure }] };
};

/** The charts, from above. */
export const CHARTED: readonly Charted[] = [
  one('params'),
  one('macs'),
  one('activations'),
  {
    key: 'memory',
    title: 'memory',
    unit: 'bytes',
    parts: [
      { name: 'parameters', figure: 'bytes.params' },
      { name: 'outputs', figure: 'bytes.activations' },
    ],
  },
];

/** Of each span the parts of its bar; null where one of them is unknown. */
export const partsOf = ({ parts }: Charted, spans: readonly Span[]): readonly (readonly number[] | null)[] => {
  const read = parts.map(({ figure }) => reader(figure));
  return spans.map(({ figures }) => {
    const values = figures ? read.map((of) => of(figures)) : [null];
    return values.every((value) => value !== null) ? values : null;
  });
};

export const sumOf = (parts: readonly number[] | null): number | null => parts?.reduce((a, b) => a + b, 0) ?? null;

/** What the whole network has. */
export const wholeOf = ({ parts }: Charted, { totals }: Pick<Analysis, 'totals'>): number | null => {
  const values = parts.map(({ figure }) => reader(figure)(totals));
  return values.every((value) => value !== null) ? sumOf(values) : null;
};

/** `34,944 (35K)`, `136 KiB (139,776 bytes)`, `?` */
const bothText = (value: number | null, unit: Unit): string =>
  value === null
    ? '?'
    : unit === 'bytes'
      ? `${humanBytes(value)}${value < 1024 ? '' : ` (${grouped(value)} bytes)`}`
      : `${grouped(value)}${value < 1000 ? '' : ` (${human(value)})`}`;

/** As it stands in a column. */
export const columnText = (value: number, unit: Unit): string =>
  unit === 'bytes' ? humanBytes(value) : grouped(value);

/** `0.99%`; nothing where the whole is unknown, or nothing. */
export const shareText = (value: number | null, whole: number | null): string => {
  if (value === null || !whole) return '';
  const percent = (100 * value) / whole;
  return percent > 0 && percent < 0.01 ? '<0.01%' : `${Number(percent.toPrecision(2))}%`;
};

const MOST_COLUMNS = 60;

/** `conv1`, `conv1 to conv4` */
export const spanName = ({ first, last }: Span): string =>
  shortened(first === last ? first.name : `${first.name} to ${last.name}`, MOST_COLUMNS);

/** Everything that is charted of a span and that it has, in a line. */
export const spanText = (span: Span, analysis: Pick<Analysis, 'totals'>): string => {
  const parts = CHARTED.flatMap((charted) => {
    const value = sumOf(partsOf(charted, [span])[0] ?? null);
    if (value === 0) return [];
    const share = shareText(value, wholeOf(charted, analysis));
    return `${charted.title} ${bothText(value, charted.unit)}${share === '' ? '' : `, ${share}`}`;
  });
  return `${spanName(span)}: ${parts.length === 0 ? 'nothing' : parts.join('; ')}`;
};

/** Of each chart the span that has most; null where nobody has any. */
const largestOf = (charted: Charted, spans: readonly Span[], analysis: Analysis): string | null => {
  let [name, most] = ['', 0];
  partsOf(charted, spans).forEach((parts, i) => {
    const [value, span] = [sumOf(parts) ?? 0, spans[i]];
    if (span && value > most) [name, most] = [spanName(span), value];
  });
  const share = shareText(most, wholeOf(charted, analysis));
  return most === 0 ? null : `${charted.title} in ${name}${share === '' ? '' : ` (${share})`}`;
};

const notesOf = (whole: number | null, unit: Unit): readonly string[] => {
  const short = whole === null ? '?' : unit === 'bytes' ? humanBytes(whole) : human(whole);
  return [`${bothText(whole, unit)} in all`, `${short} in all`, short];
};

export const figureBars = (
  analysis: Analysis,
  spans: readonly Span[],
  { chosen, logarithmic }: Pick<Bars, 'chosen' | 'logarithmic'>,
): Bars => {
  const most = CHARTED.flatMap((charted) => largestOf(charted, spans, analysis) ?? []);
  return {
    title: `${shortened(titleOf(analysis.graph), MOST_COLUMNS)}, layer by layer`,
    description: most.length === 0 ? '' : `Most of each: ${most.join('; ')}.`,
    bars: spans.map((span) => ({
      name: span.first.name,
      key: span.first.name,
      title: spanText(span, analysis),
    })),
    panels: CHARTED.map((charted): Panel => {
      const values = partsOf(charted, spans);
      return {
        title: charted.title,
        notes: notesOf(wholeOf(charted, analysis), charted.unit),
        unit: charted.unit,
        parts: charted.parts.map(({ name }) => name),
        values,
        cumulative: cumulated(values.map(sumOf)),
      };
    }),
    chosen,
    logarithmic,
  };
};
