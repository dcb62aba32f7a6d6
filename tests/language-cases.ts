// Small networks of all that options and items can hold, for whoever writes specs. No assertions.

export const NETWORKS: readonly (readonly [what: string, text: string])[] = [
  [
    'frozen layers, and what shares their weights',
    'input: 9x9x4\ndefaults: {conv: {frozen: true, norm: bn}}\nlayers:\n  - {conv: 4, kernel: 1, name: a}\n  - {conv: 4, kernel: 1, share: a}\n  - {conv: 4, kernel: 1, frozen: false}\n',
  ],
  [
    'outputs that are read, in another order',
    'input: 9x9x4\noutputs: [b, a]\nlayers:\n  - {relu, name: a}\n  - {relu, name: b}\n  - {relu, name: z}\n',
  ],
  [
    'padding per side',
    'input: 9x9x4\nlayers:\n  - {conv: 4, kernel: 3, padding: [0, 1, 2, 1]}\n  - {crop: [1, 0, 0, 0]}\n',
  ],
  ['same', 'input: 9x9x4\nlayers:\n  - {conv: 4, kernel: [3, 1], stride: 2, padding: same}\n'],
  ['sequences', 'input: 90x4\nlayers:\n  - {conv: 4, kernel: 3, padding: [2, 0]}\n  - {maxpool: 2}\n'],
  [
    'volumes',
    'input: 8x9x9x4\nlayers:\n  - {conv: 4, kernel: 3, padding: [0, 1, 0, 1, 2, 0]}\n  - {avgpool: [1, 2, 2]}\n',
  ],
  ['vectors', 'input: 90\nlayers:\n  - {fc: 4, bias: false}\n  - {reshape: 2x2x1}\n'],
  ['sizes that stay', 'input: 9x9x4\nlayers:\n  - {adaptiveavgpool: [null, 3]}\n'],
  ['a doubtful input', 'layout: chw\ninput: 3x224x224\nlayers:\n  - {conv: 4, kernel: 3}\n'],
  ['an input that looks doubtful', 'layout: hwc\ninput: 3x224x224\nlayers:\n  - {conv: 4, kernel: 3}\n'],
  [
    'factors',
    'input: 9x9x4\nlayers:\n  - {upsample: [1.5, 2]}\n  - {upsample, size: 20, mode: bilinear, align_corners: true}\n',
  ],
  [
    'points and roundings',
    'input: 9x9x4\nlayers:\n  - {upsample: 2, coordinates: half_pixel, rounding: round_prefer_floor}\n  - {upsample, size: 20, mode: bicubic, coordinates: asymmetric, cubic: -0.5, exclude_outside: true}\n',
  ],
  [
    'pools of every padding, and where neighbours stand',
    'input: 9x9x4\nlayers:\n  - {maxpool: 3, stride: 2, padding: 2, wide: true}\n  - {avgpool: 2, stride: 1, dilation: 2, padding: [0, 1, 1, 0]}\n  - {lrn: 4, lean: behind}\n',
  ],
  [
    'infinite bounds',
    'input: 9x9x4\nlayers:\n  - {clip, low: -.inf, high: 2}\n  - {clip, high: .inf, low: 0}\n  - {hardtanh, high: .inf}\n  - {clip, high: 3}\n',
  ],
  ['constants per channel', 'input: 9x9x4\nlayers:\n  - {times: 0.5}\n  - {plus: [1, -2, 0.25, 1e-9]}\n'],
  [
    'what is learned, and causal padding',
    'input: 90x4\nlayers:\n  - {conv: 4, kernel: 3, padding: causal, weight_norm: true}\n  - {bn, scale: false}\n  - {in, shift: true}\n  - {gn: 2, affine: false, scale: true}\n',
  ],
  [
    'what goes back to where it was',
    'input: 9x9x4\nlayers:\n  - {conv: 4, kernel: 3, name: wide}\n  - {maxpool: 2, name: p}\n  - {unpool: 2, from: [p, wide]}\n',
  ],
  ['small numbers', 'input: 9x9x4\nlayers:\n  - {bn, eps: 1e-9, momentum: 0.01}\n  - {leakyrelu: -0.25}\n'],
  [
    'inputs and shared weights',
    'inputs: {left: 9x9x1, "right one": 9x9x1}\nbatch: 3\ndtype: f16\nlayers:\n  - {conv: 8, kernel: 3, from: left, name: a}\n  - {conv: 8, kernel: 3, from: right one, share: a, name: "b, c: d"}\n  - concat: [a, "b, c: d"]\n',
  ],
  [
    'names like numbers and words',
    'input: 9x9x1\nlayers:\n  - {conv: 8, kernel: 3, name: 1e3}\n  - {relu, name: "null"}\n  - {add: [1e3, "null"], name: "true"}\n',
  ],
  [
    'names like values',
    'input: 9x9x1\nlayers:\n  - {conv: 8, kernel: 3, name: c}\n  - {relu, name: i}\n  - {relu, from: c}\n  - {add: [c, i]}\n',
  ],
  ['the same tensor twice', 'input: 9x9x1\nlayers:\n  - {conv: 8, kernel: 3, name: c}\n  - {add: [c, c]}\n'],
  [
    'branches named by values',
    'input: 9x9x1\nlayers:\n  - {concat: {"b{c}": [{conv: 8, kernel: 1}], "x{1 + 1}y": [relu]}, name: m}\n  - {relu, from: m.x2y}\n',
  ],
  [
    'names that are long when they are joined',
    `input: 9x9x1\nlayers:\n  - {name: ${'a'.repeat(150)}, sequence: [{name: ${'b'.repeat(150)}, sequence: [{relu, name: ${'c'.repeat(150)}}]}]}\n`,
  ],
  [
    'shared sugar and copies',
    'input: 9x9x4\nlayers:\n  - {conv: 4, kernel: 1, norm: bn, act: prelu, name: a, repeat: 2}\n  - {conv: 4, kernel: 1, norm: bn, act: prelu, share: a}\n',
  ],
  [
    'a side head',
    'input: 9x9x1\nlayers:\n  - {conv: 8, kernel: 3}\n  - aux: [gap, {fc: 3}]\n  - {conv: 8, kernel: 3}\n',
  ],
];
