// Channels in groups as two strips: which are read for which. No windows.

import type { Operator } from '../../core/operator.js';
import { grouped } from '../../core/quantity.js';
import { line } from './marks.js';
import { textWidth } from './measure.js';
import type { Mark, Paint, Point } from './scene.js';

const MOST_GROUPS = 8;
const LINE = 18;
const STRIP = { width: 320, height: 14, gap: 26 } as const;

/** Channels in groups: which are read for which, a hue for each group. */
export const channelStrips = (
  operators: readonly Operator[],
  read: number,
  made: number,
  at: Point,
): { readonly marks: readonly Mark[]; readonly height: number; readonly width: number } => {
  const groups = operators.reduce(
    (most, one) => ('groups' in one && one.op !== 'normalise' ? Math.max(most, one.groups ?? 1) : most),
    1,
  );
  if (groups === 1) return { marks: [], height: 0, width: 0 };
  const isCut = groups > MOST_GROUPS;
  const parts = isCut ? MOST_GROUPS : groups;
  const step = STRIP.width / parts;
  const text = `${grouped(groups)} groups: ${grouped(read / groups)} of ${grouped(read)} channels are read for ${grouped(made / groups)} of ${grouped(made)}`;
  const [x, y] = at;
  const lower = y + LINE + STRIP.height + STRIP.gap;
  const marks = Array.from({ length: parts }, (_, i): readonly Mark[] => {
    const left = x + i * step;
    if (isCut && i === parts - 2) return [line([left + step / 2, y + LINE + 11], '…', { anchor: 'middle' })];
    const paint: Paint = { fill: { hue: i }, opacity: 0.5, stroke: 'line', width: 0.8 };
    const centre = left + step / 2;
    return [
      { type: 'rect', at: [left + 1, y + LINE], size: [step - 2, STRIP.height], paint },
      { type: 'rect', at: [left + 1, lower], size: [step - 2, STRIP.height], paint },
      {
        type: 'path',
        points: [
          [centre, y + LINE + STRIP.height + 2],
          [centre, lower - 2],
        ],
        arrow: true,
        paint: { stroke: 'line', width: 1 },
      },
    ];
  }).flat();
  return {
    marks: [line([x, y + 10], text, { ink: 'quiet' }), { type: 'group', title: 'groups', marks }],
    height: LINE + 2 * STRIP.height + STRIP.gap + 8,
    width: Math.max(STRIP.width, textWidth(text, 12)),
  };
};
