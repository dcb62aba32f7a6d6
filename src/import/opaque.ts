// Layers of other programs that no kind here computes: told once for each sort of them, however many there are. No rows are made here.

import type { Place } from '../core/diagnostic.js';
import type { Findings } from '../core/findings.js';

/** What stands as an opaque row, gathered while a file is read. */
export class Opaques {
  private readonly found = new Map<string, { count: number; readonly at: Place | undefined; readonly why: string }>();

  /** `why` says in a few words what is missing here. */
  note(operation: string, at: Place | undefined, why: string): void {
    const known = this.found.get(operation);
    if (known) known.count += 1;
    else this.found.set(operation, { count: 1, at, why });
  }

  /** Tells of all of them, each where its sort stands first. */
  tell(findings: Findings): void {
    for (const [operation, { count, at, why }] of this.found)
      findings.warning(
        'import/opaque',
        `${count === 1 ? 'a layer' : `${count} layers`} "${operation}" ${count === 1 ? 'stands as an opaque row' : 'stand as opaque rows'}: ${why}`,
        at,
        'what is known of them is counted; run cannot compute them',
      );
  }
}
