// Where an item stands: the values, defaults and names it sees. Reading values from text is reader.ts.

import type { Plain } from '../core/args.js';
import type { Shape } from '../core/shape.js';
import { KEYWORDS, Unknown } from './expression.js';
import { FUNCTIONS } from './operations.js';
import type { Entry } from './values.js';

/** Options by canonical name, per kind: `defaults:`. */
export type Defaults = ReadonlyMap<string, ReadonlyMap<string, Entry>>;

/** The names of the incoming shape and the copy's index, and what the grammar itself uses. */
export const RESERVED_VALUES: readonly string[] = ['c', 'h', 'w', 'd', 'i'];

export const isReservedValue = (name: string): boolean =>
  name === '_' ||
  RESERVED_VALUES.includes(name) ||
  FUNCTIONS.has(name) ||
  KEYWORDS.has(name) ||
  name === 'true' ||
  name === 'false';

/** What is read at one place: undefined where there is no input yet, null where a failure left it unknown. */
export type Incoming = Shape | null | undefined;

const NO_NAMES: ReadonlySet<string> = new Set();

export class Scope {
  constructor(
    /** The names before an item's own, ending in a dot unless empty: `layer2.0.` */
    readonly path: string,
    private readonly values: (name: string) => Plain | undefined,
    /** The names that `values` knows, for suggestions. */
    private readonly known: readonly string[],
    /** From the nearest outwards. */
    readonly defaults: readonly Defaults[],
    /** The index of the innermost copy. */
    readonly index: number | null,
    /** Blocks being expanded, innermost last. */
    readonly blocks: readonly string[],
    /** Items without names are called 0, 1, 2 … here. */
    readonly numbered = false,
    /** Names that were declared and cannot be: what they would have held is unknown. */
    private readonly refused: ReadonlySet<string> = NO_NAMES,
  ) {}

  /** The same place under a further name. */
  within(name: string): Scope {
    const path = `${this.path}${name}.`;
    return new Scope(path, this.values, this.known, this.defaults, this.index, this.blocks, false, this.refused);
  }

  /** The same place below a full name, which begins with this scope's path. */
  under(name: string): Scope {
    return this.within(name.slice(this.path.length));
  }

  /** The same place, where items without names are numbered. */
  numbering(): Scope {
    return new Scope(this.path, this.values, this.known, this.defaults, this.index, this.blocks, true, this.refused);
  }

  copy(index: number): Scope {
    const { path, values, known, defaults, blocks, numbered, refused } = this;
    return new Scope(path, values, known, defaults, index, blocks, numbered, refused);
  }

  /** The same place with further values, which hide others of the same name. Undefined = hangs on an unknown figure. */
  withValues(values: ReadonlyMap<string, Plain | undefined>, refused: ReadonlySet<string> = NO_NAMES): Scope {
    const known = [...values.keys(), ...this.known];
    const valueNamed = (name: string): Plain | undefined => {
      if (!values.has(name)) return this.values(name);
      const value = values.get(name);
      if (value === undefined) throw new Unknown();
      return value;
    };
    const { path, defaults, index, blocks, numbered } = this;
    const lost = refused.size > 0 ? new Set([...this.refused, ...refused]) : this.refused;
    return new Scope(path, valueNamed, known, defaults, index, blocks, numbered, lost);
  }

  withDefaults(defaults: Defaults): Scope {
    const all = [defaults, ...this.defaults];
    const { path, values, known, index, blocks, numbered, refused } = this;
    return new Scope(path, values, known, all, index, blocks, numbered, refused);
  }

  /** Inside a block: the file's values and the block's params, the block's defaults first. */
  entering(block: string, file: Scope, defaults: Defaults | null): Scope {
    return new Scope(
      this.path,
      file.values,
      file.known,
      defaults ? [defaults, ...this.defaults] : this.defaults,
      this.index,
      [...this.blocks, block],
      false,
      file.refused,
    );
  }

  /** The nearest default of a kind's option. */
  defaultOf(kind: string, option: string): Entry | undefined {
    for (const defaults of this.defaults) {
      const entry = defaults.get(kind)?.get(option);
      if (entry) return entry;
    }
    return undefined;
  }

  /** The names that mean something for what receives `incoming`. */
  names(incoming: Incoming): readonly string[] {
    const shape = incoming
      ? RESERVED_VALUES.filter((name) => !this.refused.has(name) && this.lookup(name, incoming) !== undefined)
      : [];
    return [...this.known, ...shape];
  }

  /** The word a name holds, if it holds one; null where it hangs on an unknown figure. */
  word(name: string): string | null | undefined {
    try {
      const value = this.lookup(name, undefined);
      return typeof value === 'string' ? value : undefined;
    } catch (error) {
      if (error instanceof Unknown) return null;
      throw error;
    }
  }

  /** The value of a name for something that receives `incoming`. */
  lookup(name: string, incoming: Incoming): Plain | undefined {
    if (this.refused.size > 0 && this.refused.has(name)) throw new Unknown();
    switch (name) {
      case 'c':
      case 'h':
      case 'w':
      case 'd':
        return size(name, incoming);
      case 'i':
        return this.index ?? undefined;
      default:
        return this.values(name);
    }
  }
}

const size = (name: 'c' | 'h' | 'w' | 'd', incoming: Incoming): number | undefined => {
  if (incoming === undefined) return undefined;
  if (incoming === null) throw new Unknown();
  const [c, ...sizes] = incoming;
  if (name === 'c') return c;
  // On a sequence both h and w are its length.
  if (name === 'w') return sizes.at(-1);
  return name === 'h' ? (sizes.at(-2) ?? sizes.at(-1)) : sizes.at(-3);
};
