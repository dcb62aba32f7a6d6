// A layer of a .prototxt on its way to rows: what it reads, what it adds, under which names. What each type adds is types.ts.

import type { Plain } from '../../core/args.js';
import type { Findings } from '../../core/findings.js';
import type { Growing } from '../../core/growing.js';
import type { Shape } from '../../core/shape.js';
import type { Opaques } from '../opaque.js';
import type { Fields } from './fields.js';
import type { Definition } from './net.js';

/** A row that nobody knows the number of: a mistake left it unknown. */
export const UNKNOWN = -1;

/** Where the largest of each window stood, for the layer that puts values back there. */
export interface Mask {
  readonly before: number;
  readonly options: Readonly<Record<string, Plain>>;
  /** Its last windows hang over the end. */
  readonly roundsUp: boolean;
}

/** What the layers of one file have together. */
export interface Network {
  readonly growing: Growing;
  readonly findings: Findings;
  readonly opaques: Opaques;
  /** Blobs by their names, as they are at this place of the text: a layer may write over one. */
  readonly blobs: Map<string, number>;
  /** The second top of a pool. */
  readonly masks: Map<string, Mask>;
  /** Rows by the names of their parameters, for those that use them as well. */
  readonly shared: Map<string, number>;
}

interface Adding {
  /** What it reads; the first blob of the layer where nothing is said. */
  readonly reads?: readonly number[];
  /** Its name behind that of the layer, where that makes several rows. */
  readonly part?: string;
  /** The row has weights, of which the text may say that others use them, or that they do not learn. */
  readonly learns?: Pick<Definition, 'specs'>;
  readonly sharedWith?: number;
}

type Options = Readonly<Record<string, Plain | undefined>>;

export class Layer {
  constructor(
    readonly definition: Definition,
    readonly network: Network,
    /** What it reads, in order. */
    readonly bottoms: readonly number[],
    /** The Scale behind a BatchNorm. */
    readonly scale: Definition | undefined,
  ) {}

  /** The parameters of its type: `convolution_param`. */
  param(key: string): Fields {
    return this.definition.fields.within(key);
  }

  /** What comes in first. */
  get shape(): Shape | null {
    return this.shapeOf(this.bottoms[0] ?? UNKNOWN);
  }

  shapeOf(row: number): Shape | null {
    return row < 0 ? null : this.network.growing.shape(row);
  }

  add(kind: string, options: Options = {}, { reads, part, learns, sharedWith }: Adding = {}): number {
    const { definition, network } = this;
    const own = reads ?? [this.bottoms[0] ?? UNKNOWN];
    const name = definition.name === '' ? (definition.tops[0] ?? definition.written) : definition.name;
    const specs = learns?.specs ?? [];
    const words = specs.map((spec) => spec.name);
    const known = words.some((word) => word !== '') ? words.join('\n') : undefined;
    const owner = sharedWith ?? (known === undefined ? undefined : network.shared.get(known));
    const row = network.growing.add({
      kind,
      name: part === undefined ? name : `${name}.${part}`,
      options: Object.fromEntries(
        Object.entries(options).filter((entry): entry is [string, Plain] => entry[1] !== undefined),
      ),
      reads: definition.mistakes.broken ? [...own, UNKNOWN] : own,
      ...(owner !== undefined && { sharedWith: owner }),
      ...(specs.length > 0 && specs.every(({ rate }) => rate === 0) && { frozen: true }),
      at: definition.at,
    });
    if (known !== undefined && owner === undefined) this.claim(known, words, row);
    return row;
  }

  /** The row's tensors have names now. Where another has some of them, only a part is shared, which no row can say. */
  private claim(known: string, words: readonly string[], row: number): void {
    const { shared, findings } = this.network;
    shared.set(known, row);
    for (const word of words) {
      const owner = word === '' ? undefined : shared.get(`of ${word}`);
      if (owner !== undefined)
        findings.warning(
          'import/unsupported',
          `the parameter "${word}" is that of ${this.network.growing.name(owner)}, and another of this layer is not: all of them are counted`,
          this.definition.at,
        );
      else if (word !== '') shared.set(`of ${word}`, row);
    }
  }

  /** A row that nothing here computes, with what is known of it. */
  opaque(
    why: string,
    { out, ...figures }: { out: Shape; params?: number; macs?: number; rf?: Plain },
    reads: readonly number[] = this.bottoms,
  ): number {
    const { written: operation, at } = this.definition;
    const row = this.add('opaque', { operation, out, ...figures }, { reads });
    this.network.opaques.note({ operation, why }, this.network.growing.name(row), at);
    return row;
  }

  /** A row that nobody knows anything of, for a mistake that is told or lies before it. */
  unknown(): number {
    return this.add('opaque', { operation: this.definition.written || 'layer' }, { reads: [...this.bottoms, UNKNOWN] });
  }

  /** Tells why no row can stand for it. */
  unsupported(why: string, help?: string): number {
    const { findings } = this.network;
    findings.error(
      'import/unsupported',
      `"${this.definition.written}" cannot be read: ${why}`,
      this.definition.at,
      help,
    );
    return this.unknown();
  }

  /** Rows one behind the other, each reading the one before; the last has the layer's name. */
  chain(from: number, steps: readonly (readonly [kind: string, options: Options, part: string])[]): number {
    return steps.reduce(
      (row, [kind, options, part], i) =>
        this.add(kind, options, { reads: [row], ...(i < steps.length - 1 && { part }) }),
      from,
    );
  }

  /** The axis that Caffe counts from the batch on, as an index of the shape here; null where it is the batch, or none. */
  axis(written: number, shape: Shape): number | null {
    const axis = written < 0 ? written + shape.length + 1 : written;
    return axis >= 1 && axis <= shape.length ? axis - 1 : null;
  }
}

/** The letter of an axis of a shape. */
export const letterOf = (axis: number, shape: Shape): string => ['c', ...'dhw'.slice(4 - shape.length)][axis] ?? 'c';

/** A shape as `reshape` is told it. */
export const channelsLast = (shape: Shape): readonly number[] => [...shape.slice(1), ...shape.slice(0, 1)];
