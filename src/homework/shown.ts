// What of a grading may be shown: nothing but verdicts, hints, or the answers too. The one place where answers are let out.

import type { Graded, Result } from './verdict.js';

export type Show = 'none' | 'hint' | 'answer';

/** A cell as its reader may see it. */
export type ShownCell = Omit<Graded, 'expected'> & { readonly expected?: string };

/** What cannot be read is a matter of writing, and said in any case. */
export const shownCells = ({ cells }: Result, show: Show): readonly ShownCell[] =>
  cells.map(({ expected, hint, mistake, mistakes, ...cell }) => {
    const told = show !== 'none' || cell.verdict === 'unreadable';
    return {
      ...cell,
      ...(told && mistake !== undefined && { mistake }),
      ...(told && mistakes !== undefined && { mistakes }),
      ...(told && hint !== undefined && { hint }),
      ...(show === 'answer' && { expected }),
    };
  });

/** Exit code 0 needs every cell right as the sheet counts, not only worth its points. */
export const allRight = ({ cells }: Result): boolean =>
  cells.length > 0 && cells.every(({ verdict }) => verdict === 'correct');
