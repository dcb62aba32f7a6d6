// The colours that reports are painted in, named as chalk names them; and none at all, for which nobody needs chalk.

/** Paints a text. `level` is what the terminal has: 0 no colours, 1 sixteen, 2 or more 256. */
export interface Colors {
  (text: string): string;
  readonly level: number;
  readonly bold: Colors;
  readonly dim: Colors;
  readonly red: Colors;
  readonly green: Colors;
  readonly yellow: Colors;
  readonly blue: Colors;
  readonly magenta: Colors;
  readonly cyan: Colors;
  readonly ansi256: (color: number) => Colors;
  readonly bgAnsi256: (color: number) => Colors;
}

const asItIs = ((text) => text) as Colors;

/** Whatever a text is painted in, it stays as it is. */
export const COLORLESS: Colors = Object.assign(asItIs, {
  level: 0,
  bold: asItIs,
  dim: asItIs,
  red: asItIs,
  green: asItIs,
  yellow: asItIs,
  blue: asItIs,
  magenta: asItIs,
  cyan: asItIs,
  ansi256: () => asItIs,
  bgAnsi256: () => asItIs,
});
