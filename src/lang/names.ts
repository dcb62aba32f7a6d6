// The names of a network: what each one's result is, where it was given, and new ones for items without. No layers.

import type { Code } from '../core/codes.js';
import { type Place, type Remedy, write } from '../core/diagnostic.js';
import type { Findings } from '../core/findings.js';
import { choice } from '../core/suggest.js';
import { isGlob, type Matcher } from './globs.js';
import type { Scope } from './scope.js';
import type { List, Scalar, Value } from './values.js';
import type { Work } from './work.js';

/** The tensors an item reads or makes, by node id. {@link LOST} stands for one that a mistake left unknown. */
export type Tensors = readonly number[];
export const LOST = -1;

/** Rows, from the first to the last. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** The key at which a name stands, and the list of names that it stands in. */
export interface ReadBy {
  readonly key: string;
  readonly list?: List;
}

const isPosition = (value: Value): value is Scalar => value.type === 'scalar' && /^\s*-?\d+\s*$/.test(value.text);

/** Of names that end alike, the last are looked at. */
const MOST_ALIKE = 20;

/** Names are joined to paths and repeated on every row: so long each part, and so long all of one that is written joined. */
const MOST = { part: 200, joined: 1300 } as const;

const isTooLong = (name: string): boolean =>
  name.length > MOST.part && (name.length > MOST.joined || name.split('.').some((part) => part.length > MOST.part));

/** What a full name means. */
interface Named {
  /** What `from: NAME` reads: an item's result, after its sugar. */
  result?: Tensors;
  /** The row of the name itself, before its sugar. */
  row?: number;
  /** What an item of the name made; of copies the last. */
  made?: Span;
  /** What all copies of the name made. */
  copies?: Span;
  /** A person gave it, at a place. */
  isGiven?: true;
  place?: Place | undefined;
  /** Two items were given it. */
  isAmbiguous?: true;
}

export class Names {
  /** By full name: a large network has many, and a map grows slowly. */
  private readonly all = new Map<string, Named>();
  private readonly counters = new Map<string, number>();
  /** The names with results as they came. */
  private readonly order: string[] = [];
  /** Of those up to `indexed`, the last of each that ends in the same name. */
  private readonly byEnd = new Map<string, readonly string[]>();
  private indexed = 0;

  constructor(
    /** Every name that a person gave anywhere in the file: generated names avoid them. */
    private readonly given: ReadonlySet<string>,
    private readonly findings: Findings,
    private readonly work: Work,
    /** Absent where no name with wildcards is written. */
    private readonly match: Matcher | undefined,
  ) {}

  setResult(name: string, result: Tensors): void {
    const named = this.named(name);
    if (!named.result) this.order.push(name);
    named.result = named.isAmbiguous ? [LOST] : result;
  }

  private named(name: string): Named {
    const known = this.all.get(name);
    if (known) return known;
    const named: Named = {};
    this.all.set(name, named);
    return named;
  }

  private hasResult(name: string): boolean {
    return this.all.get(name)?.result !== undefined;
  }

  /** The row's name, which is another where somebody gave this one to something else: `conv1.act` to a pool. */
  setRow(name: string, id: number, at: Place | undefined): string {
    let own = name;
    let named = this.named(own);
    for (let count = 2; named.row !== undefined; count += 1) {
      own = `${name}.${count}`;
      named = this.named(own);
    }
    if (own !== name) this.duplicate(name, at);
    named.row = id;
    return own;
  }

  /** The rows that an item made. */
  setSpan(name: string, span: Span): void {
    if (span.last >= span.first) this.named(name).made = span;
  }

  /** A name of several copies means the last, for `share` as for `from`. */
  setCopies(name: string, last: string, all: Span): void {
    const named = this.named(name);
    const span = this.all.get(last)?.made;
    if (span) named.made = span;
    named.copies = all;
  }

  /** The full name a person gave an item, or null where there is none. A name that is taken is reported and replaced. */
  explicit(value: Value | undefined, scope: Scope): string | null {
    if (!value) return null;
    if (value.type !== 'scalar' || value.text.trim() === '') {
      this.findings.error('name/word', 'a name is a word', value.place, 'write name: conv1');
      return null;
    }
    if (isTooLong(value.text)) {
      this.findings.error(
        'name/word',
        `a name has at most ${MOST.part} characters`,
        value.place,
        'write a shorter one',
      );
      return null;
    }
    const name = `${scope.path}${value.text.trim()}`;
    const named = this.named(name);
    if (!named.isGiven && !named.result) {
      named.isGiven = true;
      named.place = value.place;
      return name;
    }
    this.duplicate(name, value.place);
    return this.free(scope, value.text.trim());
  }

  /** `conv1`, `conv2` …: kind and count within the scope, never a name that a person gave. */
  free(scope: Scope, base: string): string {
    if (scope.numbered) return this.number(scope);
    const key = `${scope.path}${base}`;
    let count = this.counters.get(key) ?? 0;
    let name: string;
    do {
      count += 1;
      name = `${key}${count}`;
    } while (this.hasResult(name) || (this.given.size > 0 && this.given.has(`${base}${count}`)));
    this.counters.set(key, count);
    return name;
  }

  /** `0`, `1` …: what an item without a name is called in `numbered`. */
  private number({ path }: Scope): string {
    let count = this.counters.get(path) ?? 0;
    while (this.hasResult(`${path}${count}`)) count += 1;
    this.counters.set(path, count + 1);
    return `${path}${count}`;
  }

  /** The base itself where it is free, else numbered. */
  freeBare(scope: Scope, base: string): string {
    const name = `${scope.path}${base}`;
    const named = this.all.get(name);
    const isTaken = named?.result !== undefined || named?.row !== undefined || this.given.has(base);
    return isTaken ? this.free(scope, base) : name;
  }

  /** What a written name reads: looked up in its own scope first, then outwards. A param may hold the name. */
  read(value: Value, scope: Scope, by: ReadBy = { key: 'from' }): Tensors {
    if (value.broken) return [LOST];
    if (value.type !== 'scalar') {
      this.findings.error('from/name', 'a name stands here', value.place, 'write from: conv1');
      return [LOST];
    }
    const text = value.text.trim();
    const held = scope.word(text);
    if (held === null) return [LOST];
    const found = lookUp(held ?? text, scope, (full) => this.all.get(full)?.result);
    if (found) return found;
    if (this.match && isGlob(text)) {
      const { match } = this;
      return (
        this.like(text, match, value, scope) ??
        this.unknown('from/unknown', `no earlier layer has a name like "${text}"`, value, () =>
          this.meantLike(text, match),
        )
      );
    }
    if (isPosition(value)) this.position(text, value, by);
    else
      this.unknown('from/unknown', `there is no earlier layer called "${text}"`, value, () =>
        this.meant(text, this.recent, 'layers so far'),
      );
    return [LOST];
  }

  /** `-1`, where a name is wanted; of several in one list the first is told, with the others. */
  private position(text: string, value: Value, { key, list }: ReadBy): void {
    const all = list?.items.filter(isPosition) ?? [];
    if (list && all[0] !== value) return;
    const written = list ? all.map((one) => one.text.trim()).join(', ') : text;
    this.findings.error(
      'from/position',
      `${key} takes ${list ? 'names' : 'a name'}, not the position${all.length > 1 ? 's' : ''} ${written}`,
      value.place,
      list
        ? `give the layers names, and write those here, as in ${key}: [a, b]`
        : `give the layer a name and write ${key}: NAME`,
    );
  }

  /** What a name of an output means, once all layers are there. */
  output(value: Value, scope: Scope): Tensors {
    const text = value.type === 'scalar' ? value.text.trim() : '';
    if (value.broken) return [LOST];
    const found = this.all.get(text)?.result;
    if (found) return found;
    const { match } = this;
    if (match && isGlob(text))
      return (
        this.like(text, match, value, scope) ??
        this.unknown('outputs/unknown', `no layer has a name like "${text}"`, value, () => this.meantLike(text, match))
      );
    return this.unknown('outputs/unknown', `there is no layer called "${text}"`, value, () =>
      this.meant(text, this.recent, 'layers', 'is dropped, or stands in what is'),
    );
  }

  private unknown(code: Code, message: string, { place }: Value, meant: () => Remedy): Tensors {
    this.findings.error(code, message, place, meant);
    return [LOST];
  }

  /** All that a name with wildcards means, in the order of the network: of the nearest scope that has any. */
  private like(glob: string, match: Matcher, { place }: Value, scope: Scope): Tensors | undefined {
    const fits = match(glob);
    for (const path of outwards(scope)) {
      this.work.count(this.order.length, place);
      const found = this.order.filter((name) => name.startsWith(path) && fits(name.slice(path.length)));
      if (found.length > 0)
        return [...new Set(found.flatMap((name) => this.all.get(name)?.result ?? []))].sort((a, b) => a - b);
    }
    return undefined;
  }

  /** Of a name with wildcards that matches nothing: the same further in, or another of as many parts that is near. */
  private meantLike(glob: string, match: Matcher): Remedy {
    const parts = glob.split('.');
    const inside = glob.includes('**') ? undefined : this.recent.findLast(match(`**.*.${glob}`))?.split('.');
    if (inside)
      return write(
        [...inside.slice(0, inside.length - parts.length), glob].join('.'),
        `: ${glob} is inside of another item`,
      );
    const alike = this.recent.flatMap((name) => {
      const own = name.split('.');
      return own.length === parts.length ? [own.map((part, i) => (parts[i] === '*' ? '*' : part)).join('.')] : [];
    });
    return choice(glob, [...new Set(alike)].filter(isGlob), 'names so far');
  }

  /** The rows whose weights a name means: those of an item, or one row; null where two have it. */
  rowsOf(name: string, scope: Scope): Span | null | undefined {
    return lookUp(name, scope, (full) => {
      const { isAmbiguous, made, row } = this.all.get(full) ?? {};
      if (isAmbiguous) return null;
      return made ?? (row === undefined ? undefined : { first: row, last: row });
    });
  }

  /** The rows of all copies of a name, where it has copies. */
  copiesOf(name: string, scope: Scope): Span | undefined {
    return lookUp(name, scope, (full) => this.all.get(full)?.copies);
  }

  /** What a name that reads nothing may have meant: something of that name further in, or a name that is near. */
  meant(
    text: string,
    names: readonly string[],
    what: string,
    otherwise = 'comes later, or is dropped; a layer reads what stands before it',
  ): Remedy {
    const inside = this.inside(text);
    if (inside !== undefined) return write(inside, `: ${text} is the name of something inside of another item`);
    return this.given.has(text) ? `${text} ${otherwise}` : choice(text, names, what);
  }

  /** The last full name that ends in a name, as `each1.2.a` does in `a`. */
  private inside(text: string): string | undefined {
    for (const name of this.order.slice(this.indexed)) {
      const end = name.slice(name.lastIndexOf('.') + 1);
      this.byEnd.set(end, [...(this.byEnd.get(end) ?? []).slice(-MOST_ALIKE), name]);
    }
    this.indexed = this.order.length;
    return this.byEnd.get(text.slice(text.lastIndexOf('.') + 1))?.findLast((name) => name.endsWith(`.${text}`));
  }

  /** The latest names: what an unknown one may have meant. */
  get recent(): readonly string[] {
    return this.order.slice(-200);
  }

  // Which of the two a name means from here on cannot be said.
  private duplicate(name: string, at: Place | undefined): void {
    const named = this.named(name);
    named.isAmbiguous = true;
    this.setResult(name, [LOST]);
    const first = named.place;
    this.findings.error(
      'name/duplicate',
      `the name ${name} is taken`,
      at,
      'give each item a name of its own',
      first && [{ at: first, message: 'first given here' }],
    );
  }
}

/** The scope itself, then those around it. */
function* outwards(scope: Scope): Iterable<string> {
  for (let { path } = scope; path !== ''; path = path.slice(0, path.slice(0, -1).lastIndexOf('.') + 1)) yield path;
  yield '';
}

/** What a name is in its own scope, or else in the nearest around it. */
const lookUp = <T>(name: string, scope: Scope, find: (full: string) => T | undefined): T | undefined => {
  for (const path of outwards(scope)) {
    const found = find(path + name);
    if (found !== undefined) return found;
  }
  return undefined;
};
