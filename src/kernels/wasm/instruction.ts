// The words of a plan: values in memory, tensors packed, instructions and their fields. What makes them is lower.ts and plan.ts.

import type { Affine } from '../../core/affine.js';
import type { SessionOptions, Tensor } from '../../core/kernels.js';
import type { Shape } from '../../core/shape.js';
import { type INSTRUCTIONS, type Kind, type Sort, wordsOf } from '../instructions.js';
import type { Buffer } from './memory.js';

/** The microkernel's block of results. */
export interface Block {
  readonly rows: number;
  readonly columns: number;
}

/** A volume of a batch in memory, channels last: pixels `stride` floats apart, of which it has `C` from `channel` on. */
export interface Value {
  readonly images: number;
  readonly H: number;
  readonly W: number;
  readonly C: number;
  readonly stride: number;
  readonly channel: number;
  readonly buffer: Buffer;
  /** As the network sees it, channels first. */
  readonly shape: Shape;
}

/** A place in memory, known when all is placed: a value's first float, or an address. */
export type Place = Pick<Value, 'buffer' | 'channel'> | { readonly offset: number };

type Split<Words> = Words extends `${infer First} ${infer Rest}` ? First | Split<Rest> : Words;
type Named<K extends Kind, S extends Sort> = S extends keyof (typeof INSTRUCTIONS)[K]
  ? Split<(typeof INSTRUCTIONS)[K][S]> & string
  : never;

/** What an instruction of that kind must be given. */
export type Fields<K extends Kind> = Readonly<
  Record<Named<K, 'places'>, Place> &
    Record<Named<K, 'optional'>, Place | null> &
    Record<Named<K, 'sizes' | 'numbers' | 'reals'>, number>
>;

/** Something for the core to do, in tasks that threads share. */
export interface Instruction {
  readonly kind: Kind;
  /** In the order of the kind's words. */
  readonly fields: readonly (Place | number | null)[];
  readonly tasks: number;
  /** Bytes that each thread needs for itself. */
  readonly scratch: number;
  /** Where its fields lie. */
  offset: number;
}

/** A field that is missing, misspelt or too many does not compile, wherever it comes from. */
export const instruction = <K extends Kind, Given extends Fields<K>>(
  kind: K,
  fields: Given & Readonly<Record<Exclude<keyof Given, keyof Fields<K>>, never>>,
  tasks: number,
  scratch = 0,
): Instruction => ({
  kind,
  fields: wordsOf(kind).map(({ name }) => fields[name as keyof Given] as Place | number | null),
  tasks,
  scratch,
  offset: 0,
});

/** Writes its values into memory. */
export interface Written {
  readonly floats: number;
  readonly write: (to: Float32Array) => void;
}

/** The values of a tensor as they are. */
export interface Inserted {
  readonly floats: number;
  readonly weight: Tensor;
}

/** What the core makes of weights that are put into its memory for the while. */
export interface Staged {
  readonly floats: number;
  readonly instruction: (places: Readonly<Record<'weights' | 'scale' | 'shift' | 'output', Place>>) => Instruction;
  /** A factor and an addend per filter. */
  readonly filters: number;
  readonly learned: () => Affine;
  readonly weight: Tensor | undefined;
}

/** Bytes for the fields of an instruction that draws or packs, before what it reads. */
export const STAGED_BYTES = 64;

export type Pack = Written | Inserted | Staged;

export interface Placed {
  readonly pack: Pack;
  offset: number;
}

/** Storage and instructions while they are made. */
export interface Draft {
  readonly batch: number;
  readonly block: Block;
  readonly options: SessionOptions;
  /** The value of a step that ran before. */
  readonly stored: (id: number) => Value;
  /** A new buffer that lives during this job only. */
  readonly temporary: (bytes: number) => Buffer;
  readonly place: (pack: Pack) => Placed;
  /** Floats of 0, at least that many. */
  readonly zeros: (floats: number) => Placed;
}
