// What a scope is as a module: what it holds, what it computes line by line, or the chain that it is. Numbers are still slots; that
// several scopes are one class is classes.ts.

import type { Node } from '../../core/graph.js';
import { type Code, isCounted, python, read, replaced, SELF, type Slot, shapeOfCode, slotsOf } from './code.js';
import { type Loop, loopOf } from './loops.js';
import { isRow, type Placed, placedIn, type Row, relative, type Scope } from './tree.js';

export interface Init {
  /** Below the scope. */
  readonly path: string;
  readonly make: Code;
}

export interface Statement {
  /** Reads are places in `reads`. */
  readonly apply: Code;
  readonly reads: readonly number[];
  readonly results: readonly number[];
  /** What a variable for it is called, if it needs one of its own. */
  readonly name: string;
  /** What comes out, where that is one value. */
  readonly shape: readonly number[] | undefined;
  readonly node: Node | undefined;
}

export interface Body {
  readonly scope: Scope;
  readonly inits: readonly Init[];
  /** What is said of modules once they are there. */
  readonly after: readonly Code[];
  readonly statements: readonly Statement[];
  readonly outputs: readonly number[];
  /** The same as modules one behind the other, where it is such. */
  readonly chain: Chain | undefined;
  /** The same as a loop, where the modules of the chain are copies with names. */
  readonly loop: Loop | undefined;
}

type Chain = Extract<Code, { type: 'chain' }>;

/** How a module is made, by the scope that it is. */
export type Constructors = ReadonlyMap<Scope, Code>;

export const bodyOf = (scope: Scope, made: Constructors): Body => {
  const inits: Init[] = [];
  const after: Code[] = [];
  const statements: Statement[] = [];
  const known = new Set<string>();
  /** A value that is passed on as it is has the number of what it passes on. */
  const same = new Map<number, number>();
  const meant = (id: number): number => same.get(id) ?? id;
  const init = (path: string, make: Code | undefined): void => {
    if (known.has(path) || make === undefined) return;
    known.add(path);
    inits.push({ path: relative(path, scope.path), make });
  };
  const [anyInput = 0] = scope.inputs;
  for (const item of scope.items) {
    if (!isRow(item)) {
      const path = item.sameAs ?? item.path;
      init(path, made.get(item));
      statements.push(calling(item, relative(path, scope.path), meant));
      continue;
    }
    for (const piece of item.pieces) {
      const reads = piece.countsImages ? [anyInput] : piece.reads.map(meant);
      if (typeof piece.apply !== 'string' && piece.apply.type === 'read') {
        same.set(piece.result, reads[0] ?? 0);
        continue;
      }
      if (piece.make && !known.has(piece.path)) {
        init(piece.path, piece.make);
        for (const code of piece.after ?? []) after.push(placedIn(scope.path, { ...piece, apply: code }));
      }
      statements.push({
        apply: placedIn(scope.path, piece),
        reads,
        results: [piece.result],
        name: lastOf(piece.node.name),
        shape: piece.shape,
        node: piece.node,
      });
    }
  }
  // A module stands before those below its name.
  const ordered = inits.toSorted((a, b) =>
    b.path.startsWith(`${a.path}.`) ? -1 : a.path.startsWith(`${b.path}.`) ? 1 : 0,
  );
  const chain = chainOf(scope, made);
  const loop = chain && after.length === 0 ? loopOf(chain) : undefined;
  return { scope, inits: ordered, after, statements, outputs: scope.outputs.map(meant), chain, loop };
};

const lastOf = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

const calling = (scope: Scope, path: string, meant: (id: number) => number): Statement => {
  const reads = scope.inputs.map(meant);
  const list = reads.flatMap((_, at): Code[] => (at === 0 ? [{ type: 'read', at }] : [', ', { type: 'read', at }]));
  const last = scope.rows.at(-1)?.pieces.at(-1);
  return {
    apply: { type: 'run', parts: [{ type: 'self', path }, '(', ...list, ')'] },
    reads,
    results: scope.outputs,
    name: lastOf(scope.path),
    shape: scope.outputs.length === 1 && last?.result === scope.outputs[0] ? last?.shape : undefined,
    node: undefined,
  };
};

/** Whether a scope is modules one behind the other that are counted from 0, whatever they are. */
export const isChain = (scope: Scope): boolean => isPlainChain(chainOf(scope, { get: () => '' }));

/** A scope in which everything reads what stands before it, as modules. */
const chainOf = (scope: Scope, made: Pick<Constructors, 'get'>): Chain | undefined => {
  if (scope.inputs.length !== 1 || scope.outputs.length !== 1) return undefined;
  const children: Pick<Link, 'name' | 'value' | 'learns'>[] = [];
  let before = scope.inputs[0];
  for (const item of scope.items) {
    const links = isRow(item) ? linksOf(item, scope.path) : linkTo(item, scope.path, made);
    if (!links) return undefined;
    for (const { name, value, reads, result, learns } of links) {
      if (reads.length !== 1 || reads[0] !== before || name.includes('.')) return undefined;
      children.push({ name, value, learns });
      before = result;
    }
  }
  const names = new Set(children.map(({ name }) => name));
  if (before !== scope.outputs[0] || names.size < children.length) return undefined;
  return { type: 'chain', children: counted(children) };
};

/** What learns nothing has the number of its place, where all that learns has. */
const counted = (children: readonly Pick<Link, 'name' | 'value' | 'learns'>[]): Chain['children'] => {
  const isCounted = children.every(({ name, learns }, i) => !learns || name === String(i));
  return children.map(({ name, value }, i) => ({ name: isCounted ? String(i) : name, value }));
};

interface Link {
  readonly name: string;
  /** Its name stands in names of tensors. */
  readonly learns: boolean;
  readonly value: Code;
  readonly reads: readonly number[];
  readonly result: number;
}

const linkTo = (inner: Scope, path: string, made: Pick<Constructors, 'get'>): readonly Link[] | undefined => {
  const value = made.get(inner);
  const [result, more] = inner.outputs;
  if (value === undefined || inner.sameAs !== undefined || result === undefined || more !== undefined) return undefined;
  return [{ name: relative(inner.path, path), value, learns: true, reads: inner.inputs, result }];
};

/** What a row is as modules, if each of its pieces is one; those without weights are called as nothing else is. */
const linksOf = ({ node, pieces }: Row, path: string): readonly Link[] | undefined => {
  const links: Link[] = [];
  for (const piece of pieces) {
    const value = asModule(piece);
    if (!value || piece.after?.length) return undefined;
    const own = relative(node.name, path).replaceAll('.', '_');
    const name = piece.make ? relative(piece.path, path) : pieces.length === 1 ? own : `${own}_${links.length}`;
    links.push({ name, value, learns: piece.make !== undefined, reads: piece.reads, result: piece.result });
  }
  return links;
};

const PLAIN = shapeOfCode(python`${SELF}(${read()})`);

const asModule = ({ apply, make, module }: Placed): Code | undefined =>
  make ? (shapeOfCode(apply) === PLAIN ? make : undefined) : module;

/** What is alike in the bodies that are one class: everything but the numbers in slots, values being counted from the inputs on. */
export const keyOf = ({ scope, inits, after, statements, outputs, loop }: Body): string => {
  if (loop) return JSON.stringify([loop.prefix, loop.first, shapeOfCode(loop.make)]);
  const numbers = new Map<number, number>();
  const number = (id: number): number => {
    const known = numbers.get(id) ?? numbers.size;
    numbers.set(id, known);
    return known;
  };
  return JSON.stringify([
    scope.inputs.map(number),
    inits.map(({ path, make }) => [path, shapeOfCode(make)]),
    after.map(shapeOfCode),
    statements.map(({ apply, reads, results }) => [shapeOfCode(apply), reads.map(number), results.map(number)]),
    outputs.map(number),
  ]);
};

/** The slots of a body, each with what it belongs to: the path of a module, or the name of a line. */
export const slotsIn = (body: Body): readonly { readonly slot: Slot; readonly owner: string }[] =>
  body.loop
    ? [body.loop.count, ...slotsOf(body.loop.make)].map((slot) => ({ slot, owner: body.loop?.prefix ?? '' }))
    : slotsOfLines(body);

const slotsOfLines = ({ inits, statements }: Body): ReturnType<typeof slotsIn> => [
  ...inits.flatMap(({ path, make }) => slotsOf(make).map((slot) => ({ slot, owner: path }))),
  ...statements.flatMap(({ apply, name }) => slotsOf(apply).map((slot) => ({ slot, owner: name }))),
];

/** Where a slot belongs, of those in {@link slotsIn}: the init or the statement by its number. */
export const ownersIn = ({
  inits,
  statements,
}: Body): readonly { readonly init?: number; readonly statement?: number }[] => [
  ...inits.flatMap(({ make }, init) => slotsOf(make).map(() => ({ init }))),
  ...statements.flatMap(({ apply }, statement) => slotsOf(apply).map(() => ({ statement }))),
];

/** The path of the module that a line calls with one value, and does nothing else. */
export const calledAlone = ({ apply, reads }: Statement): string | undefined => {
  if (typeof apply === 'string' || apply.type !== 'run' || reads.length !== 1) return undefined;
  const [module] = apply.parts;
  if (module === undefined || typeof module === 'string' || module.type !== 'self') return undefined;
  const { path = '' } = module;
  return shapeOfCode(apply) === shapeOfCode(python`${{ type: 'self', path }}(${read()})`) ? path : undefined;
};

/** The same body without a line, whose readers read what it read, and without the module that only it called. */
export const bodyWithout = (body: Body, at: number, passes: number): Body => {
  const statement = body.statements[at] as Statement;
  const path = calledAlone(statement);
  const [result, instead] = [statement.results[0], statement.reads[passes] ?? 0];
  const meant = (id: number): number => (id === result ? instead : id);
  return {
    ...body,
    inits: body.inits.filter((init) => init.path !== path),
    statements: body.statements.flatMap((one, i) => (i === at ? [] : [{ ...one, reads: one.reads.map(meant) }])),
    outputs: body.outputs.map(meant),
  };
};

/** Whether a chain's modules are counted from 0, so that they need no names. */
export const isPlainChain = (chain: Chain | undefined): chain is Chain =>
  chain !== undefined && isCounted(chain.children);

/** A line in place of the value that the next one reads: what stands beside a layer is computed on its line. */
export const within = (outer: Statement, inner: Statement): Statement => ({
  ...outer,
  name: inner.name,
  reads: inner.reads,
  apply: replaced(outer.apply, (part) => (typeof part !== 'string' && part.type === 'read' ? inner.apply : null)),
});
