// Writes instructions.ts of the folder above as AssemblyScript: enums, classes, and what the build for tests asks of them. Run by the build.

import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const typed = await rolldown({ input: fileURLToPath(new URL('../instructions.ts', import.meta.url)) });
const { output } = await typed.generate({ format: 'es' });
const [{ code }] = output;
const { CHANNELS, CODES, DRAWN, INSTRUCTIONS, NONE, RUN, SORTS, wordsOf } = await import(
  `data:text/javascript,${encodeURIComponent(code)}`
);

const WORDS = Object.keys(INSTRUCTIONS).map((kind) => [kind, wordsOf(kind)]);

const capital = (kind) => `${kind[0].toUpperCase()}${kind.slice(1)}`;
const camel = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
const lines = (list, line) => list.map(line).join('\n');

/** What holds of every instruction with these words. */
const checks = (words) => {
  const known = new Set(words.map(({ name }) => name));
  const made = ['filters', 'C', 'units'].find((name) => known.has(name));
  const product = (...names) =>
    names
      .filter((name) => known.has(name))
      .map((name) => `<usize>op.${name}`)
      .join(' * ');
  /** The last pixel begins inside the memory. */
  const pixels = (name, ...sizes) =>
    known.has(`${name}Stride`) && product('pixels', ...sizes) !== ''
      ? [
          `${known.has('residual') && name === 'residual' ? 'op.residual == 0 || ' : ''}inside(op.${name} + ((${product('pixels', ...sizes)} - 1) * op.${name}Stride << 2))`,
        ]
      : [];
  const BY_SORT = {
    places: (name) => [`inside(op.${name})`],
    optional: (name) => [`op.${name} == 0 || inside(op.${name})`],
    sizes: (name) => [
      `op.${name} > 0`,
      ...(name === 'inputStride' && known.has('C') ? [`op.${name} >= op.C`] : []),
      ...(name === 'outputStride' ? [`op.${name} >= op.${made}`] : []),
    ],
    numbers: () => [],
    reals: () => [],
  };
  return [
    ...words.flatMap(({ name, sort }) => BY_SORT[sort](name)),
    ...pixels('input', 'images', 'places', 'D', 'H', 'W'),
    ...pixels('output', 'images', 'places', 'outD', 'outH', 'outW'),
    ...pixels('residual', 'images', 'outD', 'outH', 'outW'),
  ];
};

/** instructions.ts as AssemblyScript: enums, and fields of 4 bytes one behind the other as classes without headers. */
export const instructions = `// Written by instructions.js from instructions.ts.

export const RUN: i32 = ${RUN};
export const DRAWN: i32 = ${DRAWN};
export const CHANNELS: i32 = ${CHANNELS};
export const NONE: u32 = ${NONE};

${lines(
  Object.entries(CODES),
  ([name, codes]) =>
    `export const enum ${name} { ${Object.entries(codes)
      .map(([member, code]) => `${camel(member)} = ${code}`)
      .join(', ')} }`,
)}

${lines(WORDS, ([kind, words]) => `@unmanaged export class ${capital(kind)} {\n${lines(words, ({ name, sort }) => `  ${name}: ${SORTS[sort]};`)}\n}`)}

/** Traps where a word of the instruction cannot be right, or what it reads or writes lies outside the memory. */
export function check(kind: i32, at: usize): void {
  switch (kind) {
${lines(WORDS, ([kind, words]) => `    case Kind.${kind}: {\n      const op = changetype<${capital(kind)}>(at);\n${lines(checks(words), (holds) => `      assert(${holds});`)}\n      return;\n    }`)}
    default: unreachable();
  }
}

function inside(at: usize): bool {
  return at > 0 && at % 4 == 0 && at < <usize>memory.size() << 16;
}
`;
