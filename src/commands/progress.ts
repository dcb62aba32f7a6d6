// On stderr, on terminals only, that something goes on that takes longer than a second: a bar where it is known how much there is
// to do, else a sign that turns; and when others should have their turn. What is done is not known here.

import type { Io } from '../io.js';

export interface ProgressBar {
  /** Draws `done` of `all`, if it is time. */
  readonly draw: (done: number, all: number) => void;
  /** Turns the sign, if it is time. */
  readonly turn: () => void;
  /** Whether others have waited long enough. */
  readonly due: () => boolean;
  /** Takes the bar away, until it is drawn again: before anything else is said, and at the end. */
  readonly clear: () => void;
}

const FIRST = 1000;
const EVERY = 100;
const WIDTH = 24;
const SIGNS = '|/-\\';

/** `doing` stands before it: what goes on, in a word. */
export const progressBar = (
  { stderr, now }: Pick<Io, 'stderr' | 'now'>,
  wanted: boolean,
  doing?: string,
): ProgressBar => {
  const start = now();
  let drawn = Number.NEGATIVE_INFINITY;
  let breath = start;
  let shown = false;
  let turns = 0;
  const isTime = (): boolean => {
    if (!wanted || !stderr.isTTY) return false;
    const time = now();
    if (time - start < FIRST || time - drawn < EVERY) return false;
    drawn = time;
    shown = true;
    return true;
  };
  const write = (text: string) => stderr.write(`\r${doing ? `${doing} ` : ''}${text}`);
  return {
    draw(done, all) {
      if (!isTime()) return;
      const full = Math.round((WIDTH * done) / all);
      write(`${'#'.repeat(full)}${'-'.repeat(WIDTH - full)} ${Math.floor((100 * done) / all)}%`);
    },
    turn() {
      if (isTime()) write(SIGNS[turns++ % SIGNS.length] ?? '');
    },
    due() {
      if (now() - breath < EVERY) return false;
      breath = now();
      return true;
    },
    clear() {
      if (shown) stderr.write('\r\u001b[K');
      shown = false;
    },
  };
};

/** Work piece by piece, before each of which the sign may turn. */
export const turning =
  ({ turn }: ProgressBar) =>
  <T>(work: () => T): T => {
    turn();
    return work();
  };

/** Work with a bar that is taken away whatever becomes of it. */
export const withProgress = async <T>(
  doing: string,
  { quiet }: { readonly quiet?: boolean },
  io: Pick<Io, 'stderr' | 'now'>,
  work: (bar: ProgressBar) => T | Promise<T>,
): Promise<T> => {
  const bar = progressBar(io, quiet !== true, doing);
  try {
    return await work(bar);
  } finally {
    bar.clear();
  }
};
