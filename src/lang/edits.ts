// What to write where, of values with their places: entries renamed, left out, taken out of a mapping. Undefined where that would take
// more than a stretch on a line, so that whoever asks gives advice.

import type { Edit, Place } from '../core/diagnostic.js';
import { type Entry, isNull, type Mapping, type Value } from './values.js';

/** The stretch from one place to the end of another, on one line. */
export const stretch = (from: Place | undefined, to: Place | undefined): Place | undefined =>
  from && to && from.line === to.line && to.column + to.length >= from.column
    ? { ...from, length: to.column + to.length - from.column }
    : undefined;

/** Where an entry stands, from its key to the end of its value. */
export const entryPlace = ({ key, value }: Entry): Place | undefined =>
  isNull(value) ? stretch(key.place, value.place ?? key.place) : stretch(key.place, value.place);

/** Whether a mapping stands in braces. */
export const inBraces = ({ place, entries: [first] }: Mapping): boolean =>
  place !== undefined && first?.key.place !== undefined && place.column < first.key.place.column;

/** The entry left out, with the comma that parts it from the others. */
export const leaveOut = (mapping: Mapping, entry: Entry): readonly Edit[] | undefined => {
  const own = entryPlace(entry);
  if (!own) return undefined;
  if (!inBraces(mapping)) return [{ at: own, text: '' }];
  const i = mapping.entries.indexOf(entry);
  const [before, after] = [mapping.entries[i - 1], mapping.entries[i + 1]];
  const end = before && entryPlace(before);
  if (end?.line === own.line) {
    const column = end.column + end.length;
    return [{ at: { line: own.line, column, length: own.column + own.length - column }, text: '' }];
  }
  const next = after?.key.place;
  if (next?.line !== own.line) return before || after ? undefined : [{ at: own, text: '' }];
  return [{ at: { ...own, length: next.column - own.column }, text: '' }];
};

/** `type: conv` as `conv`: an entry that becomes a key alone. */
export const keyAlone = (mapping: Mapping, entry: Entry, key: string): readonly Edit[] | undefined => {
  const at = entryPlace(entry);
  return at && [{ at, text: inBraces(mapping) ? key : `${key}:` }];
};

/** `conv: {filters: 16, kernel: 3}` as `conv, filters: 16, kernel: 3`: what stands in a mapping of its own, beside its key. */
export const takeOut = (outer: Mapping, { key, value }: Entry): readonly Edit[] | undefined => {
  const [first] = value.type === 'mapping' ? value.entries : [];
  if (value.type !== 'mapping' || !key.place || !first?.key.place || !value.place) return undefined;
  if (!inBraces(value)) return inBraces(outer) ? undefined : outdent(key.place, value);
  const whole = entryPlace({ key, value });
  const opening = stretch(key.place, { ...first.key.place, length: 0 });
  if (!whole || !opening || !onOneLine(value)) return undefined;
  const closing = { line: whole.line, column: whole.column + whole.length - 1, length: 1 };
  if (inBraces(outer))
    return [
      { at: opening, text: `${key.text}, ` },
      { at: closing, text: '' },
    ];
  return outer.entries.length > 1 ? undefined : [{ at: opening, text: `{${key.text}, ` }];
};

const onOneLine = ({ place, entries }: Mapping): boolean => {
  const last = entries.at(-1);
  return last !== undefined && entryPlace(last)?.line === place?.line;
};

/** An item as it is written on one line in place of one in braces, or of one with a single key. */
export const inPlaceOf = (value: Mapping, text: string): readonly Edit[] | undefined => {
  const { place, entries } = value;
  const [only, second] = entries;
  const last = entries.at(-1);
  const end = last && entryPlace(last);
  if (inBraces(value))
    return place && end?.line === place.line && end.column < place.column + place.length
      ? [{ at: place, text }]
      : undefined;
  const at = only && !second && entryPlace(only);
  return at &&
    (only.value.type === 'scalar' || (only.value.type === 'mapping' && inBraces(only.value) && onOneLine(only.value)))
    ? [{ at, text }]
    : undefined;
};

// Every entry on a line of its own begins where the key does.
const outdent = (key: Place, { entries }: Mapping): readonly Edit[] | undefined => {
  const edits: Edit[] = [];
  for (const { key: inner } of entries) {
    const depth = (inner.place?.column ?? 0) - key.column;
    if (!inner.place || inner.place.line === key.line || depth <= 0) return undefined;
    edits.push({ at: { line: inner.place.line, column: key.column, length: depth }, text: '' });
  }
  return edits;
};

/** `- a: 1` below `- b: 2` as the one mapping that was meant, and its dashes left out; undefined for any other list. */
export const withoutDashes = (
  value: Value,
): { readonly mapping: Mapping; readonly edits: readonly Edit[] } | undefined => {
  if (value.type !== 'list' || value.items.length === 0) return undefined;
  const items = value.items.filter((item): item is Mapping => item.type === 'mapping' && !inBraces(item));
  if (items.length < value.items.length) return undefined;
  const edits = items.flatMap(({ place }) =>
    place && place.column > 2 ? [{ at: { ...place, column: place.column - 2, length: 2 }, text: '  ' }] : [],
  );
  return { mapping: { type: 'mapping', entries: items.flatMap(({ entries }) => entries), place: value.place }, edits };
};

/** A name above an item, whose kind is implied by the name (`conv1`) or by an entry of the item (`type: conv`), or stands there. */
export interface NameAbove {
  readonly kind: string;
  readonly implied?: Entry | 'by its name';
}

/** Dashes before the keys of a mapping on lines: what begins an item, what is an option of the one before, what is a name of one. */
export const dashes = (
  mapping: Mapping,
  partOf: (entry: Entry) => 'item' | 'option' | NameAbove,
): readonly Edit[] | undefined => {
  if (inBraces(mapping)) return undefined;
  const edits: Edit[] = [];
  for (const entry of mapping.entries) {
    const { key, value } = entry;
    const part = partOf(entry);
    if (!key.place) return undefined;
    const before = { ...key.place, length: 0 };
    if (part === 'item' || part === 'option') {
      edits.push({ at: before, text: part === 'item' ? '- ' : '  ' });
      // What stands below the key moves with it.
      for (let line = key.place.line + 1; line <= lastLine(value); line += 1)
        edits.push({ at: { line, column: 1, length: 0 }, text: '  ' });
      continue;
    }
    const first = value.type === 'mapping' ? value.entries[0]?.key.place : undefined;
    const opening = first && stretch(key.place, { ...first, length: 0 });
    const typed = typedEdits(value, part);
    const says = part.implied === 'by its name';
    if (!typed) return undefined;
    edits.push(...typed);
    if (opening) edits.push({ at: opening, text: `- {name: ${key.text}, ${says ? `${part.kind}, ` : ''}` });
    else if (first?.column === key.place.column + 2) {
      const below = says ? `\n${' '.repeat(first.column - 1)}${part.kind}:` : '';
      edits.push({ at: { ...key.place, length: key.place.length + 1 }, text: `- name: ${key.text}${below}` });
    } else return undefined;
  }
  return edits;
};

const typedEdits = (value: Value, { kind, implied }: NameAbove): readonly Edit[] | undefined =>
  typeof implied === 'object' && value.type === 'mapping' ? keyAlone(value, implied, kind) : [];

/** The name of a layer put beside what stands below it, on lines. */
export const nameBeside = (outer: Mapping, entry: Entry, above: NameAbove): readonly Edit[] | undefined => {
  const { key, value } = entry;
  const moved = value.type !== 'mapping' || inBraces(value) ? undefined : takeOut(outer, entry);
  const typed = typedEdits(value, above);
  if (!moved || !typed || !key.place) return undefined;
  const below = above.implied === 'by its name' ? `\n${' '.repeat(key.place.column - 1)}${above.kind}:` : '';
  return [
    { at: { ...key.place, length: key.place.length + 1 }, text: `name: ${key.text}${below}` },
    ...moved,
    ...typed,
  ];
};

const lastLine = (value: Value): number =>
  value.type === 'scalar'
    ? (value.place?.line ?? 0)
    : Math.max(
        value.place?.line ?? 0,
        ...(value.type === 'list' ? value.items : value.entries.map((entry) => entry.value)).slice(-1).map(lastLine),
      );

/** A value as text on a line, where it is short and plain. */
export const plainText = (value: Value): string | undefined =>
  value.type === 'scalar' && !isNull(value) && value.text.length <= 40 ? value.text : undefined;
