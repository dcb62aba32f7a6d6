// A layer as a program makes it, `nn.Conv2d(3, 16, 3, padding=1)`, taken apart: its word, and its arguments by the names they have there.

import { argumentsByPlace } from './elsewhere/calls.js';
import { type Entry, plainScalar } from './values.js';

export interface Call {
  /** `nn.Conv2d` */
  readonly word: string;
  /** The name it is given: `conv1 = nn.Conv2d(…)`. */
  readonly name: string | undefined;
  readonly arguments: readonly Entry[];
}

/** Longer ones are programs. */
const MOST = 300;

const CALL = /^(?:(?:self\.)?([A-Za-z_]\w{0,40})\s*=\s*)?((?:[A-Za-z_]\w*\.){0,5}[A-Za-z_]\w*)\s*\((.*)\)[\s,;]*$/s;

/** `model.add(…)`, and `x = …(x)`, where the name is of what comes out. */
const ADDED = /^\w+\.add\((.*)\)[\s,;]*$/s;
const APPLIED = /^(?:\w+\s*=\s*)?(.*\))\s*\(\s*\w+\s*\)[\s,;]*$/s;

/** The call that a text is. Undefined also where an argument stands at a place that nobody knows. */
export const callIn = (written: string): Call | undefined => {
  if (written.length > MOST) return undefined;
  const text = ADDED.exec(written)?.[1] ?? APPLIED.exec(written)?.[1] ?? written;
  const [, name, word, inside] = CALL.exec(text) ?? [];
  const all = inside === undefined ? undefined : partsOf(inside);
  if (word === undefined || !all) return undefined;
  // A function takes what comes in: `F.relu(x)`.
  const isFunction = /(?:^|\.)[a-z]\w*$/.test(word) && /^[a-z]\w*$/.test(all[0] ?? '');
  const parts = isFunction ? all.slice(1) : all;
  const places = argumentsByPlace(word.slice(word.lastIndexOf('.') + 1)) ?? [];
  const found: Entry[] = [];
  for (const [i, part] of parts.entries()) {
    const [, named, value = part] = /^([A-Za-z_]\w*)\s*=(?!=)\s*(.*)$/s.exec(part) ?? [];
    const key = named ?? places[i];
    if (key === undefined) return undefined;
    found.push({ key: plainScalar(key), value: plainScalar(valueIn(value)) });
  }
  return { word, name, arguments: found };
};

/** What stands between the commas that are in no brackets of their own. */
const partsOf = (inside: string): readonly string[] | undefined => {
  const parts = [''];
  let depth = 0;
  for (const sign of inside) {
    if ('([{'.includes(sign)) depth += 1;
    if (')]}'.includes(sign)) depth -= 1;
    if (depth < 0) return undefined;
    if (sign === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += sign;
  }
  const trimmed = parts.map((part) => part.trim());
  return depth === 0 ? trimmed.filter((part) => part !== '') : undefined;
};

const valueIn = (written: string): string => {
  const text = /^(["'])(.*)\1$/s.exec(written)?.[2] ?? written;
  return /^(?:true|false|same|valid)$/i.test(text) ? text.toLowerCase() : text;
};
