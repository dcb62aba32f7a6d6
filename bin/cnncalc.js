#!/usr/bin/env node
// The process as an Io, and the exit code. Nothing else: every other file gets what it needs handed in.

const { closeSync, openSync, readdirSync, readSync, realpathSync, statSync, watch, writeFileSync } = require('node:fs');
const { availableParallelism } = require('node:os');
const { basename, dirname, join } = require('node:path');
const { isatty } = require('node:tty');
const { load } = require('./load.js');

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

// Devices and pipes have no end or no size: no more is read than anybody wants.
const read = (descriptor, most) => {
  const chunks = [];
  let length = 0;
  while (length <= most) {
    const chunk = Buffer.alloc(64 * 1024);
    const count = readSome(descriptor, chunk);
    if (count === 0) break;
    chunks.push(chunk.subarray(0, count));
    length += count;
  }
  return Buffer.concat(chunks);
};

const clock = new Int32Array(new SharedArrayBuffer(4));

// Whoever imports node:process makes a piped standard input non-blocking; Windows calls its end an error.
const readSome = (descriptor, chunk) => {
  for (;;) {
    try {
      return readSync(descriptor, chunk);
    } catch (error) {
      if (error.code === 'EOF') return 0;
      if (error.code !== 'EAGAIN') throw error;
      Atomics.wait(clock, 0, 0, 5);
    }
  }
};

const readFile = (path, most) => {
  const descriptor = openSync(path, 'r');
  try {
    return read(descriptor, most);
  } finally {
    closeSync(descriptor);
  }
};

const readAt = (path, offset, length) => {
  const descriptor = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const count = readSync(descriptor, bytes, done, length - done, offset + done);
      if (count === 0) break;
      done += count;
    }
    return bytes.subarray(0, done);
  } finally {
    closeSync(descriptor);
  }
};

const stat = (path) => {
  try {
    const stats = statSync(path);
    return { size: stats.size, isDirectory: stats.isDirectory() };
  } catch (error) {
    // Something is there, and reading it says why it cannot be read. Course notation may be too long for a path.
    return error.code === 'EACCES' ? { size: 0, isDirectory: false } : undefined;
  }
};

const io = {
  stdout: sink(process.stdout),
  stderr: sink(process.stderr),
  env: process.env,
  stdinIsTTY: isatty(0),
  readStdin: (most) => read(0, most),
  readFile,
  stat,
  list: (folder) => readdirSync(folder),
  writeFile: (path, text) => writeFileSync(path, text),
  readAt,
  now: () => performance.now(),
  processors: availableParallelism(),
  onInterrupt: (interrupted) => {
    process.on('SIGINT', interrupted);
    return () => process.off('SIGINT', interrupted);
  },
  breathe: () => new Promise((resolve) => setImmediate(resolve)),
  // The folder, not the file: editors save by putting a new file in place of the old.
  watch: (path, changed) => {
    const file = realpathSync(path);
    return watch(dirname(file), (_, name) => {
      if (name === null || name === basename(file)) changed();
    });
  },
  specs: join(__dirname, '../specs/'),
};

load()
  .main(process.argv.slice(2), io)
  .then((code) => {
    process.exitCode = code;
  });
