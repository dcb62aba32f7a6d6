// The rows of a network in the scopes that their names make: which scopes can be modules that are called, with what, for what. No code.

import type { Node } from '../../core/graph.js';
import type { NamedStep } from '../../run/network.js';
import type { Model, Refusing } from '../model.js';
import { said, Unsaid } from '../model.js';
import { type Code, call, python, read, replaced, SELF, slot } from './code.js';
import type { Piece } from './piece.js';
import { flattened } from './windows.js';
import { WORDS } from './words.js';

/** One expression in its place: what it reads and makes by number, and the module whose weights it uses. */
export interface Placed extends Piece {
  readonly node: Node;
  /** Of the module, in the whole network; empty where it has none. */
  readonly path: string;
  readonly reads: readonly number[];
  readonly result: number;
  /** Channels first, without the batch; undefined between the pieces of a step. */
  readonly shape: readonly number[] | undefined;
  /** It reads no value, but has to know how many images there are. */
  readonly countsImages: boolean;
}

export interface Row {
  readonly node: Node;
  readonly pieces: readonly Placed[];
  /** The scope in which it stands. */
  readonly home: string;
}

export interface Scope {
  readonly path: string;
  readonly items: readonly (Row | Scope)[];
  /** Rows from the first to the last, in the order of the network. */
  readonly rows: readonly Row[];
  /** Values that are read from outside, in the order in which they are. */
  readonly inputs: readonly number[];
  /** Values that are read outside, or are outputs. */
  readonly outputs: readonly number[];
  /** The scope whose weights it uses, all of them: a second call of the same module. */
  readonly sameAs: string | undefined;
}

export const isRow = (item: Row | Scope): item is Row => 'pieces' in item;

const below = (path: string, scope: string): boolean => scope === '' || path === scope || path.startsWith(`${scope}.`);

export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('.')));

export const relative = (path: string, scope: string): string => (scope === '' ? path : path.slice(scope.length + 1));

/** What is known of all rows, for whoever looks for scopes among them. */
interface Network {
  readonly rows: readonly Row[];
  readonly readers: ReadonlyMap<number, readonly number[]>;
  /** By scope: its first and its last row, and how many there are. */
  readonly spans: ReadonlyMap<string, { readonly first: number; last: number; count: number }>;
  /** The paths of modules with weights of their own. */
  readonly leaves: ReadonlySet<string>;
  /** The scopes that are modules. */
  readonly called: Set<string>;
}

/** The network as one scope, whose path is empty. What has no words is noted. */
export const treeOf = (model: Model, refusing: Refusing): Scope => {
  const rows = hoisted(rowsOf(model, refusing), model.outputs);
  const network: Network = {
    rows,
    readers: readersOf(rows, model.outputs),
    spans: spansOf(rows),
    leaves: new Set(rows.flatMap(({ pieces }) => pieces.flatMap(({ make, path }) => (make ? [path] : [])))),
    called: new Set(),
  };
  const items = itemsOf(network, '', 0, rows.length);
  const inputs = model.inputs.map(({ id }) => id);
  return { path: '', items, rows, inputs, outputs: model.outputs, sameAs: undefined };
};

/**
 * What is done before the first module of a scope, as flattening before a dense layer, is done before the scope: it has no name in it.
 * What stands between and goes value by value does as well behind it.
 */
const hoisted = (rows: readonly Row[], outputs: readonly number[]): readonly Row[] => {
  const spans = spansOf(rows);
  const readers = readersOf(rows, outputs);
  const made: Row[] = [];
  for (const [at, row] of rows.entries()) {
    const own = row.pieces.findIndex(({ make }) => make);
    const first = spans.get(row.home)?.first ?? at;
    const between = made.slice(made.length - (at - first));
    const [flat, ...more] = row.pieces.slice(0, Math.max(own, 0));
    // Values that only move may do so first; a border has other values when a function has gone over it.
    const isMove = between.length === 0 || flat?.apply === flattened.apply;
    const isFree = between.every(({ pieces }, i) =>
      pieces.every(({ valueByValue, result }) => valueByValue && readers.get(result)?.join() === `${first + i + 1}`),
    );
    if (!flat || more.length > 0 || row.home === '' || !isMove || !isFree) {
      made.push(row);
      continue;
    }
    let home = parentOf(row.home);
    while (home !== '' && spans.get(home)?.first === first) home = parentOf(home);
    const reads = between[0]?.pieces[0]?.reads ?? flat.reads;
    const last = between.at(-1)?.pieces.at(-1)?.result ?? flat.result;
    made.splice(
      made.length - between.length,
      between.length,
      { ...row, pieces: [{ ...flat, reads }], home },
      ...between.map((one, i) =>
        i > 0
          ? one
          : { ...one, pieces: one.pieces.map((piece, k) => (k > 0 ? piece : { ...piece, reads: [flat.result] })) },
      ),
      { ...row, pieces: row.pieces.slice(1).map((piece, k) => (k > 0 ? piece : { ...piece, reads: [last] })) },
    );
  }
  return made;
};

const spansOf = (rows: readonly Row[]): Network['spans'] => {
  const spans = new Map<string, { readonly first: number; last: number; count: number }>();
  for (const [at, { home }] of rows.entries())
    for (let path = home; path !== ''; path = parentOf(path)) {
      const span = spans.get(path);
      if (!span) spans.set(path, { first: at, last: at, count: 1 });
      else {
        span.last = at;
        span.count += 1;
      }
    }
  return spans;
};

/** By value: the places of the rows that read it; beyond all rows where it is an output. */
const readersOf = (rows: readonly Row[], outputs: readonly number[]): ReadonlyMap<number, readonly number[]> => {
  const readers = new Map<number, number[]>();
  const add = (id: number, at: number): void => {
    const known = readers.get(id);
    if (known) known.push(at);
    else readers.set(id, [at]);
  };
  for (const [at, { pieces }] of rows.entries()) for (const { reads } of pieces) for (const id of reads) add(id, at);
  for (const id of outputs) add(id, rows.length);
  return readers;
};

// --- rows ----------------------------------------------------------------------------------------------------------

const rowsOf = (model: Model, refusing: Refusing): readonly Row[] => {
  const { nodes } = model.analysis.graph;
  const homes = homesOf(nodes);
  const rows: { node: Node; pieces: Placed[]; home: string }[] = [];
  // Numbers of values between the pieces of a step, beside those of steps.
  let between = -1;
  for (const step of model.steps) {
    const pieces = refusing.note(step.node, piecesOf(step)) ?? [];
    let reads = step.inputs;
    const placed = pieces.map((piece, i): Placed => {
      const isLast = i === pieces.length - 1;
      const result = isLast ? step.id : between--;
      const countsImages = step.inputs.length === 0;
      const own = { ...piece, node: step.node, reads, result, countsImages, shape: isLast ? step.output : undefined };
      reads = [result];
      return own;
    });
    const last = rows.at(-1);
    if (last?.node === step.node) last.pieces.push(...placed);
    else rows.push({ node: step.node, pieces: placed, home: homes[step.node.id] ?? '' });
  }
  return rows;
};

/** The pieces of a step, each with the path of its module. */
const piecesOf = (step: NamedStep): readonly (Piece & { readonly path: string })[] | Unsaid => {
  const paths = new Map<string, NamedStep['learned'][number][]>();
  for (const parameter of step.learned) {
    const path = parentOf(parameter.name);
    paths.set(path, [...(paths.get(path) ?? []), parameter]);
  }
  const [[path = '', learned] = [], other, ...more] = [...paths];
  const pieces = said(WORDS, { ...step, learned: learned ?? [] }, undefined);
  if (pieces instanceof Unsaid) return pieces;
  // Every module has an attribute of that name, which is set.
  if (path.split('.').includes('training')) return new Unsaid('PyTorch has no module that is called training');
  // A bias that two convolutions have in common lies beside them, not in them.
  if (more.length > 0 || other?.[1].some(({ tensor }) => tensor !== 'bias'))
    return new Unsaid('its tensors lie in several modules');
  const bias: readonly (Piece & { readonly path: string })[] = other ? [{ ...addition(step), path: other[0] }] : [];
  // What learns nothing and is a module all the same has the name of its row.
  return [...pieces.map((piece) => ({ ...piece, path: piece.make ? path || step.node.name : '' })), ...bias];
};

const addition = ({ output }: NamedStep): Piece => ({
  apply: python`${SELF}(${read()})`,
  make: call('Scale', [slot('num_features', output[0] ?? 1)], {
    rank: slot('rank', output.length),
    weight: slot('weight', false, true),
    bias: slot('bias', true, false),
  }),
  extra: 'Scale',
});

/**
 * The scope of each row: what is before the last dot of its name. What stands beside a layer is where that is, whatever it is called; a
 * merge that has the name of its branches' scope stands in there.
 */
const homesOf = (nodes: readonly Node[]): readonly string[] => {
  const scopes = new Set<string>();
  for (const { name, sugarOf } of nodes)
    if (sugarOf === undefined) for (let path = parentOf(name); path !== ''; path = parentOf(path)) scopes.add(path);
  const homes: string[] = [];
  for (const { id, name, sugarOf, facts, sharedWith } of nodes) {
    const learns = (facts?.params ?? []).length + (facts?.buffers ?? []).length > 0 || sharedWith !== undefined;
    homes[id] = sugarOf !== undefined ? (homes[sugarOf] ?? '') : !learns && scopes.has(name) ? name : parentOf(name);
  }
  return homes;
};

// --- scopes --------------------------------------------------------------------------------------------------------

/** The scope below a name, where it can be called as a module; else its rows stand in the scope around it. */
const scopeOf = (network: Network, path: string): Scope | undefined => {
  const span = network.spans.get(path);
  // All rows of a module stand together; and what has weights itself is none, whatever stands below its name.
  if (!span || span.count <= span.last - span.first || network.leaves.has(path)) return undefined;
  const [first, end] = [span.first, span.last + 1];
  const rows = network.rows.slice(first, end);
  const [inputs, outputs] = flowOf(network, first, end);
  const learned = rows.flatMap(({ pieces }) => pieces.filter(({ make }) => make));
  if (inputs.length === 0 || outputs.length === 0 || learned.length === 0) return undefined;
  const sameAs = mirrored(network, path, rows);
  const items = sameAs === undefined ? itemsOf(network, path, first, end) : [];
  if (!items.every((item) => isWithin(item, path))) return undefined;
  // Copies of which others read several are a list of modules, and no module.
  if (outputs.length > 1 && items.every((item) => !isRow(item) && /^\d+$/.test(relative(item.path, path))))
    return undefined;
  network.called.add(path);
  return { path, items, rows, inputs, outputs, sameAs };
};

/** Whether all weights lie below the path. */
const isWithin = (item: Row | Scope, path: string): boolean =>
  isRow(item)
    ? item.pieces.every((piece) => !piece.make || (below(piece.path, path) && piece.path !== path))
    : item.sameAs === undefined || below(item.sameAs, path);

/** The module whose weights these rows use one by one, in the same way, if there is one. */
const mirrored = ({ rows: all, spans, called }: Network, path: string, rows: readonly Row[]): string | undefined => {
  const learned = rows.flatMap(({ pieces }) => pieces.filter(({ make }) => make));
  const [one] = learned;
  if (!one || below(one.path, path)) return undefined;
  const end = relative(one.node.name, path);
  const owner = one.path.endsWith(`.${end}`) ? one.path.slice(0, -end.length - 1) : '';
  const span = spans.get(owner);
  if (!span || !called.has(owner)) return undefined;
  const told = (some: readonly Row[]): string =>
    JSON.stringify(some.map(({ pieces }) => pieces.map(({ apply, make, path: at }) => [apply, make, at])));
  return told(rows) === told(all.slice(span.first, span.last + 1)) ? owner : undefined;
};

const flowOf = (
  { rows, readers }: Network,
  first: number,
  end: number,
): readonly [inputs: readonly number[], outputs: readonly number[]] => {
  const made = new Set<number>();
  const inputs = new Set<number>();
  for (const { pieces } of rows.slice(first, end))
    for (const { reads, result } of pieces) {
      for (const id of reads) if (!made.has(id)) inputs.add(id);
      made.add(result);
    }
  const outputs = [...made].filter((id) => readers.get(id)?.some((at) => at < first || at >= end));
  return [[...inputs], outputs];
};

/** The items directly in a scope: rows, and the modules below it. */
const itemsOf = (network: Network, path: string, first: number, end: number): readonly (Row | Scope)[] => {
  const items: (Row | Scope)[] = [];
  for (let at = first; at < end; ) {
    const row = network.rows[at] as Row;
    const scope = outermost(network, path, row.home, at);
    items.push(scope ?? row);
    at += scope ? scope.rows.length : 1;
  }
  return items;
};

/** The first module that begins with a row, on the way from a scope down to the row's own. */
const outermost = (network: Network, path: string, home: string, at: number): Scope | undefined => {
  const parts = home.split('.');
  for (let count = path === '' ? 1 : path.split('.').length + 1; count <= parts.length; count += 1) {
    const inner = parts.slice(0, count).join('.');
    const scope = network.spans.get(inner)?.first === at ? scopeOf(network, inner) : undefined;
    if (scope) return scope;
  }
  return undefined;
};

/** What a piece computes, with the path of its module below a scope. */
export const placedIn = (scope: string, { apply, path }: Placed): Code =>
  replaced(apply, (part) =>
    typeof part !== 'string' && part.type === 'self' ? { type: 'self', path: relative(path, scope) } : null,
  );
