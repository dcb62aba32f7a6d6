// Names with dots as completion offers them, level by level: layers below blocks, and paths into the JSON. No command line.

import { labelOf, type Node } from '../core/graph.js';

/** A name in full, and what it is. */
interface Named {
  readonly word: string;
  readonly doc?: string | undefined;
}

/** Names of which each may have names below it, behind a dot. */
interface Branch {
  readonly doc?: string | undefined;
  readonly below: ReadonlyMap<string, Branch>;
}

type Tree = ReadonlyMap<string, Branch>;

/** One level at a time, as folders are completed; where just one name fits, what stands below it too. */
export const offered = (tree: Tree, typed: string): readonly Named[] => {
  const found = within(tree, typed);
  const [only, ...others] = found;
  const below = only && others.length === 0 ? [...only[1].below] : [];
  return [...found, ...below.map(([name, branch]): [string, Branch] => [`${only?.[0]}.${name}`, branch])].map(
    ([word, { doc }]) => ({ word, doc }),
  );
};

const within = (tree: Tree, rest: string): readonly [string, Branch][] =>
  [...tree].flatMap(([name, branch]): [string, Branch][] => [
    ...(name.startsWith(rest) ? [[name, branch] as [string, Branch]] : []),
    ...(rest.startsWith(`${name}.`)
      ? within(branch.below, rest.slice(name.length + 1)).map(([below, one]): [string, Branch] => [
          `${name}.${below}`,
          one,
        ])
      : []),
  ]);

export const layerTree = (nodes: readonly Node[]): Tree => {
  interface Growing {
    doc: string | undefined;
    count: number;
    readonly below: Map<string, Growing>;
  }
  const root = new Map<string, Growing>();
  for (const node of nodes) {
    let level = root;
    let last: Growing | undefined;
    for (const part of node.name.split('.')) {
      last = level.get(part) ?? { doc: undefined, count: 0, below: new Map() };
      last.count += 1;
      level.set(part, last);
      level = last.below;
    }
    if (last) last.doc = [node.kind.name, labelOf(node)].filter(Boolean).join(' ');
  }
  const told = (branches: ReadonlyMap<string, Growing>): Tree =>
    new Map(
      [...branches].map(([name, { doc, count, below }]) => [
        name,
        { doc: doc ?? `${count} layers`, below: told(below) },
      ]),
    );
  return told(root);
};

/** As much of a JSON Schema as paths need. */
interface PathSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, PathSchema>>;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, PathSchema>>;
  readonly items?: PathSchema;
  readonly anyOf?: readonly PathSchema[];
  readonly allOf?: readonly PathSchema[];
}

/** What --get may name; the elements of `layers` have the names of the network's layers, those of other lists numbers. */
export const pathTree = async (described: object, layerNames: () => Promise<readonly string[]>): Promise<Tree> => {
  const schema = described as PathSchema;
  const names = await layerNames().catch(() => []);
  const below = (one: PathSchema, key: string): Tree => {
    const parts = [one, ...(one.anyOf ?? []), ...(one.allOf ?? [])];
    if (one.$ref !== undefined) return below(schema.$defs?.[one.$ref.replace('#/$defs/', '')] ?? {}, key);
    const tree = new Map<string, Branch>();
    for (const { $ref, properties = {}, items } of parts) {
      if ($ref !== undefined) for (const [name, branch] of below({ $ref }, key)) tree.set(name, branch);
      for (const [name, field] of Object.entries(properties)) tree.set(name, lazily(field, name));
      if (items)
        for (const name of key === 'layers' && names.length > 0 ? names : ['0']) tree.set(name, lazily(items, ''));
    }
    return tree;
  };
  const lazily = (field: PathSchema, key: string): Branch => ({
    doc: field.description,
    get below() {
      return below(field, key);
    },
  });
  return below(schema, '');
};
