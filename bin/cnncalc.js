#!/usr/bin/env node
// The process as an Io, and the exit code. Nothing else: every other file gets what it needs handed in.

const {
  closeSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  statSync,
  watch,
  writeFileSync,
  writeSync,
} = require('node:fs');
const { availableParallelism, totalmem } = require('node:os');
const { basename, dirname, join } = require('node:path');
const { isatty } = require('node:tty');
const { Script } = require('node:vm');
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

const opened = (path, flags, use) => {
  const descriptor = openSync(path, flags);
  try {
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
};

const readFile = (path, most) => opened(path, 'r', (descriptor) => read(descriptor, most));

/** The system moves no more at once. */
const MOST_AT_ONCE = 2 ** 30;

const readAt = (path, offset, length) =>
  opened(path, 'r', (descriptor) => {
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const count = readSync(descriptor, bytes, done, Math.min(length - done, MOST_AT_ONCE), offset + done);
      if (count === 0) break;
      done += count;
    }
    return bytes.subarray(0, done);
  });

const writeFile = (path, content) => {
  if (typeof content === 'string') return writeFileSync(path, content);
  return opened(path, 'w', (descriptor) => {
    for (const piece of content)
      for (let done = 0; done < piece.length; )
        done += writeSync(descriptor, piece, done, Math.min(piece.length - done, MOST_AT_ONCE));
  });
};

// A signal's listener waits for a pause. Node breaks off a script on Ctrl-C even where it computes without one.
let script;
const interruptible = (work) => {
  script ??= new Script("globalThis[Symbol.for('cnncalc')]()");
  globalThis[Symbol.for('cnncalc')] = work;
  return script.runInThisContext({ breakOnSigint: true });
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
  writeFile,
  readAt,
  now: () => performance.now(),
  processors: availableParallelism(),
  onInterrupt: (interrupted) => {
    process.on('SIGINT', interrupted);
    return () => process.off('SIGINT', interrupted);
  },
  breathe: () => new Promise((resolve) => setImmediate(resolve)),
  interruptible,
  // A container may have less than the machine; where it has no limit it says none, or more than there can be.
  memory: () => Math.min(totalmem(), process.constrainedMemory?.() || Number.POSITIVE_INFINITY),
  // The folder, not the file: editors save by putting a new file in place of the old.
  watch: (path, changed) => {
    const file = realpathSync(path);
    return watch(dirname(file), (_, name) => {
      if (name === null || name === basename(file)) changed();
    });
  },
  core: require('./core.js'),
  specs: join(__dirname, '../specs/'),
};

load()
  .main(process.argv.slice(2), io)
  .then((code) => {
    process.exitCode = code;
  });
