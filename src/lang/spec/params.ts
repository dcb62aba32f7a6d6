// Values that differ from copy to copy -> params of a block, and expressions of them: what is the same number in all, its double, a part
// of the channels that come in. What copies are is blocks.ts.

import type { Node } from '../../core/graph.js';
import type { Option } from './item.js';
import type { Slot } from './slots.js';
import { word } from './words.js';

/** A param, with what every copy gives it. */
export interface Param {
  readonly name: string;
  /** A count of channels, of which others may be multiples. */
  readonly ofChannels: boolean;
  readonly values: readonly string[];
  /** What it is where nothing is given; null where it has to be. */
  readonly fallback: string | null;
}

export interface Params {
  readonly params: readonly Param[];
  /** What is written in each slot of the block. */
  readonly written: ReadonlyMap<string, Option>;
}

/** More params are harder to read than the layers. */
const MOST = 8;

/** Undefined where copies differ in too much. `copies` hold the slots of each; some may lack a shortcut's. */
export const paramsOf = (
  ids: readonly string[],
  copies: readonly ReadonlyMap<string, Slot>[],
  nodes: readonly Node[],
  isFree: (name: string) => boolean,
): Params | undefined => {
  const found = new Finder(nodes, isFree);
  for (const id of ids) {
    const slots = copies.map((slots) => slots.get(id));
    if (!found.slot(id, slots)) return undefined;
  }
  return found.params.length > MOST ? undefined : { params: inOrder(found.params), written: found.written };
};

/** The one that has no usual value first: it stands at the name of the block. */
const inOrder = (params: readonly Param[]): readonly Param[] => [
  ...params.filter(({ fallback }) => fallback === null),
  ...params.filter(({ fallback }) => fallback !== null),
];

class Finder {
  readonly params: Param[] = [];
  readonly written = new Map<string, Option>();

  constructor(
    private readonly nodes: readonly Node[],
    private readonly isFree: (name: string) => boolean,
  ) {}

  slot(id: string, slots: readonly (Slot | undefined)[]): boolean {
    const first = slots.find((slot) => slot !== undefined);
    if (!first) return false;
    const texts = slots.map((slot) => slot?.text);
    if (slots.every((slot) => !slot || slot.usual)) {
      this.written.set(id, { text: first.text, usual: true });
      return true;
    }
    const text = this.expression(first, slots, texts);
    if (text === undefined) return false;
    this.written.set(id, { text, usual: false });
    return true;
  }

  private expression(
    first: Slot,
    slots: readonly (Slot | undefined)[],
    texts: readonly (string | undefined)[],
  ): string | undefined {
    if (texts.every((text) => text === undefined || text === first.text))
      return first.option === 'from' ? word(first.text) : first.text;
    const same = this.params.find(({ values }) => texts.every((text, i) => text === undefined || text === values[i]));
    if (same) return same.name;
    if (first.ofChannels) {
      for (const { name, values, ofChannels } of this.params) {
        const expression = ofChannels ? inTermsOf(name, values.map(numberIn), texts) : undefined;
        if (expression !== undefined) return expression;
      }
      const channels = slots.map((slot) => slot && this.incoming(slot));
      const expression = inTermsOf('c', channels, texts);
      if (expression !== undefined) return expression;
    }
    // What only some copies have tells nothing of the others.
    if (texts.includes(undefined)) return this.partly(first, texts);
    return this.param(first, texts as readonly string[], slots);
  }

  private partly(first: Slot, texts: readonly (string | undefined)[]): string {
    return this.param(
      first,
      texts.map((text) => text ?? first.text),
    );
  }

  private param(first: Slot, texts: readonly string[], slots: readonly (Slot | undefined)[] = []): string {
    const name = this.nameFor(first);
    const values = texts.map((text) => (first.option === 'from' || first.option === 'share' ? word(text) : text));
    const usual = slots.find((slot) => slot?.usual)?.text;
    this.params.push({ name, ofChannels: first.ofChannels, values, fallback: usual ?? mostOf(values) });
    return name;
  }

  private incoming({ row }: Slot): number | undefined {
    return this.nodes[this.nodes[row]?.inputs[0] ?? -1]?.facts?.output[0];
  }

  private nameFor({ option, owner }: Slot): string {
    const plain = option === 'from' ? 'source' : option === 'share' ? 'owner' : option;
    const called = owner?.replace(/\W+/g, '_');
    const tried = [plain, ...(called ? [`${called}_${plain}`] : [])];
    for (let count = 2; ; count += 1) {
      const free = tried.find((name) => this.isFree(name) && !this.params.some((param) => param.name === name));
      if (free !== undefined) return free;
      tried.push(`${plain}${count}`);
    }
  }
}

/** What at least half of the copies have, and two of them. */
const mostOf = (values: readonly string[]): string | null => {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [most = '', count = 0] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), ['', 0]);
  return count > 1 && 2 * count >= values.length && counts.size > 1 ? most : null;
};

export const numberIn = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;

/** Factors that people see at once. */
const FACTORS = [2, 3, 4, 6, 8, 16];

/** Each as the same multiple or part of a number. */
export const inTermsOf = (
  name: string,
  of: readonly (number | undefined)[],
  texts: readonly (string | undefined)[],
): string | undefined => {
  const wanted = texts.map(numberIn);
  const fits = (value: (n: number) => number): boolean =>
    texts.every((text, i) => {
      const [n, number] = [of[i], wanted[i]];
      return text === undefined || (n !== undefined && number !== undefined && value(n) === number);
    });
  if (fits((n) => n)) return name;
  for (const k of FACTORS) {
    if (fits((n) => k * n)) return `${k}*${name}`;
    if (fits((n) => n / k)) return `${name} // ${k}`;
  }
  return undefined;
};
