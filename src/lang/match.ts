// What a name with wildcards matches: `m.*` the copies of m and nothing inside of them, `**` any depth. Which texts are some is globs.ts.

import picomatch from 'picomatch';
import type { Matcher } from './globs.js';

/** The parts of a name as those of a path, so that `*` stays within one. */
const asPath = (name: string): string => name.replace(/[./]/g, (sign) => (sign === '.' ? '/' : '.'));

export const match: Matcher = (glob) => {
  const fits = picomatch(asPath(glob), { dot: true, windows: false });
  return (name) => fits(asPath(name));
};
