// Heat -> SVG: the shades as one picture in a frame, with what it is below. No styles from outside, readable on light and dark.

import type { Heat } from '../page.js';
import { resized, within } from './heat.js';
import { escaped, rounded } from './svg.js';

const WIDTH = 480;
const MARGIN = 12;
const LINE = 20;

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
  const width = WIDTH + 2 * MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="sans-serif" font-size="14">`,
    `<title>${escaped(title)}</title>`,
    `<image ${box} preserveAspectRatio="none" image-rendering="optimizeSpeed" style="image-rendering:pixelated" href="data:image/png;base64,${base64(await png(inBlue(shades)))}"/>`,
    `<rect ${box} fill="none" stroke="#808080" stroke-width="2"/>`,
    ...legend.map(
      (text, i) => `<text x="${MARGIN}" y="${below + i * LINE + 12}" fill="#808080">${escaped(text)}</text>`,
    ),
    '</svg>',
    '',
  ].join('\n');
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
