// How large the volumes of a row are drawn: one scale for all faces, one for channels, one for vectors. No marks.

import { channels, type Shape, spatial } from '../../core/shape.js';
import type { Stage } from './stages.js';

/** The longest edge of a face, of a row of channels and of a bar; what is smaller would not be seen. */
const LONGEST = { face: 150, sheet: 110, channels: 64, bar: 150 } as const;
const LEAST = { face: 6, channels: 3, bar: 12 } as const;

/** All channels together take about as much room. */
const ROOM = 480;

/** Larger ratios of sizes are drawn by their square roots. */
const LINEAR = 8;

/** Up to so many channels they are drawn as sheets one behind the other, as LeCun did. */
const SHEETS = 24;
const SHEET_STEP = 6;

/** Of several alike as many are drawn. */
export const MOST_SLABS = 4;

export interface Scale {
  readonly face: (cells: number) => number;
  readonly deep: (channels: number) => number;
  readonly bar: (units: number) => number;
  readonly sheets: boolean;
  readonly power: number;
}

export const isMap = ({ output }: Stage): boolean => output !== null && output.length > 1;

export const scaleOf = (stages: readonly Stage[]): Scale => {
  const maps = stages.filter(isMap);
  const sizes = maps.flatMap(({ output }) => spatial(output ?? []).slice(-2)).filter((size) => size > 1);
  const [least, most] = [Math.min(...sizes), Math.max(1, ...sizes)];
  const power = most / least > LINEAR ? 0.5 : 1;
  const depths = maps.map(({ output }) => channels(output ?? []));
  const deepest = Math.max(1, ...depths);
  const sheets = deepest <= SHEETS;
  const longest = sheets ? LONGEST.sheet : LONGEST.face;
  const all = maps.reduce(
    (sum, { output, count }) => sum + Math.min(count, MOST_SLABS) * Math.sqrt(channels(output ?? []) / deepest),
    0,
  );
  const channelRoom = Math.min(LONGEST.channels, ROOM / Math.max(1, all));
  const units = Math.max(1, ...stages.flatMap(({ output }) => (output?.length === 1 ? output : [])));
  return {
    face: (cells) => Math.max(LEAST.face, longest * (cells / most) ** power),
    deep: (deep) =>
      sheets ? SHEET_STEP * Math.max(0, deep - 1) : Math.max(LEAST.channels, channelRoom * Math.sqrt(deep / deepest)),
    bar: (n) => Math.max(LEAST.bar, Math.min(LONGEST.bar, longest) * Math.sqrt(n / units)),
    sheets,
    power,
  };
};

export const sizesOf = (output: Shape): readonly [number, number] => {
  const sizes = spatial(output);
  return [sizes.at(-2) ?? sizes.at(-1) ?? 1, sizes.length < 2 ? 1 : (sizes.at(-1) ?? 1)];
};
