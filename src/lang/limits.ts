// How much of a text is read by yaml.ts. What reading its values may cost is work.ts.

/** Limits on what is read, stated in the errors. Aliases may not multiply a file beyond `values`. */
export const LIMITS = {
  bytes: 4 * 1024 * 1024,
  depth: 200,
  values: 2_000_000,
  pieces: 700_000,
  key: 200,
} as const;
