// `share:`: the rows of an item that use the weights of an earlier one, row by row. What a name means is names.ts; no row is added here.

import type { Diagnostic, Place } from '../core/diagnostic.js';
import type { Findings } from '../core/findings.js';
import { type Node, withoutLearned } from '../core/graph.js';
import type { Facts, LayerKind } from '../core/layer.js';
import type { Names, Span } from './names.js';
import type { Scope } from './scope.js';
import type { Work } from './work.js';

/** A row and the one whose weights it is to use; without, where there is none. */
type Pair = readonly [row: Node, owner: Node | undefined];

export class Sharing {
  /** The facts of a layer without what it learns: copies of it share these, too. */
  private readonly known = new Map<Facts, Facts>();
  private readonly texts = new Map<Facts['params'], string>();

  constructor(
    private readonly nodes: Node[],
    private readonly names: Names,
    private readonly findings: Findings,
    private readonly work: Work,
  ) {}

  /** The rows of `own` use the weights of those that a name means, and their statistics. No name: it hangs on a mistake. */
  use(own: Span, name: string | undefined, at: Place | undefined, scope: Scope): void {
    const first = this.nodes[own.first];
    // A layer that failed is told of already.
    if (!first || own.last < own.first || (this.isLayer(own) && !first.facts)) return;
    const owner = name === undefined ? null : this.names.rowsOf(name, scope);
    if (owner === null) this.uncounted(own, undefined);
    else if (owner && owner.first < own.first) this.rowByRow(own, owner, name ?? '', at);
    else this.unknown(own, name ?? '', at);
  }

  private unknown(own: Span, name: string, at: Place | undefined): void {
    const inside = new Set(this.within(own).map((node) => node.name));
    this.findings.error(
      'share/unknown',
      `there is no earlier layer called "${name}" whose weights could be used`,
      at,
      () =>
        this.names.meant(
          name,
          this.names.recent.filter((row) => row !== name && !inside.has(row)),
          'layers',
        ),
    );
    this.uncounted(own, 'share/unknown');
  }

  /** All rows of one with all rows of the other, in their order. */
  rowByRow(own: Span, owner: Span, name: string, at: Place | undefined): void {
    this.work.count(2 + own.last - own.first + owner.last - owner.first, at);
    const all = this.within(owner);
    if (all.some((node) => !node.facts || node.uncounted) || this.within(own).some((node) => !node.facts)) {
      this.uncounted(own, undefined);
      return;
    }
    const areLayers = this.isLayer(own) && this.isLayer(owner);
    const pairs = areLayers ? this.ofLayers(own, owner) : this.inOrder(own, owner);
    const misfits = pairs.filter(([row, other]) => other === undefined || !this.fits(row, other));
    const unfit = new Set(misfits);
    const over = areLayers ? undefined : this.weighted(owner)[pairs.length];
    for (const pair of pairs) {
      const [row, other] = pair;
      if (other && !unfit.has(pair)) this.join(row, other);
      else this.uncount(row, 'share/mismatch');
    }
    this.follow(own);
    const [worst] = misfits;
    if (worst) this.mismatch(worst, misfits.length - 1, name, at);
    else if (over) {
      const last = pairs.at(-1)?.[0] ?? this.nodes[own.last];
      this.findings.error(
        'share/mismatch',
        `nothing here uses the weights of ${over.name} (${this.describe(over)}): rows with weights are ${pairs.length}, those of ${name} ${this.weighted(owner).length}`,
        at,
        'shared items need the same layers in the same order',
      );
      if (last) this.uncount(last, 'share/mismatch');
    }
  }

  /** A layer and its sugar: each uses what is of its sort, and what the other has not got is its own. */
  private ofLayers(own: Span, owner: Span): readonly Pair[] {
    const [first, ...sugar] = this.within(own);
    const [other, ...others] = this.within(owner);
    if (!first || !other) return [];
    const beside = sugar.flatMap((row): readonly Pair[] => {
      const same = others.find(({ kind }) => kind.role === row.kind.role);
      return same && this.hasWeights(row) ? [[row, same]] : [];
    });
    return [[first, other], ...beside].filter(([row]) => row?.sharedWith === undefined) as readonly Pair[];
  }

  private inOrder(own: Span, owner: Span): readonly Pair[] {
    const others = this.weighted(owner);
    return this.weighted(own).map((row, i): Pair => [row, others[i]]);
  }

  private mismatch([row, owner]: Pair, more: number, name: string, at: Place | undefined): void {
    const others = more > 0 ? `; ${more} more ${more === 1 ? 'does' : 'do'} not fit` : '';
    const problem = owner
      ? `${row.name} (${this.describe(row)}) cannot use the weights of ${owner.name} (${this.describe(owner)})`
      : `${name} has no weights left for ${row.name} (${this.describe(row)})`;
    this.findings.error(
      'share/mismatch',
      `${problem}${others}`,
      at,
      owner
        ? 'shared layers need the same kind and the same weight shapes'
        : 'shared items need the same layers in the same order',
    );
  }

  /** The row's own counts are empty from here on. One that shares already, inside of what is shared, goes on doing so. */
  private join(row: Node, owner: Node): void {
    if (row.sharedWith !== undefined || !row.facts) return;
    const facts = this.known.get(row.facts) ?? withoutLearned(row.facts);
    this.known.set(row.facts, facts);
    this.nodes[row.id] = { ...row, facts, sharedWith: owner.sharedWith ?? owner.id };
  }

  /** What shares with a row of `own` uses the weights that this uses now. */
  private follow(own: Span): void {
    for (const row of this.within(own)) {
      const owner = row.sharedWith === undefined ? undefined : this.nodes[row.sharedWith];
      if (owner?.sharedWith !== undefined) this.nodes[row.id] = { ...row, sharedWith: owner.sharedWith };
    }
  }

  private fits(row: Node, owner: Node): boolean {
    if (row.sharedWith !== undefined) return true;
    return row.kind === owner.kind && this.textOf(row.facts?.params) === this.textOf(this.paramsOf(owner));
  }

  /** Copies have one count of weights. */
  private textOf(params: Facts['params']): string {
    const text = this.texts.get(params) ?? JSON.stringify(params) ?? '';
    this.texts.set(params, text);
    return text;
  }

  // A layer that shares weights itself shows none of its own.
  private paramsOf(node: Node): Facts['params'] {
    return (node.sharedWith === undefined ? node : this.nodes[node.sharedWith])?.facts?.params;
  }

  private describe(node: Node): string {
    return described(node.kind, this.paramsOf(node));
  }

  private within({ first, last }: Span): readonly Node[] {
    return this.nodes.slice(first, last + 1);
  }

  /** The rows that learn or keep anything, or use what another one does. */
  private weighted(span: Span): readonly Node[] {
    return this.within(span).filter((node) => node.sharedWith !== undefined || this.hasWeights(node));
  }

  private hasWeights({ facts }: Node): boolean {
    return (facts?.params ?? []).length + (facts?.buffers ?? []).length > 0;
  }

  /** One layer with its sugar. */
  private isLayer({ first, last }: Span): boolean {
    return this.nodes.slice(first + 1, last + 1).every((node) => node.sugarOf === first);
  }

  /** What comes out of the rows is known, and not what they have. */
  uncounted(span: Span, error: Diagnostic['code'] | undefined): void {
    const all = this.within(span);
    const weighted = all.filter((node) => this.hasWeights(node));
    (weighted.length > 0 ? weighted : all.slice(0, 1)).forEach((node, i) => {
      this.uncount(node, i === 0 ? error : undefined);
    });
  }

  private uncount(node: Node, error: Diagnostic['code'] | undefined): void {
    this.nodes[node.id] = { ...node, uncounted: true, ...(error !== undefined && { error }) };
  }
}

const described = (kind: LayerKind, params: Facts['params']): string =>
  `${kind.name} with ${(params ?? []).map((t) => Object.values(t.factors).join('x')).join(' + ') || 'no'} weights`;
