// What the instructions of a pickle work on: a stack, what is kept to be named again, and the values that come of it, which are lists,
// tuples, dicts and numbers. Nothing is run. The instructions are pickle.ts.

import { Problem } from '../core/diagnostic.js';
import type { Bytes } from './bytes.js';

export class List {
  readonly items: unknown[] = [];
}

export class Tuple {
  constructor(readonly items: readonly unknown[]) {}
}

export class Dict {
  readonly entries = new Map<unknown, unknown>();
}

/** A function or class by its name: `torch._utils._rebuild_tensor_v2`. */
export class Global {
  constructor(readonly name: string) {}
}

/** An object of which nothing is wanted. */
export class Inert {}

/** What a file may name. */
export interface Allowed {
  /** What comes of a call; undefined where that function is none of those that may be called. */
  readonly call: (name: string, args: readonly unknown[]) => unknown;
  /** What a new object of a class is; undefined likewise. */
  readonly create: (name: string) => unknown;
  /** What is kept outside of the pickle. */
  readonly persistent: (id: unknown) => unknown;
}

/** What is wrong with a pickle ends its reading; it is caught where that began. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

export const broken = (why: string): Refused =>
  new Refused(new Problem('weights/file', `this pickle cannot be read: ${why}`, 'save or download the file again'));

/** Bytes of a pickle, without what lies outside of it. */
export const MOST_BYTES = 64 * 1024 * 1024;

/** Values of a pickle, each time they are named. The largest networks have a tenth of it. */
const MOST_VALUES = 1_000_000;

/** Bytes of a whole number, and characters of a name. */
export const MOST_DIGITS = 256;
export const MOST_NAME = 1000;

const CHUNK = 64 * 1024;

/** A file read from front to back. */
export class Reading {
  private chunk: Uint8Array = new Uint8Array();
  private start: number;
  private used = 0;

  constructor(
    private readonly bytes: Bytes,
    from: number,
  ) {
    this.start = from;
  }

  /** Where the next byte stands. */
  get at(): number {
    return this.start + this.used;
  }

  take(count: number): Uint8Array {
    if (count > this.bytes.size - this.at) throw broken('it is cut off');
    if (this.used + count > this.chunk.length) {
      this.start = this.at;
      this.used = 0;
      this.chunk = this.bytes.read(this.start, Math.max(count, CHUNK));
      if (this.chunk.length < count) throw broken('it is cut off');
    }
    this.used += count;
    return this.chunk.subarray(this.used - count, this.used);
  }

  byte(): number {
    return this.take(1)[0] as number;
  }

  /** A little-endian whole number of so many bytes. */
  count(width: number): number {
    let value = 0;
    this.take(width).forEach((byte, i) => {
      value += byte * 256 ** i;
    });
    return value;
  }

  /** Up to the end of the line. */
  line(most: number): string {
    const found: number[] = [];
    for (let byte = this.byte(); byte !== 0x0a; byte = this.byte()) {
      found.push(byte);
      if (found.length > most) throw broken(`a line of it has more than ${most} characters`);
    }
    return TEXT.decode(Uint8Array.from(found));
  }
}

const TEXT = new TextDecoder();

/** What the instructions of a pickle work on. */
export class Machine {
  readonly stack: unknown[] = [];
  private readonly marks: number[] = [];
  readonly memo = new Map<number, unknown>();
  private values = 0;

  constructor(
    readonly file: Reading,
    readonly allowed: Allowed,
  ) {}

  private counted(): void {
    this.values += 1;
    if (this.values > MOST_VALUES) throw broken(`it has more than ${MOST_VALUES} values`);
  }

  mark(): void {
    this.counted();
    this.marks.push(this.stack.length);
  }

  push(value: unknown): void {
    this.counted();
    this.stack.push(value);
  }

  pop(): unknown {
    if (this.stack.length <= (this.marks.at(-1) ?? 0)) throw broken('it takes a value where there is none');
    return this.stack.pop();
  }

  /** What was pushed since the last mark. */
  marked(): unknown[] {
    const mark = this.marks.pop();
    if (mark === undefined) throw broken('it goes back to a mark where there is none');
    return this.stack.splice(mark);
  }

  top(): unknown {
    if (this.stack.length <= (this.marks.at(-1) ?? 0)) throw broken('it takes a value where there is none');
    return this.stack.at(-1);
  }

  keep(index: number): void {
    this.counted();
    this.memo.set(index, this.top());
  }

  recall(index: number): void {
    if (!this.memo.has(index)) throw broken(`it names value ${index}, which it has not kept`);
    this.push(this.memo.get(index));
  }

  text(length: number): string {
    return TEXT.decode(this.bytes(length));
  }

  bytes(length: number): Uint8Array {
    if (length > MOST_BYTES) throw broken(`a value of it has ${length} bytes`);
    return this.file.take(length);
  }

  /** A whole number in two's complement. */
  long(length: number): void {
    if (length > MOST_DIGITS) throw broken(`a number of it has ${length} bytes`);
    const bytes = this.file.take(length);
    let value = 0n;
    for (const byte of [...bytes].reverse()) value = value * 256n + BigInt(byte);
    if ((bytes.at(-1) ?? 0) > 127) value -= 1n << BigInt(8 * length);
    this.push(Number.isSafeInteger(Number(value)) ? Number(value) : value);
  }

  append(items: readonly unknown[]): void {
    const list = this.top();
    if (list instanceof List) for (const item of items) list.items.push(item);
    else if (!(list instanceof Inert)) throw broken('it appends to what is no list');
  }

  set(items: readonly unknown[]): void {
    const dict = this.top();
    if (items.length % 2 !== 0) throw broken('it sets a key without a value');
    if (dict instanceof Dict) for (let i = 0; i < items.length; i += 2) dict.entries.set(items[i], items[i + 1]);
    else if (!(dict instanceof Inert)) throw broken('it sets keys of what is no dict');
  }

  call(callee: unknown, args: unknown): void {
    const { name, items } = called(callee, args);
    // How old protocols make an object.
    const isCreated = /^copy_?reg\._reconstructor$/.test(name);
    if (isCreated) this.create(items[0], new Tuple([]));
    else this.push(this.result(name, items));
  }

  private result(name: string, args: readonly unknown[]): unknown {
    const result = this.allowed.call(name, args);
    if (result === undefined)
      throw new Refused(
        new Problem(
          'weights/file',
          `this file wants to run ${shortened(name)}, which is no tensor`,
          `nothing was run; where you trust the file, load it in PyTorch and save the tensors alone: ${SAVE}`,
        ),
      );
    return result;
  }

  create(type: unknown, args: unknown): void {
    const { name } = called(type, args);
    const result = this.allowed.create(name);
    if (result === undefined)
      throw new Refused(
        new Problem(
          'weights/file',
          `this file holds an object of the class ${shortened(name)}, which only the program that has this class can read`,
          `load it there, and save the tensors alone: ${SAVE}; or export the network: torch.onnx.export(model, example, "model.onnx")`,
        ),
      );
    this.push(result);
  }
}

const SAVE = 'torch.save(model.state_dict(), path)';

const shortened = (name: string): string => (name.length > 100 ? `${name.slice(0, 100)}…` : name);

const called = (callee: unknown, args: unknown): { readonly name: string; readonly items: readonly unknown[] } => {
  if (!(callee instanceof Global) || !(args instanceof Tuple)) throw broken('it calls what is no function');
  return { name: callee.name, items: args.items };
};
