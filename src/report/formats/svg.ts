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

const escaped = (text: string): string => xml(visible(text));

const rounded = (n: number): number => Number(n.toFixed(2));

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
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="sans-serif" font-size="14">`,
    `<title>${escaped(title)}</title>`,
    ...boxes.map(
      ({ x, y, sort, label }) =>
        `<rect x="${across(x[0])}" y="${down(y[0])}" width="${rounded((x[1] + 1 - x[0]) * scale)}" height="${rounded((y[1] + 1 - y[0]) * scale)}" stroke-width="2" ${STYLES[sort]}><title>${escaped(label)}</title></rect>`,
    ),
    ...boxes.map(
      ({ sort, label }, i) =>
        `<rect x="${MARGIN}" y="${rounded(below + i * LINE)}" width="14" height="14" stroke-width="2" ${STYLES[sort]}/><text x="${MARGIN + 22}" y="${rounded(below + i * LINE + 12)}" fill="#808080">${escaped(label)}</text>`,
    ),
    '</svg>',
    '',
  ].join('\n');
};

/** More cells than that in a row nobody tells apart. */
const MOST_CELLS = 96;

export const heatSvg = ({ title, rows, legend }: Heat): string => {
  const shades = resized(rows, ...within(rows.length, rows[0]?.length ?? 0, MOST_CELLS));
  const [high, wide] = [shades.length, shades[0]?.length ?? 1];
  const cell = rounded(WIDTH / Math.max(high, wide));
  const below = rounded(MARGIN + high * cell + MARGIN);
  const [width, height] = [rounded(wide * cell + 2 * MARGIN), rounded(below + legend.length * LINE + MARGIN)];
  const box = `x="${MARGIN}" y="${MARGIN}" width="${rounded(wide * cell)}" height="${rounded(high * cell)}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${Math.max(width, WIDTH + 2 * MARGIN)} ${height}" role="img" font-family="sans-serif" font-size="14">`,
    `<title>${escaped(title)}</title>`,
    ...shades.flatMap((row, y) =>
      row.flatMap((value, x) =>
        value > 0.002
          ? [
              `<rect x="${rounded(MARGIN + x * cell)}" y="${rounded(MARGIN + y * cell)}" width="${cell}" height="${cell}" fill="#1f77b4" fill-opacity="${Number(value.toFixed(3))}"/>`,
            ]
          : [],
      ),
    ),
    `<rect ${box} fill="none" stroke="#808080" stroke-width="2"/>`,
    ...legend.map(
      (text, i) => `<text x="${MARGIN}" y="${rounded(below + i * LINE + 12)}" fill="#808080">${escaped(text)}</text>`,
    ),
    '</svg>',
    '',
  ].join('\n');
};
