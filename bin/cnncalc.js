#!/usr/bin/env node
// The process as an Io, and the exit code. Nothing else: every other file gets what it needs handed in.

import { readdirSync, readFileSync, realpathSync, statSync, watch, writeFileSync } from 'node:fs';
import module from 'node:module';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

// Node 22 and later keep compiled code between runs.
module.enableCompileCache?.();

const sink = (stream) => {
  // A reader that stops (`| head`) is no error: what is left to say has no listener.
  stream.on('error', (error) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    write: (text) => stream.write(text),
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.columns;
    },
  };
};

const io = {
  stdout: sink(process.stdout),
  stderr: sink(process.stderr),
  env: process.env,
  stdinIsTTY: process.stdin.isTTY === true,
  readStdin: () => readFileSync(0),
  readFile: (path) => readFileSync(path),
  stat: (path) => {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats && { size: stats.size, isDirectory: stats.isDirectory() };
  },
  list: (folder) => readdirSync(folder),
  writeFile: (path, text) => writeFileSync(path, text),
  // The folder, not the file: editors save by putting a new file in place of the old.
  watch: (path, changed) => {
    const file = realpathSync(path);
    return watch(dirname(file), (_, name) => {
      if (name === null || name === basename(file)) changed();
    });
  },
  specs: fileURLToPath(new URL('../specs/', import.meta.url)),
};

const { main } = await import('../dist/cli.js');
process.exitCode = await main(process.argv.slice(2), io);
