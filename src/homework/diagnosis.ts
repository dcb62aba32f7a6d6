// Which known mistakes explain a wrong answer, of a layer or of a sum of layers. Whether it is wrong at all is grader.ts.

import { channels, sameShape, spatial } from '../core/shape.js';
import { type Around, isSum, keyOfPart, type Mistake, type Suspect } from './mistakes/mistake.js';
import { MISTAKES, SHEET_MISTAKES } from './mistakes.js';
import { type Key, numberOf } from './quantities.js';
import { isTransposedPart, type Part } from './world.js';

export interface Found {
  /** The likeliest first. */
  readonly ids: readonly [string, ...string[]];
  /** Of each, with what stands between. */
  readonly hints: readonly string[];
  readonly between: '; or: ' | '; and: ';
}

/** Of more explanations than two, no third helps. */
const MOST_TOLD = 2;

export const diagnose = (suspect: Suspect): Found | null => {
  const about = MISTAKES.filter((mistake) => mistake.about.includes(suspect.asked.name));
  const keys = keysBy(suspect);
  const explains = (mistake: Mistake): boolean => keys(mistake).some((key) => suspect.fits(key));
  const likely = about.filter(({ last }) => !last).filter(explains);
  if (likely.length > 0) return told(likely, suspect, '; or: ');
  const ofSheet = SHEET_MISTAKES.find(({ found }) => found(suspect));
  if (ofSheet) return { ids: [ofSheet.id], hints: [ofSheet.hint], between: '; or: ' };
  const unlikely = about.filter(({ last }) => last).find(explains);
  return unlikely ? told([unlikely], suspect, '; or: ') : twoAtOnce(about, suspect, keys);
};

const told = (mistakes: readonly Mistake[], { subject }: Suspect, between: Found['between']): Found | null => {
  const [first, ...rest] = mistakes.slice(0, MOST_TOLD);
  if (!first) return null;
  const hintOf = ({ hint, transposed }: Mistake): string =>
    transposed !== undefined && isTransposedPart(subject.main) ? transposed : hint;
  return { ids: [first.id, ...rest.map(({ id }) => id)], hints: [first, ...rest].map(hintOf), between };
};

/** By the layer that is asked about: of a class, many give wrong answers to the same. */
const worked = new WeakMap<Part, Map<string, readonly Key[]>>();

/** Sheets may each have conventions of their own. */
const MOST_WORKED = 5000;

/** What a mistake makes of the question that an answer is to; worked out once. */
const keysBy = (suspect: Suspect): ((mistake: Mistake) => readonly Key[]) => {
  const { asked, subject, around } = suspect;
  const known = worked.get(subject.main) ?? new Map<string, readonly Key[]>();
  worked.set(subject.main, known);
  if (known.size > MOST_WORKED) known.clear();
  const { name, parts, result, whole } = subject;
  const question = JSON.stringify([asked.name, name, parts.length, parts[0].node.id, result.node.id, whole, around]);
  return (mistake) => {
    const key = `${mistake.id} ${question}`;
    const keys = known.get(key) ?? wrongKeys(mistake, suspect);
    known.set(key, keys);
    return keys;
  };
};

/** Of a sum, the mistake made in every layer where it can be made. */
const wrongKeys = (mistake: Mistake, suspect: Suspect): readonly Key[] => {
  const { asked, subject, around } = suspect;
  const within: Around = { ...around, quantity: asked.name, subject };
  const known = (keys: readonly (Key | null)[]): readonly Key[] => keys.filter((key) => key !== null);
  const part = asked.name.startsWith('in') ? subject.parts[0] : subject.main;
  if (!isSum(asked, subject)) return known(mistake.wrong(part, within));
  const each = subject.parts.map((one) => known(mistake.wrong(one, within)));
  const variants = each.reduce((most, keys) => Math.max(most, keys.length), 0);
  return Array.from({ length: variants }, (_, i): Key => {
    const keys = subject.parts.map((one, n) => each[n]?.[i] ?? each[n]?.[0] ?? keyOfPart(asked, subject, one, around));
    return keys.every((key) => key?.form === 'count')
      ? { form: 'count', count: keys.flatMap((key) => (key?.form === 'count' ? key.count : [])) }
      : { form: 'number', number: keys.reduce((all, key) => all + ((key && numberOf(key)) ?? 0), 0) };
  });
};

/** Depth and places of a volume go wrong each by itself: one mistake may explain the one, another the other. */
const twoAtOnce = (
  mistakes: readonly Mistake[],
  suspect: Suspect,
  keys: (mistake: Mistake) => readonly Key[],
): Found | null => {
  const { asked, subject, around, fits } = suspect;
  const right = asked.key(subject, around);
  if (right?.form !== 'shape' || right.shape.length < 2) return null;
  const wrong = mistakes.flatMap((mistake) =>
    keys(mistake).flatMap((key) => (key.form === 'shape' ? [{ mistake, shape: key.shape }] : [])),
  );
  const depths = wrong.filter(({ shape }) => sameShape(spatial(shape), spatial(right.shape)));
  const places = wrong.filter(({ shape }) => channels(shape) === channels(right.shape));
  for (const place of places) {
    const depth = depths.find(
      ({ shape }) =>
        shape.length === place.shape.length &&
        fits({ form: 'shape', shape: [channels(shape), ...spatial(place.shape)] }),
    );
    if (depth) return told([place.mistake, depth.mistake], suspect, '; and: ');
  }
  return null;
};
