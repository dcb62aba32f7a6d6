// Shapes against PyTorch: every operator case of the fixture that a spec can express, written as a spec. And the words of kinds.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { shapeOf } from '../src/core/graph.js';
import { parse } from '../src/lang/parse.js';
import { isReservedValue } from '../src/lang/scope.js';
import { OPTION_ALIASES, RESERVED, SUGAR } from '../src/lang/words.js';
import { layers } from '../src/layers/index.js';

interface Case {
  readonly id: number;
  readonly op: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly input_shape: readonly number[];
  readonly weight_shape?: readonly number[];
  readonly output_shape?: readonly number[];
  readonly error?: string;
  readonly tag?: string;
}

const cases: readonly Case[] = readFileSync(new URL('fixtures/ops_shapes.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

const list = (value: unknown): string => `[${(value as (number | null)[]).map((n) => n ?? 'null').join(', ')}]`;

const flow = (kind: string, main: unknown, options: Readonly<Record<string, unknown>>): string => {
  const given = Object.entries(options).filter(([, value]) => value !== undefined && value !== null);
  return `{${[`${kind}: ${main ?? ''}`, ...given.map(([key, value]) => `${key}: ${Array.isArray(value) ? list(value) : value}`)].join(', ')}}`;
};

const PAD_KINDS: Readonly<Record<string, string>> = {
  constant: 'zeropad',
  reflect: 'reflectpad',
  replicate: 'replicatepad',
};
const PLAIN: Readonly<Record<string, string>> = {
  relu: 'relu',
  relu6: 'relu6',
  'leaky_relu_0.1': 'leakyrelu',
  elu: 'elu',
  selu: 'selu',
  gelu: 'gelu',
  gelu_tanh: 'gelu',
  silu: 'silu',
  mish: 'mish',
  hardswish: 'hardswish',
  hardsigmoid: 'hardsigmoid',
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  softplus: 'softplus',
  softmax_dim1: 'softmax',
  log_softmax_dim1: 'logsoftmax',
  hardtanh: 'hardtanh',
};

/** The layer that does what the operator does, or null where the language has none. */
const layerOf = ({ op, params: p }: Case): string | null => {
  const window = { kernel: p['kernel_size'], stride: p['stride'], padding: p['padding'], dilation: p['dilation'] };
  if (/^conv\dd$/.test(op)) return flow('conv', p['out_channels'], { ...window, groups: p['groups'], bias: p['bias'] });
  if (/^conv_transpose/.test(op))
    return flow('convtranspose', p['out_channels'], {
      ...window,
      output_padding: p['output_padding'],
      groups: p['groups'],
      bias: p['bias'],
    });
  if (/^max_pool/.test(op)) return flow('maxpool', null, { ...window, ceil: p['ceil_mode'] });
  if (/^avg_pool/.test(op))
    return flow('avgpool', null, { ...window, ceil: p['ceil_mode'], count_include_pad: p['count_include_pad'] });
  if (/^adaptive_(avg|max)_pool/.test(op))
    return flow(op.includes('avg') ? 'adaptiveavgpool' : 'adaptivemaxpool', list(p['output_size']), {});
  if (op === 'interpolate') {
    const mode = p['mode'] as string;
    if (mode !== 'nearest' && mode !== 'bilinear') return null;
    return flow('upsample', null, {
      factor: p['scale_factor'],
      size: p['size'],
      mode,
      align_corners: p['align_corners'] ?? undefined,
    });
  }
  if (op === 'pad') {
    const [l, r, t, b] = p['pad_lrtb'] as number[];
    const kind = PAD_KINDS[p['mode'] as string];
    return kind ? flow(kind, list([t, r, b, l]), {}) : null;
  }
  if (op === 'local_response_norm') return flow('lrn', p['size'], {});
  if (op === 'pixel_shuffle') return flow('pixelshuffle', p['upscale_factor'], {});
  if (op === 'pixel_unshuffle') return flow('pixelunshuffle', p['downscale_factor'], {});
  if (op === 'linear') return flow('fc', p['out_features'], { bias: p['bias'] });
  return PLAIN[op] ? flow(PLAIN[op], null, {}) : null;
};

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
        "no such kind or mode": 14,
        "one path of torch returns an empty tensor where all others refuse": 1,
        "same with a stride is TensorFlow's here": 3,
        "weights always have the shape the input asks for": 4,
      }
    `);
  });
});

describe('words', () => {
  const kinds = layers.kinds.flatMap((kind) => [kind.name, ...(kind.aliases ?? [])]);
  const options = new Set([...layers.kinds.flatMap((kind) => Object.keys(kind.args)), ...Object.keys(OPTION_ALIASES)]);
  it('no two kinds answer to one name', () => expect(new Set(kinds).size).toBe(kinds.length));
  it.each(kinds)('the kind %s is no option, no word of the language and no reserved value', (name) => {
    expect(options.has(name) || RESERVED.has(name) || isReservedValue(name)).toBe(false);
  });
  // `act` of a squeeze-and-excitation means the same as the sugar: the activation after its first convolution.
  it.each([...options].filter((name) => !(SUGAR as readonly string[]).includes(name)))(
    'the option %s is no word of the language',
    (name) => {
      expect(RESERVED.has(name)).toBe(false);
    },
  );
});
