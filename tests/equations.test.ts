// Every equation that an explanation prints holds: the left side is worked out by itself and compared with the right. Random
// layers of all kinds that have one.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explain } from '../src/explain/explain.js';
import { analyze, parse } from '../src/index.js';
import { specIndex } from './bundled.js';

/** The value of `floor((5 - 2 + 2*1)/2) + 1`, by rules of its own: signs, products, sums, and words with parentheses. */
const evaluate = (text: string): number => {
  const tokens = text.match(/\d+\.?\d*(?:e[+-]?\d+)?|[-+*/()]|floor|ceil/g) ?? [];
  expect(tokens.join(''), text).toBe(text.replaceAll(' ', ''));
  let at = 0;
  const factor = (): number => {
    const token = tokens[at++] ?? expect.fail(text);
    if (token === '-') return -factor();
    if (token === 'floor' || token === 'ceil') return token === 'floor' ? Math.floor(factor()) : Math.ceil(factor());
    if (token !== '(') return Number(token);
    const value = sum();
    expect(tokens[at++], text).toBe(')');
    return value;
  };
  const product = (): number => {
    let value = factor();
    for (; tokens[at] === '*' || tokens[at] === '/'; )
      value = tokens[at++] === '*' ? value * factor() : value / factor();
    return value;
  };
  const sum = (): number => {
    let value = product();
    for (; tokens[at] === '+' || tokens[at] === '-'; )
      value = tokens[at++] === '+' ? value + product() : value - product();
    return value;
  };
  const value = sum();
  expect(at, text).toBe(tokens.length);
  return value;
};

/** How many equations were looked at. */
const check = (spec: string, layout: 'hwc' | 'chw' = 'hwc', variant?: string): number => {
  let looked = 0;
  for (const { name, steps } of explain(analyze(parse(spec, variant === undefined ? {} : { variant })), layout))
    for (const { substituted, value, quantity, shown, formula } of steps) {
      // What stands for `- mean(x)` and the like has no numbers.
      if (substituted === '') continue;
      looked += 1;
      const told = `${name}: ${substituted} = ${shown}`;
      expect(typeof value, told).toBe('number');
      expect(evaluate(substituted), told).toBeCloseTo(Number(value), quantity === 'stride' ? 9 : 6);
      expect(Number(shown.split(/[ ,]*(?: |$)/)[0]?.replaceAll(',', '')), told).toBeCloseTo(Number(value), 4);
      // The letters and the numbers are one equation: the same words and brackets.
      if (formula !== '')
        expect(formula.match(/floor|ceil/g) ?? [], told).toEqual(substituted.match(/floor|ceil/g) ?? []);
    }
  return looked;
};

describe('an equation holds', () => {
  const size = fc.integer({ min: 1, max: 4 });
  const list = (n: number, most: number) => fc.array(fc.integer({ min: 0, max: most }), { minLength: n, maxLength: n });
  const per = (axes: number, most: number) =>
    fc
      .array(fc.integer({ min: 1, max: most }), { minLength: axes, maxLength: axes })
      .map((all) => `[${all.join(', ')}]`);
  const layer = (axes: number): fc.Arbitrary<string> => {
    const window = fc
      .record({ k: per(axes, 4), s: per(axes, 3), d: per(axes, 3), p: list(2 * axes, 2), same: fc.nat(5) })
      .map(({ k, s, d, p, same }) => ({ k, s, d, p: same === 0 ? 'same' : `[${p.join(', ')}]` }));
    const sugar = fc.constantFrom(
      '',
      ', norm: bn',
      ', act: gelu',
      ', norm: {groupnorm: 2}, act: prelu, drop: 0.5',
      ', norm: layernorm',
      ', norm: lrn',
    );
    return fc.oneof(
      {
        arbitrary: fc
          .tuple(fc.constantFrom('maxpool', 'avgpool'), window, fc.boolean())
          .map(([kind, { k, s, p }, ceil]) => `{${kind}, kernel: ${k}, stride: ${s}, padding: ${p}, ceil: ${ceil}}`),
        weight: 4,
      },
      fc
        .tuple(size, window, fc.boolean(), fc.constantFrom(1, 2), sugar)
        .map(
          ([n, { k, s, d, p }, bias, g, more]) =>
            `{conv: ${2 * n}, kernel: ${k}, stride: ${s}, dilation: ${d}, padding: ${p}, bias: ${bias}, groups: ${g}${more}}`,
        ),
      fc
        .tuple(window, size, fc.boolean(), sugar)
        .map(
          ([{ k, s, d, p }, n, bias, more]) =>
            `{depthwise, kernel: ${k}, stride: ${s}, dilation: ${d}, padding: ${p}, multiplier: ${n}, bias: ${bias}${more}}`,
        ),
      fc
        .tuple(size, window, fc.boolean(), sugar)
        .map(
          ([n, { k, s, p }, bias, more]) =>
            `{separable: ${2 * n}, kernel: ${k}, stride: ${s}, padding: ${p}, bias: ${bias}${more}}`,
        ),
      fc
        .tuple(size, window, fc.boolean(), fc.constantFrom(1, 2), fc.nat(1), sugar)
        .map(
          ([n, { k, s, d, p }, bias, g, extra, more]) =>
            `{convtranspose: ${2 * n}, kernel: ${k}, stride: ${s}, dilation: ${d}, padding: ${p}, bias: ${bias}, groups: ${g}, output_padding: ${extra}${more}}`,
        ),
      fc
        .tuple(fc.constantFrom('zeropad', 'reflectpad', 'replicatepad', 'crop'), list(2 * axes, 2))
        .map(([kind, p]) => `{${kind}: [${p.join(', ')}]}`),
      fc.constantFrom(
        '{upsample: 2}',
        '{upsample: 1.5, mode: bilinear}',
        '{adaptiveavgpool: 2}',
        '{adaptivemaxpool: 3}',
        'gap',
        'flatten',
        '{fc: 6}',
        'bn',
        '{bn, affine: false}',
        '{ln, over: c}',
        '{gn: 2}',
        'in',
        'rmsnorm',
        'prelu',
        'layerscale',
        'softmax',
        '{se: 2}',
        '{shuffle: 2}',
        '{residual: [{conv: 4, kernel: 1}]}',
        '{concat: [[], []]}',
        '{slice: 2}',
        'identity',
      ),
    );
  };
  it.each([1, 2, 3])('of random layers on %i axes', (axes) => {
    let looked = 0;
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 4, max: 12 }), { minLength: axes, maxLength: axes }),
        fc.array(layer(axes), { minLength: 1, maxLength: 4 }),
        fc.constantFrom('', 'batch: 3\n', 'dtype: f16\n'),
        fc.constantFrom('hwc' as const, 'chw' as const),
        (sizes, items, top, layout) => {
          looked += check(
            `layout: hwc\n${top}input: ${[...sizes, 4].join('x')}\nlayers: [${items.join(', ')}]\n`,
            layout,
          );
        },
      ),
      { numRuns: 200 },
    );
    expect(looked).toBeGreaterThan(500);
  });
  it.each([
    'alexnet',
    'vgg16',
    'resnet18',
    'googlenet',
    'mobilenetv2',
    'lenet5',
    'unet',
    'dcgan-generator',
    'squeezenet1_1',
    'c3d',
    'm5',
  ])('of %s', (name) => {
    const { file, variant } = specIndex()[name] ?? expect.fail(name);
    const text = readFileSync(new URL(`../specs/${file}`, import.meta.url), 'utf8');
    expect(check(text, 'hwc', variant)).toBeGreaterThan(10);
  });
});

describe('a window that would start in the padding', () => {
  const steps = (item: string, input = '5x5x4') =>
    explain(analyze(parse(`input: ${input}\nlayers: [${item}]\n`)))[0]?.steps.filter(
      ({ quantity }) => quantity === 'out',
    ) ?? [];
  it('is taken off, and the explanation says so', () => {
    const [sum, volume] = steps('{maxpool: 2, padding: 1, ceil: true}');
    expect(sum).toMatchObject({
      substituted: 'ceil((5 - 2 + 2*1)/2) + 1 - 1',
      value: 3,
      formula: 'ceil((n - k + 2p)/s) + 1 - 1',
    });
    expect(sum?.convention).toContain('start in the padding');
    expect(volume?.shown).toBe('3x3x4');
  });
  it.each(['{maxpool: 2, padding: 1}', '{maxpool: 3, stride: 2, ceil: true}'])('nothing is taken off %s', (item) =>
    expect(steps(item)[0]?.substituted).not.toMatch(/- 1$/),
  );
});
