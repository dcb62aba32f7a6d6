// Scopes that compute the same with other numbers are one class, and the numbers that differ its parameters. No text of files.

import { type Body, bodyOf, keyOf, slotsIn } from './body.js';
import { type Call, type Code, type Literal, type Slot, sameLiteral } from './code.js';
import { className, free, variable } from './names.js';
import { isRow, type Scope } from './tree.js';

export interface Parameter {
  readonly name: string;
  readonly usual?: Literal;
}

/** What a slot is in a class: a parameter, or an expression of some. */
export interface Class {
  readonly name: string;
  /** The copies, the first of which has the code. */
  readonly bodies: readonly Body[];
  readonly params: readonly Parameter[];
  /** By slot of the first copy; absent = its own number. */
  readonly said: ReadonlyMap<Slot, string>;
}

export interface Classes {
  /** In an order in which each stands behind those that it uses. */
  readonly classes: readonly Class[];
  /** The whole network. */
  readonly root: Body;
}

/** `blocks`: by the path of a scope, which block made it. `taken`: names that classes cannot have. */
export const classesOf = (root: Scope, blocks: ReadonlyMap<string, string>, taken: Set<string>): Classes => {
  const made = new Map<Scope, Code>();
  const classes: Class[] = [];
  const heights = new Map<Scope, number>();
  measure(root, blocks, heights);
  const most = heights.get(root) ?? 0;
  for (let height = 0; height < most; height += 1) {
    const level = [...heights].flatMap(([scope, own]) => (own === height && scope !== root ? [scope] : []));
    // What is a chain and no block needs no class.
    const bodies: Body[] = [];
    for (const scope of level) {
      const body = bodyOf(scope, made);
      if (body.chain && !blocks.has(scope.path)) made.set(scope, body.chain);
      else bodies.push(body);
    }
    for (const group of groups(bodies, blocks)) {
      const one = classOf(group, nameOf(group, blocks, taken));
      classes.push(one);
      for (const [copy, body] of group.entries()) made.set(body.scope, constructing(one, copy));
    }
  }
  return { classes, root: bodyOf(root, made) };
};

/** How many classes stand in one another, at most: those of one height are compared with each other. */
const measure = (scope: Scope, blocks: ReadonlyMap<string, string>, heights: Map<Scope, number>): number => {
  const inner = scope.items.flatMap((item) =>
    isRow(item) || item.sameAs !== undefined ? [] : [measure(item, blocks, heights)],
  );
  const height = Math.max(0, ...inner.map((one) => one + 1));
  heights.set(scope, height);
  return height;
};

const groups = (bodies: readonly Body[], blocks: ReadonlyMap<string, string>): readonly (readonly Body[])[] => {
  const found = new Map<string, Body[]>();
  for (const body of bodies) {
    const key = `${blocks.get(body.scope.path) ?? ''} ${keyOf(body)}`;
    const known = found.get(key);
    if (known) known.push(body);
    else found.set(key, [body]);
  }
  return [...found.values()];
};

/** By its block, or else by its own name: the last part that is no number. */
const nameOf = ([body]: readonly Body[], blocks: ReadonlyMap<string, string>, taken: Set<string>): string => {
  const path = body?.scope.path ?? '';
  const word = path.split('.').findLast((part) => !/^\d+$/.test(part)) ?? 'block';
  return free(className(blocks.get(path) ?? word.replace(/_?\d+$/, '')), taken);
};

// --- parameters ----------------------------------------------------------------------------------------------------

/** What counts channels: such numbers may be the same one, or multiples of each other. */
const CHANNELS = new Set([
  'in_channels',
  'out_channels',
  'in_features',
  'out_features',
  'num_features',
  'num_channels',
  'normalized_shape',
  'groups',
  'num_parameters',
]);

interface Column {
  /** In the order of the copies. */
  readonly values: readonly Literal[];
  readonly slots: readonly { readonly slot: Slot; readonly owner: string }[];
  readonly counts: boolean;
}

const classOf = (bodies: readonly Body[], name: string): Class => {
  const [first] = bodies as readonly [Body, ...Body[]];
  const all = bodies.map(slotsIn);
  const columns: { values: Literal[]; slots: { slot: Slot; owner: string }[]; counts: boolean }[] = [];
  for (const [i, { slot, owner }] of (all[0] ?? []).entries()) {
    const values = all.map((slots) => slots[i]?.slot.value ?? null);
    if (values.every((value) => sameLiteral(value, values[0]))) continue;
    const counts = CHANNELS.has(slot.role) || /channels$|features$/.test(slot.role);
    const known = columns.find(
      (column) =>
        column.values.every((value, copy) => sameLiteral(value, values[copy])) &&
        (counts ? column.counts : column.slots[0]?.slot.role === slot.role),
    );
    if (known) known.slots.push({ slot, owner });
    else columns.push({ values, slots: [{ slot, owner }], counts });
  }
  const said = new Map<Slot, string>();
  const params: (Parameter & { readonly column: Column })[] = [];
  const taken = new Set(['self']);
  for (const [column, wanted] of named(columns, bodies)) {
    const known = column.counts ? multiple(column, params) : undefined;
    const own = known ?? free(variable(wanted), taken);
    if (known === undefined) params.push({ name: own, column, ...usualOf(column) });
    for (const { slot } of column.slots) said.set(slot, own);
  }
  const ordered = params.toSorted((a, b) => Number('usual' in a) - Number('usual' in b));
  return { name, bodies, said, params: ordered.map(({ column: _, ...param }) => param), ...(first && {}) };
};

/** The columns that are parameters of their own come first: what comes in, what comes out. */
const named = (columns: readonly Column[], bodies: readonly Body[]): readonly (readonly [Column, string])[] => {
  const ins = bodies.map((body) => channelsOf(body, 'in'));
  const outs = bodies.map((body) => channelsOf(body, 'out'));
  const is = (column: Column, values: readonly (number | undefined)[]): boolean =>
    column.counts && column.values.every((value, copy) => value === values[copy]);
  const rank = (column: Column): number => (is(column, ins) ? 0 : is(column, outs) ? 1 : column.counts ? 2 : 3);
  const ordered = columns.toSorted((a, b) => rank(a) - rank(b));
  const hidden = ordered.filter((column) => rank(column) === 2).length;
  return ordered.map((column) => {
    const { slot, owner } = column.slots[0] as Column['slots'][number];
    const place = rank(column);
    if (place === 0) return [column, 'in_channels'];
    if (place === 1) return [column, 'out_channels'];
    if (place === 2)
      return [
        column,
        hidden === 1 && !owner.includes('.') ? 'channels' : `${owner}_${slot.role.replace(/^(?:in|out|num)_/, '')}`,
      ];
    const alone = ordered.filter((other) => other.slots[0]?.slot.role === slot.role).length === 1;
    return [column, alone ? slot.role : `${owner}_${slot.role}`];
  });
};

/** The channels of the first value that comes in, or of the one that comes out, where that is told by a module. */
const channelsOf = ({ inits }: Body, side: 'in' | 'out'): number | undefined => {
  const roles =
    side === 'in' ? /^(?:in_(?:channels|features)|num_features|normalized_shape)$/ : /^out_(?:channels|features)$/;
  const slots = (side === 'in' ? inits : inits.toReversed()).flatMap(({ make }) => {
    const found = flatSlots(make).filter(({ role }) => roles.test(role));
    return side === 'in' ? found.slice(0, 1) : found.slice(-1);
  });
  const value = slots[0]?.value;
  return typeof value === 'number' ? value : undefined;
};

const flatSlots = (make: Code): readonly Slot[] => {
  if (typeof make === 'string') return [];
  if (make.type === 'slot') return [make];
  if (make.type === 'call') return make.args.flatMap(({ value }) => flatSlots(value));
  return make.type === 'chain' ? make.children.flatMap(({ value }) => flatSlots(value)) : [];
};

/** `4 * channels`, `out_channels // 4`: a number that hangs on a parameter in all copies alike. */
const multiple = (column: Column, params: readonly (Parameter & { readonly column: Column })[]): string | undefined => {
  for (const { name, column: base } of params) {
    if (!base.counts || new Set(base.values).size < 2) continue;
    const ratios = column.values.map((value, copy) => Number(value) / Number(base.values[copy]));
    const [ratio = 0] = ratios;
    if (!ratios.every((one) => one === ratio)) continue;
    if (Number.isInteger(ratio) && ratio > 1) return `${ratio} * ${name}`;
    if (Number.isInteger(1 / ratio) && ratio < 1) return `${name} // ${1 / ratio}`;
  }
  return undefined;
};

const usualOf = ({ slots, values }: Column): { readonly usual?: Literal } => {
  const { usual } = slots[0]?.slot ?? {};
  return usual !== undefined && values.some((value) => sameLiteral(value, usual)) ? { usual } : {};
};

/** How a copy is made: its numbers by the names of the parameters. */
const constructing = ({ name, params, said, bodies }: Class, copy: number): Call => {
  const [first, own] = [slotsIn(bodies[0] as Body), slotsIn(bodies[copy] as Body)];
  return {
    type: 'call',
    of: name,
    args: params.map((param) => {
      const at = first.findIndex(({ slot }) => said.get(slot) === param.name);
      const value: Slot = {
        type: 'slot',
        role: param.name,
        value: own[at]?.slot.value ?? null,
        ...('usual' in param && { usual: param.usual as Literal }),
      };
      return POSITIONAL.has(param.name) ? { value } : { name: param.name, value };
    }),
  };
};

/** What everybody writes without its name. */
const POSITIONAL = new Set(['in_channels', 'out_channels']);
