#!/usr/bin/env node
// The process as an Io, and the exit code. Nothing else: every other file gets what it needs handed in.

const {
  closeSync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
  writeSync,
} = require('node:fs');
const { basename, dirname, join, resolve } = require('node:path');
const { load } = require('./load.js');

/** What is open under a number, if anything is. */
const kindOf = (descriptor) => {
  try {
    return fstatSync(descriptor);
  } catch {
    return undefined;
  }
};

/** Whether it is a terminal; the module that knows for sure is loaded for what may be one, and /dev/null never is. */
const isTerminal = (descriptor) => {
  const kind = kindOf(descriptor);
  return kind?.isCharacterDevice() === true && kind.rdev !== NULL_DEVICE && require('node:tty').isatty(descriptor);
};

const NULL_DEVICE = 0x103;

/** What a terminal told, later than it was written to: that nothing can be. */
let unwritten;

/** A stream of the process, or where it is a file or a pipe the descriptor itself: streams take longer to load than to write. */
const sink = (descriptor, name) => {
  const isTTY = isTerminal(descriptor);
  if (!isTTY) {
    const plain = {
      isTTY,
      isClosed: false,
      write: (text) => {
        if (descriptor === 2) aside(text);
        else if (!writeAll(descriptor, text)) plain.isClosed = true;
      },
    };
    return plain;
  }
  const stream = process[name];
  stream.on('error', (error) => {
    if (descriptor === 1) unwritten = error;
  });
  return {
    write: (text) => stream.write(text),
    isTTY,
    get columns() {
      return stream.columns;
    },
  };
};

/** Whether there is somebody who reads it. */
const writeAll = (descriptor, text) => {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'utf8') : text;
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(descriptor, bytes, done, Math.min(bytes.length - done, MOST_AT_ONCE));
    } catch (error) {
      // A pipe may be full for a moment.
      if (error.code === 'EAGAIN') Atomics.wait(clock, 0, 0, 5);
      // A reader that stops (`| head`) is no error, and hears no more.
      else if (error.code === 'EPIPE') return false;
      else throw error;
    }
  }
  return true;
};

/** How much of a file says whether it is what is wanted. */
const BEGINNING = 16;

// Where nobody can be told, there is nobody to tell that to.
const aside = (text) => {
  try {
    writeAll(2, text);
  } catch {}
};

// Devices and pipes have no end or no size: no more is read than anybody wants.
const read = (descriptor, most, isWanted) => {
  let bytes = Buffer.allocUnsafeSlow(64 * 1024);
  let length = 0;
  let asks = isWanted !== undefined;
  while (length <= most) {
    if (length === bytes.length) {
      const more = Buffer.allocUnsafeSlow(Math.min(2 * length, most + 1));
      bytes.copy(more);
      bytes = more;
    }
    const count = readSome(descriptor, bytes.subarray(length));
    if (count === 0) break;
    length += count;
    if (!asks || length < BEGINNING) continue;
    asks = false;
    if (!isWanted(bytes.subarray(0, length))) break;
  }
  return bytes.subarray(0, length);
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

const readFile = (path, most, isWanted) => opened(path, 'r', (descriptor) => read(descriptor, most, isWanted));

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

// A signal's listener waits for a pause. Node breaks off a script on Ctrl-C even where it computes without one.
let script;
const interruptible = (work) => {
  script ??= new (require('node:vm').Script)("globalThis[Symbol.for('cnncalc')]()");
  globalThis[Symbol.for('cnncalc')] = work;
  return script.runInThisContext({ breakOnSigint: true });
};

const writeFile = (path, content) => {
  if (typeof content === 'string') return writeFileSync(path, content);
  let written = false;
  try {
    interruptible(() =>
      opened(path, 'w', (descriptor) => {
        written = fstatSync(descriptor).isFile();
        for (const piece of content)
          for (let done = 0; done < piece.length; )
            done += writeSync(descriptor, piece, done, Math.min(piece.length - done, MOST_AT_ONCE));
      }),
    );
  } catch (error) {
    // No part of what was to be written stays behind.
    if (error.code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED' && written) rmSync(realpathSync(path));
    throw error;
  }
};

const grow = (path, kept) => {
  const descriptor = openSync(path, kept > 0 ? 'a' : 'w');
  if (kept > 0) ftruncateSync(descriptor, kept);
  return { write: (text) => writeAll(descriptor, text), close: () => closeSync(descriptor) };
};

const chunks = (path) => {
  if (path !== '-') return require('node:fs').createReadStream(path);
  // Node takes a directory for an input that has ended.
  if (kindOf(0)?.isDirectory()) readSync(0, Buffer.alloc(1));
  return process.stdin;
};

/** A thread that answers lines. What it had in hand when it ended is rejected. */
const startAnswering = (question) => {
  const { Worker } = require('node:worker_threads');
  const worker = new Worker(join(__dirname, 'answer.js'), { workerData: question });
  const asked = [];
  let ended;
  const end = (error) => {
    ended ??= error;
    for (const { reject } of asked.splice(0)) reject(ended);
  };
  worker.on('message', (answers) => asked.shift()?.resolve(JSON.parse(answers)));
  worker.on('error', end);
  worker.on('exit', () => end(new Error('it ended')));
  return {
    ask: (lines) =>
      new Promise((resolve, reject) => {
        if (ended) return reject(ended);
        asked.push({ resolve, reject });
        worker.postMessage(lines);
      }),
    end: () => void worker.terminate(),
  };
};

const stat = (path) => {
  try {
    const stats = statSync(path);
    return { size: stats.size, isDirectory: stats.isDirectory(), isFile: stats.isFile() };
  } catch (error) {
    // Something is there, and reading it says why it cannot be read. Course notation may be too long for a path.
    return error.code === 'EACCES' ? { size: 0, isDirectory: false } : undefined;
  }
};

const isLink = (path) => {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
};

const io = {
  stdout: sink(1, 'stdout'),
  stderr: sink(2, 'stderr'),
  env: process.env,
  get stdinIsTTY() {
    return isTerminal(0);
  },
  readStdin: (most, isWanted) => read(0, most, isWanted),
  readFile,
  stat,
  isLink,
  list: (folder) => readdirSync(folder),
  writeFile,
  grow,
  chunks,
  startAnswering,
  readAt,
  now: () => performance.now(),
  get processors() {
    return require('./core.js').processors;
  },
  onInterrupt: (interrupted) => {
    process.on('SIGINT', interrupted);
    return () => process.off('SIGINT', interrupted);
  },
  breathe: () => new Promise((resolve) => setImmediate(resolve)),
  interruptible,
  // A container may have less than the machine; where it has no limit it says none, or more than there can be.
  memory: () => Math.min(require('node:os').totalmem(), process.constrainedMemory?.() || Number.POSITIVE_INFINITY),
  // The folder, not the file: editors save by putting a new file in place of the old.
  watch: (path, changed) => {
    const file = realpathSync(path);
    return watch(dirname(file), (_, name) => {
      if (name === null || name === basename(file)) changed();
    });
  },
  keptSpec: (file) => {
    try {
      return readFileSync(join(__dirname, '../dist/specs', `${file}.json`), 'utf8');
    } catch {
      return undefined;
    }
  },
  page: () => readFileSync(join(__dirname, '../dist/page.json'), 'utf8'),
  temporaryFile: (name) => join(mkdtempSync(join(require('node:os').tmpdir(), 'cnncalc-')), name),
  openInBrowser: (file) => require('./browser.js').open(resolve(file)),
  get core() {
    return require('./core.js');
  },
  specs: join(__dirname, '../specs/'),
  docs: join(__dirname, '../docs/'),
};

/** Runs the command line of the process. */
const start = () => {
  const program = load();

  program.main(process.argv.slice(2), io).then(async (code) => {
    process.exitCode = code;
    // Terminals tell in the next round.
    if (io.stdout.isTTY) await io.breathe();
    if (unwritten && unwritten.code !== 'EPIPE') {
      io.stderr.write(`error: standard output cannot be written: ${unwritten.message}\n`);
      process.exitCode = 2;
    }
    if (!program.isKept()) await require('./keep.js').keepIfPossible();
    // Everything is written, but for what a terminal may still take: Node would only take apart what goes with the process.
    if (!io.stdout.isTTY && !io.stderr.isTTY) process.exit();
  });
};

// A thread that answers lines has files as well, and a command line of its own it has not.
if (require.main === module) start();
else module.exports = { io };
