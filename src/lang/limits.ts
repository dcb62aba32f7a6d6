// How much of a text is read by yaml.ts, and how much what it says may ask for. What reading values costs is counted in work.ts.

/** What helps a text that is too large. */
export const SHORTER = 'use repeat, each and blocks instead of writing every layer out';

/** Limits on what is read, stated in the errors. Aliases may not multiply a file beyond `values`. */
export const LIMITS = {
  bytes: 4 * 1024 * 1024,
  depth: 200,
  values: 2_000_000,
  pieces: 700_000,
  key: 200,
} as const;

/** Counts brackets only, quotes ignored: a spec that nests 200 of them anywhere is refused before the parser sees it. */
export const nestsTooDeep = (text: string): boolean => {
  let depth = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 0x5b || code === 0x7b) depth += 1;
    else if (code === 0x5d || code === 0x7d) depth = Math.max(0, depth - 1);
    if (depth > LIMITS.depth) return true;
  }
  return false;
};

/** What a few lines can ask for without end: how much of it one text is given, stated in the errors. */
export interface Budget {
  /** Layers of the network. */
  readonly layers: number;
  /** Tensors that all of its layers read. */
  readonly readings: number;
  /** Items with all their copies, and what they read. */
  readonly copies: number;
  /** Values read, of every option of every copy. */
  readonly work: number;
  /** Layers built in all trials together, where values are looked for; then the search stops, and says so. */
  readonly tried: number;
}

/** About a second's worth of each. */
export const BUDGET: Budget = {
  layers: 100_000,
  readings: 1_000_000,
  copies: 300_000,
  work: 3_000_000,
  tried: 100_000,
};
