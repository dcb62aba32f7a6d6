// Python as data: expressions in which numbers are slots, so that two pieces of code can be found to be one with other numbers. No text
// of files (text.ts), no operators (words.ts).

import { type Literal, literal } from '../python/literal.js';

/** What a number counts, so that a parameter made of it has a name. */
export interface Slot {
  readonly type: 'slot';
  readonly role: string;
  readonly value: Literal;
  /** What it is where nobody says it: then it is left out. */
  readonly usual?: Literal;
}

/** One of the values that an expression reads. */
interface Read {
  readonly type: 'read';
  readonly at: number;
}

/** The module whose weights an expression uses; its path once it has one. */
interface Self {
  readonly type: 'self';
  readonly path?: string;
}

/** A call by the names of its arguments; what is unnamed comes first. */
export interface Call {
  readonly type: 'call';
  readonly of: string;
  readonly args: readonly Argument[];
}

export interface Argument {
  readonly name?: string;
  readonly value: Code;
}

/** Modules one behind the other, by their names; those that are counted from 0 are an nn.Sequential. */
interface Chain {
  readonly type: 'chain';
  readonly children: readonly { readonly name: string; readonly value: Code }[];
}

/** Pieces one behind the other. */
interface Run {
  readonly type: 'run';
  readonly parts: readonly Code[];
}

export type Code = string | Slot | Read | Self | Call | Chain | Run;

export const slot = (role: string, value: Literal, usual?: Literal): Slot => ({
  type: 'slot',
  role,
  value,
  ...(usual !== undefined && { usual }),
});

export const SELF: Self = { type: 'self' };

export const read = (at = 0): Read => ({ type: 'read', at });

/** A template: code with code in it. */
export const python = (texts: TemplateStringsArray, ...codes: readonly (Code | number)[]): Code => ({
  type: 'run',
  parts: texts.flatMap((text, i): Code[] => {
    const code = codes[i];
    return [
      ...(text === '' ? [] : [text]),
      ...(code === undefined ? [] : [typeof code === 'number' ? `${code}` : code]),
    ];
  }),
});

/** `nn.Conv2d(3, 64, kernel_size=3)`: what comes first, then by name. A value that stands for itself is a slot of that name. */
export const call = (
  of: string,
  first: readonly Code[],
  named: Readonly<Record<string, Code | undefined>> = {},
): Call => ({
  type: 'call',
  of,
  args: [
    ...first.map((value) => ({ value })),
    ...Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }])),
  ],
});

/** The parts of code, whatever it is. */
const partsOf = (code: Code): readonly Code[] => {
  if (typeof code === 'string') return [];
  if (code.type === 'call') return code.args.map(({ value }) => value);
  if (code.type === 'chain') return code.children.map(({ value }) => value);
  return code.type === 'run' ? code.parts : [];
};

/** How many parts of code are such. */
export const countIn = (code: Code, is: (part: Exclude<Code, string>) => boolean): number =>
  typeof code !== 'string' && is(code) ? 1 : partsOf(code).reduce((sum, part) => sum + countIn(part, is), 0);

/** The same with some of its parts replaced; null leaves a part as it is. */
export const replaced = (code: Code, by: (part: Code) => Code | null): Code => {
  const own = by(code);
  if (own !== null || typeof code === 'string') return own ?? code;
  const inside = (part: Code): Code => replaced(part, by);
  switch (code.type) {
    case 'call':
      return { ...code, args: code.args.map((one) => ({ ...one, value: inside(one.value) })) };
    case 'chain':
      return { ...code, children: code.children.map((one) => ({ ...one, value: inside(one.value) })) };
    case 'run':
      return { ...code, parts: code.parts.map(inside) };
    default:
      return code;
  }
};

/** All slots in the order in which they stand. */
export const slotsOf = (code: Code): readonly Slot[] =>
  typeof code !== 'string' && code.type === 'slot' ? [code] : partsOf(code).flatMap(slotsOf);

/** What is alike in code that differs in its numbers only. */
export const shapeOfCode = (code: Code): string => {
  if (typeof code === 'string') return JSON.stringify(code);
  switch (code.type) {
    case 'slot':
      return `<${code.role}${code.usual === undefined ? '' : `=${JSON.stringify(code.usual)}`}>`;
    case 'read':
      return `$${code.at}`;
    case 'self':
      return `@${code.path ?? ''}`;
    case 'chain':
      return `[${code.children.map(({ name, value }) => `${name}=${shapeOfCode(value)}`).join()}]`;
    case 'call':
      return `${code.of}(${code.args.map(({ name = '', value }) => `${name}=${shapeOfCode(value)}`).join()})`;
    case 'run':
      return code.parts.map(shapeOfCode).join('');
  }
};

/** What stands for the parts of code that are not text. */
export interface Said {
  /** Undefined where it is what nobody says. */
  readonly slot: (slot: Slot) => string | undefined;
  readonly read?: (at: number) => string;
  readonly self?: (path: string) => string;
}

export const textOf = (code: Code, said: Said): string => {
  if (typeof code === 'string') return code;
  switch (code.type) {
    case 'slot':
      return said.slot(code) ?? literal(code.value);
    case 'read':
      return said.read?.(code.at) ?? '';
    case 'self':
      return said.self?.(code.path ?? '') ?? '';
    case 'call':
      return `${code.of}(${code.args.flatMap(({ name, value }) => argumentText(name, value, said)).join(', ')})`;
    case 'chain':
      return `nn.Sequential(${inRuns(code.children.map(({ value }) => textOf(value, said))).join(', ')})`;
    case 'run':
      return code.parts.map((part) => textOf(part, said)).join('');
  }
};

const argumentText = (name: string | undefined, value: Code, said: Said): readonly string[] => {
  const isSlot = typeof value !== 'string' && value.type === 'slot';
  const text = isSlot ? said.slot(value) : textOf(value, said);
  return text === undefined ? [] : [name === undefined ? text : `${name}=${text}`];
};

export const isCounted = (children: readonly { readonly name: string }[]): boolean =>
  children.every(({ name }, i) => name === String(i));

/** Two copies are written twice, more are a loop. */
const WORTH_A_LOOP = 3;

export const inRuns = (texts: readonly string[]): readonly string[] => {
  const runs: { readonly text: string; count: number }[] = [];
  for (const text of texts) {
    const last = runs.at(-1);
    if (last?.text === text) last.count += 1;
    else runs.push({ text, count: 1 });
  }
  return runs.flatMap(({ text, count }) =>
    count < WORTH_A_LOOP ? Array.from({ length: count }, () => text) : [`*[${text} for _ in range(${count})]`],
  );
};

/** One number where all axes have the same: `3` for `(3, 3)`. */
export const once = (numbers: readonly number[]): Literal =>
  numbers.every((n) => n === numbers[0]) ? (numbers[0] ?? 0) : numbers;
