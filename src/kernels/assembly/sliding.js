// Writes the loops of depthwise convolution as AssemblyScript: one row of outputs of a few channels, column after column of the
// input. Run by the build.

const every = (count, line) => Array.from({ length: count }, (_, i) => line(i)).join('\n');

/** Bytes of a block of 8 channels; weights are f32 [1 + taps][8] for every block, the bias first. */
const BLOCK = 32;

const multiplyAdd = (fma) => (a, b, c) =>
  fma ? `f32x4.relaxed_madd(${a}, ${b}, ${c})` : `f32x4.add(${c}, f32x4.mul(${a}, ${b}))`;

/** Sets limits on what was summed up and stores it, a vector of 4 channels each. */
const emitted = (vectors, sum) =>
  every(vectors, (v) => `v128.store(out, f32x4.pmin(f32x4.pmax(${sum(v)}, low), high), ${16 * v});`);

/** A weight of a 3x3 kernel as it is called, and how the functions that slide such a kernel begin: all nine are read first. */
const weight = (row, column, v) => `w${row}${column}_${v}`;
const opening = (name, vectors) => `export function ${name}${vectors}(
  p0: usize, p1: usize, p2: usize, s0: usize, s1: usize, s2: usize, weights: usize, out: usize, next: usize,
  columns: i32, left: i32, outputs: i32, least: f32, most: f32,
): void {
  const low = f32x4.splat(least);
  const high = f32x4.splat(most);
${every(3, (i) => every(3, (j) => every(vectors, (v) => `  const ${weight(i, j, v)} = v128.load(weights, ${BLOCK * (1 + 3 * i + j) + 16 * v});`)))}`;

/**
 * 3x3 at stride 1. The nine weights stay in registers; of every column come three values, and what they add to the three outputs that
 * see the column is summed up apart from what is there, so that no sum waits for the one before. Columns before the first and behind
 * the last are 0 without being read; rows outside the image are `zeros` that a step of 0 stays at.
 */
const three = (vectors, fma) => {
  const madd = multiplyAdd(fma);
  const column = (emits) => `
${every(3, (i) => every(vectors, (v) => `    const x${i}_${v} = v128.load(p${i}, ${16 * v});`))}
${every(3, (i) => `    p${i} += s${i};`)}
${every(vectors, (v) => {
  const sum = (tap, start) => madd(`x2_${v}`, weight(2, tap, v), madd(`x1_${v}`, weight(1, tap, v), start));
  const fresh = (tap) => sum(tap, `f32x4.mul(x0_${v}, ${weight(0, tap, v)})`);
  return `    const ended${v} = f32x4.add(a${v}, ${fresh(2)});
    a${v} = f32x4.add(b${v}, ${fresh(1)});
    b${v} = ${sum(0, madd(`x0_${v}`, weight(0, 0, v), `v128.load(weights, ${16 * v})`))};`;
})}
${emits ? `    ${emitted(vectors, (v) => `ended${v}`)}\n    out += next;` : ''}`;
  return `/** Channels of a row: s0 … s2 lead from column to column, \`next\` from output to output; \`left\` columns of padding, 0 to 2. */
${opening('three', vectors)}
${every(vectors, (v) => `  let a${v} = v128.load(weights, ${16 * v});\n  let b${v} = a${v};`)}
  let x = 0;
  for (; x < 2 - left && x < columns; x++) {${column(false)}
  }
  for (; x < columns; x++) {${column(true)}
  }
  // Outputs whose last columns lie in the padding.
  if (columns - 2 + left >= 0 && columns - 2 + left < outputs) {
    ${emitted(vectors, (v) => `a${v}`)}
    out += next;
  }
  if (columns - 1 + left < outputs) {
    ${emitted(vectors, (v) => `b${v}`)}
  }
}
`;
};

/** 3x3 at stride 2: of two columns the second is the last of one output and the first of the next. */
const threeByTwo = (vectors, fma) => {
  const madd = multiplyAdd(fma);
  const read = (
    name,
  ) => `${every(3, (i) => every(vectors, (v) => `    const ${name}${i}_${v} = v128.load(p${i}, ${16 * v});`))}
${every(3, (i) => `    p${i} += s${i};`)}`;
  const add = (name, tap, v, start) =>
    madd(
      `${name}2_${v}`,
      weight(2, tap, v),
      madd(`${name}1_${v}`, weight(1, tap, v), madd(`${name}0_${v}`, weight(0, tap, v), start)),
    );
  return `/** As three${vectors}; \`left\` is 0 or 1. */
${opening('threeByTwo', vectors)}
${every(vectors, (v) => `  let a${v} = v128.load(weights, ${16 * v});`)}
  let x = 0;
  if (left == 0) {
${read('x')}
${every(vectors, (v) => `    a${v} = ${add('x', 0, v, `a${v}`)};`)}
    x = 1;
  }
  let done = 0;
  for (; done < outputs && x + 1 < columns; done++) {
${read('x')}
${read('y')}
${every(
  vectors,
  (v) => `    const ended${v} = ${add('y', 2, v, add('x', 1, v, `a${v}`))};
    a${v} = ${add('y', 0, v, `v128.load(weights, ${16 * v})`)};`,
)}
    ${emitted(vectors, (v) => `ended${v}`)}
    out += next;
    x += 2;
  }
  if (done < outputs) {
    if (x < columns) {
${read('x')}
${every(vectors, (v) => `    a${v} = ${add('x', 1, v, `a${v}`)};`)}
    }
    ${emitted(vectors, (v) => `a${v}`)}
  }
}
`;
};

/**
 * Any other kernel, line after line. Step j brings the columns j s … j s + s - 1, counted from the padding on; output j - d sees them with
 * its taps d s … d s + s - 1, so that after it output j - ceil(k / s) + 1 is whole. What they add is summed up apart, as above.
 */
const sweep = (name, kernel, stride, vectors, fma) => {
  const madd = multiplyAdd(fma);
  const slots = Math.ceil(kernel / stride);
  const each = (count, text) => every(count, (i) => every(vectors, (v) => text(i, v)));
  return `/** Channels of a row: \`rows\` lines of the image, \`line\` bytes apart; \`weights\` of the first of them, \`bias\` of all. */
export function ${name}(
  image: usize, rows: i32, line: usize, pixel: usize, zeros: usize, weights: usize, bias: usize, out: usize, next: usize,
  columns: i32, left: i32, outputs: i32, least: f32, most: f32,
): void {
  const low = f32x4.splat(least);
  const high = f32x4.splat(most);
${each(slots - 1, (d, v) => `  let a${d}_${v} = f32x4.splat(0);`)}
  let x = -left;
  for (let j = ${1 - slots}; j < outputs; j++) {
${every(
  stride,
  (r) => `    const in${r} = x >= 0 && x < columns;
    let p${r} = in${r} ? image + <usize>x * pixel : zeros;
    const l${r}: usize = in${r} ? line : 0;
    x++;`,
)}
${each(slots, (d, v) => `    let t${d}_${v} = ${d === 0 ? `v128.load(bias, ${16 * v})` : 'f32x4.splat(0)'};`)}
    let w = weights;
    for (let i = rows; i > 0; i--) {
${each(stride, (r, v) => `      const c${r}_${v} = v128.load(p${r}, ${16 * v});`)}
${every(stride, (r) => `      p${r} += l${r};`)}
${each(kernel, (t, v) => {
  const slot = `t${Math.floor(t / stride)}_${v}`;
  return `      ${slot} = ${madd(`c${t % stride}_${v}`, `v128.load(w, ${BLOCK * t + 16 * v})`, slot)};`;
})}
      w += ${BLOCK * kernel};
    }
${every(vectors, (v) => `    const ended${v} = f32x4.add(a${slots - 2}_${v}, t${slots - 1}_${v});`)}
${each(slots - 2, (i, v) => `    a${slots - 2 - i}_${v} = f32x4.add(a${slots - 3 - i}_${v}, t${slots - 2 - i}_${v});`)}
${every(vectors, (v) => `    a0_${v} = t0_${v};`)}
    if (j >= 0) {
${emitted(vectors, (v) => `ended${v}`)}
      out += next;
    }
  }
}
`;
};

/** Kernels and strides, as wide as they are high, that have a loop of their own. */
const SWEPT = [5, 7].flatMap((kernel) => [1, 2].map((stride) => ({ kernel, stride })));

/** `joins`: V8 makes wider vectors of neighbouring ones. */
export const sliding = ({ fma, joins }) => `// Written by sliding.js.

/** Vectors of channels that are summed up at once, where there are as many. */
export const VECTORS: i32 = ${joins ? 2 : 1};

${[1, 2].map((vectors) => three(vectors, fma) + threeByTwo(vectors, fma)).join('\n')}
${SWEPT.flatMap(({ kernel, stride }) => [1, 2].map((vectors) => sweep(`sweep${kernel}by${stride}of${vectors}`, kernel, stride, vectors, fma))).join('\n')}
/** Whether there is a loop for such a kernel. */
// @ts-ignore: decorator
@inline
export function sweeps(kernel: i32, stride: i32): bool {
  return ${SWEPT.map(({ kernel, stride }) => `kernel == ${kernel} && stride == ${stride}`).join(' || ')};
}

/** One that there is a loop for: 8 channels where they are \`paired\`, 4 else. */
export function sweep(
  kernel: i32, stride: i32, paired: bool, image: usize, rows: i32, line: usize, pixel: usize, zeros: usize, weights: usize, bias: usize,
  out: usize, next: usize, columns: i32, left: i32, outputs: i32, least: f32, most: f32,
): void {
${SWEPT.map(
  ({ kernel, stride }) => `  if (kernel == ${kernel} && stride == ${stride}) {
    if (VECTORS == 2 && paired) sweep${kernel}by${stride}of2(image, rows, line, pixel, zeros, weights, bias, out, next, columns, left, outputs, least, most);
    else sweep${kernel}by${stride}of1(image, rows, line, pixel, zeros, weights, bias, out, next, columns, left, outputs, least, most);
  }`,
).join('\n')}
}`;
