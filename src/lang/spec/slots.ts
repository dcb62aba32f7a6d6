// What is alike in items and what differs: a text of all that has to be the same, and slots for values that may be another each time.

import { isReservedValue } from '../scope.js';
import { takesSugar } from '../vocabulary.js';
import type { Branch, Copies, Item, Option, Options, Ref } from './item.js';

/** A value that a param can hold, where it stands. */
export interface Slot extends Option {
  /** The option, and the item that it stands in. */
  readonly option: string;
  readonly owner: string | null;
  /** The first row of that item. */
  readonly row: number;
  /** A count of channels, which may hang on those that come in. */
  readonly ofChannels: boolean;
}

export interface Likeness {
  /** The same for all that may be copies of one block. Shortcuts are told apart from it: copies may lack them. */
  readonly text: string;
  /** Of each residual by its place: what its shortcut is like; empty for none. */
  readonly shortcuts: ReadonlyMap<string, string>;
  readonly slots: ReadonlyMap<string, Slot>;
}

/** What one item is like, but for its own name, what it reads and how often it stands there. */
export const likenessOf = (item: Item): Likeness => {
  const slots = new Map<string, Slot>();
  const shortcuts = new Map<string, string>();
  const parts: string[] = [];
  new Walk(
    item,
    (id, slot) => {
      slots.set(id, slot);
      return slot;
    },
    (part) => parts.push(part),
    (id, inside) => {
      const begin = parts.length;
      const made = inside();
      shortcuts.set(id, parts.splice(begin).join(' '));
      return made;
    },
  ).whole();
  return { text: parts.join(' '), shortcuts, slots };
};

/** The item with other values in its slots. */
export const withSlots = (item: Item, change: (id: string, slot: Slot) => Option): Item =>
  new Walk(
    item,
    change,
    () => {},
    (_, inside) => inside(),
  ).whole();

class Walk {
  /** The last name on the way to where it is that is a word. */
  private owner: string | null = null;

  constructor(
    private readonly root: Item,
    private readonly change: (id: string, slot: Slot) => Option,
    private readonly note: (part: string) => void,
    private readonly shortcut: (id: string, inside: () => readonly Item[]) => readonly Item[],
  ) {}

  whole(): Item {
    return this.body(this.root, '');
  }

  private list(items: readonly Item[], id: string): readonly Item[] {
    this.note('[');
    const made = items.map((item, i) => this.item(item, `${id}/${i}`));
    this.note(']');
    return made;
  }

  /** What is the root's own is told of by its use: only what it holds is looked at. */
  private item(item: Item, id: string): Item {
    const before = this.owner;
    if (item.name !== null && /^[A-Za-z]/.test(item.name)) this.owner = item.name;
    const made = this.itself(item, id);
    this.owner = before;
    return made;
  }

  private itself(item: Item, id: string): Item {
    const made = this.body(item, id);
    this.note(`name=${item.name}`);
    if (item.from) this.note(`from${item.from.length}`);
    if (item.share) this.note('share');
    if (item.frozen) this.note('frozen');
    return {
      ...made,
      from: item.from?.map((ref, i) => this.ref(ref, `${id}<${i}`, item, 'from')) ?? null,
      share: item.share && this.ref(item.share, `${id}=`, item, 'share'),
      copies: item.copies && this.copies(item.copies, id, item),
    };
  }

  private body(item: Item, id: string): Item {
    const { body } = item;
    this.note(body.type === 'layer' || body.type === 'merge' ? body.node.kind.name : body.type);
    if (body.type === 'use') this.note(body.block);
    const options = this.options(item, id);
    const sugar = this.sugar(item, id);
    const made = { ...item, options, sugar };
    if (body.type === 'group') return { ...made, body: { ...body, items: this.list(body.items, id) } };
    if (body.type === 'residual') {
      if (body.match) this.note('match');
      if (body.when !== undefined) this.note(`when=${body.when}`);
      const items = this.list(body.items, id);
      return {
        ...made,
        body: {
          ...body,
          items,
          shortcut: this.shortcut(`${id}~`, () => (body.shortcut.length > 0 ? this.list(body.shortcut, `${id}~`) : [])),
        },
      };
    }
    if (body.type !== 'merge') return made;
    const branches = body.branches.map((branch, i): Branch => {
      if ('items' in branch) return { items: this.list(branch.items, `${id}|${i}`) };
      if ('ref' in branch) return { ref: this.ref(branch.ref, `${id}|${i}`, item, 'from') };
      this.note('same');
      return branch;
    });
    return { ...made, body: { ...body, branches } };
  }

  private options(item: Item, id: string): Options {
    const { body } = item;
    const options = new Map<string, Option>();
    for (const [name, option] of item.options) {
      this.note(name);
      const isLayer = body.type === 'layer' || body.type === 'merge';
      // A name that expressions know is a value of its own in them.
      const isText =
        (isLayer && (name === 'as' || body.node.kind.args[name]?.reads !== undefined)) || isReservedValue(option.text);
      if (isText) this.note(option.text);
      options.set(name, isText ? option : this.slot(`${id}:${name}`, option, item, name));
    }
    return options;
  }

  private sugar(item: Item, id: string): Item['sugar'] {
    const { body, sugar } = item;
    const made = new Map(sugar);
    if (item.learnedSugar) this.note(item.learnedSugar);
    const mayHave = body.type === 'layer' ? takesSugar(body.node.kind) : body.type !== 'group' && body.type !== 'use';
    if (!mayHave) return made;
    const norm = sugar.get('norm');
    if (norm) this.note(`norm=${norm.text}`);
    for (const which of ['act', 'drop'] as const) {
      const option = sugar.get(which) ?? NO_SUGAR;
      // What is more than a word is the same in all.
      if (!/^[\w.]+$/.test(option.text)) this.note(`${which}=${option.text}`);
      else {
        const slot = this.slot(`${id}!${which}`, option, item, which);
        if (slot.text === option.text && sugar.has(which)) made.set(which, option);
        else if (!slot.usual) made.set(which, slot);
      }
    }
    return made;
  }

  private copies(copies: Copies, id: string, item: Item): Copies {
    this.note(`copies ${copies.naming} ${[...copies.first.keys()].join(' ')}`);
    const times = this.slot(`${id}*`, copies.times, item, 'depth');
    const first = new Map(
      [...copies.first].map(([name, option]) => [name, this.slot(`${id}^${name}`, option, item, name)]),
    );
    return { ...copies, times, first };
  }

  /** What stands inside of the root is called the same in all; what is outside may be another each time. */
  private ref(ref: Ref, id: string, item: Item, option: string): Ref {
    const isInside = ref.node >= this.root.first && ref.node <= this.root.last;
    this.note(isInside ? `=${ref.text}` : '=');
    if (isInside) return ref;
    const { text } = this.slot(id, { text: ref.text, usual: false }, item, option);
    return { ...ref, text: text.startsWith('"') ? JSON.parse(text) : text };
  }

  private slot(id: string, option: Option, { body, first }: Item, called: string): Option {
    const ofChannels =
      body.type === 'use'
        ? COUNTED.test(called)
        : body.type === 'layer' && called === body.node.kind.main && COUNTED.test(called);
    const { text, usual } = this.change(id, {
      ...option,
      option: called,
      owner: this.owner,
      row: first,
      ofChannels,
    });
    return { text, usual };
  }
}

const NO_SUGAR: Option = { text: 'none', usual: true };

/** Options that are counts of channels, and params made of them. */
const COUNTED = /(?:^|_)(?:filters|units|channels)\d*$/;
