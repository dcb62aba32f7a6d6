// Shapes that read like the order of another framework: which are doubtful, as what they may be meant, and how to write that.
// No values are read here.

import type { Layout } from '../core/shape.js';

/** Two ways to read the same numbers. */
export interface Doubt {
  /** `3 channels of 480x640, or a picture 3 high, 480 wide, with 640 channels`. */
  readonly readings: string;
  /** The numbers in the order of this language: `480x640x3`. */
  readonly write: string;
  /** What they then are: ` (height x width x channels)`. */
  readonly order: string;
  /** Whether `layout: chw` keeps the numbers as they are: not where one of them is the batch. */
  readonly inChw: boolean;
}

/** Pictures have 1 to 4 channels; features may have any number, but mostly one of these. */
const isPicture = (n: number): boolean => n <= 4;
const isUsualDepth = (n: number): boolean =>
  isPicture(n) || [50, 100, 200, 300].includes(n) || n % (n <= 256 ? 8 : 16) === 0;

/** Whether one is at most so many times the other. */
const within = (times: number, a: number, b: number): boolean => a <= times * b && b <= times * a;

/** What is doubtful about sizes written without a layout, if anything is: another order explains them as well or better. */
export const doubtOf = (sizes: readonly number[]): Doubt | null => {
  const [a = 0, b = 0, c = 0, d = 0] = sizes;
  if (sizes.length === 2) return isSequenceInDoubt(a, b) ? ofSequence(a, b) : null;
  if (sizes.length === 3) {
    if (!isPicture(a) && isPicture(b) && !isUsualDepth(c)) return ofBatch(sizes, 'sequence');
    return isPictureInDoubt(a, b, c) ? ofPicture(a, b, c) : null;
  }
  if (sizes.length === 4) {
    if (a === 1 && isPicture(d) && !isPicture(b)) return ofLastBatch(sizes);
    if (isPicture(b) && !isPicture(c) && !isPicture(d)) return ofBatch(sizes, 'picture');
    return isVolumeInDoubt(a, b, c, d) ? ofVolume(sizes) : null;
  }
  return null;
};

/** 80x3000: more channels than steps, and no usual number of them. */
const isSequenceInDoubt = (a: number, b: number): boolean =>
  !isPicture(b) && b > a && (isPicture(a) || !isUsualDepth(b) || b > 4096);

const isPictureInDoubt = (a: number, b: number, c: number): boolean => {
  if (isPicture(c) || isPicture(b)) return false;
  // 3x480x640: so flat a picture has few channels; 1x1x512 and 2x2x512 are the last maps of networks.
  if (isPicture(a)) return true;
  if (a === b) return false;
  // 64x56x56, 512x7x7: a square of some depth.
  if (b === c && isUsualDepth(a)) return true;
  const likePicture = within(2, b, c);
  // 13x480x640, 12x128x431: far wider than high, and about as deep as wide.
  if (b > 4 * a && c >= 2 * a && (likePicture || !isUsualDepth(c))) return true;
  // 512x7x9, 64x55x57.
  return likePicture && isUsualDepth(a) && (a >= 8 * b || !isUsualDepth(c));
};

const isVolumeInDoubt = (a: number, b: number, c: number, d: number): boolean => {
  if (isPicture(d) || isPicture(b) || isPicture(c)) return false;
  // 3x16x112x112, but not 2x7x7x512.
  if (isPicture(a)) return !isUsualDepth(d) || d < 2 * Math.max(b, c);
  if (a === b && b === c) return false;
  // 64x8x56x56, 8x32x32x32.
  return c === d || (within(2, c, d) && isUsualDepth(a) && !isUsualDepth(d));
};

const ofSequence = (a: number, b: number): Doubt => ({
  readings: `${channelsOf(a)} of ${b} steps, or ${a} ${a === 1 ? 'step' : 'steps'} of ${channelsOf(b)}`,
  write: `${b}x${a}`,
  order: ' (length x channels)',
  inChw: true,
});

const ofPicture = (a: number, b: number, c: number): Doubt => ({
  readings: `${channelsOf(a)} of ${b}x${c}, or a picture ${a} high and ${b} wide with ${channelsOf(c)}`,
  write: `${b}x${c}x${a}`,
  order: ' (height x width x channels)',
  inChw: true,
});

const ofVolume = ([a = 0, b = 0, c = 0, d = 0]: readonly number[]): Doubt => ({
  readings: `${channelsOf(a)} of ${b}x${c}x${d}, or a volume ${a} deep, ${b} high and ${c} wide with ${channelsOf(d)}`,
  write: `${b}x${c}x${d}x${a}`,
  order: ' (depth x height x width x channels)',
  inChw: true,
});

/** 8x3x224x224: the batch is no part of a shape here. */
const ofBatch = (sizes: readonly number[], what: 'picture' | 'sequence'): Doubt => {
  const [batch = 0, channels = 0, ...rest] = sizes;
  const [many, order, stands] =
    what === 'picture'
      ? (['pictures', 'height x width x channels', `a volume ${batch} deep and ${channels} high`] as const)
      : (['sequences', 'length x channels', `a picture ${batch} high and ${channels} wide`] as const);
  const one = batch === 1 ? `a batch of one ${what}` : `a batch of ${batch} ${many}`;
  return {
    readings: `${one} of ${channelsOf(channels)} and ${rest.join('x')}, or ${stands} with ${channelsOf(rest.at(-1) ?? 0)}`,
    write: `${rest.join('x')}x${channels}`,
    order: ` (${order}; the batch is no part of it${batch === 1 ? '' : `: batch: ${batch}`})`,
    inChw: false,
  };
};

/** 1x224x224x3. */
const ofLastBatch = ([, ...rest]: readonly number[]): Doubt => ({
  readings: `a batch of one picture of ${rest.join('x')}, or a volume 1 deep`,
  write: `${rest.join('x')}`,
  order: ' (height x width x channels; the batch is no part of it)',
  inChw: false,
});

const channelsOf = (n: number): string => `${n} ${n === 1 ? 'channel' : 'channels'}`;

/** How two numbers are read, where that may surprise: 28x28 is no picture here. Null for `16000x1`, whose channels are few. */
export const readAsSequence = ([a = 0, b = 0, ...rest]: readonly number[], layout: Layout): string | null => {
  if (a === 0 || b === 0 || rest.length > 0) return null;
  const [length, channels] = layout === 'chw' ? [b, a] : [a, b];
  return isPicture(channels) ? null : `${length} steps of ${channelsOf(channels)}`;
};
