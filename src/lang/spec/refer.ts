// What items read: nothing is written where it is what stands before them, else a name. Names that somebody reads are given here.

import { type Branch, hasItems, type Item, insideOf, joined, type Ref, withInside } from './item.js';
import type { Network } from './rows.js';

export interface Referred {
  readonly items: readonly Item[];
  /** What the outputs are called, where they have to be stated. */
  readonly outputs: readonly string[];
  /** Merges that are read by name and can have none: they may not have branches. */
  readonly unnameable: ReadonlySet<number>;
}

/** Every item with what it reads. `counted`: what has no name is read by the one that it will have, its kind and a number. */
export const referred = (
  items: readonly Item[],
  network: Network,
  stated: readonly number[],
  counted: boolean,
): Referred => {
  const names = new Names(items, network, counted);
  const inputs = network.nodes.filter(({ kind }) => kind.role === 'input').map(({ id }) => id);
  const flow = new Flow(names);
  // What is read is known after the first walk; the names that it needs change nothing of who reads what.
  const outputs = (): readonly string[] => stated.map((node) => names.ref(node, '').text);
  flow.list(items, inputs, '');
  outputs();
  const named = names.given(items);
  names.count(named);
  return { items: flow.list(named, inputs, '').items, outputs: outputs(), unnameable: names.unnameable };
};

/** What the results of nodes are called, by full name. */
class Names {
  private readonly byNode = new Map<number, string>();
  private readonly taken = new Set<string>();
  private readonly wanted = new Set<number>();
  readonly unnameable = new Set<number>();

  constructor(
    items: readonly Item[],
    private readonly network: Network,
    private readonly counted: boolean,
  ) {
    for (const { name, id, kind } of network.nodes) {
      this.taken.add(name);
      if (kind.role === 'input') this.byNode.set(id, name);
    }
    this.collect(items, '');
  }

  private collect(items: readonly Item[], path: string): void {
    for (const item of items) {
      const full = joined(path, item.name);
      if (item.name !== null) {
        this.taken.add(full);
        // The outermost of several stands for all.
        if (!this.byNode.has(item.result)) this.byNode.set(item.result, full);
      }
      insideOf(item).forEach((inner) => {
        this.collect(inner, full);
      });
    }
  }

  /** As it is written in the scope of a path. */
  ref(node: number, path: string): Ref {
    const full = this.byNode.get(node);
    if (full === undefined) this.wanted.add(node);
    return { node, text: full === undefined ? '' : this.relative(full, path) };
  }

  /** Whose weights are used: rows that learn keep their names. */
  owner(node: number, path: string): Ref {
    return { node, text: this.relative(this.network.nodes[node]?.name ?? '', path) };
  }

  private relative(full: string, path: string): string {
    for (let scope = path; scope !== ''; scope = scope.slice(0, Math.max(0, scope.lastIndexOf('.')))) {
      const inside = full.startsWith(`${scope}.`) ? full.slice(scope.length + 1) : undefined;
      // A number alone would be a value where a param holds it.
      if (inside !== undefined && !/^\d+$/.test(inside)) return inside;
      // What is called so further in would be meant.
      if (this.taken.has(`${scope}.${full}`)) break;
    }
    return full;
  }

  /** The items with the names that are read. */
  given(items: readonly Item[], path = ''): readonly Item[] {
    if (this.wanted.size === 0) return items;
    return items.map((item) => {
      const full = joined(path, item.name);
      const inner = withInside(item, (list) => this.given(list, full));
      if (!this.wanted.has(item.result) || item.name !== null || this.byNode.has(item.result)) return inner;
      const { body } = inner;
      if (body.type === 'group' || body.type === 'use') return inner;
      const opensScope = body.type !== 'layer' && hasItems(inner);
      if (opensScope) {
        if (body.node && !this.counted) this.unnameable.add(body.node.id);
        return inner;
      }
      const name = this.free(body.node?.name ?? '', path);
      this.byNode.set(item.result, joined(path, name));
      return { ...inner, name };
    });
  }

  /** What items without names will be called within their scope: `residual3`. */
  count(items: readonly Item[]): void {
    if (!this.counted || this.wanted.size === 0) return;
    const given = new Set<string>();
    const counts = new Map<string, number>();
    const gather = (list: readonly Item[]): void => {
      for (const item of list) {
        if (item.name !== null) given.add(item.name);
        insideOf(item).forEach(gather);
      }
    };
    const visit = (list: readonly Item[], path: string): void => {
      for (const item of list) {
        if (item.name === null) this.called(item, path, given, counts);
        for (const inner of insideOf(item)) visit(inner, joined(path, item.name));
      }
    };
    gather(items);
    visit(items, '');
  }

  private called({ body, result }: Item, path: string, given: ReadonlySet<string>, counts: Map<string, number>): void {
    if (body.type === 'group' || body.type === 'use') return;
    const base = body.type === 'residual' ? 'residual' : body.node.kind.name;
    const key = joined(path, base);
    let count = counts.get(key) ?? 0;
    do count += 1;
    while (given.has(`${base}${count}`));
    counts.set(key, count);
    if (this.wanted.has(result) && !this.byNode.has(result)) this.byNode.set(result, `${key}${count}`);
  }

  /** A row's own name as far as it fits, or with a number. */
  private free(own: string, path: string): string {
    const base = own.startsWith(`${path}.`) ? own.slice(path.length + 1) : own.slice(own.lastIndexOf('.') + 1);
    const asItWas = joined(path, base) === own;
    let name = base;
    for (let count = 2; !asItWas && this.taken.has(joined(path, name)); count += 1) name = `${base}_${count}`;
    this.taken.add(joined(path, name));
    return name;
  }
}

/** Follows what comes out of each item into the next. */
class Flow {
  constructor(private readonly names: Names) {}

  list(
    items: readonly Item[],
    before: readonly number[],
    path: string,
  ): { readonly items: readonly Item[]; readonly result: readonly number[] } {
    let current = before;
    const flowing = items.map((item) => {
      const made = this.item(item, current, path);
      // What reads nothing is not read by the next one either.
      const passes = item.body.type === 'layer' && item.body.node.kind.inputs === 'none';
      if (!passes) current = [item.result];
      return made;
    });
    return { items: flowing, result: current };
  }

  private item(item: Item, before: readonly number[], path: string): Item {
    const { body, reads } = item;
    const inner = joined(path, item.name);
    const isNamesOnly = body.type === 'merge' && !hasItems(item);
    // What is read inside of a group may stand there, too.
    const isInside = reads.some((id) => id >= item.first);
    const entry = reads.length === 0 || isNamesOnly || isInside ? before : reads;
    const from = sameIds(entry, before) ? null : entry.map((node) => this.names.ref(node, path));
    const share = item.share && this.names.owner(item.share.node, path);
    const known = { ...item, from, share };
    if (body.type === 'merge') {
      const branches = body.branches.map((branch): Branch => {
        if ('items' in branch) return { items: this.list(branch.items, entry, inner).items };
        if ('same' in branch) return branch;
        const { node } = branch.ref;
        return entry.length === 1 && entry[0] === node ? { same: true } : { ref: this.names.ref(node, path) };
      });
      return { ...known, body: { ...body, branches } };
    }
    return withInside(known, (items) => this.list(items, entry, inner).items);
  }
}

const sameIds = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((id, i) => id === b[i]);
