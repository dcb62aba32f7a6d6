// Which layer a name on a sheet means: the layer's own name, the same in other letters, or the layer's place among its kind. No grading.

import type { Node } from '../core/graph.js';
import type { Items } from './world.js';

/** A layer as a framework's summary lists it: the class, and how many of it stand before. */
export interface Listed {
  readonly kinds: readonly string[];
  readonly before: number;
}

/** Nobody's name is longer. */
const LONGEST = 200;

/** Words for the sum over all layers. */
const TOTALS = ['total', 'totals', 'sum', 'overall', 'all', 'gesamt', 'summe', '总计', '合计', '總計', '合計'];

/** Without capitals, blanks, dashes and a remark: `CONV 1 (f=5, s=1):` is `conv1`. */
const bare = (name: string): string => {
  const text = name.normalize('NFKC').toLowerCase();
  const remark = text.indexOf('(');
  return (remark > 0 ? text.slice(0, remark) : text).replace(/[\s_:#-]/g, '');
};

/** The words that people write out: `Convolutional layer 1`, `卷积层1`. */
const short = (name: string): string =>
  bare(name)
    .replace(/layers?|block/g, '')
    .replace(/convolution(?:al)?|卷积层?/g, 'conv')
    .replace(/max-?pool(?:ing)?|pooling|池化层?/g, 'pool')
    .replace(/fullyconnected|dense|linear|全连接层?/g, 'fc')
    .replace(/输入层?/g, 'input');

export class LayerNames {
  /** Null where several names are alike. */
  private readonly alike = new Map<string, string | null>();

  /** Of the kinds that were asked for, their layers in order. */
  private readonly byKinds = new Map<string, readonly string[]>();

  constructor(private readonly items: Items) {
    for (const name of [...items.nodes.keys(), ...items.below.keys(), 'total']) {
      const key = bare(name);
      const other = this.alike.get(key);
      this.alike.set(key, other === undefined || other === name ? name : null);
    }
  }

  /** Every name there is, for suggestions. */
  get all(): readonly string[] {
    return [...new Set([...this.items.nodes.keys(), ...this.items.below.keys()]), 'total'];
  }

  /** The layer's or item's own name; null where the name fits nothing. */
  find(name: string, listed?: Listed): string | null {
    const { nodes, below } = this.items;
    if (nodes.has(name) || below.has(name) || name === 'total') return name;
    if (name.length > LONGEST) return null;
    return (
      this.alike.get(bare(name)) ??
      this.alike.get(short(name)) ??
      (TOTALS.includes(bare(name)) ? 'total' : null) ??
      (listed ? this.ofKind(listed) : null)
    );
  }

  private ofKind({ kinds, before }: Listed): string | null {
    const key = kinds.join();
    const known = this.byKinds.get(key);
    if (known) return known[before] ?? null;
    const named = ({ kind }: Node): boolean =>
      kinds.includes(kind.name) || (kind.aliases ?? []).some((alias) => kinds.includes(alias));
    const names = [...this.items.nodes.values()].filter(named).map(({ name }) => name);
    this.byKinds.set(key, names);
    return names[before] ?? null;
  }
}
