// The colour of each ink, on light pages and on dark ones. The hues are those of Okabe and Ito, which nearly everybody tells apart; on
// every shade text has a contrast of 4.5 at least, `quiet` too.

import type { Ink } from './scene.js';

export type Theme = 'light' | 'dark';

type Plain = Extract<Ink, string>;

const PLAIN: Readonly<Record<Theme, Readonly<Record<Plain, string>>>> = {
  light: {
    paper: '#ffffff',
    text: '#1a1c1f',
    quiet: '#4d5156',
    line: '#5b6067',
    box: '#f3f4f6',
    seen: '#0072b2',
    next: '#d55e00',
    alarm: '#b3121d',
  },
  dark: {
    paper: '#16181d',
    text: '#f2f3f5',
    quiet: '#ccd1d8',
    line: '#9aa1ab',
    box: '#23272e',
    seen: '#56b4e9',
    next: '#e69f00',
    alarm: '#ff8a80',
  },
};

const HUES: Readonly<Record<Theme, readonly string[]>> = {
  light: ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#d55e00', '#56b4e9', '#f0e442', '#8c9196'],
  dark: ['#3c9bd6', '#e69f00', '#00b383', '#d98cb8', '#f0783c', '#7cc7f2', '#f0e442', '#8c9196'],
};

/** From nothing to the most. */
const SHADES: Readonly<Record<Theme, readonly [none: string, most: string]>> = {
  light: ['#ffffff', '#93cdf1'],
  dark: ['#1f2329', '#0f5a92'],
};

/** More are not told apart. */
const STEPS = 20;

/** Every ink once, shades by their steps. */
export const INKS: readonly Ink[] = [
  ...(Object.keys(PLAIN.light) as Plain[]),
  ...HUES.light.map((_, hue) => ({ hue })),
  ...Array.from({ length: STEPS + 1 }, (_, step) => ({ shade: step / STEPS })),
];

/** A shade as one of a few. */
export const stepOf = (shade: number): number => Math.round(Math.min(1, Math.max(0, shade)) * STEPS);

/** `#93cdf1` */
export const colour = (ink: Ink, theme: Theme): string => {
  if (typeof ink === 'string') return PLAIN[theme][ink];
  if ('hue' in ink) return HUES[theme][ink.hue] ?? PLAIN[theme].line;
  const [none, most] = SHADES[theme].map(channels) as [readonly number[], readonly number[]];
  const part = stepOf(ink.shade) / STEPS;
  return `#${none.map((from, i) => byte(from + ((most[i] ?? 0) - from) * part)).join('')}`;
};

const channels = (hex: string): readonly number[] => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

const byte = (n: number): string => Math.round(n).toString(16).padStart(2, '0');
