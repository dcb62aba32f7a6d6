// Writes Winograd's transforms of one column or row of a tile as AssemblyScript, for one vector of channels or for two that V8 joins.
// Run by the build.

const list = (count, item) => Array.from({ length: count }, (_, i) => item(i));

/** A line for every vector; `$` stands for which. */
const lines = (vectors, text) => list(vectors, (v) => `  ${text.replaceAll('$', `_${v}`)}`).join('\n');

/**
 * `reads` values d0, d1 …, `step` bytes apart, to values `apart` bytes apart. All is read before anything is written, and neighbours one
 * behind the other: V8 joins only what nothing stands between.
 */
const transform = (vectors, { name, is, reads, sums = [], values }) => `/** ${is} */
// @ts-ignore: decorator
@inline
export function ${name}(from: usize, step: usize, to: usize, apart: usize): void {
${list(reads, (i) => list(vectors, (v) => `  const d${i}_${v} = v128.load(from + ${i} * step, ${16 * v});`).join('\n')).join('\n')}
${sums.map((sum) => lines(vectors, `const ${sum};`)).join('\n')}
${values.map((value, i) => list(vectors, (v) => `  v128.store(to + ${i} * apart, ${value.replaceAll('$', `_${v}`)}, ${16 * v});`).join('\n')).join('\n')}
}
`;

const add = (a, b) => `f32x4.add(${a}, ${b})`;
const sub = (a, b) => `f32x4.sub(${a}, ${b})`;
const times = (factor, a) => `f32x4.mul(f32x4.splat(${factor}), ${a})`;

const TRANSFORMS = [
  {
    name: 'in6',
    is: 'Bᵀ of n = 6: six values to six.',
    reads: 6,
    sums: [
      `a$ = ${sub('d4$', times(4, 'd2$'))}`,
      `b$ = ${sub('d3$', times(4, 'd1$'))}`,
      `c$ = ${sub('d4$', 'd2$')}`,
      `e$ = ${times(2, sub('d3$', 'd1$'))}`,
    ],
    values: [
      add(sub(times(4, 'd0$'), times(5, 'd2$')), 'd4$'),
      add('a$', 'b$'),
      sub('a$', 'b$'),
      add('c$', 'e$'),
      sub('c$', 'e$'),
      add(sub(times(4, 'd1$'), times(5, 'd3$')), 'd5$'),
    ],
  },
  {
    name: 'in4',
    is: 'Bᵀ of n = 4: four values to four.',
    reads: 4,
    values: [sub('d0$', 'd2$'), add('d1$', 'd2$'), sub('d2$', 'd1$'), sub('d1$', 'd3$')],
  },
  {
    name: 'out6',
    is: 'Aᵀ of n = 6: six values to four.',
    reads: 6,
    sums: [
      `a$ = ${add('d1$', 'd2$')}`,
      `b$ = ${sub('d1$', 'd2$')}`,
      `c$ = ${add('d3$', 'd4$')}`,
      `e$ = ${sub('d3$', 'd4$')}`,
    ],
    values: [
      add(add('d0$', 'a$'), 'c$'),
      add('b$', times(2, 'e$')),
      add('a$', times(4, 'c$')),
      add(add('b$', times(8, 'e$')), 'd5$'),
    ],
  },
  {
    name: 'out6by2',
    is: 'Aᵀ of n = 6: six values to two.',
    reads: 6,
    values: [
      add(add('d0$', add('d1$', 'd2$')), add('d3$', 'd4$')),
      add(add(sub('d1$', 'd2$'), times(2, sub('d3$', 'd4$'))), 'd5$'),
    ],
  },
  {
    name: 'out4',
    is: 'Aᵀ of n = 4: four values to two.',
    reads: 4,
    values: [add(add('d0$', 'd1$'), 'd2$'), sub(sub('d1$', 'd2$'), 'd3$')],
  },
];

export const transforms = ({ joins }) => {
  const vectors = joins ? 2 : 1;
  return `// Written by transforms.js.

/** Bytes of channels that go through at once. */
export const WIDTH: usize = ${16 * vectors};

${TRANSFORMS.map((each) => transform(vectors, each)).join('\n')}`;
};
