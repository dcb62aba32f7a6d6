// Numbers as people write and read them: 34,944 and 35K, 62.4M, 6.24e7, ~448M, 238 MiB; and several things in a row. No layout, no colour.

const SUFFIXES = ['', 'K', 'M', 'G', 'T', 'P'] as const;

/** `34,944` */
const THOUSANDS = /\B(?=(\d{3})+(?!\d))/g;

export const grouped = (n: number): string => {
  const [whole = '', fraction] = String(Number.isInteger(n) ? n : Number(n.toFixed(2))).split('.');
  return whole.replace(THOUSANDS, ',') + (fraction ? `.${fraction}` : '');
};

/** A difference: `+34,944`, `-12`, `0`. */
export const signed = (n: number): string => (n > 0 ? `+${grouped(n)}` : grouped(n));

/**
 * Rounded for reading, with K = 1000: K has one decimal below 10 and none above, M and larger one decimal below 100 and
 * none above: `7.6K`, `35K`, `1.3M`, `62.4M`, `138M`. What rounds up to 1000 moves to the next suffix.
 */
export const human = (n: number): string => {
  let power = 0;
  let scaled = n;
  while (power < SUFFIXES.length - 1 && Math.abs(Number(scaled.toFixed(decimals(scaled, power)))) >= 1000) {
    power += 1;
    scaled = n / 1000 ** power;
  }
  if (power === 0) return Number.isInteger(n) ? String(n) : String(Number(n.toFixed(2)));
  return `${scaled.toFixed(decimals(scaled, power))}${SUFFIXES[power]}`;
};

const decimals = (scaled: number, power: number): number => {
  if (power === 0) return 0;
  const limit = power === 1 ? 10 : 100;
  // 9.96 would print as 10.0: what rounds past the limit drops its decimal.
  return Math.abs(Number(scaled.toFixed(1))) < limit ? 1 : 0;
};

/** `238 MiB`, with Ki = 1024; `512 B` below that. */
export const humanBytes = (n: number): string => {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let power = 0;
  let scaled = n;
  const digits = () => (power === 0 ? 0 : Number(scaled.toFixed(1)) < 100 ? 1 : 0);
  while (power < units.length - 1 && Number(scaled.toFixed(digits())) >= 1024) {
    power += 1;
    scaled /= 1024;
  }
  return `${scaled.toFixed(digits())} ${units[power]}`;
};

/** `0.12`, `31`: two or three digits are enough to see how large it is. */
export const scientific = (n: number): string =>
  n === 0 ? '0' : n >= 1e-3 && n < 1e6 ? String(Number(n.toPrecision(3))) : n.toExponential(1);

/** `1e-6` for 4.8e-7. */
export const powerAbove = (n: number): string => `1e${Math.floor(Math.log10(n)) + 1}`;

/** `a, b and c` */
export const listed = (parts: readonly string[], last: 'and' | 'or' = 'and'): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} ${last} ${parts.at(-1)}`;

/** What a written number stands for: every value in `[low, high)`, or exactly `low` when both are the same. */
export interface Quantity {
  readonly text: string;
  readonly low: number;
  readonly high: number;
  readonly unit?: 'B';
}

const SCALES: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  b: 1e9,
  t: 1e12,
  p: 1e15,
  ki: 1024,
  mi: 1024 ** 2,
  gi: 1024 ** 3,
  ti: 1024 ** 4,
  pi: 1024 ** 5,
};

/**
 * Reads a number by the answer-sheet rule: a bare integer is exact; a suffix, a decimal point or an exponent means what
 * rounds to the written digits (`35K` is 34,500 up to 35,500); `~448M` is loose, two significant figures.
 * Digits may be grouped by threes with commas, apostrophes, underscores or spaces. Null when it is no number.
 */
export const parseQuantity = (text: string): Quantity | null => {
  // Most are bare, and need no more than a look: the pattern below takes V8 longer to prepare than all that a spec expects.
  if (/^\d{1,15}$/.test(text)) return { text, low: Number(text), high: Number(text) };
  const match =
    /^(~|≈)?\s*(\d{1,3}(?:[,' _\u00a0\u202f]\d{3})+|\d+)(?:\.(\d*))?(?:[eE]\+?(\d{1,2}))?\s*([kmgtpKMGTPB]?i?)(B)?$/.exec(
      text.trim(),
    );
  if (!match) return null;
  const [, loose, whole = '', fraction, exponent, suffix = '', bytes] = match;
  // A lone B is a unit, not a billion: `512 B`.
  const isBytes = bytes !== undefined || suffix === 'B';
  const scale = (suffix === 'B' ? 1 : SCALES[suffix.toLowerCase()]) ?? Number.NaN;
  if (Number.isNaN(scale)) return null;
  const step = scale * 10 ** (Number(exponent ?? 0) - (fraction?.length ?? 0));
  const value = Number(`${whole.replace(/\D/g, '')}${fraction ?? ''}`) * step;
  const unit = isBytes ? ({ unit: 'B' } as const) : {};
  if (loose) {
    const digit = 10 ** (Math.floor(Math.log10(Math.max(value, 1))) - 1);
    const half = Math.max(digit, step) / 2;
    return { text, low: value - half, high: value + half, ...unit };
  }
  const exact = scale === 1 && fraction === undefined && exponent === undefined;
  return exact
    ? { text, low: value, high: value, ...unit }
    : { text, low: value - step / 2, high: value + step / 2, ...unit };
};

/** The next number that can be told apart: intervals end before their `high`. */
const above = (n: number): number => n + Math.max(Math.abs(n) * 2 ** -52, Number.MIN_VALUE);

/** A bound on one side, `>=100`, `< 1M`, `at most 5M`; null where it is none. Of what is rounded, the number as it is written. */
export const parseBound = (text: string): Quantity | null => {
  if (/^\d/.test(text)) return null;
  const [, sign = '', number = ''] =
    /^(>=|<=|>|<|≥|≤|at least|at most|more than|less than)\s*(.*)$/i.exec(text.trim()) ?? [];
  const quantity = sign === '' ? null : parseQuantity(number);
  if (!quantity) return null;
  const n = (quantity.low + quantity.high) / 2;
  switch (sign.toLowerCase()) {
    case '>=':
    case '≥':
    case 'at least':
      return { text, low: n, high: Number.POSITIVE_INFINITY };
    case '>':
    case 'more than':
      return { text, low: above(n), high: Number.POSITIVE_INFINITY };
    case '<':
    case 'less than':
      return { text, low: Number.NEGATIVE_INFINITY, high: n };
    default:
      return { text, low: Number.NEGATIVE_INFINITY, high: above(n) };
  }
};

/** Whether it bounds on one side only. */
export const isBound = ({ low, high }: Pick<Quantity, 'low' | 'high'>): boolean =>
  !Number.isFinite(low) || !Number.isFinite(high);

export const matches = (quantity: Quantity, value: number): boolean =>
  quantity.low === quantity.high ? value === quantity.low : value >= quantity.low && value < quantity.high;
