// What a name with wildcards matches: `m.*` the copies of m and nothing inside of them, `**` any depth. Which texts are some is globs.ts.

import picomatch from 'picomatch';
import type { Matcher } from './globs.js';

export const match: Matcher = (glob, across) => {
  if (!across) return partByPart(glob);
  const fits = picomatch(glob, { dot: true });
  // A name may hold what is a wildcard elsewhere.
  return (name) => fits(name) || name === glob || name.startsWith(`${glob}.`);
};

/** With more of them in one part, whoever writes them could make looking for names take any time. */
const MOST_STARS = 2;

/** What fits one part of a name; null for any number of parts. */
type Test = ((part: string) => boolean) | null;

/** Each part by itself: how long a name takes does not multiply with its parts. */
const partByPart = (glob: string): ((name: string) => boolean) => {
  const tests = glob.split('.').map(testOf);
  // Whoever stands at a `**` stands behind it, too.
  const withSkips = (states: Iterable<number>): ReadonlySet<number> => {
    const all = new Set<number>();
    for (let state of states) for (all.add(state); tests[state] === null; ) all.add(++state);
    return all;
  };
  return (name) => {
    let states = withSkips([0]);
    for (const part of name.split('.')) {
      const next: number[] = [];
      for (const state of states) {
        const test = tests[state];
        if (test === null) next.push(state);
        else if (test?.(part)) next.push(state + 1);
      }
      states = withSkips(next);
    }
    return states.has(tests.length);
  };
};

const testOf = (part: string): Test => {
  if (part === '**') return null;
  if (part.split('*').length - 1 > MOST_STARS || part.length > 200) return () => false;
  const fits = picomatch(withoutSlashes(part), { dot: true, noextglob: true, nobrace: true, nonegate: true });
  return (name) => fits(withoutSlashes(name));
};

// A slash in a name parts nothing.
const withoutSlashes = (text: string): string => text.replaceAll('/', '\u2215');
