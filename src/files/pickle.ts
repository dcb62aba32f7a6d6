// Python's pickles, read as data: what stands in one is built of lists, tuples, dicts and numbers. Nothing is run; which functions a file
// may name, and what stands for their results, is said by who reads it. What tensors are is torch.ts.

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
const MOST_BYTES = 64 * 1024 * 1024;

/** Values of a pickle, each time they are named. The largest networks have a tenth of it. */
const MOST_VALUES = 1_000_000;

/** Bytes of a whole number, and characters of a name. */
const MOST_DIGITS = 256;
const MOST_NAME = 1000;

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
class Machine {
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

const dictOf = (items: readonly unknown[], machine: Machine): void => {
  machine.push(new Dict());
  machine.set(items);
};

const listOf = (items: readonly unknown[], machine: Machine): void => {
  machine.push(new List());
  machine.append(items);
};

const joined = (machine: Machine, count: number): void => {
  const items = Array.from({ length: count }, () => machine.pop()).reverse();
  machine.push(new Tuple(items));
};

const real = (machine: Machine): number => {
  const bytes = machine.file.take(8);
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0);
};

const signed = (machine: Machine): number => machine.file.count(4) | 0;

const number = (line: string): number => {
  const value = Number(line);
  if (line === '' || Number.isNaN(value)) throw broken('it has a number that is none');
  return value;
};

/** What each instruction does, by its byte: those of protocols 0 to 5, but for the ones that name things by registered codes. */
const INSTRUCTIONS: ReadonlyMap<number, (machine: Machine) => void> = new Map<number, (machine: Machine) => void>([
  [0x28, (m) => m.mark()], // (
  [0x30, (m) => void m.pop()], // 0
  [0x31, (m) => void m.marked()], // 1
  [0x32, (m) => m.push(m.top())], // 2
  // None, true, false.
  [0x4e, (m) => m.push(null)], // N
  [0x88, (m) => m.push(true)],
  [0x89, (m) => m.push(false)],
  // Numbers.
  [0x46, (m) => m.push(Number(m.file.line(MOST_DIGITS)))], // F
  [
    0x49, // I
    (m) => {
      const line = m.file.line(MOST_DIGITS);
      m.push(line === '00' ? false : line === '01' ? true : number(line));
    },
  ],
  [0x4a, (m) => m.push(signed(m))], // J
  [0x4b, (m) => m.push(m.file.byte())], // K
  [0x4d, (m) => m.push(m.file.count(2))], // M
  [0x4c, (m) => m.push(number(m.file.line(MOST_DIGITS).replace(/L$/, '')))], // L
  [0x47, (m) => m.push(real(m))], // G
  [0x8a, (m) => m.long(m.file.byte())],
  [0x8b, (m) => m.long(m.file.count(4))],
  // Texts and bytes.
  [0x53, (m) => m.push(m.file.line(MOST_NAME).replace(/^(['"])(.*)\1$/, '$2'))], // S
  [0x56, (m) => m.push(m.file.line(MOST_NAME))], // V
  [0x54, (m) => m.push(m.text(m.file.count(4)))], // T
  [0x55, (m) => m.push(m.text(m.file.byte()))], // U
  [0x58, (m) => m.push(m.text(m.file.count(4)))], // X
  [0x8c, (m) => m.push(m.text(m.file.byte()))],
  [0x8d, (m) => m.push(m.text(m.file.count(8)))],
  [0x42, (m) => m.push(m.bytes(m.file.count(4)).slice())], // B
  [0x43, (m) => m.push(m.bytes(m.file.byte()).slice())], // C
  [0x8e, (m) => m.push(m.bytes(m.file.count(8)).slice())],
  [0x96, (m) => m.push(m.bytes(m.file.count(8)).slice())],
  // Lists, tuples, dicts, sets.
  [0x5d, (m) => m.push(new List())], // ]
  [0x6c, (m) => listOf(m.marked(), m)], // l
  [
    0x61, // a
    (m) => {
      const item = m.pop();
      m.append([item]);
    },
  ],
  [0x65, (m) => m.append(m.marked())], // e
  [0x29, (m) => m.push(new Tuple([]))], // )
  [0x74, (m) => m.push(new Tuple(m.marked()))], // t
  [0x85, (m) => joined(m, 1)],
  [0x86, (m) => joined(m, 2)],
  [0x87, (m) => joined(m, 3)],
  [0x7d, (m) => m.push(new Dict())], // }
  [0x64, (m) => dictOf(m.marked(), m)], // d
  [
    0x73, // s
    (m) => {
      const value = m.pop();
      const key = m.pop();
      m.set([key, value]);
    },
  ],
  [0x75, (m) => m.set(m.marked())], // u
  [0x8f, (m) => m.push(new List())],
  [0x90, (m) => m.append(m.marked())],
  [0x91, (m) => listOf(m.marked(), m)],
  // What is kept to be named again.
  [0x70, (m) => m.keep(number(m.file.line(MOST_DIGITS)))], // p
  [0x71, (m) => m.keep(m.file.byte())], // q
  [0x72, (m) => m.keep(m.file.count(4))], // r
  [0x94, (m) => m.keep(m.memo.size)],
  [0x67, (m) => m.recall(number(m.file.line(MOST_DIGITS)))], // g
  [0x68, (m) => m.recall(m.file.byte())], // h
  [0x6a, (m) => m.recall(m.file.count(4))], // j
  // What lies outside.
  [0x50, (m) => m.push(m.allowed.persistent(m.file.line(MOST_NAME)))], // P
  [0x51, (m) => m.push(m.allowed.persistent(m.pop()))], // Q
  // Functions, classes and objects, none of which is run.
  [
    0x63, // c
    (m) => {
      const module = m.file.line(MOST_NAME);
      m.push(new Global(`${module}.${m.file.line(MOST_NAME)}`));
    },
  ],
  [
    0x93,
    (m) => {
      const [name, module] = [m.pop(), m.pop()];
      if (typeof name !== 'string' || typeof module !== 'string') throw broken('it names what is no name');
      m.push(new Global(`${module}.${name}`));
    },
  ],
  [
    0x52, // R
    (m) => {
      const args = m.pop();
      m.call(m.pop(), args);
    },
  ],
  [
    0x81,
    (m) => {
      const args = m.pop();
      m.create(m.pop(), args);
    },
  ],
  [
    0x92,
    (m) => {
      m.pop();
      const args = m.pop();
      m.create(m.pop(), args);
    },
  ],
  [
    0x69, // i
    (m) => {
      const module = m.file.line(MOST_NAME);
      const type = new Global(`${module}.${m.file.line(MOST_NAME)}`);
      m.create(type, new Tuple(m.marked()));
    },
  ],
  [
    0x6f, // o
    (m) => {
      const [type, ...args] = m.marked();
      m.create(type, new Tuple(args));
    },
  ],
  // The state of an object: of a dict, attributes beside its keys.
  [0x62, (m) => void m.pop()], // b
  // The protocol, and how much follows.
  [0x80, (m) => void m.file.byte()],
  [0x95, (m) => void m.file.take(8)],
]);

const STOP = 0x2e;

/** What one pickle holds; the file stands behind its end then. Throws {@link Refused}. */
export const readPickle = (file: Reading, allowed: Allowed): unknown => {
  const machine = new Machine(file, allowed);
  const end = file.at + MOST_BYTES;
  for (let code = file.byte(); code !== STOP; code = file.byte()) {
    const perform = INSTRUCTIONS.get(code);
    if (!perform) throw broken(`it has an instruction ${code} that is not known`);
    perform(machine);
    if (file.at > end) throw broken(`it has more than ${MOST_BYTES} bytes`);
  }
  return machine.pop();
};

/** Whether a file begins as one: of protocol 2 or later, which says so. */
export const isPickle = ([first, protocol = 0]: Uint8Array): boolean =>
  first === 0x80 && protocol >= 2 && protocol <= 5;
