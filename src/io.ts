// What the program needs from outside: streams, files, environment. Only bin/ makes one of the process; tests make their own.

export interface Sink {
  readonly write: (text: string | Uint8Array) => unknown;
  readonly isTTY: boolean;
  readonly columns?: number | undefined;
  /** Nobody reads what is written any more: `| head` has ended. */
  readonly isClosed?: boolean;
}

/** A file that grows as long as there is something to write. */
export interface Growing {
  /** As a whole, at once. Throws as `fs.writeSync` does. */
  readonly write: (text: string) => void;
  readonly close: () => void;
}

export interface Io {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdinIsTTY: boolean;
  /** Standard input to its end, or a little over `most` bytes of it; no more than its beginning where that is not what is wanted. */
  readonly readStdin: (most: number, isWanted?: (beginning: Uint8Array) => boolean) => Uint8Array;
  /** A file in the same way. Throws as `fs.readFileSync` does. */
  readonly readFile: (path: string, most: number, isWanted?: (beginning: Uint8Array) => boolean) => Uint8Array;
  /** Undefined where there is nothing. */
  readonly stat: (
    path: string,
  ) => { readonly size: number; readonly isDirectory: boolean; readonly isFile: boolean } | undefined;
  /** Whether a path is a link to somewhere else. */
  readonly isLink: (path: string) => boolean;
  /** What the build kept of a bundled spec, so that its YAML need not be read; of `names`, in which file which network is. */
  readonly keptSpec?: (file: string) => string | undefined;
  /** The names in a folder; throws as `fs.readdirSync` does. */
  readonly list: (folder: string) => readonly string[];
  /** A text, or bytes piece by piece. Throws as `fs.writeFileSync` does; Ctrl-C leaves no part of a file behind, see {@link isInterrupt}. */
  readonly writeFile: (path: string, content: string | Iterable<Uint8Array>) => void;
  /** A file that is written to piece by piece, behind its first `kept` bytes; the rest of what is there goes. Throws as `fs.openSync` does. */
  readonly grow: (path: string, kept: number) => Growing;
  /** A file as it comes, or standard input for `-`; the path may be a pipe without an end. Rejects as reading does. */
  readonly chunks: (path: string) => AsyncIterable<Uint8Array>;
  /** Starts a thread that answers lines; see cli.ts, `answerer`. */
  readonly startAnswering: (question: object) => {
    readonly ask: (lines: readonly object[]) => Promise<unknown>;
    readonly end: () => void;
  };
  /** A stretch of a file in a buffer of its own, shorter at the file's end. Throws as `fs.readSync` does. */
  readonly readAt: (path: string, offset: number, length: number) => Uint8Array;
  /** Calls back when the file changes, also when an editor puts a new file in its place. */
  readonly watch: (path: string, changed: () => void) => { close: () => void };
  /** Milliseconds since some moment. */
  readonly now: () => number;
  /** How many processors there are. */
  readonly processors: number;
  /** Calls back at Ctrl-C instead of ending the process, until the function that comes back is called. */
  readonly onInterrupt: (interrupted: () => void) => () => void;
  /** Lets timers and signals have their turn. */
  readonly breathe: () => Promise<void>;
  /** Work without a pause, which Ctrl-C still ends: it throws what {@link isInterrupt} knows. */
  readonly interruptible: <T>(work: () => T) => T;
  /** Bytes of memory there are for one program. */
  readonly memory: () => number;
  /** What the numeric core needs of the machine; see kernels/wasm/core.ts. */
  readonly core: {
    readonly build: (name: string) => Uint8Array;
    readonly prepare: () => boolean;
    readonly spawn?: (data: object) => {
      readonly ready: Promise<void>;
      readonly isAlive: () => boolean;
      readonly end: () => void;
    };
    readonly pause?: () => Promise<void>;
  };
  /** What the build made for all pages, as JSON; see page/document.ts. Throws as `fs.readFileSync` does. */
  readonly page: () => string;
  /** A path of that name where nothing is, in a new folder of the system's for what is not kept. */
  readonly temporaryFile: (name: string) => string;
  /** Whether a browser was started with a file. */
  readonly openInBrowser: (file: string) => Promise<boolean>;
  /** The folder of the bundled specs, ending in a slash. */
  readonly specs: string;
  /** The folder of the documentation, ending in a slash. */
  readonly docs: string;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
};

/** Why a file could not be read or written, in words. */
export const reason = (error: unknown): string => {
  const { code = '', message = String(error) } = error as { code?: string; message?: string };
  return REASONS[code] ?? message.split(',')[0] ?? message;
};

/** Ctrl-C broke off what {@link Io.interruptible} ran. */
export const isInterrupt = (error: unknown): boolean =>
  (error as { code?: string } | null)?.code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED';
