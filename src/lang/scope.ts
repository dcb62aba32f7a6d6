// Where an item stands: the values, defaults and names it sees. Reading values from text is reader.ts.

import type { Plain } from '../core/args.js';
import type { Findings } from '../core/findings.js';
import type { Shape } from '../core/shape.js';
import { KEYWORDS, UNKNOWN, Unknown } from './expression.js';
import { FUNCTIONS } from './operations.js';
import type { Entry, Scalar, Value } from './values.js';

/** `defaults:`, read. */
export interface Defaults {
  /** Options by canonical name, per kind. */
  readonly options: ReadonlyMap<string, ReadonlyMap<string, Entry>>;
  /** Kinds whose defaults hold a mistake: what else they were to have, nobody knows. */
  readonly broken: ReadonlySet<string>;
}

/** The names of the incoming shape and the copy's index, and what the grammar itself uses. */
export const RESERVED_VALUES: readonly string[] = ['c', 'h', 'w', 'd', 'i'];

export const isReservedValue = (name: string): boolean =>
  name === '_' ||
  RESERVED_VALUES.includes(name) ||
  FUNCTIONS.has(name) ||
  KEYWORDS.has(name) ||
  name === 'true' ||
  name === 'false';

/** Tells that nothing can be called so, and as what the name is taken. */
export const tellReserved = (
  findings: Findings,
  what: 'var' | 'param' | 'block' | 'column',
  { text, place }: Scalar,
  taken: string,
): void =>
  findings.error('name/reserved', `no ${what} can be called "${text}": it is ${taken}`, place, 'choose another name');

/** What expressions reserve a name for. */
export const IN_EXPRESSIONS = 'a reserved name in expressions';

/** What is read at one place: undefined where there is no input yet, null where a failure left it unknown. */
export type Incoming = Shape | null | undefined;

/** What a place sees. */
interface Sight {
  /** The names before an item's own, ending in a dot unless empty: `layer2.0.` */
  readonly path: string;
  readonly values: (name: string) => Plain | undefined;
  /** The names that `values` knows, for suggestions. Asked only then: copies have many. */
  readonly known: () => readonly string[];
  /** What was written for a name, where its value was bound: no name in it is to be looked up again. */
  readonly written: (name: string) => Value | undefined;
  /** From the nearest outwards. */
  readonly defaults: readonly Defaults[];
  /** The index of the innermost copy. */
  readonly index: number | null;
  /** Blocks being expanded, innermost last. */
  readonly blocks: readonly string[];
  /** Items without names are called 0, 1, 2 … here. */
  readonly numbered: boolean;
  /** Names that values were given and that none may have: nobody knows what is meant by them here. */
  readonly refused: ReadonlySet<string>;
}

export class Scope {
  private constructor(private readonly sees: Sight) {}

  /** The top of a file, with its values. */
  static ofFile(
    values: (name: string) => Plain | undefined,
    vars: ReadonlyMap<string, Value>,
    refused: ReadonlySet<string>,
  ): Scope {
    return new Scope({
      path: '',
      values,
      known: () => [...vars.keys()],
      written: writtenIn(vars),
      defaults: [],
      index: null,
      blocks: [],
      numbered: false,
      refused,
    });
  }

  get path(): string {
    return this.sees.path;
  }

  get defaults(): readonly Defaults[] {
    return this.sees.defaults;
  }

  get blocks(): readonly string[] {
    return this.sees.blocks;
  }

  get numbered(): boolean {
    return this.sees.numbered;
  }

  // Field by field: every copy makes several, and spreading takes four times as long.
  private but(changes: Partial<Sight>): Scope {
    const { sees } = this;
    return new Scope({
      path: changes.path ?? sees.path,
      values: changes.values ?? sees.values,
      known: changes.known ?? sees.known,
      written: changes.written ?? sees.written,
      defaults: changes.defaults ?? sees.defaults,
      index: changes.index ?? sees.index,
      blocks: changes.blocks ?? sees.blocks,
      numbered: changes.numbered ?? sees.numbered,
      refused: changes.refused ?? sees.refused,
    });
  }

  /** The same place under a further name. */
  within(name: string): Scope {
    return this.but({ path: `${this.path}${name}.`, numbered: false });
  }

  /** The same place below a full name, which begins with this scope's path. */
  under(name: string): Scope {
    return this.within(name.slice(this.path.length));
  }

  /** The same place, where items without names are numbered. */
  numbering(): Scope {
    return this.but({ numbered: true });
  }

  copy(index: number): Scope {
    return this.but({ index });
  }

  /**
   * The same place with further values, and what was written for each, which hide others of the same name. Undefined = hangs on an
   * unknown figure.
   */
  withValues(
    values: ReadonlyMap<string, Plain | undefined>,
    refused: ReadonlySet<string>,
    written: ReadonlyMap<string, Value | undefined>,
  ): Scope {
    const outer = this.sees;
    const valueNamed = (name: string): Plain | undefined => {
      if (!values.has(name)) return outer.values(name);
      const value = values.get(name);
      if (value === undefined) throw UNKNOWN;
      return value;
    };
    return this.but({
      values: valueNamed,
      known: () => [...values.keys(), ...outer.known()],
      written: (name) => (values.has(name) ? written.get(name) : outer.written(name)),
      ...(refused.size > 0 && { refused: new Set([...outer.refused, ...refused]) }),
    });
  }

  withDefaults(defaults: Defaults): Scope {
    return this.but({ defaults: [defaults, ...this.defaults] });
  }

  /** Inside a block: the file's values and the block's params, the block's defaults first. */
  entering(block: string, file: Scope, defaults: Defaults | null): Scope {
    return this.but({
      values: file.sees.values,
      known: file.sees.known,
      written: file.sees.written,
      refused: file.sees.refused,
      defaults: defaults ? [defaults, ...this.defaults] : this.defaults,
      blocks: [...this.blocks, block],
      numbered: false,
    });
  }

  /** What was written for a value: where it is a name alone, what that name was given; else the value itself. */
  writtenFor(value: Value): Value {
    return writtenFor(value, this.sees.written);
  }

  /** Whether a value was given a name that none may have: nobody knows what is meant by it here. */
  refuses(name: string): boolean {
    return this.sees.refused.has(name);
  }

  /** The nearest default of a kind's option. */
  defaultOf(kind: string, option: string): Entry | undefined {
    for (const defaults of this.defaults) {
      const entry = defaults.options.get(kind)?.get(option);
      if (entry) return entry;
    }
    return undefined;
  }

  /** Whether a mistake in defaults may be about this kind. */
  hasBrokenDefaults(kind: string): boolean {
    return this.defaults.some(({ broken }) => broken.has(kind));
  }

  /** The names that mean something for what receives `incoming`. */
  names(incoming: Incoming): readonly string[] {
    const { known, refused } = this.sees;
    const shape = incoming
      ? RESERVED_VALUES.filter((name) => !refused.has(name) && this.lookup(name, incoming) !== undefined)
      : [];
    return [...known(), ...shape];
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
    if (this.refuses(name)) throw UNKNOWN;
    switch (name) {
      case 'c':
      case 'h':
      case 'w':
      case 'd':
        return size(name, incoming);
      case 'i':
        return this.sees.index ?? undefined;
      default:
        return this.sees.values(name);
    }
  }
}

const writtenFor = (value: Value, given: (name: string) => Value | undefined): Value => {
  if (value.type === 'scalar') return (isName(value) && given(value.text.trim())) || value;
  if (value.type === 'mapping') return value;
  const items = value.items.map((item) => writtenFor(item, given));
  return items.every((item, i) => item === value.items[i]) ? value : { ...value, items };
};

const isName = ({ text }: Scalar): boolean => text.length < 100 && /^\s*[A-Za-z_]\w*\s*$/.test(text);

/** Names that were given names that were given names …: so many in a row are followed. More are refused when they are read. */
const MOST_FOLLOWED = 100;

/** What was written for vars, of which each may name others. */
const writtenIn = (vars: ReadonlyMap<string, Value>): Sight['written'] => {
  const known = new Map<string, Value>();
  const follow = (name: string, depth: number): Value | undefined => {
    const before = known.get(name);
    const value = vars.get(name);
    if (before || !value || depth > MOST_FOLLOWED) return before ?? value;
    // Of vars computed from themselves nothing more is looked for.
    known.set(name, value);
    const written = writtenFor(value, (inner) => follow(inner, depth + 1));
    known.set(name, written);
    return written;
  };
  return (name) => follow(name, 0);
};

const size = (name: 'c' | 'h' | 'w' | 'd', incoming: Incoming): number | undefined => {
  if (incoming === undefined) return undefined;
  if (incoming === null) throw UNKNOWN;
  if (name === 'c') return incoming[0];
  const axes = incoming.length - 1;
  // On a sequence both h and w are its length.
  const back = name === 'w' || (name === 'h' && axes === 1) ? 1 : name === 'h' ? 2 : 3;
  return back > axes ? undefined : incoming[axes + 1 - back];
};
