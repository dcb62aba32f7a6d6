// An item as it is written on one line, `{conv: 16, kernel: 3}`, of what stands there in another form. What its words mean is for who asks.

import { spelledElsewhere } from './spelling.js';
import { isNull, type Scalar, type Value } from './values.js';

/** What is longer is written on lines of its own. */
const MOST = 120;

/** What an item says, by the names that are written here. */
export interface Said {
  readonly kind: string;
  readonly main: Value | null;
  readonly name?: string | undefined;
  readonly options: ReadonlyMap<string, Value>;
}

/** The item in braces; undefined where it is long. */
export const onOneLine = ({ kind, main, name, options }: Said): string | undefined => {
  const parts: string[] = [];
  const put = (key: string, value: Value | null): boolean => {
    const text = value && !isNull(value) ? inBraces(value) : '';
    if (text !== undefined) parts.push(text === '' ? key : `${key}: ${text}`);
    return text !== undefined;
  };
  const fits =
    (name === undefined || put('name', { type: 'scalar', text: name, quoted: false })) &&
    put(kind, main) &&
    [...options].every(([key, value]) => put(key, value));
  const text = `{${parts.join(', ')}}`;
  return fits && text.length <= MOST ? text : undefined;
};

const inBraces = (value: Value): string | undefined => {
  // What YAML took apart was put together again.
  if (value.broken && value.broken !== 'yaml/split-by-comma') return undefined;
  if (value.type === 'scalar') return value.text.length > MOST ? undefined : scalarText(value);
  const parts =
    value.type === 'list'
      ? value.items.map(inBraces)
      : value.entries.map(({ key, value: held }) => entryText(key, held));
  if (parts.length > MOST || parts.includes(undefined)) return undefined;
  return value.type === 'list' ? `[${parts.join(', ')}]` : `{${parts.join(', ')}}`;
};

const entryText = (key: Scalar, value: Value): string | undefined => {
  if (isNull(value)) return scalarText(key);
  const text = inBraces(value);
  return text === undefined ? undefined : `${scalarText(key)}: ${text}`;
};

const scalarText = ({ text, quoted }: Scalar): string => {
  const plain = (quoted ? undefined : spelledElsewhere(text)?.instead) ?? text;
  const isWord = /^[A-Za-z_][\w.-]*$/.test(plain) && !/^(?:null|true|false)$/i.test(plain);
  if (quoted) return isWord ? plain : JSON.stringify(plain);
  return /[,[\]{}#"']|:\s/.test(plain) ? JSON.stringify(plain) : plain;
};
