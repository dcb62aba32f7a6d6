// Curves as a drawing: rows of panels with their axes, and what the lines are. Characters are formats/curves.ts.

import { curvesOf, decadesOf, lengthOf, powersOf, powerText } from '../formats/curves.js';
import type { Curves, CurvesRow } from '../page.js';
import { line, path } from './marks.js';
import type { Mark, Paint, Point, Scene } from './scene.js';

const MARGIN = 14;
const LINE = 20;
const TEXT = 13;

/** Told apart by colour and by dashes. */
const LINES: readonly Paint[] = [
  { stroke: { hue: 4 }, width: 2 },
  { stroke: { hue: 0 }, width: 2 },
  { stroke: { hue: 2 }, width: 2, dash: true },
  { stroke: { hue: 3 }, width: 2, dash: true },
];

const PANEL = { width: 210, height: 170, gap: 18, left: 48, name: 110 } as const;

/** Rows of panels below each other, and what the lines are. */
export const curvesScene = (block: Curves): Scene => {
  const most = Math.max(...block.rows.map(({ panels }) => panels.length));
  const width = PANEL.left + most * (PANEL.width + PANEL.gap) + MARGIN;
  const high = 2 * LINE + PANEL.height + 2 * LINE;
  const below = MARGIN + block.rows.length * high;
  return {
    title: block.title,
    size: [width, below + LINE + MARGIN],
    marks: [
      ...block.rows.flatMap((row, i) => rowOfPanels(row, block.across, MARGIN + i * high)),
      ...curvesOf(block).flatMap(({ name }, i): readonly Mark[] => {
        const x = PANEL.left + i * PANEL.name;
        return [
          path(
            [
              [x, below + 8],
              [x + 28, below + 8],
            ],
            paintOf(i),
          ),
          line([x + 34, below + 12], name, { size: TEXT }),
        ];
      }),
    ],
  };
};

const paintOf = (i: number): Paint => LINES[i % LINES.length] ?? {};

/** Its title above, the powers of ten on the left, what is counted below. */
const rowOfPanels = (row: CurvesRow, across: string, top: number): readonly Mark[] => {
  const [low, high] = decadesOf(row);
  const length = lengthOf(row);
  const from = top + 2 * LINE;
  const y = (power: number): number => from + ((high - power) / (high - low)) * PANEL.height;
  const powers = [...new Set([low, 0, high])];
  const said = { size: TEXT, ink: 'quiet' } as const;
  const panel = ({ title, curves }: CurvesRow['panels'][number], left: number): readonly Mark[] => {
    const x = (at: number): number => left + ((at - 1) / Math.max(1, length - 1)) * PANEL.width;
    const foot = from + PANEL.height + 16;
    return [
      line([left, from - 6], title, { size: TEXT }),
      ...powers.map((power) =>
        path(
          [
            [left, y(power)],
            [left + PANEL.width, y(power)],
          ],
          { stroke: 'quiet', width: 0.5 },
        ),
      ),
      ...curves.flatMap(({ name, values }, k): readonly Mark[] => {
        const points = powersOf(values).map(([at, power]): Point => [x(at), y(power)]);
        return points.length === 0 ? [] : [{ type: 'path', title: name, points, paint: paintOf(k) }];
      }),
      line([left, foot], '1', said),
      line([left + PANEL.width / 2, foot], across, { ...said, anchor: 'middle' }),
      line([left + PANEL.width, foot], `${length}`, { ...said, anchor: 'end' }),
    ];
  };
  return [
    line([MARGIN, top + 13], row.title, { bold: true, size: TEXT }),
    ...powers.map((power) => line([PANEL.left - 6, y(power) + 4], powerText(power), { ...said, anchor: 'end' })),
    ...row.panels.flatMap((one, i) => panel(one, PANEL.left + i * (PANEL.width + PANEL.gap))),
  ];
};
