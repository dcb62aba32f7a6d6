// What reading a text costs, counted: a few lines may ask for any amount of it. How much there may be is limits.ts.

import type { Place } from '../core/diagnostic.js';
import type { Findings } from '../core/findings.js';
import { BUDGET } from './limits.js';

/** A mistake takes longer than a value: it is put into words before it is known that it was told already. */
const MISTAKE = 200;

export class Work {
  private done = 0;

  /** `most`: how many values may be read in all. */
  constructor(
    private readonly findings: Findings,
    private readonly most = BUDGET.work,
  ) {}

  /** So many values are read, or texts of so many values' length, at a place. */
  count(values: number, at: Place | undefined): void {
    this.done += values;
    if (this.done + MISTAKE * this.findings.mark > this.most)
      this.findings.stop(
        'limit/work',
        `reading the spec asks for more than ${this.most} values, each counted in every copy that reads it`,
        at,
        'lower a repeat, or write less into what is repeated',
      );
  }
}
