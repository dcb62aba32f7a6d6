// `--over width=16..128:16`: what is varied, and every combination of it as a line that sweep reads. No network.

import { grouped, listed } from '../core/quantity.js';

/** What is varied, and the texts that it takes, as `--set` takes them. */
export interface Dimension {
  readonly name: string;
  readonly values: readonly string[];
}

/** What is set by name and is no var. */
export const SETTINGS = ['variant', 'input', 'batch', 'dtype'] as const;
export type SettingName = (typeof SETTINGS)[number];

export const isSetting = (name: string): name is SettingName => (SETTINGS as readonly string[]).includes(name);

/** Values of one dimension are kept. */
const MOST_VALUES = 100_000;

const EXAMPLES = 'such as width=16..128:16, width=16..256:x2 or depth=1,2,3';

/**
 * `width=16..128:16` (both ends included; a step of 1 where none is said), `width=16..256:x2` (each twice the one before),
 * `depth=1,2,3`, lists of these; lists as values in brackets. Throws a RangeError that says what is wrong.
 */
export const readDimension = (text: string): Dimension => {
  const [, name = '', written = ''] = /^\s*([^=\s]+)\s*=(.*)$/s.exec(text) ?? [];
  if (name === '') throw new RangeError(`"${text}" is no NAME=VALUES, ${EXAMPLES}`);
  const values: string[] = [];
  for (const part of apart(written)) {
    if (part === '') throw new RangeError(`${name} has an empty value: it takes values ${EXAMPLES}`);
    for (const value of range(part, name)) {
      if (values.length === MOST_VALUES)
        throw new RangeError(`${name} has more than ${grouped(MOST_VALUES)} values: a larger step makes fewer`);
      values.push(value);
    }
  }
  const seen = new Set<string>();
  for (const value of values) {
    if (seen.has(value)) throw new RangeError(`${name} has the value ${value} twice`);
    seen.add(value);
  }
  return { name, values };
};

/** The parts between commas that stand in no brackets. */
const apart = (text: string): readonly string[] => {
  const parts = [''];
  let depth = 0;
  for (const letter of text) {
    if ('[('.includes(letter)) depth += 1;
    if ('])'.includes(letter)) depth -= 1;
    if (letter === ',' && depth <= 0) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts.map((part) => part.trim());
};

const NUMBER = String.raw`([+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)`;
const RANGE = new RegExp(String.raw`^${NUMBER}\s*\.\.\s*${NUMBER}(?:\s*:\s*(x|\*)?\s*${NUMBER})?$`, 'i');

function* range(part: string, name: string): Iterable<string> {
  if (!part.includes('..') || /['"]/.test(part)) {
    yield part;
    return;
  }
  const [, from, to, factor, by] = RANGE.exec(part) ?? [];
  if (from === undefined || to === undefined)
    throw new RangeError(`${name}: "${part}" is no range FROM..TO:STEP, ${EXAMPLES}`);
  const [first, last] = [Number(from), Number(to)];
  const step = Number(by ?? (factor ? 2 : 1));
  if (factor ? !(step > 1) || first * last <= 0 : step <= 0)
    throw new RangeError(
      factor
        ? `${name}: "${part}" never gets there: a factor is above 1, and both ends are on the same side of 0`
        : `${name}: "${part}" never gets there: a step is above 0`,
    );
  const isUp = factor ? Math.abs(last) >= Math.abs(first) : last >= first;
  // Places are counted, not added up, so that 0.1 stays 0.1 thirty steps on.
  const at = (i: number): number => {
    const value = factor ? first * step ** (isUp ? i : -i) : first + (isUp ? step : -step) * i;
    return Number(value.toPrecision(12));
  };
  const isPast = (value: number): boolean =>
    factor
      ? isUp
        ? Math.abs(value) > Math.abs(last)
        : Math.abs(value) < Math.abs(last)
      : isUp
        ? value > last
        : value < last;
  for (let i = 0; !isPast(at(i)); i += 1) yield String(at(i));
}

/** How many combinations there are. Throws a RangeError where they are past counting, or a dimension comes twice. */
export const countOf = (dimensions: readonly Dimension[]): number => {
  const names = dimensions.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw new RangeError(`${twice} is varied twice: ${twice}=1,2,3 holds all of its values`);
  const count = dimensions.reduce((product, { values }) => product * values.length, 1);
  if (!Number.isSafeInteger(count))
    throw new RangeError(
      `${listed(dimensions.map(({ name, values }) => `${values.length} of ${name}`))} are more combinations than can be counted`,
    );
  return count;
};

/** A combination by its number from 0: the last dimension changes with every one, the first most seldom. */
export const combination = (dimensions: readonly Dimension[], number: number): Readonly<Record<string, string>> => {
  const entries: [string, string][] = [];
  let rest = number;
  for (const { name, values } of dimensions.toReversed()) {
    entries.push([name, values[rest % values.length] ?? '']);
    rest = Math.floor(rest / values.length);
  }
  return Object.fromEntries(entries.reverse());
};
