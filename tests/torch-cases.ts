// PyTorch's operators as items of a spec, for fixtures made with PyTorch. No tests of its own.

export interface TorchCase {
  readonly op: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly tag?: string;
}

const list = (value: unknown): string => `[${(value as (number | null)[]).map((n) => n ?? 'null').join(', ')}]`;

const flow = (kind: string, main: unknown, options: Readonly<Record<string, unknown>>): string => {
  const given = Object.entries(options).filter(([, value]) => value !== undefined && value !== null);
  return `{${[`${kind}: ${main ?? ''}`, ...given.map(([key, value]) => `${key}: ${Array.isArray(value) ? list(value) : value}`)].join(', ')}}`;
};

const PAD_KINDS: Readonly<Record<string, string>> = {
  constant: 'zeropad',
  reflect: 'reflectpad',
  replicate: 'replicatepad',
  circular: 'circularpad',
};
/** Operators without parameters, or with the fixture's own. */
const PLAIN: Readonly<Record<string, string>> = {
  relu: 'relu',
  relu6: 'relu6',
  'leaky_relu_0.1': '{leakyrelu: 0.1}',
  elu: 'elu',
  selu: 'selu',
  gelu: 'gelu',
  gelu_tanh: '{gelu, approximate: tanh}',
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
  softsign: 'softsign',
};

/** The layer that does what the operator does, or null where the language has none. */
export const layerOf = ({ op, params: p }: TorchCase): string | null => {
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
    return flow('avgpool', null, {
      ...window,
      ceil: p['ceil_mode'],
      count_include_pad: p['count_include_pad'],
      divisor: p['divisor_override'],
    });
  if (/^adaptive_(avg|max)_pool/.test(op))
    return flow(op.includes('avg') ? 'adaptiveavgpool' : 'adaptivemaxpool', list(p['output_size']), {});
  if (op === 'interpolate') {
    const mode = p['mode'] as string;
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
  if (op === 'local_response_norm') return flow('lrn', p['size'], { alpha: p['alpha'], beta: p['beta'], k: p['k'] });
  if (op === 'pixel_shuffle') return flow('pixelshuffle', p['upscale_factor'], {});
  if (op === 'pixel_unshuffle') return flow('pixelunshuffle', p['downscale_factor'], {});
  if (op === 'linear') return flow('fc', p['out_features'], { bias: p['bias'] });
  return PLAIN[op] ?? null;
};

/** A normalisation of the fixture, with its learned tensors; null where the language has none. */
export const normOf = ({ op, params: p }: TorchCase): string | null => {
  const eps = { eps: p['eps'] };
  // Without a momentum PyTorch keeps the plain average of all batches, which needs to know how many there were.
  if (p['momentum'] === null) return null;
  if (op.startsWith('batch_norm')) return flow('batchnorm', null, { ...eps, momentum: p['momentum'] });
  if (op === 'instance_norm') return flow('instancenorm', null, { ...eps, affine: true });
  if (op === 'group_norm') return flow('groupnorm', p['num_groups'], eps);
  if (op === 'layer_norm') return flow('layernorm', null, eps);
  if (op === 'layer_norm_channels_first') return flow('layernorm', null, { ...eps, over: 'c' });
  return null;
};
