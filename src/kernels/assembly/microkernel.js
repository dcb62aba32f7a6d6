// Writes the hot loops of the core as AssemblyScript: strips of blocks of 1 to `rows` rows x `columns` results, held in registers.
// Run by the build.

const every = (count, line) => Array.from({ length: count }, (_, i) => line(i)).join('\n');

/**
 * A[rows, taps * depth] times a panel of B, block after block: for every tap, `rows` pointers to runs of `depth` floats; for every k
 * of the panel `columns` floats, behind the `columns` floats that the results start from; of those the first `used` are taken.
 * The loop over blocks is here, since a call takes as long as 16 channels.
 * `fma` multiplies and adds in one operation, rounded once. Limits are set on results that were stored and are read again:
 * arithmetic between loop and store halves the speed of the loop on Node 20, and keeps V8 from joining vectors on Node 24.
 */
const strip = ({ name, rows, used, columns, fma }) => {
  const vectors = used / 4;
  const each = (line) => every(rows, (i) => every(vectors, (j) => line(i, j)));
  const step = (i, j) =>
    fma
      ? `        c${i}_${j} = f32x4.relaxed_madd(a${i}, b${j}, c${i}_${j});`
      : `        c${i}_${j} = f32x4.add(c${i}_${j}, f32x4.mul(a${i}, b${j}));`;
  const at = (matrix, i) => `${matrix}${i === 0 ? '' : ` + ${i} * ${matrix === 'c' ? 'ldc' : 'ldr'}`}`;
  // A row is read before it is written: V8 joins only neighbours that nothing stands between.
  const ended = (value) =>
    every(
      rows,
      (i) => `      {
${every(vectors, (j) => `        const v${j} = f32x4.pmin(f32x4.pmax(${value(i, j)}, low), high);`)}
${every(vectors, (j) => `        v128.store(${at('c', i)}, v${j}, ${16 * j});`)}
      }`,
    );
  return `export function ${name}${rows}(
  blocks: i32, taps: i32, depth: i32, pointers: usize, panel: usize, c: usize, ldc: usize, residual: usize, ldr: usize, limits: bool, least: f32, most: f32,
): void {
  do {
    let from = panel;
    let tap = taps;
${every(vectors, (j) => `    let c0_${j} = v128.load(from, ${16 * j});`)}
${every(rows - 1, (i) => every(vectors, (j) => `    let c${i + 1}_${j} = c0_${j};`))}
    from += ${4 * columns};
    do {
${every(rows, (i) => `      let p${i}: usize = load<u32>(pointers, ${4 * i});`)}
      pointers += ${4 * rows};
      let k = depth;
      do {
${every(vectors, (j) => `        const b${j} = v128.load(from, ${16 * j});`)}
${every(rows, (i) => `        const a${i} = v128.load_splat<f32>(p${i});\n${every(vectors, (j) => step(i, j))}`)}
${every(rows, (i) => `        p${i} += 4;`)}
        from += ${4 * columns};
        k -= 1;
      } while (k > 0);
      tap -= 1;
    } while (tap > 0);
${each((i, j) => `    v128.store(${at('c', i)}, c${i}_${j}, ${16 * j});`)}
    const low = f32x4.splat(least);
    const high = f32x4.splat(most);
    if (residual != 0) {
${ended((i, j) => `f32x4.add(v128.load(${at('c', i)}, ${16 * j}), v128.load(${at('residual', i)}, ${16 * j}))`)}
      residual += ${rows} * ldr;
    } else if (limits) {
${ended((i, j) => `v128.load(${at('c', i)}, ${16 * j})`)}
    }
    c += ${rows} * ldc;
    blocks -= 1;
  } while (blocks > 0);
}
`;
};

/** Strips of every height, the highest first, and what calls them. */
const product = ({ name, rows, used, columns, fma }) => `function ${name}Product(
  rows: i32, taps: i32, depth: i32, pointers: usize, panel: usize, c: usize, ldc: usize, residual: usize, ldr: usize, limits: bool, least: f32, most: f32,
): void {
  while (rows > 0) {
    const block = rowsOf(rows, ${rows});
    let blocks = 1;
    let left = rows - block;
    while (left > 0 && rowsOf(left, ${rows}) == block) {
      left -= block;
      blocks++;
    }
    switch (block) {
${every(
  rows,
  (i) => `      case ${rows - i}: {
        ${name}${rows - i}(blocks, taps, depth, pointers, panel, c, ldc, residual, ldr, limits, least, most);
        break;
      }`,
)}
      default: unreachable();
    }
    const done = blocks * block;
    pointers += <usize>(taps * done) << 2;
    c += <usize>done * ldc;
    if (residual != 0) residual += <usize>done * ldr;
    rows -= done;
  }
}

${every(rows, (i) => strip({ name, rows: rows - i, used, columns, fma }))}`;

/** Columns of a panel's end that are not worth those of a whole one. */
const NARROW = 8;

/**
 * `rows` and `narrowRows`: of a block of `columns`, and of one of 8. 2x16 and 4x8 are what V8 of Node 20 and 22 keeps in registers: it
 * reads all that one k needs before it multiplies, so that rows, vectors of B and results together may be 15. 6x16 is for V8 that
 * joins neighbouring vectors to wider ones. Blocks of fewer rows are for what is left over.
 */
export const microkernel = ({
  rows,
  narrowRows,
  columns,
  fma,
}) => `// Written by microkernel.js: up to ${rows}x${columns}${fma ? ', fused' : ''}.

export const ROWS: i32 = ${rows};
export const COLUMNS: i32 = ${columns};

/** Rows of a block of so many columns, at most. */
// @ts-ignore: decorator
@inline
export function mostRows(columns: i32): i32 {
  return columns <= ${NARROW} ? ${narrowRows} : ${rows};
}

/** How many of \`left\` rows the next block takes: so many that blocks at the end are alike, and none hangs over. */
// @ts-ignore: decorator
@inline
export function rowsOf(left: i32, most: i32): i32 {
  if (left >= 5 * most) return most;
  const blocks = (left + most - 1) / most;
  return (left + blocks - 1) / blocks;
}

/**
 * \`rows\` rows in blocks of {@link rowsOf}. pointers: u32 [taps][rows of the block] for every block; panel: f32 [1 + taps * depth]
 * [${columns}]; c: f32 [\`columns\` or more] for every row, \`ldc\` bytes apart: as many as ${NARROW} if that is enough, or else ${columns} are
 * written. \`residual\`, where it is not 0, is added, alike, \`ldr\` bytes
 * apart. With it or with \`limits\` no result is below \`least\` or above \`most\`.
 */
export function microkernel(
  rows: i32, columns: i32, taps: i32, depth: i32, pointers: usize, panel: usize, c: usize, ldc: usize, residual: usize, ldr: usize, limits: bool, least: f32, most: f32,
): void {
  if (columns <= ${NARROW}) narrowProduct(rows, taps, depth, pointers, panel, c, ldc, residual, ldr, limits, least, most);
  else wideProduct(rows, taps, depth, pointers, panel, c, ldc, residual, ldr, limits, least, most);
}

${product({ name: 'wide', rows, used: columns, columns, fma })}
${product({ name: 'narrow', rows: narrowRows, used: NARROW, columns, fma })}`;
