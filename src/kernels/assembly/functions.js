// Writes the functions of one value as AssemblyScript: each over a run of values, two vectors at a time, and of a single vector. Run by
// the build.
//
// Two vectors, step by step side by side, are what V8 joins to wider ones. Numbers that stand in a function are read from memory before
// its loop: V8 makes a constant anew wherever it is used, out of four instructions, which takes longer than most functions do.

const list = (count, item) => Array.from({ length: count }, (_, i) => item(i));

const bitsOf = (number) => new Int32Array(Float32Array.of(number).buffer)[0];

/** Where bits stand in the table of the numbers that the functions are made of, at whose end they are put where they are new. */
const placeIn = (table, bits) => {
  if (!table.includes(bits)) table.push(bits);
  return 4 * table.indexOf(bits);
};

/** Steps of so many vectors, written as they are wanted, and what has to be read before. A value is a name for each vector. */
const writing = ({ vectors, fma, table }) => {
  const before = new Map();
  const steps = [];
  const alike = (name, text) => {
    before.set(name, text);
    return () => name;
  };
  const step = (text, ...values) => {
    const id = steps.length / vectors;
    for (let v = 0; v < vectors; v++) steps.push(`const t${id}_${v} = ${text(...values.map((value) => value(v)))};`);
    return (v) => `t${id}_${v}`;
  };
  const of = (bits) => {
    const place = placeIn(table, bits);
    return alike(`k${place}`, `v128.load_splat<f32>(TABLE, ${place})`);
  };
  const valued = (value) => (typeof value === 'number' ? of(bitsOf(value)) : value);
  const by =
    (operation) =>
    (...values) =>
      step((...names) => `${operation}(${names.join(', ')})`, ...values.map(valued));
  const [add, sub, mul, div] = ['add', 'sub', 'mul', 'div'].map((name) => by(`f32x4.${name}`));
  const [neg, abs, sqrt, pmin, pmax] = ['neg', 'abs', 'sqrt', 'pmin', 'pmax'].map((name) => by(`f32x4.${name}`));
  const [lt, le, gt, shifted] = [by('f32x4.lt'), by('f32x4.le'), by('f32x4.gt'), by('i32x4.add')];
  const madd = fma ? by('f32x4.relaxed_madd') : (a, b, c) => add(c, mul(a, b));
  const select = by('v128.bitselect');
  const polynomial = (x, first, ...rest) => rest.reduce((sum, next) => madd(sum, x, next), valued(first));
  return {
    ...{ before, steps, step, add, sub, mul, div, neg, abs, sqrt, pmin, pmax, lt, le, gt, madd, select, polynomial },
    ...{ bits: of, whole: shifted, high: (a) => step((name) => `i32x4.shl(${name}, 23)`, a) },
    alpha: alike('alphas', 'f32x4.splat(alpha)'),
    beta: alike('betas', 'f32x4.splat(beta)'),
  };
};

/** What exp is worked out between, so that 2^n is a float. */
const LEAST = -87.3365478515625;
const MOST = 88.3762626647949;

/**
 * exp(x) to a relative 2e-7 for x from LEAST to MOST: 2^n times a polynomial in what is left (Cephes, expf). What is no number stays
 * none. n is what stands in the lowest bits once 1.5 * 2^23 is added.
 */
const expInside = (w, inside) => {
  const shifted = w.madd(inside, Math.LOG2E, 12582912);
  const n = w.sub(shifted, 12582912);
  const r = w.madd(n, 2.1219444e-4, w.madd(n, -0.693359375, inside));
  const p = w.polynomial(
    r,
    1.98756915e-4,
    1.3981999507e-3,
    8.3334519073e-3,
    4.1665795894e-2,
    1.6666665459e-1,
    0.50000001201,
  );
  const y = w.add(w.madd(p, w.mul(r, r), r), 1);
  return w.mul(y, w.whole(w.high(shifted), w.bits(bitsOf(1))));
};

/** Beyond that it is what it is there. */
const exp = (w, x) => expInside(w, w.pmin(w.pmax(x, LEAST), MOST));

/** exp(x) - 1, near 0 by its series, where the difference would lose digits. */
const expm1 = (w, x) => {
  const near = w.mul(w.polynomial(x, 1 / 5040, 1 / 720, 1 / 120, 1 / 24, 1 / 6, 0.5, 1), x);
  return w.select(near, w.sub(exp(w, x), 1), w.lt(w.abs(x), 0.4));
};

/** t / (t + 2) for t = expm1(2x), which is exact near 0. */
const tanh = (w, x) => {
  const t = expm1(w, w.mul(2, w.pmin(w.pmax(x, -15), 15)));
  return w.div(t, w.add(t, 2));
};

/** The error function to 2e-7 of its largest value (Abramowitz and Stegun, 7.1.26). */
const erf = (w, x) => {
  const z = w.abs(x);
  const t = w.div(1, w.madd(z, 0.3275911, 1));
  const p = w.polynomial(t, 1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592);
  const y = w.sub(1, w.mul(w.mul(p, t), exp(w, w.neg(w.mul(z, z)))));
  const sign = w.bits(-(2 ** 31));
  return w.select(x, y, sign);
};

const halfOf = (w, x, bent) => w.mul(w.mul(x, 0.5), w.add(1, bent));

/** Lane by lane, what nobody puts where it has to be fast. */
const lanes = (name) => (w, x) => w.step((x) => `lanes(${x}, Act.${name}, alpha)`, x);

/** By the names of the table of codes. */
const FUNCTIONS = {
  identity: (_, x) => x,
  clamp: (w, x) => w.pmin(w.pmax(x, w.alpha), w.beta),
  leakyrelu: (w, x) => w.select(w.mul(x, w.alpha), x, w.lt(x, 0)),
  elu: (w, x) => w.select(x, w.mul(w.alpha, expm1(w, x)), w.gt(x, 0)),
  celu: (w, x) => w.select(x, w.mul(w.alpha, expm1(w, w.div(x, w.alpha))), w.gt(x, 0)),
  selu: (w, x) => w.mul(1.0507009873554805, w.select(x, w.mul(1.6732632423543772, expm1(w, x)), w.gt(x, 0))),
  gelu: (w, x) => halfOf(w, x, erf(w, w.mul(x, Math.SQRT1_2))),
  geluTanh: (w, x) =>
    halfOf(w, x, tanh(w, w.mul(0.7978845608028654, w.add(x, w.mul(0.044715, w.mul(x, w.mul(x, x))))))),
  // Below -MOST it is nothing, and x itself must not count any more.
  silu: (w, x) => {
    const bounded = w.pmax(x, -MOST);
    return w.div(bounded, w.add(1, expInside(w, w.pmax(w.neg(bounded), LEAST))));
  },
  // tanh(log(1 + e)) = (e² + 2e) / (e² + 2e + 2) for e = exp(x).
  mish: (w, x) => {
    const bounded = w.pmax(x, LEAST);
    const e = expInside(w, w.pmin(bounded, 20));
    const squared = w.mul(e, w.add(e, 2));
    return w.mul(bounded, w.div(squared, w.add(squared, 2)));
  },
  sigmoid: (w, x) => w.div(1, w.add(1, exp(w, w.neg(x)))),
  tanh,
  softplus: lanes('softplus'),
  hardswish: (w, x) => w.mul(x, w.div(w.pmin(w.pmax(w.add(x, 3), 0), 6), 6)),
  hardsigmoid: (w, x) => w.pmin(w.pmax(w.add(w.mul(x, w.alpha), w.beta), 0), 1),
  softsign: (w, x) => w.div(x, w.add(1, w.abs(x))),
  abs: (w, x) => w.abs(x),
  // As a square, which becomes infinite, and nothing, where a float does.
  exp: (w, x) => {
    const root = exp(w, w.mul(x, 0.5));
    return w.mul(root, root);
  },
  log: lanes('log'),
  sqrt: (w, x) => w.sqrt(x),
  pow: lanes('pow'),
  logsigmoid: lanes('logsigmoid'),
  softshrink: (w, x) => w.sub(x, w.pmin(w.pmax(x, w.neg(w.alpha)), w.alpha)),
  hardshrink: (w, x) => w.select(0, x, w.le(w.abs(x), w.alpha)),
  threshold: (w, x) => w.select(w.beta, x, w.le(x, w.alpha)),
};

/** Vectors side by side. */
const PAIR = 2;

const assigned = ([name, text]) => `const ${name} = ${text};`;

const overRun = (name, of, build) => {
  const w = writing({ ...build, vectors: PAIR });
  const made = of(w, (v) => `x${v}`);
  return `function ${name}Run(input: usize, output: usize, count: i32, alpha: f32, beta: f32): void {
  ${[...w.before].map(assigned).join('\n  ')}
  let i = 0;
  for (; i + ${4 * PAIR} <= count; i += ${4 * PAIR}) {
    ${list(PAIR, (v) => `const x${v} = v128.load(input + (i << 2), ${16 * v});`).join('\n    ')}
    ${w.steps.join('\n    ')}
    ${list(PAIR, (v) => `v128.store(output + (i << 2), ${made(v)}, ${16 * v});`).join('\n    ')}
  }
  for (; i + 4 <= count; i += 4) v128.store(output + (i << 2), ${name}Of(v128.load(input + (i << 2)), alpha, beta));
  for (; i < count; i++)
    store<f32>(output + (i << 2), f32x4.extract_lane(${name}Of(v128.load_splat<f32>(input + (i << 2)), alpha, beta), 0));
}
`;
};

const ofVector = (name, of, build) => {
  const w = writing({ ...build, vectors: 1 });
  const made = of(w, () => 'x');
  return `function ${name}Of(x: v128, alpha: f32, beta: f32): v128 {
  ${[...[...w.before].map(assigned), ...w.steps].join('\n  ')}
  return ${made(0)};
}
`;
};

export const functions = ({ fma }) => {
  const table = [];
  const build = { fma, table };
  const entries = Object.entries(FUNCTIONS);
  const all = entries.map(([name, of]) => overRun(name, of, build) + ofVector(name, of, build)).join('\n');
  const raised = ofVector('raised', exp, build);
  return `// Written by functions.js.

import { Act } from './instructions';

const TABLE = memory.data<i32>([${table.join(', ')}]);

/** output[i] = act(input[i]); both f32 [count]. The last vector is read and written in part. */
export function apply(input: usize, output: usize, count: i32, act: i32, alpha: f32, beta: f32): void {
  switch (act) {
${entries.map(([name]) => `    case Act.${name}: return ${name}Run(input, output, count, alpha, beta);`).join('\n')}
    default: unreachable();
  }
}

/** act(x) of four values. */
export function value(x: v128, act: i32, alpha: f32, beta: f32): v128 {
  switch (act) {
${entries.map(([name]) => `    case Act.${name}: return ${name}Of(x, alpha, beta);`).join('\n')}
    default: return unreachable();
  }
}

/** exp(x) of four values, to a relative 2e-7; beyond ±87 as there. */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  return raisedOf(x, 0, 0);
}

function lanes(x: v128, act: i32, alpha: f32): v128 {
  return f32x4(
    lane(f32x4.extract_lane(x, 0), act, alpha), lane(f32x4.extract_lane(x, 1), act, alpha),
    lane(f32x4.extract_lane(x, 2), act, alpha), lane(f32x4.extract_lane(x, 3), act, alpha),
  );
}

function lane(x: f32, act: i32, alpha: f32): f32 {
  switch (act) {
    case Act.softplus: return x > 20 ? x : Mathf.log1p(Mathf.exp(x));
    case Act.logsigmoid: return min<f32>(0, x) - Mathf.log1p(Mathf.exp(-abs<f32>(x)));
    case Act.log: return Mathf.log(x);
    case Act.pow: return alpha == 2 ? x * x : Mathf.pow(x, alpha);
    default: return unreachable();
  }
}

${all}
${raised}`;
};
