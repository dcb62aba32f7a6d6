// Figure and Heat -> SVG: boxes in cells of the image, or shades, with their labels below. No styles from outside, readable on light and dark.

import { type Box, type Figure, type Heat, visible } from '../page.js';
import { resized, within } from './heat.js';
import { xml } from './xml.js';

const STYLES: Readonly<Record<Box['sort'], string>> = {
  image: 'fill="none" stroke="#808080"',
  field: 'fill="#1f77b4" fill-opacity="0.25" stroke="#1f77b4"',
  next: 'fill="none" stroke="#d95f02" stroke-dasharray="6 4"',
};

const WIDTH = 480;
const MARGIN = 12;
const LINE = 20;

export const escaped = (text: string): string => xml(visible(text));

export const rounded = (n: number): number => Number(n.toFixed(2));

/** A drawing of that size: its title, which a screen reader says, and what is in it, in a grey that both backgrounds show. */
export const drawing = (width: number, height: number, title: string, shapes: readonly string[]): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="sans-serif" font-size="14">`,
    `<title>${escaped(title)}</title>`,
    ...shapes,
    '</svg>',
    '',
  ].join('\n');

/** A line of text; what is bold is a title, what is seen has the colour of fields. */
export const label = ([x, y]: readonly [number, number], text: string, how?: 'bold' | 'seen'): string =>
  `<text x="${rounded(x)}" y="${rounded(y)}" ${how === 'bold' ? 'font-weight="bold" ' : ''}fill="${how === 'seen' ? '#1f77b4' : '#808080'}">${escaped(text)}</text>`;

export const svg = ({ title, boxes }: Figure): string => {
  const left = Math.min(...boxes.map(({ x }) => x[0]));
  const right = Math.max(...boxes.map(({ x }) => x[1])) + 1;
  const top = Math.min(...boxes.map(({ y }) => y[0]));
  const bottom = Math.max(...boxes.map(({ y }) => y[1])) + 1;
  const scale = WIDTH / Math.max(right - left, bottom - top);
  const across = (cell: number): number => rounded(MARGIN + (cell - left) * scale);
  const down = (cell: number): number => rounded(MARGIN + (cell - top) * scale);
  const width = WIDTH + 2 * MARGIN;
  const below = rounded(down(bottom) + MARGIN);
  const height = rounded(below + boxes.length * LINE + MARGIN);
  return drawing(width, height, title, [
    ...boxes.map(
      ({ x, y, sort, label: text }) =>
        `<rect x="${across(x[0])}" y="${down(y[0])}" width="${rounded((x[1] + 1 - x[0]) * scale)}" height="${rounded((y[1] + 1 - y[0]) * scale)}" stroke-width="2" ${STYLES[sort]}><title>${escaped(text)}</title></rect>`,
    ),
    ...boxes.map(
      ({ sort, label: text }, i) =>
        `<rect x="${MARGIN}" y="${rounded(below + i * LINE)}" width="14" height="14" stroke-width="2" ${STYLES[sort]}/>${label([MARGIN + 22, below + i * LINE + 12], text)}`,
    ),
  ]);
};

/** More cells than that in a row nobody tells apart. */
const MOST_CELLS = 480;

/** A picture of red, green, blue and opacity, a byte each. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: 4;
  readonly data: Uint8Array;
}

/** Makes a .png file of a picture; handed in, since only files/ knows how. */
export type Png = (pixels: Pixels) => Promise<Uint8Array>;

/** The shades are one picture in the drawing: rectangles beside each other have seams. */
export const heatSvg = async ({ title, rows, legend }: Heat, png: Png): Promise<string> => {
  const shades = resized(rows, ...within(rows.length, rows[0]?.length ?? 0, MOST_CELLS));
  const [high, wide] = [shades.length, shades[0]?.length ?? 1];
  const cell = WIDTH / Math.max(high, wide);
  const below = rounded(MARGIN + high * cell + MARGIN);
  const height = rounded(below + legend.length * LINE + MARGIN);
  const box = `x="${MARGIN}" y="${MARGIN}" width="${rounded(wide * cell)}" height="${rounded(high * cell)}"`;
  return drawing(WIDTH + 2 * MARGIN, height, title, [
    `<image ${box} preserveAspectRatio="none" image-rendering="optimizeSpeed" style="image-rendering:pixelated" href="data:image/png;base64,${base64(await png(inBlue(shades)))}"/>`,
    `<rect ${box} fill="none" stroke="#808080" stroke-width="2"/>`,
    ...legend.map((text, i) => label([MARGIN, below + i * LINE + 12], text)),
  ]);
};

const BLUE = [0x1f, 0x77, 0xb4] as const;

/** More of one colour where there is more: what is behind the drawing, light or dark, shines through where there is less. */
const inBlue = (shades: readonly (readonly number[])[]): Pixels => ({
  width: shades[0]?.length ?? 1,
  height: shades.length,
  channels: 4,
  data: Uint8Array.from(shades.flatMap((row) => row.flatMap((value) => [...BLUE, Math.round(255 * value)]))),
});

const base64 = (bytes: Uint8Array): string => {
  let letters = '';
  for (const byte of bytes) letters += String.fromCharCode(byte);
  return btoa(letters);
};
