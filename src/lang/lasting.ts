// What of a file's values holds in every build of them, whatever its vars are: kept for the next one. Who keeps something says what
// it is; of what was told of nothing may be kept, or it would not be told again.

import type { Findings } from '../core/findings.js';
import type { Value } from './values.js';

/**
 * Of one read, and one registry of kinds. Whoever builds often hands it on: hung on the values themselves, in a map that outlives
 * them, it would keep what was built of each of a million texts until the collector looks at all there is.
 */
export class Lasting {
  private readonly kept = new Map<() => unknown, unknown>();

  /** What was made before by the same function, for the same file. Keys in it are values that were read, and held weakly. */
  of<T extends object>(make: () => T): T {
    const known = this.kept.get(make) as T | undefined;
    if (known) return known;
    const made = make();
    this.kept.set(make, made);
    return made;
  }

  /** What a value comes to, read once by whoever keeps it; unless something is told of it, which every build tells again. */
  once<V extends Value, T extends object>(by: () => WeakMap<V, T>, value: V, findings: Findings, read: () => T): T {
    const known = this.of(by);
    const before = known.get(value);
    if (before) return before;
    const { mark } = findings;
    const made = read();
    if (findings.since(mark) === undefined) known.set(value, made);
    return made;
  }
}
