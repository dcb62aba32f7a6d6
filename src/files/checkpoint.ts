// The one dict of a checkpoint that holds tensors by their names. What tensors are is torch-pickle.ts.

import { Problem } from '../core/diagnostic.js';
import { Dict } from './pickle-machine.js';
import { Stored } from './torch-pickle.js';

interface Found {
  /** By which keys one gets there. */
  readonly path: readonly string[];
  readonly tensors: ReadonlyMap<string, Stored>;
}

/** Dicts in dicts are looked into so deep. */
const MOST_DEPTH = 8;

/** The dicts that hold tensors by their names. A single number (the best loss so far) makes none, and an optimizer has its own. */
const dictsOfTensors = (root: unknown): readonly Found[] => {
  const found: Found[] = [];
  const seen = new Set<unknown>();
  const look = (value: unknown, path: readonly string[]): void => {
    if (!(value instanceof Dict) || seen.has(value) || path.length > MOST_DEPTH) return;
    seen.add(value);
    const { entries } = value;
    if (entries.has('state') && entries.has('param_groups')) return;
    const tensors = new Map<string, Stored>();
    for (const [key, one] of entries) if (typeof key === 'string' && one instanceof Stored) tensors.set(key, one);
    if ([...tensors.values()].some(({ shape }) => shape.length > 0)) found.push({ path, tensors });
    for (const [key, one] of entries) if (typeof key === 'string') look(one, [...path, key]);
  };
  look(root, []);
  return found;
};

const pathText = (path: readonly string[]): string => path.map((key) => `["${key}"]`).join('');

const MOST_NAMED = 4;

/** Or why there is none, or no only one. */
export const stateDictIn = (root: unknown): ReadonlyMap<string, Stored> | Problem => {
  const [first, ...more] = dictsOfTensors(root);
  if (!first)
    return new Problem(
      'weights/file',
      root instanceof Stored
        ? 'this file holds one tensor without a name'
        : 'this file of PyTorch holds no dict of tensors by their names',
      'save what names the tensors: torch.save(model.state_dict(), path)',
    );
  if (more.length > 0) {
    const paths = [first, ...more].map(({ path }) => (path.length > 0 ? path.join('.') : 'its outermost dict'));
    const named = paths.slice(0, MOST_NAMED).join(', ');
    const rest = paths.length > MOST_NAMED ? ` and ${paths.length - MOST_NAMED} more` : '';
    return new Problem(
      'weights/file',
      `this checkpoint holds tensors in ${paths.length} places: ${named}${rest}`,
      `save one of them: torch.save(torch.load(path)${pathText(first.path.length > 0 ? first.path : (more[0]?.path ?? []))}, new_path)`,
    );
  }
  return first.tensors;
};
