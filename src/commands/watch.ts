// --watch: runs a command again whenever its file changes, until it is interrupted. Errors in the file do not end it.

import type { Io } from '../io.js';
import { Unreadable } from './load.js';
import { UsageError } from './output.js';

/** Editors write a file in several steps; what comes within this many milliseconds is one change. */
const SETTLE = 50;

export const watch = async (path: string, io: Io, again: () => Promise<number>): Promise<number> => {
  if (!io.stat(path)) throw new UsageError(`--watch needs a file, and there is no file "${path}" here`, 'give the path of a spec');
  const show = async () => {
    // A terminal starts afresh, a pipe or a log keeps what was there.
    if (io.stdout.isTTY) io.stdout.write('\u001b[2J\u001b[3J\u001b[H');
    try {
      await again();
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      io.stderr.write(`error: ${error.message}\n`);
    }
    io.stderr.write(`watching ${path}; Ctrl-C ends\n`);
  };
  await show();
  return new Promise((_, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let watcher = io.watch(path, changed);
    // An editor that replaces the file leaves the old one watched.
    function changed(): void {
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (io.stat(path)) {
          watcher.close();
          watcher = io.watch(path, changed);
        }
        show().catch(reject);
      }, SETTLE);
    }
  });
};
