// A bar on stderr for what takes longer than a second, on terminals only; and when others should have their turn.

import type { Io } from '../io.js';

export interface ProgressBar {
  /** Draws `done` of `all`, if it is time. */
  readonly draw: (done: number, all: number) => void;
  /** Whether others have waited long enough. */
  readonly due: () => boolean;
  /** Takes the bar away. */
  readonly clear: () => void;
}

const FIRST = 1000;
const EVERY = 100;
const WIDTH = 24;

export const progressBar = ({ stderr, now }: Pick<Io, 'stderr' | 'now'>, wanted: boolean): ProgressBar => {
  const start = now();
  let drawn = Number.NEGATIVE_INFINITY;
  let breath = start;
  let shown = false;
  return {
    draw(done, all) {
      const time = now();
      if (!wanted || !stderr.isTTY || time - start < FIRST || time - drawn < EVERY) return;
      drawn = time;
      shown = true;
      const full = Math.round((WIDTH * done) / all);
      stderr.write(`\r${'#'.repeat(full)}${'-'.repeat(WIDTH - full)} ${Math.floor((100 * done) / all)}%`);
    },
    due() {
      if (now() - breath < EVERY) return false;
      breath = now();
      return true;
    },
    clear() {
      if (shown) stderr.write('\r\u001b[K');
    },
  };
};
