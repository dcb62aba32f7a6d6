// "Did you mean": the nearest of the names that would have been right, or none if nothing is near.

import { closest, distance } from 'fastest-levenshtein';
import { helpOf, type Remedy } from './diagnostic.js';

/** Of many candidates the last are compared: those nearest in the text. */
const MOST = 400;

/** The candidate within a third of the word's length (at least one edit, two for words of five letters and more). */
export const nearest = (word: string, all: readonly string[]): string | undefined => {
  if (all.length === 0 || word.length > 60) return undefined;
  const candidates = all.slice(-MOST);
  const wanted = word.toLowerCase();
  const found =
    candidates.find((c) => c.toLowerCase() === wanted) ??
    closest(
      wanted,
      candidates.map((c) => c.toLowerCase()),
    );
  const candidate = candidates.find((c) => c.toLowerCase() === found.toLowerCase());
  const allowed = Math.max(word.length > 4 ? 2 : 1, Math.floor(word.length / 3));
  return candidate !== undefined && distance(wanted, candidate.toLowerCase()) <= allowed ? candidate : undefined;
};

/** `did you mean conv?`, to be written instead of the word, or what there is to choose from. */
export const choice = (word: string, candidates: readonly string[], what: string): Remedy =>
  nearOr(nearest(word, candidates), candidates, what);

/** As {@link choice}, where the nearest of them was looked for. */
export const nearOr = (near: string | undefined, candidates: readonly string[], what: string): Remedy => {
  if (near !== undefined) return { help: `did you mean ${near}?`, instead: near };
  return candidates.length === 0
    ? `there are no ${what}`
    : `${what}: ${candidates.slice(0, 40).join(', ')}${candidates.length > 40 ? ', …' : ''}`;
};

/** As {@link choice}, for whoever has no text to write it in. */
export const suggestion = (word: string, candidates: readonly string[], what: string): string =>
  helpOf(choice(word, candidates, what));
