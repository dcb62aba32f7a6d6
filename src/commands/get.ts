// --get PATH: one value out of a report, as a shell wants it.

import { nearest, suggestion } from '../core/suggest.js';
import { UsageError } from './output.js';

/** The value as a line: words and numbers bare, lists and mappings as JSON, `?` for what is unknown. */
export const get = (report: unknown, path: string): string => {
  const value = valueAt(report, path);
  if (value === null || value === undefined) return '?';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

/** `totals.params`, `layers.conv1.params.total`, `layers.0.name`: elements of lists by number, or by their name. */
export const valueAt = (report: unknown, path: string): unknown => {
  let value: unknown = report;
  let rest = path;
  while (rest !== '') {
    const step = next(value, rest);
    if (!step) throw missing(value, path, rest);
    [value, rest] = step;
  }
  return value;
};

// Names of layers hold dots themselves: the longest name that fits is taken.
const next = (value: unknown, path: string): [value: unknown, rest: string] | null => {
  const parts = path.split('.');
  for (let n = parts.length; n > 0; n -= 1) {
    const key = parts.slice(0, n).join('.');
    const rest = parts.slice(n).join('.');
    if (Array.isArray(value)) {
      const named = value.find((item) => (item as { name?: string } | null)?.name === key);
      if (named !== undefined) return [named, rest];
      if (/^\d+$/.test(key) && Number(key) < value.length) return [value[Number(key)], rest];
    } else if (typeof value === 'object' && value !== null && Object.hasOwn(value, key)) {
      return [(value as Record<string, unknown>)[key], rest];
    }
  }
  return null;
};

const missing = (value: unknown, path: string, rest: string): UsageError => {
  const keys = Array.isArray(value)
    ? value.map((item, i) => String((item as { name?: string } | null)?.name ?? i))
    : Object.keys((value as object | null) ?? {});
  const [part = ''] = rest.split('.');
  const where = rest === path ? 'the report' : path.slice(0, path.length - rest.length - 1);
  const help = nearest(part, keys)
    ? suggestion(part, keys, 'names')
    : `it has ${keys.slice(0, 20).join(', ') || 'nothing below it'}`;
  return new UsageError(`--get ${path}: there is no "${part}" in ${where}`, help);
};
