// --watch: runs a command again whenever one of its files changes, until it is interrupted. Errors in the files do not end it.

import type { Io } from '../io.js';
import { UsageError } from './output.js';
import { Unreadable } from './text.js';

/** Editors write a file in several steps; what comes within this many milliseconds is one change. */
const SETTLE = 50;

/** What may be wrong with what is being edited: the layer that was asked for has another name now. */
const isTheirs = (error: unknown): boolean => error instanceof UsageError || error instanceof Unreadable;

/** Never resolves; rejects when the first run fails, or a later one for a reason that is not in the files. */
export const watch = async (
  words: readonly (string | undefined)[],
  io: Io,
  again: () => Promise<unknown>,
): Promise<never> => {
  const paths = words.filter((word) => word !== undefined).filter((word) => io.stat(word));
  if (paths.length === 0)
    throw new UsageError(`--watch needs a file, and there is no file "${words[0]}" here`, 'give the path of a spec');
  const show = async (isFirst: boolean) => {
    // Between two steps of an editor there may be no file at all.
    if (!paths.every((path) => io.stat(path))) return;
    // A terminal starts afresh, a pipe or a log keeps what was there.
    if (io.stdout.isTTY) io.stdout.write('\u001b[2J\u001b[H');
    try {
      await again();
    } catch (error) {
      if (isFirst || !isTheirs(error)) throw error;
      (await import('./failure.js')).explainFailure(error, [], io);
    }
    io.stderr.write(`watching ${paths.join(', ')}; Ctrl-C ends\n`);
  };
  await show(true);
  return new Promise((_, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    for (const path of paths)
      io.watch(path, () => {
        clearTimeout(timer);
        timer = setTimeout(() => show(false).catch(reject), SETTLE);
      });
  });
};
