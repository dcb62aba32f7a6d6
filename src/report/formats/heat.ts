// Heat -> characters: shades in a frame, a character being twice as high as it is wide. No colours of its own.

import { type Heat, visible } from '../page.js';
import type { Canvas } from './drawing.js';

const SHADES = ' ·░▒▓█';
const PLAIN = ' .:-=+*#%@';

const MOST_LINES = 32;

/** The map line by line in its frame; cells are put together until they fit, and small ones drawn two columns wide. */
export const heatLines = ({ rows, columns: wanted }: Heat, { columns, ascii }: Canvas): readonly string[] => {
  const [height, width] = [rows.length, rows[0]?.length ?? 0];
  const scale = Math.min(2, (Math.min(columns, wanted ?? columns) - 2) / width, (2 * MOST_LINES) / height);
  const [across, down] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round((height * scale) / 2))];
  const shades = ascii ? PLAIN : SHADES;
  const [corners, line, side] = ascii ? ['++++', '-', '|'] : ['┌┐┘└', '─', '│'];
  const [topLeft = '', topRight = '', bottomRight = '', bottomLeft = ''] = corners;
  const drawn = resized(rows, down, across).map(
    (row) => `${side}${row.map((value) => shadeOf(value, shades)).join('')}${side}`,
  );
  const edge = line.repeat(across);
  return [`${topLeft}${edge}${topRight}`, ...drawn, `${bottomLeft}${edge}${bottomRight}`];
};

export const heatLegend = ({ legend }: Heat): readonly string[] => legend.map(visible);

/** What is there at all is seen: only 0 is blank. */
const shadeOf = (value: number, shades: string): string =>
  value <= 0 ? ' ' : (shades[Math.min(shades.length - 1, 1 + Math.floor(value * (shades.length - 1)))] ?? ' ');

/** Each cell the mean of those that it stands for; where there are fewer than are wanted, they are repeated. */
export const resized = (
  rows: readonly (readonly number[])[],
  height: number,
  width: number,
): readonly (readonly number[])[] =>
  ranges(rows.length, height).map(([top, bottom]) =>
    ranges(rows[0]?.length ?? 0, width).map(([left, right]) => {
      const values = rows.slice(top, bottom).flatMap((row) => row.slice(left, right));
      return values.reduce((a, b) => a + b, 0) / values.length;
    }),
  );

/** Height and width of at most `most` cells in the longer direction, the other in proportion. */
export const within = (height: number, width: number, most: number): readonly [height: number, width: number] => {
  const scale = Math.min(1, most / Math.max(height, width));
  return [Math.max(1, Math.round(height * scale)), Math.max(1, Math.round(width * scale))];
};

const ranges = (length: number, parts: number): readonly (readonly [number, number])[] =>
  Array.from({ length: parts }, (_, i) => {
    const first = Math.min(length - 1, Math.floor((i * length) / parts));
    return [first, Math.max(first + 1, Math.floor(((i + 1) * length) / parts))] as const;
  });
