// What is told of layers that stand as opaque ones: each sort once, with the names of its layers. Which they are is the layers' own.

import type { Place } from '../../core/diagnostic.js';
import type { Findings } from '../../core/findings.js';

interface Sort {
  readonly className: string;
  readonly why: string;
  readonly at: Place | undefined;
  readonly names: string[];
  count: number;
}

/** So many are named. */
const MOST_NAMES = 5;

export class Unknown {
  private readonly sorts = new Map<string, Sort>();

  tell(className: string, why: string, name: string, at: Place | undefined): void {
    const key = `${className}\n${why}`;
    const sort = this.sorts.get(key) ?? { className, why, at, names: [], count: 0 };
    sort.count += 1;
    if (sort.names.length < MOST_NAMES) sort.names.push(name);
    this.sorts.set(key, sort);
  }

  /** Once all rows are there. */
  report(findings: Findings): void {
    for (const { className, why, at, names, count } of this.sorts.values())
      findings.warning(
        'import/opaque',
        `${names.join(', ')}${count > names.length ? ` and ${count - names.length} more` : ''}: ${why}, so ${count === 1 ? 'it stands' : 'they stand'} as opaque "${className}"`,
        at,
        'what is known of it is counted; it cannot be run',
      );
  }
}
