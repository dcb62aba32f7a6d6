// An Io without a process: streams collected, files in a Map, and behind them the repository's own specs. No assertions.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { answerer, main } from '../src/cli.js';
import type { Io } from '../src/io.js';

/** The builds of the core as they stand in dist/, threads, V8's flags. */
export const core: Io['core'] = createRequire(import.meta.url)('../bin/core.js');

export const SPECS = fileURLToPath(new URL('../specs/', import.meta.url));

/** What every page has in it, as it was built. */
const PAGE = new URL('../dist/page.json', import.meta.url);

const DOCS = fileURLToPath(new URL('../docs/', import.meta.url));

/** Whether a path is in the repository, which is there in every world. */
const isOwn = (path: string): boolean => path.startsWith(SPECS) || path.startsWith(DOCS);

export interface World {
  /** Texts or bytes by path; null is a directory. */
  readonly files?: Readonly<Record<string, string | Uint8Array | null>>;
  /** Paths that are links to elsewhere. */
  readonly links?: readonly string[];
  readonly stdin?: string | Uint8Array;
  readonly env?: Io['env'];
  /** Bytes of memory; 8 GiB by default. */
  readonly memory?: number;
  /** Ctrl-C in the nth piece of long work, from 1. */
  readonly interruptedAt?: number;
  /** Whether there is a browser; there is one by default. */
  readonly browser?: boolean;
  /** Columns of a terminal on stdout and stderr; absent = pipes. */
  readonly tty?: { readonly stdout?: number; readonly stderr?: number; readonly stdin?: boolean };
}

export interface FakeIo extends Io {
  readonly files: Map<string, string | Uint8Array | null>;
  /** What was opened in a browser. */
  readonly opened: readonly string[];
  readonly out: () => string;
  readonly err: () => string;
  /** Calls every watcher of a path. */
  readonly touch: (path: string) => void;
  /** Ctrl-C. */
  readonly interrupt: () => void;
}

const failure = (code: string): Error => Object.assign(new Error(`${code}: as the system says it`), { code });

const textOf = (content: string | Uint8Array): string =>
  typeof content === 'string' ? content : new TextDecoder('latin1').decode(content);

const bytesOf = (content: string | Uint8Array): Uint8Array =>
  typeof content === 'string' ? new TextEncoder().encode(content) : content;

export const fakeIo = ({
  files = {},
  links = [],
  stdin = '',
  env = {},
  tty = {},
  memory = 2 ** 33,
  interruptedAt,
  browser = true,
}: World = {}): FakeIo => {
  const opened: string[] = [];
  let pieces = 0;
  let read = 0;
  const contents = new Map(Object.entries(files));
  const interrupts = new Set<() => void>();
  const watchers: { path: string; changed: () => void }[] = [];
  const written = { out: '', err: '' };
  const readFile = (path: string): Uint8Array => {
    const content = contents.get(path);
    if (content === null) throw failure('EISDIR');
    if (content !== undefined) return bytesOf(content);
    if (isOwn(path)) return readFileSync(path);
    throw failure('ENOENT');
  };
  const io: FakeIo = {
    files: contents,
    out: () => written.out,
    err: () => written.err,
    stdout: { write: (text) => (written.out += textOf(text)), isTTY: tty.stdout !== undefined, columns: tty.stdout },
    stderr: { write: (text) => (written.err += textOf(text)), isTTY: tty.stderr !== undefined, columns: tty.stderr },
    env,
    stdinIsTTY: tty.stdin === true,
    readStdin: (most) => {
      const bytes = bytesOf(stdin).subarray(read, read + most + 1);
      read += bytes.length;
      return bytes;
    },
    readFile,
    stat: (path) => {
      const content = contents.get(path) ?? contents.get(path.replace(/\/$/, ''));
      if (content !== undefined)
        return {
          size: content === null ? 0 : bytesOf(content).length,
          isDirectory: content === null,
          isFile: content !== null && !path.includes('.fifo'),
        };
      return isOwn(path) ? { size: readFile(path).length, isDirectory: false, isFile: true } : undefined;
    },
    isLink: (path) => links.includes(path),
    list: (folder) => {
      const inside = folder === '.' ? '' : `${folder.replace(/\/$/, '')}/`;
      return [...contents.keys()]
        .filter((path) => path.startsWith(inside))
        .map((path) => path.slice(inside.length))
        .filter((name) => !name.includes('/'));
    },
    writeFile: (path, content) => {
      if (path.startsWith('readonly/')) throw failure('EACCES');
      contents.set(path, typeof content === 'string' ? content : new Uint8Array(Buffer.concat([...content])));
    },
    grow: (path, kept) => {
      if (path.startsWith('readonly/')) throw failure('EACCES');
      contents.set(path, kept > 0 ? textOf(readFile(path).subarray(0, kept)) : '');
      return { write: (text) => contents.set(path, `${contents.get(path)}${text}`), close: () => {} };
    },
    chunks: async function* (path) {
      yield path === '-' ? bytesOf(stdin) : readFile(path);
    },
    startAnswering: (question) => {
      const answers = answerer(question as never, io);
      return { ask: async (lines) => (await answers)(lines as never), end: () => {} };
    },
    readAt: (path, offset, length) => readFile(path).slice(offset, offset + length),
    now: () => performance.now(),
    processors: 2,
    onInterrupt: (interrupted) => {
      interrupts.add(interrupted);
      return () => interrupts.delete(interrupted);
    },
    breathe: async () => {},
    interruptible: (work) => {
      pieces += 1;
      if (pieces === interruptedAt) throw failure('ERR_SCRIPT_EXECUTION_INTERRUPTED');
      return work();
    },
    memory: () => memory,
    core,
    page: () => readFileSync(PAGE, 'utf8'),
    temporaryFile: (name) => `temporary/${name}`,
    openInBrowser: async (file) => {
      opened.push(file);
      return browser;
    },
    opened,
    interrupt: () => {
      for (const interrupted of interrupts) interrupted();
    },
    watch: (path, changed) => {
      const watcher = { path, changed };
      watchers.push(watcher);
      return { close: () => watchers.splice(watchers.indexOf(watcher), 1) };
    },
    touch: (path) => {
      for (const watcher of watchers) if (watcher.path === path) watcher.changed();
    },
    specs: SPECS,
    docs: DOCS,
  };
  return io;
};

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly io: FakeIo;
}

/** Runs a command line to its end. */
export const run = async (argv: readonly string[], world: World = {}): Promise<Ran> => {
  const io = fakeIo(world);
  const code = await main(argv, io);
  return { code, out: io.out(), err: io.err(), io };
};

export const plain = stripVTControlCharacters;
