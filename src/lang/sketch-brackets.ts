// What stands in brackets of a text in the middle of being written, as sketch.ts has it: over lines, and whether it is closed or not.

import { LIMITS } from './limits.js';
import {
  behindAnchors,
  colonless,
  isBlank,
  isSpace,
  type Leaf,
  type Listed,
  lineEndAt,
  type Mapped,
  type Pair,
  quotedAt,
  type Sketch,
} from './sketch-parts.js';

/**
 * The list or mapping that begins at an offset, and where it ends. Where its brackets are not closed that is before a line that begins
 * with a dash, or stands no further in than `indent`; -1: it is the whole text.
 */
export const bracketsAt = (
  text: string,
  start: number,
  indent: number,
): { readonly value: Listed | Mapped; readonly end: number } => {
  const value = opened(text, start);
  const open = [value];
  let at = start + 1;
  /** Whether the next word begins something: behind a comma or an opening bracket. */
  let begins = true;
  while (at < text.length) {
    const inner = open.at(-1);
    if (!inner) break;
    const sign = text[at] ?? '';
    if (sign === '\n') {
      if (endsBefore(text, at + 1, indent)) break;
      at += 1;
    } else if (isBlank(sign)) at += 1;
    else if (sign === '#' && isSpace(text[at - 1])) at = lineEndAt(text, at);
    else if (sign === ',') {
      begins = true;
      at += 1;
    } else if (sign === '}' || sign === ']') {
      open.pop();
      begins = false;
      at += 1;
    } else if (sign === '{' || sign === '[') {
      const held = opened(text, at);
      // Deeper than anybody writes nothing is kept.
      if (open.length <= LIMITS.depth) {
        add(inner, held, begins);
        open.push(held);
      }
      begins = true;
      at += 1;
    } else if (sign === ':' && !begins) {
      colonBehind(inner);
      at += 1;
    } else if (sign === '&' || sign === '!') at = behindAnchors(text, at);
    else {
      const leaf = sign === '"' || sign === "'" ? quotedAt(text, at, false) : plainAt(text, at);
      if (leaf.text !== '' || leaf.quoted) add(inner, leaf, begins);
      begins = false;
      // A sign that begins no word is left out.
      at = Math.max(leaf.end, at + 1);
    }
  }
  return { value, end: at };
};

const opened = (text: string, start: number): Listed | Mapped =>
  text[start] === '{'
    ? { sort: 'mapping', start, flow: true, pairs: [] }
    : { sort: 'list', start, flow: true, items: [] };

const endsBefore = (text: string, lineStart: number, indent: number): boolean => {
  let first = lineStart;
  while (isBlank(text[first])) first += 1;
  const sign = text[first];
  if (indent < 0 || sign === undefined || sign === '\n' || sign === '#') return false;
  if (sign === '-' && isSpace(text[first + 1])) return true;
  return first - lineStart <= indent && sign !== '}' && sign !== ']';
};

/** A word up to the next sign of the brackets, empty where one stands at once. */
const plainAt = (text: string, start: number): Leaf => {
  let end = start;
  for (let at = start; at < text.length; at += 1) {
    const sign = text[at] ?? '';
    if (sign === '\n' || ',{}[]'.includes(sign)) break;
    if (sign === ':' && (isSpace(text[at + 1]) || ',{}[]"\''.includes(text[at + 1] ?? ''))) break;
    if (sign === '#' && isSpace(text[at - 1])) break;
    if (!isBlank(sign)) end = at + 1;
  }
  return { sort: 'leaf', text: text.slice(start, end), start, end, quoted: false, ownLine: false };
};

/** Puts a value behind a colon, or begins something with it; a word without a comma before it begins something too. */
const add = (inner: Listed | Mapped, value: Sketch, begins: boolean): void => {
  const last = inner.sort === 'mapping' ? inner.pairs.at(-1) : undefined;
  const only = inner.sort === 'list' ? inner.items.at(-1) : undefined;
  const single = !begins && only?.sort === 'mapping' ? only.pairs.at(-1) : undefined;
  if (!begins && last?.colon && last.value === null) last.value = value;
  else if (single?.colon && single.value === null) single.value = value;
  else if (inner.sort === 'list') inner.items.push(value);
  else if (value.sort === 'leaf') inner.pairs.push(colonless(value));
};

/** In a list `a: 1` is a mapping of one key. */
const colonBehind = (inner: Listed | Mapped): void => {
  if (inner.sort === 'mapping') {
    const last = inner.pairs.at(-1);
    if (last) last.colon = true;
    return;
  }
  const last = inner.items.at(-1);
  if (last?.sort !== 'leaf') return;
  const pair: Pair = { key: last, colon: true, value: null };
  inner.items[inner.items.length - 1] = { sort: 'mapping', start: last.start, flow: true, pairs: [pair] };
};
