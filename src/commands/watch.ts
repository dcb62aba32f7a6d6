// --watch: runs a command again whenever its file changes, until it is interrupted. Errors in the file do not end it.

import type { Io } from '../io.js';
import { UsageError } from './output.js';

/** Editors write a file in several steps; what comes within this many milliseconds is one change. */
const SETTLE = 50;

/** Never resolves; rejects when a run fails for a reason that is not in the file. */
export const watch = async (path: string, io: Io, again: () => Promise<unknown>): Promise<never> => {
  if (!io.stat(path))
    throw new UsageError(`--watch needs a file, and there is no file "${path}" here`, 'give the path of a spec');
  const show = async () => {
    // Between two steps of an editor there may be no file at all.
    if (!io.stat(path)) return;
    // A terminal starts afresh, a pipe or a log keeps what was there.
    if (io.stdout.isTTY) io.stdout.write('\u001b[2J\u001b[H');
    await again();
    io.stderr.write(`watching ${path}; Ctrl-C ends\n`);
  };
  await show();
  return new Promise((_, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    io.watch(path, () => {
      clearTimeout(timer);
      timer = setTimeout(() => show().catch(reject), SETTLE);
    });
  });
};
