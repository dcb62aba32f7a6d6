// Names with wildcards, as in `concat: [a, m.*]`: which texts are some, and where they may stand. What they match is match.ts, which
// is loaded only where there are any.

import type { Registry } from '../core/layer.js';
import type { Value } from './values.js';

/**
 * Which names a glob matches: `*` stays within one part of a name. `across` it does not, as in options of the command line: there
 * `layer1` is all of layer1, too.
 */
export type Matcher = (glob: string, across?: 'across') => (name: string) => boolean;

export const isGlob = (text: string): boolean => /[*?[]/.test(text);

/** Whether a name with wildcards is written anywhere in a file. */
export const hasGlobs = (file: Value, { find }: Registry): boolean => {
  const seen = new Set<Value>();
  const named = (value: Value): boolean =>
    value.type === 'scalar'
      ? isGlob(value.text)
      : value.type === 'list' && value.items.some((item) => item.type === 'scalar' && isGlob(item.text));
  const walk = (value: Value): boolean => {
    if (value.type === 'scalar' || seen.has(value)) return false;
    seen.add(value);
    if (value.type === 'list') return value.items.some(walk);
    return value.entries.some(
      ({ key, value: inner }) =>
        ((readsNames(key.text) || find(key.text)?.role === 'merge') && named(inner)) || walk(inner),
    );
  };
  return walk(file);
};

const readsNames = (key: string): boolean => key === 'from' || key === 'outputs';
