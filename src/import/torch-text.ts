// The text that PyTorch prints of a network, taken apart: its modules in their order, each with its path, its arguments and what it lies in.

import type { Plain } from '../core/args.js';
import type { Place } from '../core/diagnostic.js';
import { type Arguments, LEAVES, type Leaf } from './torch-modules.js';

/** A class that holds others. */
export interface Container {
  readonly type: string;
  readonly path: string;
  /** Its children follow one another: nothing else can be in a Sequential. */
  readonly sequential: boolean;
}

export interface Module {
  readonly type: string;
  readonly path: string;
  readonly leaf: Leaf;
  readonly args: Arguments;
  readonly within: readonly Container[];
  readonly at: Place;
}

/** Deeper, and more of them, nobody prints. */
const MOST_DEPTH = 64;
const MOST_MODULES = 20_000;

/** What ends the reading. */
export class Wrong extends Error {
  constructor(
    message: string,
    readonly at: Place | undefined,
    readonly code: 'import/file' | 'import/unsupported' = 'import/unsupported',
  ) {
    super(message);
  }
}

/** Modules of PyTorch, torchvision and timm that call their parts in order and do nothing else. */
const isSequential = (type: string): boolean =>
  /^(?:Sequential|\w*NormActivation|ConvBNReLU|ConvBNActivation|ConvNormAct)$/.test(type);

/** Those that add, join or gate, as their names say. */
const BRANCHES =
  /res(?:idual|block|unit|bottleneck)|basicblock|bottleneck|mbconv|squeezeexc|^se(?:layer|block|module)?$|^inception|dense(?:layer|block)|^_?fire|attention|transformer|encoderblock|cnblock|mixer/i;

/** A line of the text, and what stands within it. */
export interface Printed {
  readonly type: string;
  /** Several where it stands for as many copies. */
  readonly names: readonly string[];
  readonly args: string;
  readonly children: Printed[];
  readonly at: Place;
}

const LINE = /^\s*(?:\(([^()]*)\): )?(?:(\d+) x )?(\w+)\((.*)$/;

/** All of it, from its outermost module on. Throws {@link Wrong}. */
export const treeOf = (text: string): Printed => {
  const open: Printed[] = [];
  let root: Printed | undefined;
  for (const [i, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const line = raw.trim();
    if (line === '' || (!root && line.startsWith('>>>'))) continue;
    const at = { line: i + 1, column: raw.length - raw.trimStart().length + 1, length: line.length };
    if (line === ')') {
      if (!open.pop()) throw new Wrong('a bracket is closed that is not open', at, 'import/file');
      continue;
    }
    const [, name = '', copies, type = '', rest = ''] = LINE.exec(raw) ?? [];
    const isBegun = rest.trim() === '';
    if (type === '' || (root && open.length === 0) || !(isBegun || rest.trimEnd().endsWith(')')))
      throw new Wrong(`"${line.slice(0, 60)}" is no module as PyTorch prints it`, at, 'import/file');
    const args = isBegun ? '' : rest.trimEnd().slice(0, -1);
    const printed = { type, names: namesOf(name, copies, at), args, children: [], at };
    open.at(-1)?.children.push(printed);
    root ??= printed;
    if (isBegun) open.push(printed);
    if (open.length > MOST_DEPTH) throw new Wrong(`modules lie in each other ${open.length} deep`, at, 'import/file');
  }
  if (!root) throw new Wrong('it has no modules', undefined, 'import/file');
  if (open.length > 0)
    throw new Wrong(`it is cut off: ${open.length} brackets are open at its end`, undefined, 'import/file');
  return root;
};

/** `(0-2): 3 x Block(` stands for copies called 0, 1 and 2. */
const namesOf = (name: string, copies: string | undefined, at: Place): readonly string[] => {
  const [, first, last] = /^(\d+)-(\d+)$/.exec(name) ?? [];
  if (copies === undefined || first === undefined) return [name];
  const count = Number(last) - Number(first) + 1;
  if (count !== Number(copies) || count > MOST_MODULES)
    throw new Wrong(`${copies} copies are not called ${name.slice(0, 40)}`, at, 'import/file');
  return Array.from({ length: count }, (_, i) => String(Number(first) + i));
};

/** The modules that hold no others, in their order. Throws {@link Wrong}. */
export const modulesIn = (root: Printed): readonly Module[] => {
  const modules: Module[] = [];
  let seen = 0;
  const walk = ({ type, args, children, at }: Printed, path: string, within: readonly Container[]): void => {
    seen += 1;
    if (seen > MOST_MODULES) throw new Wrong(`it has more than ${MOST_MODULES} modules`, at, 'import/file');
    const called = path === '' ? 'the network' : path;
    const leaf = LEAVES.get(type);
    if (leaf && children.length === 0)
      modules.push({ type, path, leaf, args: argumentsIn(args, leaf, called, at), within, at });
    else if (leaf || BRANCHES.test(type))
      throw new Wrong(`${called} is of the class ${type}, which does more than call its modules one after another`, at);
    else if (children.length === 0 && !(isSequential(type) && args === ''))
      throw new Wrong(`${called} is of the class ${type}, and what that computes is not known`, at);
    const container = { type, path, sequential: isSequential(type) };
    for (const child of children)
      for (const name of child.names) walk(child, path === '' ? name : `${path}.${name}`, [...within, container]);
  };
  walk(root, '', []);
  return modules;
};

/** `3, 6, kernel_size=(5, 5), bias=False`. */
const argumentsIn = (text: string, { places = '' }: Leaf, path: string, at: Place): Arguments => {
  const names = places.split(' ');
  const found = new Map<string, Plain>();
  for (const [i, part] of (partsOf(text) ?? [text]).entries()) {
    const [, named, value = part] = /^([A-Za-z_]\w*)\s*=\s*(.*)$/.exec(part) ?? [];
    const name = named ?? names[i];
    const read = written(value);
    if (name === undefined || name === '' || read === undefined || found.has(name))
      throw new Wrong(`"${part.slice(0, 60)}" of ${path} is no argument that is known`, at, 'import/file');
    found.set(name, read);
  }
  return found;
};

const PART = /(?:\([^()]*\)|[^,()])+/g;

/** What stands between the commas that are in no brackets; undefined where brackets lie in brackets, or are open. */
const partsOf = (text: string): readonly string[] | undefined =>
  /^[\s,]*$/.test(text.replace(PART, ''))
    ? (text.match(PART) ?? []).map((part) => part.trim()).filter((part) => part !== '')
    : undefined;

const WORDS: ReadonlyMap<string, Plain> = new Map<string, Plain>([
  ['True', true],
  ['False', false],
  ['None', null],
]);

/** A value as Python prints it. */
const written = (text: string): Plain | undefined => {
  const inside = /^\((.*)\)$/.exec(text)?.[1];
  if (inside !== undefined) {
    const all = partsOf(inside)?.map(written);
    return all?.includes(undefined) ? undefined : (all as readonly Plain[] | undefined);
  }
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  if (/^-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) return Number(text);
  return /^'?([\w-]+)'?$/.exec(text)?.[1];
};
