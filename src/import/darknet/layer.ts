// A section of a .cfg file on its way to rows: what it reads, what it adds, under which names. What each sort of section adds is sections.ts.

import type { Plain } from '../../core/args.js';
import type { Findings } from '../../core/findings.js';
import type { Growing } from '../../core/growing.js';
import type { Shape } from '../../core/shape.js';
import type { StoredTensor } from '../../core/stored.js';
import type { Opaques } from '../opaque.js';
import { activationOf } from './activations.js';
import type { Settings } from './cfg.js';
import type { Weights } from './weights.js';

/** A row that nobody knows the number of: a mistake left it unknown. */
export const UNKNOWN = -1;

/** What a convolution learned, for those that use it as well. */
export interface Learned {
  readonly weights: number;
  readonly norm: number | undefined;
}

/** What the sections of one file have together. */
export interface Network {
  readonly growing: Growing;
  readonly findings: Findings;
  readonly opaques: Opaques;
  readonly weights: Weights;
  /** What comes out of each section, by its index. */
  readonly made: number[];
  /** Sections whose own output is not computed: losses and detection heads stand for what they read. */
  readonly heads: Set<number>;
  readonly outputs: number[];
  readonly learned: Map<number, Learned>;
  /** Activations that Darknet has not, each told of once. */
  readonly strange: Set<string>;
  /** Sections before this one are not trained. */
  readonly frozenBefore: number;
}

interface Adding {
  /** What it reads; the section before where nothing is said. */
  readonly reads?: readonly number[];
  /** Its name behind that of the section, where that makes several rows. */
  readonly part?: string;
  readonly tensors?: Readonly<Record<string, StoredTensor | undefined>>;
  readonly sharedWith?: number | undefined;
}

type Options = Readonly<Record<string, Plain | undefined>>;

export class Layer {
  constructor(
    readonly s: Settings,
    readonly index: number,
    /** `conv12`: what its rows are called. */
    readonly name: string,
    readonly network: Network,
    /** What the section before it made. */
    private readonly last: number,
  ) {}

  get weights(): Weights {
    return this.network.weights;
  }

  /** What it reads if it says nothing else. */
  get before(): number {
    if (!this.network.heads.has(this.index - 1)) return this.last;
    return this.s.fail(
      `it reads what section ${this.index - 1} makes, and of a detection head or a loss nothing is computed here`,
      undefined,
      UNKNOWN,
    );
  }

  /** The same as an image: after a dense layer it is one of one place. */
  get image(): number {
    const row = this.before;
    const [values, ...places] = this.shape(row) ?? [];
    if (values === undefined || places.length > 0 || this.index === 0) return row;
    return this.add('reshape', { to: [1, 1, values] }, { reads: [row], part: 'image' });
  }

  /** What another section made, by an index of the file: from the first on, or back from here. */
  from(index: number): number {
    const at = index < 0 ? this.index + index : index;
    const row = this.network.made[at];
    if (at >= this.index || row === undefined)
      return this.s.fail(
        `it reads section ${index}${index < 0 ? ` from here, which is ${at}` : ''}; before it there are ${this.index === 0 ? 'none' : `0 to ${this.index - 1}`}`,
        undefined,
        UNKNOWN,
      );
    if (this.network.heads.has(at))
      return this.s.fail(
        `it reads section ${at}, and of a detection head or a loss nothing is computed here`,
        undefined,
        UNKNOWN,
      );
    return row;
  }

  shape(row: number): Shape | null {
    return row < 0 ? null : this.network.growing.shape(row);
  }

  /** Adds a row. Where the section is broken it has no figures, for what was said of it is not known. */
  add(kind: string, options: Options = {}, { reads, part, tensors = {}, sharedWith }: Adding = {}): number {
    const own = reads ?? [this.before];
    const { s, network, index } = this;
    const frozen = index < network.frozenBefore || s.flag('dont_update') || s.flag('onlyforward');
    return network.growing.add({
      kind,
      name: part === undefined ? this.name : `${this.name}.${part}`,
      options: present(options),
      reads: s.broken ? [...own, UNKNOWN] : own,
      tensors: present(tensors),
      ...(sharedWith !== undefined && { sharedWith }),
      ...(frozen && { frozen }),
      at: s.at,
    });
  }

  /** A row that nothing here computes, with what is known of it. */
  opaque(
    operation: string,
    why: string,
    { out, ...figures }: { out: Shape; params?: number; macs?: number; rf?: Plain },
    adding: Adding = {},
  ): number {
    this.network.opaques.note(operation, this.s.at, why);
    return this.add('opaque', { operation, out, ...figures }, adding);
  }

  /** What the activation of the section makes of a row; the row itself where there is none. */
  activated(row: number, fallback = 'linear', part = 'act'): number {
    const word = this.s.word('activation', fallback);
    const steps = activationOf(word);
    if (steps === undefined) {
      const { strange, findings } = this.network;
      if (!strange.has(word))
        findings.warning(
          'import/file',
          `Darknet has no activation "${word}" and takes relu then`,
          this.s.section.settings.get('activation')?.place,
        );
      strange.add(word);
      return this.add('relu', {}, { reads: [row], part });
    }
    if (typeof steps === 'string') {
      const out = this.shape(row);
      return out
        ? this.opaque(word, steps, { out, params: 0, macs: 0, rf: 1 }, { reads: [row], part })
        : this.add('identity', {}, { reads: [row], part });
    }
    return steps.reduce(
      (current, [kind, options], i) =>
        this.add(kind, options, { reads: [current], part: i === steps.length - 1 ? part : `${part}${i + 1}` }),
      row,
    );
  }
}

const present = <T>(values: Readonly<Record<string, T | undefined>>): Record<string, T> =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, T] => entry[1] !== undefined));
