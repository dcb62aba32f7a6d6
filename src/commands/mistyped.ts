// Words of a command line that a keyboard or a shell has changed: a long dash for two hyphens, quotes that the shell did not take away.

import { UsageError } from './output.js';

const DASHES = /^[\u2010-\u2015\u2212]+/;
const QUOTES = /^['\u2018-\u201f]/;

/** Throws a UsageError that says what to type. */
export const refuseMistyped = (words: readonly string[]): void => {
  const dashed = words.find((word) => DASHES.test(word) && word.length > 1);
  if (dashed !== undefined) {
    const name = dashed.replace(DASHES, '');
    throw new UsageError(
      `"${dashed}" begins with a long dash, not with hyphens`,
      `type ${name.length === 1 ? '-' : '--'}${name}`,
    );
  }
  const from = words.findIndex((word) => QUOTES.test(word));
  if (from < 0) return;
  const to = words.findIndex((word, i) => i >= from && /['\u2018-\u201f]$/.test(word) && (i > from || word.length > 1));
  if (to < 0) return;
  const meant = words
    .slice(from, to + 1)
    .join(' ')
    .slice(1, -1);
  throw new UsageError(
    `${words[from]} begins with a quote that this shell does not take away`,
    `type double quotes: "${meant}"`,
  );
};
