// What layers share that work along axes which are named: c, d, h, w. Which of them an input has, and where.

import { type Arg, word } from '../../core/args.js';
import { Problem, write } from '../../core/diagnostic.js';
import { formatShape, type Shape } from '../../core/shape.js';

const LETTERS = ['c', 'd', 'h', 'w'] as const;
type Letter = (typeof LETTERS)[number];

export const axisArg = (doc: string, fallback?: Letter): Arg<Letter> =>
  word(doc, LETTERS, fallback ? { default: fallback } : {});

/** Every choice of them, in their order: `c`, `hw`, `chw`. */
const CHOICES = Array.from({ length: 2 ** LETTERS.length - 1 }, (_, i) =>
  LETTERS.filter((_, at) => ((i + 1) >> at) & 1).join(''),
);

/** Some of the axes: `w`, `hw`, `[h, w]`. */
export const axesArg = (doc: string, fallback?: string): Arg<string> => ({
  ...word(doc, CHOICES, fallback ? { default: fallback } : {}),
  schema: { anyOf: [{ enum: CHOICES }, { type: 'array', items: { enum: LETTERS } }] },
  convert: (value) => {
    const letters = Array.isArray(value) ? value.join('') : value;
    const sorted = typeof letters === 'string' && [...letters].sort().join('');
    return (
      CHOICES.find((choice) => choice === sorted) ??
      new Problem('option/value', `must be some of ${LETTERS.join(', ')}, as w or hw, not ${String(value)}`)
    );
  },
});

/** The letters of the axes that a shape has, channels first; a sequence has a width. */
const lettersOf = (shape: Shape): readonly Letter[] => ['c', ...LETTERS.slice(LETTERS.length - shape.length + 1)];

/** The places among the axes of those letters that the input has, the channels being 0. */
export const axesIn = (letters: string, input: Shape): readonly number[] =>
  lettersOf(input).flatMap((letter, axis) => (letters.includes(letter) ? [axis] : []));

/** The same, or which of them the input has not got. */
export const axesOf = (letters: string, input: Shape, option: string): readonly number[] | Problem => {
  const own = lettersOf(input);
  const missing = [...letters].find((letter) => !own.some((each) => each === letter));
  if (missing === undefined) return axesIn(letters, input);
  const rest = own.filter((letter) => letters.includes(letter)).join('') || (own.at(-1) ?? 'c');
  return new Problem(
    'shape/axis',
    (layout) => `${formatShape(input, layout)} has no axis ${missing}: its axes are ${own.join(', ')}`,
    write(rest),
    option,
  );
};
