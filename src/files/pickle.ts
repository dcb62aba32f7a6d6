// Python's pickles, read as data, instruction by instruction. Nothing is run; which functions a file may name, and what stands for their
// results, is said by who reads it.

import {
  type Allowed,
  broken,
  Dict,
  Global,
  List,
  Machine,
  MOST_BYTES,
  MOST_DIGITS,
  MOST_NAME,
  type Reading,
  Tuple,
} from './pickle-machine.js';

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
