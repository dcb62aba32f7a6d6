// What the program needs from outside: streams, files, environment. Only bin/ makes one of the process; tests make their own.

export interface Sink {
  readonly write: (text: string) => unknown;
  readonly isTTY: boolean;
  readonly columns?: number | undefined;
}

export interface Io {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdinIsTTY: boolean;
  /** Everything on standard input, to its end. */
  readonly readStdin: () => Uint8Array;
  /** Throws as `fs.readFileSync` does. */
  readonly readFile: (path: string) => Uint8Array;
  /** Undefined where there is nothing. */
  readonly stat: (path: string) => { readonly size: number; readonly isDirectory: boolean } | undefined;
  readonly writeFile: (path: string, text: string) => void;
  readonly watch: (path: string, changed: () => void) => { close: () => void };
  /** The folder of the bundled specs, ending in a slash. */
  readonly specs: string;
}
