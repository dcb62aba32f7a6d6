// What of a file's values holds in every build of them, whatever its vars are: kept for the next one. Who keeps something says what
// it is; of what was told of nothing may be kept, or it would not be told again.

import type { Registry } from '../core/layer.js';
import type { Value } from './values.js';

export class Lasting {
  private readonly kept = new Map<() => unknown, unknown>();

  constructor(readonly registry: Registry) {}

  /** What was made before by the same function, for the same file. Keys in it are values that were read, and held weakly. */
  of<T extends object>(make: () => T): T {
    const known = this.kept.get(make) as T | undefined;
    if (known) return known;
    const made = make();
    this.kept.set(make, made);
    return made;
  }
}

const known = new WeakMap<Value, Lasting>();

/** Of a file as it was read. */
export const lastingOf = (file: Value, registry: Registry): Lasting => {
  const before = known.get(file);
  if (before?.registry === registry) return before;
  const lasting = new Lasting(registry);
  known.set(file, lasting);
  return lasting;
};
