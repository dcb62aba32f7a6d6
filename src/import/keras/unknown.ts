// What is told of layers that stand as opaque ones: each sort once, with the names of its layers. Which they are is the layers' own.

import type { Place } from '../../core/diagnostic.js';
import type { Findings } from '../../core/findings.js';

interface Reason {
  readonly className: string;
  readonly why: string;
  /** Nothing says how large its output is. */
  readonly assumed: boolean;
}

interface Sort extends Reason {
  readonly at: Place | undefined;
  readonly names: string[];
  count: number;
}

/** So many are named. */
const MOST_NAMES = 5;

export class Unknown {
  private readonly sorts = new Map<string, Sort>();

  tell(reason: Reason, name: string, at: Place | undefined): void {
    const key = `${reason.className}\n${reason.why}\n${reason.assumed}`;
    const sort = this.sorts.get(key) ?? { ...reason, at, names: [], count: 0 };
    sort.count += 1;
    if (sort.names.length < MOST_NAMES) sort.names.push(name);
    this.sorts.set(key, sort);
  }

  /** Once all rows are there. */
  report(findings: Findings): void {
    for (const { className, why, assumed, at, names, count } of this.sorts.values())
      findings.warning(
        'import/opaque',
        [
          `${names.join(', ')}${count > names.length ? ` and ${count - names.length} more` : ''}: ${why}`,
          `so ${count === 1 ? 'it stands' : 'they stand'} as opaque "${className}"`,
          ...(assumed ? ['as large as what is read, for the file does not say how large the output is'] : []),
        ].join(', '),
        at,
        'what is known of it is counted; it cannot be run',
      );
  }
}
