// Writes the one hot loop of the core as AssemblyScript: a block of `rows` x `columns` results held in registers. Run by the build.

/**
 * A[rows, taps * depth] times a panel of B: for every tap, `rows` pointers to runs of `depth` floats; for every k of the panel
 * `columns` floats, behind the `columns` floats that the results start from. 4x8 reaches the peak of 128-bit vectors on V8 of
 * Node 20 and 22: with more than four pointers it keeps some in memory, which halves the speed. 6x16 is for V8 that joins
 * neighbouring vectors to wider ones.
 * `fma` multiplies and adds in one operation, rounded once. Nothing is done to the results after the loop but to store them:
 * arithmetic there halves the speed of the loop on Node 20.
 */
export const microkernel = ({ rows, columns, fma }) => {
  const vectors = columns / 4;
  const every = (count, line) => Array.from({ length: count }, (_, i) => line(i)).join('\n');
  const each = (line) => every(rows, (i) => every(vectors, (j) => line(i, j)));
  const step = (i, j) =>
    fma
      ? `      c${i}_${j} = f32x4.relaxed_madd(a${i}, b${j}, c${i}_${j});`
      : `      c${i}_${j} = f32x4.add(c${i}_${j}, f32x4.mul(a${i}, b${j}));`;
  return `// Written by microkernel.js: ${rows}x${columns}${fma ? ', fused' : ''}.

export const ROWS: i32 = ${rows};
export const COLUMNS: i32 = ${columns};

/** pointers: u32 [taps][${rows}]; panel: f32 [1 + taps * depth][${columns}]; c: f32 [${rows}] rows \`ldc\` bytes apart. */
export function microkernel(taps: i32, depth: i32, pointers: usize, panel: usize, c: usize, ldc: usize): void {
${every(vectors, (j) => `  let c0_${j} = v128.load(panel, ${16 * j});`)}
${every(rows - 1, (i) => every(vectors, (j) => `  let c${i + 1}_${j} = c0_${j};`))}
  panel += ${4 * columns};
  do {
${every(rows, (i) => `    let p${i}: usize = load<u32>(pointers, ${4 * i});`)}
    pointers += ${4 * rows};
    let k = depth;
    do {
${every(vectors, (j) => `      const b${j} = v128.load(panel, ${16 * j});`)}
${every(rows, (i) => `      const a${i} = v128.load_splat<f32>(p${i});\n${every(vectors, (j) => step(i, j))}`)}
${every(rows, (i) => `      p${i} += 4;`)}
      panel += ${4 * columns};
      k -= 1;
    } while (k > 0);
    taps -= 1;
  } while (taps > 0);
${each((i, j) => `  v128.store(c${i === 0 ? '' : ` + ${i} * ldc`}, c${i}_${j}, ${16 * j});`)}
}
`;
};
