// "Did you mean": the nearest of the names that would have been right, or none if nothing is near.

import { closest, distance } from 'fastest-levenshtein';
import { helpOf, type Remedy } from './diagnostic.js';

/** Of many candidates the last are compared: those nearest in the text. */
const MOST = 400;

/** The candidate within a third of the word's length (at least one edit, two for words of five letters and more). */
export const nearest = (word: string, all: readonly string[], most = MOST): string | undefined => {
  if (all.length === 0 || word.length > 60) return undefined;
  const candidates = all.slice(-most);
  const wanted = word.toLowerCase();
  const found =
    candidates.find((c) => c.toLowerCase() === wanted) ??
    closest(
      wanted,
      candidates.map((c) => c.toLowerCase()),
    );
  const candidate = candidates.find((c) => c.toLowerCase() === found.toLowerCase());
  const allowed = Math.max(word.length > 4 ? 2 : 1, Math.floor(word.length / 3));
  return candidate !== undefined && lettersBetween(wanted, candidate) <= allowed ? candidate : undefined;
};

/** `did you mean conv?`, to be written instead of the word, or what there is to choose from. */
export const choice = (word: string, candidates: readonly string[], what: string): Remedy =>
  nearOr(nearest(word, candidates), candidates, what);

/** As {@link choice}, where the nearest of them was looked for. */
export const nearOr = (near: string | undefined, candidates: readonly string[], what: string): Remedy =>
  near !== undefined ? { help: `did you mean ${near}?`, instead: near } : choices(candidates, what);

/** What there is to choose from. */
export const choices = (candidates: readonly string[], what: string): string =>
  candidates.length === 0
    ? `there are no ${what}`
    : `${what}: ${candidates.slice(0, 40).join(', ')}${candidates.length > 40 ? ', …' : ''}`;

/** How many letters are between two words, whatever their capitals. */
export const lettersBetween = (word: string, other: string): number =>
  distance(word.toLowerCase(), other.toLowerCase());

/** As {@link choice}, for whoever has no text to write it in. */
export const suggestion = (word: string, candidates: readonly string[], what: string): string =>
  helpOf(choice(word, candidates, what));
