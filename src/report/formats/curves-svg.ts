// Curves -> SVG: rows of panels with their axes, and what the lines are. Characters are curves.ts.

import type { Curves, CurvesRow } from '../page.js';
import { curvesOf, decadesOf, lengthOf, powersOf, powerText } from './curves.js';
import { drawing, escaped, label, rounded } from './svg.js';

const MARGIN = 12;
const LINE = 20;

/** Told apart by colour and by dashes, on light and on dark (after Okabe and Ito). */
const LINES = [
  { stroke: '#d95f02', dashes: '' },
  { stroke: '#1f77b4', dashes: '' },
  { stroke: '#009e73', dashes: '7 3' },
  { stroke: '#cc79a7', dashes: '2 3' },
] as const;

const PANEL = { width: 210, height: 170, gap: 18, left: 48, name: 110 } as const;

/** Rows of panels below each other, and what the lines are. */
export const curvesSvg = (block: Curves): string => {
  const most = Math.max(...block.rows.map(({ panels }) => panels.length));
  const width = PANEL.left + most * (PANEL.width + PANEL.gap) + MARGIN;
  const high = 2 * LINE + PANEL.height + 2 * LINE;
  const below = MARGIN + block.rows.length * high;
  return drawing(width, below + LINE + MARGIN, block.title, [
    ...block.rows.flatMap((row, i) => rowOfPanels(row, block.across, MARGIN + i * high)),
    ...curvesOf(block).flatMap(({ name }, i) => {
      const x = PANEL.left + i * PANEL.name;
      return [`<path d="M${x} ${below + 8}h28" ${strokeOf(i)}/>`, label([x + 34, below + 12], name)];
    }),
  ]);
};

const strokeOf = (i: number): string => {
  const { stroke, dashes } = LINES[i % LINES.length] ?? LINES[0];
  return `fill="none" stroke="${stroke}" stroke-width="2"${dashes === '' ? '' : ` stroke-dasharray="${dashes}"`}`;
};

/** Its title above, the powers of ten on the left, what is counted below. */
const rowOfPanels = (row: CurvesRow, across: string, top: number): readonly string[] => {
  const [low, high] = decadesOf(row);
  const length = lengthOf(row);
  const from = top + 2 * LINE;
  const y = (power: number): number => rounded(from + ((high - power) / (high - low)) * PANEL.height);
  const powers = [...new Set([low, 0, high])];
  const panel = ({ title, curves }: CurvesRow['panels'][number], left: number): readonly string[] => {
    const x = (at: number): number => rounded(left + ((at - 1) / Math.max(1, length - 1)) * PANEL.width);
    const foot = from + PANEL.height + 16;
    return [
      label([left, from - 6], title),
      `<path d="${powers.map((power) => `M${left} ${y(power)}h${PANEL.width}`).join('')}" stroke="#808080" stroke-opacity="0.4"/>`,
      ...curves.flatMap(({ name, values }, k) => {
        const points = powersOf(values).map(([at, power]) => `${x(at)} ${y(power)}`);
        if (points.length === 0) return [];
        return [`<path d="M${points.join('L')}" ${strokeOf(k)}><title>${escaped(name)}</title></path>`];
      }),
      label([left, foot], '1'),
      `<text x="${left + PANEL.width / 2}" y="${foot}" text-anchor="middle" fill="#808080">${escaped(across)}</text>`,
      `<text x="${left + PANEL.width}" y="${foot}" text-anchor="end" fill="#808080">${length}</text>`,
    ];
  };
  return [
    label([MARGIN, top + 13], row.title, 'bold'),
    ...powers.map(
      (power) =>
        `<text x="${PANEL.left - 6}" y="${y(power) + 4}" text-anchor="end" fill="#808080">${powerText(power)}</text>`,
    ),
    ...row.panels.flatMap((one, i) => panel(one, PANEL.left + i * (PANEL.width + PANEL.gap))),
  ];
};
