// Options that nearly all layers of a kind have, gathered in `defaults:`; a layer that has them says nothing of them any more.

import type { LayerKind } from '../../core/layer.js';
import { takesSugar } from '../vocabulary.js';
import { SUGAR } from '../words.js';
import type { Folded } from './blocks.js';
import { type Item, insideOf, type Sweet, withInside } from './item.js';
import { kindWord, type Network, optionsOf, sugarText } from './rows.js';

export interface Gathered extends Folded {
  /** Options by the kind as it is written. */
  readonly defaults: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

export const gathered = ({ items, blocks }: Folded, network: Network): Gathered => {
  const uses = new Map<string, Use[]>();
  const note = (use: Use): void => {
    const all = uses.get(use.kind.name);
    if (all) all.push(use);
    else uses.set(use.kind.name, [use]);
  };
  for (const list of [items, ...blocks.map((block) => block.items)]) collect(list, network, note);
  const chosen = new Map<string, ReadonlyMap<string, string>>();
  for (const [kind, all] of uses) {
    const options = defaultsOf(all);
    if (options.size > 0) chosen.set(kind, options);
  }
  const change = (list: readonly Item[]): readonly Item[] => list.map((item) => without(item, chosen, network, change));
  const words = [...uses].flatMap(([kind, [use]]): readonly (readonly [string, ReadonlyMap<string, string>])[] => {
    const options = chosen.get(kind);
    return options && use ? [[use.word, options]] : [];
  });
  return {
    items: change(items),
    blocks: blocks.map((block) => ({ ...block, items: change(block.items) })),
    defaults: new Map(words),
  };
};

/** A layer that is written somewhere, or one that stands beside another. */
interface Use {
  readonly kind: LayerKind;
  readonly word: string;
  readonly options: ReadonlyMap<string, Sweet>;
  /** Beside another layer what is written anew is all in one word. */
  readonly beside: boolean;
}

const collect = (items: readonly Item[], network: Network, note: (use: Use) => void): void => {
  for (const item of items) {
    for (const { node } of item.sugar.values())
      if (node) note({ kind: node.kind, word: kindWord(node), options: optionsOf(network, node), beside: true });
    const { body } = item;
    if (body.type === 'layer') {
      const sugar = takesSugar(body.node.kind)
        ? SUGAR.map((which) => [which, item.sugar.get(which) ?? NONE] as const)
        : [];
      note({
        kind: body.node.kind,
        word: kindWord(body.node),
        options: new Map([...item.options, ...sugar]),
        beside: false,
      });
    }
    for (const list of insideOf(item)) collect(list, network, note);
  }
};

const NONE: Sweet = { text: 'none', usual: true };

const FEWEST = 3;

const defaultsOf = (uses: readonly Use[]): ReadonlyMap<string, string> => {
  const chosen = new Map<string, string>();
  const [first] = uses;
  if (!first || uses.length < FEWEST) return chosen;
  const names = new Set(uses.flatMap(({ options }) => [...options.keys()]));
  for (const name of names) {
    if (name === first.kind.main) continue;
    const value = defaultOf(name, uses);
    if (value !== undefined) chosen.set(name, value);
  }
  return chosen;
};

/** What an option is in so many layers that the others say that they differ; undefined where it is in too few. */
const defaultOf = (name: string, uses: readonly Use[]): string | undefined => {
  const options = uses.map((use) => use.options.get(name));
  if (options.includes(undefined)) return undefined;
  const counts = new Map<string, number>();
  for (const option of options)
    if (option && !option.usual && isLiteral(option.text)) counts.set(option.text, (counts.get(option.text) ?? 0) + 1);
  const [most, count = 0] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
  if (most === undefined || count < FEWEST || count < 0.75 * uses.length) return undefined;
  const others = uses.filter(({ options: own }) => own.get(name)?.text !== most);
  const unsaid = others.filter(({ options: own }) => own.get(name)?.usual);
  if (others.some(({ beside }) => beside) || 4 * unsaid.length > count) return undefined;
  // What follows from another option may be another value in each copy.
  const follows = uses[0]?.kind.args[name]?.fallback?.text.startsWith('the ');
  return follows && uses.some(({ options: own }) => own.get(name)?.usual) ? undefined : most;
};

/** A number, numbers, true or false, a word that no param is called: not what copies of a block differ in. */
const isLiteral = (text: string): boolean =>
  /^(?:[\d.\s,[\]x-]+|true|false|same|valid|causal|place|bn|\{.*\}|[a-z]+\d?)$/.test(text);

const without = (
  item: Item,
  chosen: ReadonlyMap<string, ReadonlyMap<string, string>>,
  network: Network,
  change: (items: readonly Item[]) => readonly Item[],
): Item => {
  const inner = withInside(item, change);
  const sugar = new Map([...inner.sugar].map(([which, sweet]) => [which, lessSweet(sweet, chosen, network)]));
  if (inner.body.type !== 'layer') return { ...inner, sugar };
  const own = chosen.get(inner.body.node.kind.name);
  if (!own) return { ...inner, sugar };
  const options = new Map(
    [...inner.options].map(([name, option]) => {
      const usual = own.get(name);
      return [name, usual === undefined ? option : { ...option, usual: option.text === usual }];
    }),
  );
  for (const which of SUGAR) {
    const usual = own.get(which);
    if (usual === undefined) continue;
    const sweet = sugar.get(which);
    if (!sweet) sugar.set(which, { text: 'none', usual: false });
    else if (sweet.text === usual || (sweet.node && sugarText(sweet.node, network) === usual))
      sugar.set(which, { ...sweet, usual: true });
  }
  return { ...inner, options, sugar };
};

/** A layer beside another one, without what it has by default. */
const lessSweet = (sweet: Sweet, chosen: ReadonlyMap<string, ReadonlyMap<string, string>>, network: Network): Sweet => {
  const own = sweet.node && chosen.get(sweet.node.kind.name);
  if (!sweet.node || !own) return sweet;
  return { ...sweet, text: sugarText(sweet.node, network, own) };
};
