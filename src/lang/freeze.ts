// `frozen:` and --freeze: the rows whose weights training leaves alone. What an item says is read in layers.ts; no row is added here.

import type { Place } from '../core/diagnostic.js';
import type { Findings } from '../core/findings.js';
import { isInput, type Node, withFrozen } from '../core/graph.js';
import type { Facts } from '../core/layer.js';
import { choice } from '../core/suggest.js';
import type { Matcher } from './globs.js';
import type { Span } from './names.js';

interface Said {
  readonly frozen: boolean;
  readonly place: Place | undefined;
}

export class Freezing {
  /** What is said of a row, by its id: by the nearest item around it, or else by the nearest default. */
  private readonly said: Said[] = [];
  private readonly usual: Said[] = [];
  /** What was said of weights that are another's. */
  private readonly told = new Set<Said>();

  constructor(
    private readonly nodes: Node[],
    private readonly findings: Findings,
  ) {}

  /** What an item says of its rows; items inside of it have said so before. */
  say({ first, last }: Span, said: Said, by: 'item' | 'default'): void {
    const all = by === 'item' ? this.said : this.usual;
    for (let id = first; id <= last; id += 1) all[id] ??= said;
  }

  /** Once all rows are there: `globs` are what is frozen from outside, whatever the file says. */
  apply(globs: readonly string[], match: Matcher | undefined): void {
    if (globs.length + this.said.length + this.usual.length === 0) return;
    const named = match ? globs.map((glob) => this.matching(glob, match)) : [];
    const frozen = this.nodes.map(
      ({ id, name }) => named.some((fits) => fits(name)) || (this.said[id] ?? this.usual[id])?.frozen === true,
    );
    // Copies of a layer share these facts, too.
    const known = new Map<Facts, Facts>();
    for (const node of this.nodes) {
      if (!frozen[node.id] || !node.facts) continue;
      if (node.sharedWith !== undefined) this.ofAnother(node, frozen[node.sharedWith] === true);
      if (!node.facts.params?.length) continue;
      const facts = known.get(node.facts) ?? withFrozen(node.facts);
      known.set(node.facts, facts);
      this.nodes[node.id] = { ...node, facts, frozen: true };
    }
  }

  private matching(glob: string, match: Matcher): (name: string) => boolean {
    const fits = match(glob, 'across');
    const names = this.nodes.filter((node) => !isInput(node)).map(({ name }) => name);
    const wholes = new Set([...names.map((name) => name.replace(/\..*/s, '')), ...names]);
    if (names.length > 0 && !names.some(fits))
      this.findings.about(`--freeze ${glob}`, () =>
        this.findings.error('frozen/unknown', 'no layer has such a name', undefined, () =>
          choice(glob, [...wholes], 'layers'),
        ),
      );
    return fits;
  }

  /** Weights are frozen where they count. */
  private ofAnother({ id, name, sharedWith = id }: Node, isFrozen: boolean): void {
    const said = this.said[id];
    const owner = this.nodes[sharedWith]?.name;
    if (!said?.frozen || isFrozen || this.told.has(said)) return;
    this.told.add(said);
    this.findings.warning(
      'frozen/shared',
      `${name} uses the weights of ${owner}, which are trained: frozen changes nothing here`,
      said.place,
      `write frozen: true at ${owner}`,
    );
  }
}
