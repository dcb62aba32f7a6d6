// Scopes that compute the same with other numbers are one class, and the numbers that differ its parameters. No text of files.

import { type Literal, sameLiteral } from '../python/literal.js';
import { free } from '../python/words.js';
import { type Body, bodyOf, isChain, isPlainChain, slotsIn } from './body.js';
import { type Call, type Code, type Slot, slotsOf } from './code.js';
import { type Choice, type Copies, copiesOf } from './copies.js';
import { className, variable } from './names.js';
import { isRow, type Scope } from './tree.js';

export interface Parameter {
  readonly name: string;
  readonly usual?: Literal;
}

export interface Class extends Copies {
  readonly name: string;
  readonly params: readonly Parameter[];
  /** What a slot of the template is: a parameter, or an expression of one; absent = its own number. */
  readonly said: ReadonlyMap<Slot, string>;
  /** The parameters that say whether a line is there. */
  readonly flags: ReadonlyMap<Choice, string>;
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
  const most = measure(root, blocks, heights);
  for (let height = 0; height < most; height += 1) {
    const level = [...heights].flatMap(([scope, own]) => (own === height && scope !== root ? [scope] : []));
    // What is a chain and no block needs no class.
    const bodies: Body[] = [];
    // A chain may hold one of the same height.
    for (const scope of level.toSorted((a, b) => b.path.split('.').length - a.path.split('.').length)) {
      const body = bodyOf(scope, made);
      if (isPlainChain(body.chain) && !blocks.has(scope.path)) made.set(scope, body.chain);
      else bodies.push(body);
    }
    const word = (body: Body): string => wordOf(body.scope.path, blocks);
    for (const copies of copiesOf(bodies, word)) {
      const one = classOf(copies, free(className(word(copies.template)), taken));
      classes.push(one);
      for (const [copy, { body }] of one.copies.entries()) made.set(body.scope, constructing(one, copy));
    }
  }
  return { classes, root: bodyOf(root, made) };
};

/** How many classes stand in one another, at most: those of one height are compared with each other. */
const measure = (scope: Scope, blocks: ReadonlyMap<string, string>, heights: Map<Scope, number>): number => {
  const inner = scope.items.flatMap((item) =>
    isRow(item) || item.sameAs !== undefined ? [] : [measure(item, blocks, heights)],
  );
  const height = Math.max(0, ...inner);
  heights.set(scope, height);
  return isChain(scope) && !blocks.has(scope.path) ? height : height + 1;
};

/** What a class is called: by its block, or else by its own name, the last part that is no number. */
const wordOf = (path: string, blocks: ReadonlyMap<string, string>): string => {
  const word = path.split('.').findLast((part) => !/^\d+$/.test(part)) ?? 'block';
  return blocks.get(path) ?? (word.replace(/_?\d+$/, '') || word);
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
  /** In the order of the copies; undefined where a copy has no such line. */
  readonly values: readonly (Literal | undefined)[];
  readonly slots: readonly { readonly slot: Slot; readonly owner: string }[];
  readonly counts: boolean;
}

/** Whether both are the same in all copies that have both. */
const agree = (a: Column['values'], b: Column['values']): boolean =>
  a.every((value, copy) => value === undefined || b[copy] === undefined || sameLiteral(value, b[copy]));

const classOf = (copies: Copies, name: string): Class => {
  const columns = columnsOf(copies);
  const said = new Map<Slot, string>();
  const params: (Parameter & { readonly column: Column })[] = [];
  const taken = new Set(['self']);
  for (const [column, wanted] of named(columns, copies)) {
    const known = column.counts ? multiple(column, params) : undefined;
    const own = known ?? free(variable(wanted), taken);
    if (known === undefined) params.push({ name: own, column, ...usualOf(column) });
    for (const { slot } of column.slots) said.set(slot, own);
  }
  const ordered = params.toSorted((a, b) => Number('usual' in a) - Number('usual' in b));
  const flags = new Map(
    copies.choices.map((choice) => {
      const { name: line = '', node } = copies.template.statements[choice.statement] ?? {};
      const word = node?.kind.role === 'merge' ? 'residual' : line.replace(/\d+$/, '');
      return [choice, free(variable(word), taken)];
    }),
  );
  return {
    ...copies,
    name,
    said,
    flags,
    params: [
      ...ordered.map(({ column: _, ...param }) => param),
      ...[...flags.values()].map((flag) => ({ name: flag, usual: false })),
    ],
  };
};

/** The numbers that differ between copies, each once. */
const columnsOf = ({ template, copies }: Copies): readonly Column[] => {
  const columns: { values: (Literal | undefined)[]; slots: { slot: Slot; owner: string }[]; counts: boolean }[] = [];
  for (const [i, { slot, owner }] of slotsIn(template).entries()) {
    const values = copies.map(({ slots }) => slots[i]?.value);
    const some = values.find((value) => value !== undefined);
    if (values.every((value) => value === undefined || sameLiteral(value, some))) continue;
    const counts = CHANNELS.has(slot.role) || /channels$|features$/.test(slot.role);
    const known = columns.find(
      (column) => agree(column.values, values) && (counts ? column.counts : column.slots[0]?.slot.role === slot.role),
    );
    if (!known) columns.push({ values, slots: [{ slot, owner }], counts });
    else {
      known.slots.push({ slot, owner });
      for (const [copy, value] of values.entries()) known.values[copy] ??= value;
    }
  }
  return columns;
};

/** The columns that are parameters of their own come first: what comes in, what comes out. */
const named = (columns: readonly Column[], { copies }: Copies): readonly (readonly [Column, string])[] => {
  const ins = copies.map(({ body }) => channelsOf(body, 'in'));
  const outs = copies.map(({ body }) => channelsOf(body, 'out'));
  const is = (column: Column, values: readonly (number | undefined)[]): boolean =>
    column.counts && column.values.every((value, copy) => value === undefined || value === values[copy]);
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

/** The channels that its first module reads, and those that come out of it. */
const channelsOf = ({ inits, statements, outputs, loop }: Body, side: 'in' | 'out'): number | undefined => {
  if (side === 'out') return statements.find(({ results }) => results[0] === outputs[0])?.shape?.[0];
  const makes = loop ? [loop.make] : inits.map(({ make }) => make);
  const value = makes.flatMap(slotsOf).find(({ role }) => READ.test(role))?.value;
  return typeof value === 'number' ? value : undefined;
};

const READ = /^(?:in_(?:channels|features)|num_features|normalized_shape)$/;

/** `4 * channels`, `out_channels // 4`: a number that hangs on a parameter in all copies alike. */
const multiple = (column: Column, params: readonly (Parameter & { readonly column: Column })[]): string | undefined => {
  for (const { name, column: base } of params) {
    if (!base.counts || new Set(base.values).size < 2) continue;
    const ratios = column.values.flatMap((value, copy) => {
      const under = base.values[copy];
      return value === undefined ? [] : [under === undefined ? Number.NaN : Number(value) / Number(under)];
    });
    const [ratio = 0] = ratios;
    if (!ratios.every((one) => one === ratio)) continue;
    if (Number.isInteger(ratio) && ratio > 1) return `${ratio} * ${name}`;
    if (Number.isInteger(1 / ratio) && ratio < 1) return `${name} // ${1 / ratio}`;
  }
  return undefined;
};

const usualOf = ({ slots, values }: Column): { readonly usual?: Literal } => {
  const { usual } = slots[0]?.slot ?? {};
  if (usual !== undefined && values.some((value) => sameLiteral(value, usual))) return { usual };
  // A copy without the lines that need it says nothing.
  return values.includes(undefined) ? { usual: null } : {};
};

/** How a copy is made: its numbers by the names of the parameters. */
const constructing = ({ name, params, said, template, copies, flags }: Class, copy: number): Call => {
  const all = slotsIn(template);
  const { slots = [], lacks } = copies[copy] ?? {};
  return {
    type: 'call',
    of: name,
    args: params.map((param): Call['args'][number] => {
      const flag = [...flags].find(([, own]) => own === param.name);
      const own = all.findIndex(({ slot }, i) => said.get(slot) === param.name && slots[i] !== undefined);
      const value: Slot = {
        type: 'slot',
        role: param.name,
        value: flag ? !lacks?.has(flag[0]) : (slots[own]?.value ?? param.usual ?? null),
        ...(param.usual !== undefined && { usual: param.usual }),
      };
      return POSITIONAL.has(param.name) ? { value } : { name: param.name, value };
    }),
  };
};

/** What everybody writes without its name. */
const POSITIONAL = new Set(['in_channels', 'out_channels']);
