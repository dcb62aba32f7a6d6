// Shapes against PyTorch: every operator case of the fixture that a spec can express, written as a spec. And the words of kinds.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { factorsOf, operation, tensor, term } from '../src/core/count.js';
import { shapeOf } from '../src/core/graph.js';
import type { AxisReach } from '../src/core/reach.js';
import { FUNCTIONS } from '../src/lang/operations.js';
import { parse } from '../src/lang/parse.js';
import { isReservedValue } from '../src/lang/scope.js';
import { OPTION_ALIASES, RESERVED, SUGAR } from '../src/lang/words.js';
import { layers } from '../src/layers/index.js';
import { layerOf, type TorchCase } from './torch-cases.js';

interface Case extends TorchCase {
  readonly id: number;
  readonly input_shape: readonly number[];
  readonly weight_shape?: readonly number[];
  readonly output_shape?: readonly number[];
  readonly error?: string;
}

const cases: readonly Case[] = readFileSync(new URL('fixtures/ops_shapes.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

/** Why a case is left out; every reason is counted below. */
const leftOut = (c: Case): string | null => {
  if (layerOf(c) === null) return 'no such kind or mode';
  if (c.tag === 'unbatched' || c.tag === 'bad-rank') return 'a spec has no batch axis to leave out';
  if (c.tag?.startsWith('torch-quirk')) return 'one path of torch returns an empty tensor where all others refuse';
  if (c.error?.includes("padding='same' is not supported")) return "same with a stride is TensorFlow's here";
  if (/expected input\[.*channels/.test(c.error ?? '')) return 'weights always have the shape the input asks for';
  return null;
};

const run = (c: Case) => {
  const [, ...shape] = c.input_shape;
  const input = shape.length === 1 ? `${shape[0]}` : shape.join('x');
  const { graph, diagnostics } = parse(`input: ${input}\nlayout: chw\nlayers:\n  - ${layerOf(c)}\n`, {
    registry: layers,
  });
  return {
    output: shapeOf(graph.nodes.at(-1)),
    codes: diagnostics.filter((d) => d.severity === 'error').map((d) => d.code),
  };
};

describe('shapes as PyTorch computes them', () => {
  const kept = cases.filter((c) => leftOut(c) === null);
  it.each(kept.filter((c) => c.error === undefined))('$op $id', (c) => {
    expect(run(c)).toEqual({ output: c.output_shape?.slice(1), codes: [] });
  });
  it.each(kept.filter((c) => c.error !== undefined))('$op $id is refused: $error', (c) => {
    const { output, codes } = run(c);
    expect(output).toBeNull();
    expect(codes).toHaveLength(1);
  });
  it('leaves out what a spec cannot say, and nothing else', () => {
    const counts: Record<string, number> = {};
    for (const c of cases) {
      const reason = leftOut(c);
      if (reason) counts[reason] = (counts[reason] ?? 0) + 1;
    }
    expect(counts).toMatchInlineSnapshot(`
      {
        "a spec has no batch axis to leave out": 2,
        "one path of torch returns an empty tensor where all others refuse": 1,
        "same with a stride is TensorFlow's here": 3,
        "weights always have the shape the input asks for": 4,
      }
    `);
  });
});

const last = (input: string, item: string) => {
  const { graph, diagnostics } = parse(`input: ${input}\nlayers:\n  - ${item}\n`, { registry: layers });
  return { facts: graph.nodes.at(-1)?.facts, diagnostics };
};

describe('refusals', () => {
  it.each([
    ['512', '{conv: 8, kernel: 3x3}', 'shape/needs-volume', /this layer needs a volume, but gets a vector of 512/],
    ['512', '{maxpool: [3, 2]}', 'shape/needs-volume', /vector of 512/],
    ['512', '{zeropad: [1, 2, 3, 4]}', 'shape/needs-volume', /vector of 512/],
    ['512', '{upsample: [2, 1.5]}', 'shape/needs-volume', /vector of 512/],
    ['512', '{adaptiveavgpool: [4, null]}', 'shape/needs-volume', /vector of 512/],
    ['8x8x4', '{slice: 3, start: 2}', 'shape/slice', /write slice: 2 or less/],
    ['8x8x4', '{slice: 2, start: 10}', 'shape/slice', /write start: 3 or less/],
    ['8x8x4', '{slice: 9, axis: w}', 'shape/slice', /places along w 0 to 8 are not among 8.*|write slice: 8 or less/],
    ['8x8x4', '{take: 8, axis: h}', 'shape/slice', /write -1, or a number from -8 to 7/],
    ['8x8x4', '{reduce: mean, over: dw}', 'shape/axis', /write w/],
    ['8x8x4', '{reduce: mean, over: [w, x]}', 'expression/unknown-name', /did you mean c/],
    ['8x8x4', '{concat: [input, input], axis: d}', 'shape/axis', /write w/],
    [
      '8x8x4',
      '{sequence: [{reduce: mean, over: w, name: a}, {conv: 3, kernel: 1, name: b}, {add: [input, b]}]}',
      'shape/mismatch',
      /same number of filters, and the same height and width/,
    ],
    [
      '8x8x4',
      '{sequence: [{gap, name: a}, {fc: 3, name: b}, {mul: [input, b]}]}',
      'shape/mismatch',
      /a gate has 1 channel or as many as it meets: 4, not 3/,
    ],
    ['8x8x4', '{matmul: [input, input]}', 'shape/matrices', /transpose: true|second needs 4 places/],
    ['8x8x4', '{attention: 3}', 'shape/heads', /write 2, or another divisor of 4/],
    ['8', '{attention: 2}', 'shape/needs-volume', /vector of 8/],
    ['8x8x4', '{adaptiveavgpool: 0}', 'option/value', /at least 1, not 0/],
    ['8x8x4', '{adaptivemaxpool: [null, -1]}', 'option/value', /at least 1, not -1/],
    ['8x8x4', '{celu, alpha: 0}', 'option/value', /alpha must not be 0/],
    ['8x8x4', '{hardtanh, low: 1}', 'option/value', /low 1 must be below high 1/],
  ])('%s, %s: %s', (input, item, code, says) => {
    const { diagnostics } = last(input, item);
    expect(diagnostics.map((d) => d.code)).toEqual([code]);
    expect(`${diagnostics[0]?.message}; ${diagnostics[0]?.help}`).toMatch(says);
  });
});

// Nearest neighbour reads floor(o / factor) for every cell of the output.
describe('a factor of upsampling is the ratio that was meant', () => {
  it.each([
    ['4/3', 4, 3],
    ['1/3', 1, 3],
    ['0.7', 7, 10],
    ['0.1 * 3', 3, 10],
    ['2', 2, 1],
  ])('%s', (factor, above, below) => {
    const { facts } = last('30x1', `{upsample: ${factor}}`);
    const reach = facts?.reach?.[0] as AxisReach;
    const size = facts?.output[1] ?? 0;
    expect(size).toBe((30 * above) / below);
    const period = reach.taps.length;
    const read = Array.from({ length: size }, (_, o) => {
      const taps = reach.taps[o % period];
      return [(taps?.start ?? Number.NaN) + Math.floor(o / period) * reach.advance, taps?.count];
    });
    expect(read).toEqual(Array.from({ length: size }, (_, o) => [Math.floor((o * below) / above), 1]));
  });
  it('no ratio that a person means: what it sees is unknown, its size is not', () => {
    const { facts } = last('30x1', '{upsample: 2.718281828459045}');
    expect(facts?.output).toEqual([1, 81]);
    expect(facts?.reach).toMatchObject([{ taps: [] }]);
  });
});

describe('counts', () => {
  it('know what their factors count', () => {
    const sorts = factorsOf(term({ C_out: 96, 'C_in/g': 3, k_h: 11, W_out: 55, W_in: 227, C: 3, times: 2 }));
    expect(sorts.map(({ sort }) => sort).join(', ')).toBe(
      'output channels, input channels, kernel, output place, input place, channels, number',
    );
  });
  it('a misspelt operation, tensor or factor does not compile', () => {
    const factors = { C: 3 };
    // @ts-expect-error
    expect(operation('divid', factors).factors).toBe(factors);
    // @ts-expect-error
    expect(tensor('weights', 'wieght', factors).factors).toBe(factors);
    // @ts-expect-error
    expect(term({ ...factors, C_uot: 3 }).factors).toEqual({ C: 3, C_uot: 3 });
  });
});

describe('words', () => {
  const kinds = layers.kinds.flatMap((kind) => [kind.name, ...(kind.aliases ?? [])]);
  const options = new Set([...layers.kinds.flatMap((kind) => Object.keys(kind.args)), ...Object.keys(OPTION_ALIASES)]);
  it('no two kinds answer to one name', () => expect(new Set(kinds).size).toBe(kinds.length));
  it.each(kinds)('the kind %s is no option, no word of the language and no reserved value', (name) => {
    expect(options.has(name) || RESERVED.has(name)).toBe(false);
    // A function of expressions is called, and a kind never is: `exp` and `exp(2)` cannot be taken for one another.
    expect(isReservedValue(name)).toBe(FUNCTIONS.has(name));
  });
  // `act` of a squeeze-and-excitation means the same as the sugar: the activation after its first convolution. `layers` of a
  // recurrent layer are a number, and a list elsewhere.
  it.each([...options].filter((name) => !(SUGAR as readonly string[]).includes(name) && name !== 'layers'))(
    'the option %s is no word of the language',
    (name) => {
      expect(RESERVED.has(name)).toBe(false);
    },
  );
});
