// The figures by which boxes are shaded: what each is of some rows, how it is written, and how much of the most it is. No colours.

import type { Row } from '../../analysis/analysis.js';
import { known, reader } from '../../analysis/figures.js';
import { isExact } from '../../analysis/receptive-field.js';
import { sizeOf } from '../../analysis/track-measures.js';
import { FIGURES, type Figure } from '../../core/figures.js';
import { human, humanBytes } from '../../core/quantity.js';

export interface ShadeOf {
  /** What it is called beside the shades. */
  readonly word: string;
  /** Null where it is not known; infinite where there is no end to it. */
  readonly of: (rows: readonly Row[]) => number | null;
  readonly text: (value: number) => string;
  /** Numbers of many sizes are told apart by their roots. */
  readonly root: number;
}

const figure = (key: keyof typeof FIGURES, word: string): ShadeOf => {
  const read = reader(key);
  const { unit }: Figure = FIGURES[key];
  return {
    word,
    of: (rows) => {
      const { figures, unknown } = known(rows);
      return unknown > 0 ? null : read(figures);
    },
    text: unit === 'bytes' ? humanBytes : human,
    root: 3,
  };
};

/** The side of the receptive field at the end of the rows, in cells of the first input. */
const field: ShadeOf = {
  word: 'receptive field',
  of: (rows) => {
    const tracks = rows.at(-1)?.field?.local;
    if (!tracks) return null;
    if (tracks === 'global' || tracks.length === 0) return Number.POSITIVE_INFINITY;
    return isExact(tracks) ? Math.max(...tracks.map((track) => sizeOf(track).size)) : null;
  },
  text: (value) => (value === Number.POSITIVE_INFINITY ? 'all' : human(value)),
  root: 1,
};

/** By the words of --shade. */
export const SHADES = {
  params: figure('params', FIGURES.params.label),
  macs: figure('macs', FIGURES.macs.label),
  activations: figure('activations', FIGURES.activations.label),
  memory: figure('bytes.activations', 'memory of activations'),
  rf: field,
} as const;

export type ShadeName = keyof typeof SHADES;

/** How much of the most there is, from 0 to 1. */
export const partOf = (amount: number, most: number, shade: ShadeName): number =>
  most > 0 ? Math.min(1, amount / most) ** (1 / SHADES[shade].root) : 0;

/** What there is of it at a part of the most. */
export const amountAt = (part: number, most: number, shade: ShadeName): number =>
  Math.round(most * part ** SHADES[shade].root);
