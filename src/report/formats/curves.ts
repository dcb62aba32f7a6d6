// Curves -> characters: a character for each value, panels side by side while there is room. And the axes of every format: powers
// of ten up. No colours of its own.

import { type Curve, type Curves, type CurvesRow, visible } from '../page.js';
import { displayWidth } from '../width.js';
import type { Canvas } from './drawing.js';

/** Lines of a panel, and characters across at least, at most and between. */
const HIGH = 13;
const WIDE = { least: 12, most: 40 } as const;
const GAP = 2;
/** Where several curves meet. */
const SEVERAL = '*';

/** The values that have a power of ten: their places from 1, and the powers. */
export const powersOf = (values: readonly number[]): readonly (readonly [at: number, power: number])[] =>
  values.flatMap((value, i) => (value > 0 && Number.isFinite(value) ? [[i + 1, Math.log10(value)] as const] : []));

/** Whole powers of ten that 1 and all values lie between. */
export const decadesOf = ({ panels }: CurvesRow): readonly [low: number, high: number] => {
  const all = panels.flatMap(({ curves }) => curves.flatMap(({ values }) => powersOf(values)));
  const powers = [0, ...all.map(([, power]) => power)];
  const low = Math.floor(Math.min(...powers));
  return [low, Math.max(low + 1, Math.ceil(Math.max(...powers)))];
};

/** How far is counted across. */
export const lengthOf = ({ panels }: CurvesRow): number =>
  Math.max(...panels.flatMap(({ curves }) => curves.map(({ values }) => values.length)));

/** How a power of ten is written beside an axis. */
export const powerText = (power: number): string => (power === 0 ? '1' : `1e${power}`);

/** What is drawn of each curve. */
export const curvesOf = ({ rows: [row] }: Pick<Curves, 'rows'>): readonly Pick<Curve, 'name' | 'mark'>[] =>
  row?.panels[0]?.curves ?? [];

/** How a character of one curve is painted. */
type PaintCurve = (text: string, curve: number) => string;

export const curveLines = ({ rows }: Curves, canvas: Canvas, paint: PaintCurve = (text) => text): readonly string[] =>
  rows.flatMap((row) => [visible(row.title), '', ...inLines(row, canvas, paint), '']).slice(0, -1);

/** As many panels beside each other as there is room for: an axis before each, the powers before the first. */
const inLines = (row: CurvesRow, { columns, ascii }: Canvas, paint: PaintCurve): readonly string[] => {
  const decades = decadesOf(row);
  const labels = labelsOf(decades);
  const wide = Math.max(...labels.map((label) => label.length));
  const inRow = Math.max(1, Math.min(row.panels.length, Math.floor((columns - wide) / (WIDE.least + 1 + GAP))));
  const room = Math.floor((columns - wide + 1) / inRow) - 1 - GAP;
  const length = lengthOf(row);
  const across = Math.min(room, WIDE.most, Math.max(WIDE.least, length));
  const [side = '', corner = '', line = ''] = ascii ? '|+-' : '│└─';
  const foot = `${corner}${line.repeat(across)}`;
  const ends = ` 1${`${length}`.padStart(across - 1)}`;
  const beside = (label: string, parts: readonly string[]): string =>
    `${label.padStart(wide)} ${parts.join(' '.repeat(GAP))}`.trimEnd();
  const titled = (text: string): string => ` ${text}${' '.repeat(Math.max(0, across - displayWidth(text)))}`;
  return Array.from({ length: Math.ceil(row.panels.length / inRow) }, (_, i) =>
    row.panels.slice(i * inRow, (i + 1) * inRow),
  ).flatMap((panels) => {
    const plots = panels.map(({ curves }) => plotted(curves, decades, { across, length }, paint));
    const each = (text: string) => panels.map(() => text);
    return [
      beside(
        '',
        panels.map(({ title }) => titled(visible(title))),
      ),
      ...labels.map((label, y) =>
        beside(
          label,
          plots.map((plot) => `${side}${plot[y] ?? ''}`),
        ),
      ),
      beside('', each(foot)),
      beside('', each(ends)),
    ];
  });
};

/** The two ends and 1 beside their lines. */
const labelsOf = (decades: readonly [number, number]): readonly string[] => {
  const labels = new Array<string>(HIGH).fill('');
  for (const power of [...decades, 0]) labels[lineOf(power, decades)] = powerText(power);
  return labels;
};

const lineOf = (power: number, [low, high]: readonly [number, number]): number =>
  Math.round(((high - power) / (high - low)) * (HIGH - 1));

/** The lines of one panel, all as long as it is wide. */
const plotted = (
  curves: readonly Curve[],
  decades: readonly [number, number],
  { across, length }: { readonly across: number; readonly length: number },
  paint: PaintCurve,
): readonly string[] => {
  const grid = Array.from({ length: HIGH }, () => new Array<number | undefined>(across).fill(undefined));
  curves.forEach(({ values }, curve) => {
    for (const [at, power] of powersOf(values)) {
      const row = grid[lineOf(power, decades)] ?? [];
      const x = Math.round(((at - 1) / Math.max(1, length - 1)) * (across - 1));
      row[x] = row[x] === undefined || row[x] === curve ? curve : curves.length;
    }
  });
  const character = (curve: number | undefined): string => {
    if (curve === undefined) return ' ';
    const mark = curves[curve]?.mark;
    return mark === undefined ? SEVERAL : paint(mark, curve);
  };
  return grid.map((row) => row.map(character).join(''));
};

export const curveLegend = (block: Curves): readonly string[] => [
  `across: ${visible(block.across)}; up: powers of ten`,
  `${curvesOf(block)
    .map(({ mark, name }) => `${mark} ${visible(name)}`)
    .join(', ')}; ${SEVERAL} several`,
];
