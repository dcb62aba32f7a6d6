// Written values with their places: scalars, lists, mappings. Where they come from is yaml.ts, what they mean is for the readers.
// What is said on the command line has no place.

import type { Code } from '../core/codes.js';
import type { Place } from '../core/diagnostic.js';

/** A scalar as it was written: values are read from their source text, never from YAML's guess at a type. */
export interface Scalar {
  readonly type: 'scalar';
  readonly text: string;
  /** Written in quotes (or as a block): a quoted `null` or `same` is still text. */
  readonly quoted: boolean;
  readonly place?: Place | undefined;
  readonly broken?: Code;
}

export interface List {
  readonly type: 'list';
  readonly items: readonly Value[];
  readonly place?: Place | undefined;
  readonly broken?: Code;
}

export interface Entry {
  readonly key: Scalar;
  readonly value: Value;
}

export interface Mapping {
  readonly type: 'mapping';
  readonly entries: readonly Entry[];
  readonly place?: Place | undefined;
  /** What is wrong with it, and told: nobody knows what was meant, and whatever needs it is unknown. */
  readonly broken?: Code;
  /** Layers among the keys of a file, where their own key is missing. */
  readonly keyless?: { readonly hasInput: boolean; readonly isTogether: boolean };
}

export type Value = Scalar | List | Mapping;

export const isNull = (value: Value): boolean =>
  value.type === 'scalar' &&
  !value.quoted &&
  !value.broken &&
  (value.text === '' || value.text === 'null' || value.text === '~');

/** Whether a value is to be found, in whole or in part: `_`, `_x_x3`, `?`. */
export const isBlank = ({ text, quoted }: Scalar): boolean =>
  !quoted && /[_?]/.test(text) && /^([_?]|\d+)(\s*[x×]\s*([_?]|\d+))*$/.test(text);

/** A scalar that nobody wrote as such, at the place it stands for. */
export const plainScalar = (text: string, place?: Place): Scalar => ({ type: 'scalar', text, quoted: false, place });

export const lookup = (mapping: Mapping, key: string): Value | undefined =>
  mapping.entries.find((entry) => entry.key.text === key)?.value;

/** What a program writes instead of a text. */
export type Unwritten = string | number | boolean | readonly Unwritten[] | { readonly [key: string]: Unwritten };

/** Values that nobody wrote, without places. */
export const unwrittenValue = (unwritten: Unwritten): Value => {
  if (typeof unwritten !== 'object') return plainScalar(String(unwritten));
  if (Array.isArray(unwritten)) return { type: 'list', items: unwritten.map(unwrittenValue) };
  const entries = Object.entries(unwritten as { readonly [key: string]: Unwritten });
  return {
    type: 'mapping',
    entries: entries.map(([key, value]) => ({ key: plainScalar(key), value: unwrittenValue(value) })),
  };
};
