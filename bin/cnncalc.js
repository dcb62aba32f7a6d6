#!/usr/bin/env node
// The process as an Io, and the exit code. Nothing else: every other file gets what it needs handed in.

import { readFileSync, statSync, watch, writeFileSync } from 'node:fs';
import module from 'node:module';
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
    columns: stream.columns,
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
  writeFile: (path, text) => writeFileSync(path, text),
  watch: (path, changed) => watch(path, changed),
  specs: fileURLToPath(new URL('../specs/', import.meta.url)),
};

const { main } = await import('../dist/cli.js');
process.exitCode = await main(process.argv.slice(2), io);
