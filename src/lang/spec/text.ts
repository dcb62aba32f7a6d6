// Items -> YAML: on one line in braces where they are short, else a key a line. What stands in them is decided elsewhere.

import { SUGAR } from '../words.js';
import { type Branch, type Copies, hasItems, type Item, type Options } from './item.js';
import { numberedIn } from './numbers.js';
import { kindWord } from './rows.js';
import { word } from './words.js';

/** What stands at a key: a text, items, or branches. */
type Value =
  | string
  | { readonly items: readonly Line[] }
  | { readonly branches: readonly (readonly [string | null, Line])[] };
/** An entry of a list: a text, the keys of an item, a list. */
type Line = string | { readonly keys: readonly Key[] } | { readonly list: readonly Line[] };
type Key = readonly [key: string, value: Value | null];

const WIDEST = 116;

/** The lines of a list, `indent` spaces in. `remark` is what stands behind each of the items. */
export const linesOf = (
  items: readonly Item[],
  indent: number,
  remark: (item: Item) => string = () => '',
): readonly string[] => {
  const called = new Set<Item>();
  return items.flatMap((item) => {
    const [first = '', ...rest] = blockOf(lineOf(item, called), indent);
    const behind = remark(item);
    return [behind === '' ? first : `${first}  # ${behind}`, ...rest];
  });
};

const listOf = (items: readonly Item[], called: ReadonlySet<Item> = new Set()): readonly Line[] =>
  items.map((item) => lineOf(item, called));

const lineOf = (item: Item, called: ReadonlySet<Item>): Line => ({ keys: keysOf(item, called) });

const keysOf = (item: Item, called: ReadonlySet<Item>): readonly Key[] => {
  const { body, sugar, from, share, frozen, copies } = item;
  const isOne = copies?.times.text === '1';
  const written = item.name === null || called.has(item) ? null : nameOf(item.name, copies);
  const name: readonly Key[] = written === null ? [] : [['name', nameText(written)]];
  const beside: readonly Key[] = [
    ...SUGAR.flatMap((which): readonly Key[] => {
      const option = sugar.get(which);
      return option && !option.usual ? [[which, option.text]] : [];
    }),
    ...(from ? [['from', refsText(from.map(({ text }) => text))] as const] : []),
    ...(share ? [['share', word(share.text)] as const] : []),
    ...(frozen ? [['frozen', 'true'] as const] : []),
    ...(copies && !isOne ? [['repeat', copies.times.text] as const] : []),
    ...(copies && !isOne && copies.first.size > 0
      ? [['first', `{${optionTexts(copies.first).join(', ')}}`] as const]
      : []),
  ];
  switch (body.type) {
    case 'layer': {
      const { kind } = body.node;
      const main = item.options.get(kind.main ?? '');
      return [
        [kindWord(body.node), main && isWritten(main) ? main.text : null],
        ...others(item, kind.main),
        ...beside,
        ...name,
      ];
    }
    case 'use': {
      const [first] = item.options.keys();
      const main = first === undefined ? undefined : item.options.get(first);
      return [[body.block, main && !main.usual ? main.text : null], ...others(item, first), ...beside, ...name];
    }
    case 'group': {
      const numbered = numberedIn(body.items);
      return [
        ...name,
        [numbered ? 'numbered' : 'sequence', { items: listOf(body.items, numbered ?? undefined) }],
        ...beside,
      ];
    }
    case 'residual':
      return [...name, ['residual', { items: listOf(body.items) }], ...shortcutOf(body), ...beside];
    case 'merge':
      return [
        ...(hasItems(item) ? name : []),
        [body.node.kind.name, branchesOf(body.branches, item.name !== null)],
        ...others(item, undefined),
        ...beside,
        ...(hasItems(item) ? [] : name),
      ];
  }
};

/** The name as it is written, which counts on where copies do. */
const nameOf = (name: string, copies: Copies | null): string => {
  if (!copies || copies.naming === 'numbered') return name;
  if (copies.times.text === '1') return copies.naming === 'own' ? `${name}.0` : name;
  const [, base = '', number = ''] = /^(.*?)(\d+)$/.exec(name) ?? [];
  return copies.naming === 'own' ? name : `${base}{${number === '0' ? 'i' : `i + ${number}`}}`;
};

/** A main option stands there whatever it is: `{conv: 64}`, `{maxpool: 2}`. */
const isWritten = (option: { readonly text: string; readonly usual: boolean }): boolean => !option.usual;

const others = ({ options }: Item, main: string | undefined): readonly Key[] =>
  [...options].flatMap(([name, { text, usual }]): readonly Key[] => (name === main || usual ? [] : [[name, text]]));

const optionTexts = (options: Options): readonly string[] => [...options].map(([name, { text }]) => `${name}: ${text}`);

const shortcutOf = ({ shortcut, match, when }: Extract<Item['body'], { type: 'residual' }>): readonly Key[] => {
  if (match) return [['shortcut', 'match']];
  if (shortcut.length === 0) return [];
  const [only, ...more] = shortcut;
  const condition: readonly Key[] = when === undefined ? [] : [['when', when]];
  const keys: readonly Key[] =
    only && more.length === 0 ? keysOf(only, new Set()) : [['sequence', { items: listOf(shortcut) }]];
  return [['shortcut', { branches: [[null, { keys: [...keys, ...condition] }]] }]];
};

const branchesOf = (branches: readonly Branch[], isNamed: boolean): Value => {
  const [one, two, ...more] = branches;
  // To one name what came in is added.
  if (one && 'same' in one && two && 'ref' in two && more.length === 0) return word(two.ref.text);
  const groups = branches.map(asGroup);
  if (isNamed && groups.every((group) => group !== null))
    return { branches: groups.map((group) => [keyText(group.name ?? ''), { list: listOf(group.items) }]) };
  return { items: branches.map(branchLine) };
};

/** A branch that is nothing but a named group. */
const asGroup = (branch: Branch): { readonly name: string | null; readonly items: readonly Item[] } | null => {
  if (!('items' in branch)) return null;
  const [only, ...more] = branch.items;
  if (only?.body.type !== 'group' || more.length > 0 || numberedIn(only.body.items)) return null;
  if (only.name === null || only.name.includes('.') || only.from || only.copies || only.frozen) return null;
  return { name: only.name, items: only.body.items };
};

const branchLine = (branch: Branch): Line => {
  if ('same' in branch) return '[]';
  if ('ref' in branch) return word(branch.ref.text);
  return { list: listOf(branch.items) };
};

const refsText = (names: readonly string[]): string =>
  names.length === 1 ? word(names[0] ?? '') : `[${names.map(word).join(', ')}]`;

const nameText = (name: string): string => (/^[A-Za-z][\w.-]*$/.test(name) ? word(name) : JSON.stringify(name));

/** A key may begin with a digit. */
const keyText = (name: string): string => (/^\w[\w-]*[A-Za-z][\w-]*$/.test(name) ? name : JSON.stringify(name));

// --- on one line ---------------------------------------------------------------------------------------------------

/** An item on one line, however long. */
export const onOneLine = (item: Item): string => flowOf(lineOf(item, new Set()));

const flowOf = (line: Line): string => {
  if (typeof line === 'string') return line;
  if ('list' in line) return `[${line.list.map(inList).join(', ')}]`;
  return `{${line.keys.map(([key, value]) => (value === null ? key : `${key}: ${flowValue(value)}`)).join(', ')}}`;
};

const flowValue = (value: Value): string => {
  if (typeof value === 'string') return value;
  if ('items' in value) return `[${value.items.map(inList).join(', ')}]`;
  const [first] = value.branches;
  if (first && first[0] === null) return flowOf(first[1]);
  return `{${value.branches.map(([key, line]) => `${key}: ${flowOf(line)}`).join(', ')}}`;
};

/** A kind alone is a word. */
const inList = (line: Line): string => {
  if (typeof line === 'string' || 'list' in line) return flowOf(line);
  const [only, ...more] = line.keys;
  return only && more.length === 0 && only[1] === null ? only[0] : flowOf(line);
};

/** How many layers a line holds. */
const weight = (line: Line): number => {
  if (typeof line === 'string') return 1;
  if ('list' in line) return line.list.reduce((n, one) => n + weight(one), 0);
  const inner = line.keys.flatMap(([, value]) =>
    value === null || typeof value === 'string'
      ? []
      : 'items' in value
        ? value.items
        : value.branches.map(([, one]) => one),
  );
  return inner.length === 0 ? 1 : inner.reduce((n, one) => n + weight(one), 0) + 1;
};

/** What is read at a glance. */
const MOST_ON_LINE = 4;

const fits = (line: Line, text: string, indent: number): boolean =>
  text.length + indent <= WIDEST && weight(line) <= MOST_ON_LINE;

// --- on lines of their own -----------------------------------------------------------------------------------------

const blockOf = (line: Line, indent: number): readonly string[] => {
  const flow = inList(line);
  const isLayer = typeof line !== 'string' && 'keys' in line && line.keys.every(([, value]) => isShort(value));
  if (typeof line === 'string' || isLayer || fits(line, flow, indent + 2)) return [`${pad(indent)}- ${flow}`];
  const lines =
    'list' in line
      ? line.list.flatMap((one) => blockOf(one, indent + 2))
      : line.keys.flatMap(([key, value]) => keyLines(key, value, indent + 2));
  const [first = '', ...rest] = lines;
  return [`${pad(indent)}- ${first.slice(indent + 2)}`, ...rest];
};

/** A value, or names of what is merged. */
const isShort = (value: Value | null): boolean =>
  value === null ||
  typeof value === 'string' ||
  ('items' in value && value.items.every((one) => typeof one === 'string'));

const keyLines = (key: string, value: Value | null, indent: number): readonly string[] => {
  if (value === null) return [`${pad(indent)}${key}:`];
  const flow = `${key}: ${flowValue(value)}`;
  if (typeof value === 'string') return [`${pad(indent)}${flow}`];
  const inner: readonly Line[] = 'items' in value ? value.items : value.branches.map(([, line]) => line);
  if (fits({ list: inner }, flow, indent)) return [`${pad(indent)}${flow}`];
  const head = `${pad(indent)}${key}:`;
  if ('items' in value) return [head, ...value.items.flatMap((one) => blockOf(one, indent + 2))];
  return [
    head,
    ...value.branches.flatMap(([name, line]): readonly string[] => {
      if (typeof line === 'string') return [`${pad(indent + 2)}${line}`];
      if ('keys' in line) return line.keys.flatMap(([inside, held]) => keyLines(inside, held, indent + 2));
      return keyLines(name ?? '', { items: line.list }, indent + 2);
    }),
  ];
};

const pad = (indent: number): string => ' '.repeat(indent);
