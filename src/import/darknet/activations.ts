// Darknet's activations in the words of this language. What reads them is layer.ts.

import type { Plain } from '../../core/args.js';

type Step = readonly [kind: string, options: Readonly<Record<string, Plain>>];

/** Rows one behind the other, none where the value passes through; a sentence where no kind computes it. */
type Activation = readonly Step[] | string;

const one = (kind: string, options: Step[1] = {}): Activation => [[kind, options]];

const LINE = 'its pieces of straight lines have no kind here';

const ACTIVATIONS: ReadonlyMap<string, Activation> = new Map(
  Object.entries<Activation>({
    linear: [],
    logistic: one('sigmoid'),
    relu: one('relu'),
    relu6: one('relu6'),
    leaky: one('leakyrelu', { slope: 0.1 }),
    revleaky: one('leakyrelu', { slope: 0.1 }),
    relie: one('leakyrelu', { slope: 0.01 }),
    // 1.1 x above zero, 0.1 x below.
    ramp: [
      ['times', { factors: 1.1 }],
      ['leakyrelu', { slope: 1 / 11 }],
    ],
    tanh: one('tanh'),
    // 2 sigmoid(x) - 1.
    loggy: [
      ['times', { factors: 0.5 }],
      ['tanh', {}],
    ],
    elu: one('elu'),
    selu: one('selu'),
    gelu: one('gelu', { approximate: 'tanh' }),
    swish: one('silu'),
    // As programs in PyTorch call it that read this format.
    silu: one('silu'),
    mish: one('mish'),
    hardtan: one('hardtanh'),
    hard_mish: LINE,
    plse: LINE,
    lhtan: LINE,
    stair: LINE,
    normalize_channels: 'it divides by the sum of what is positive, which has no kind here',
    normalize_channels_softmax: 'its softmax adds 0.0001 to the sum, which no kind here does',
    normalize_channels_softmax_maxval: 'its softmax adds 0.0001 to the sum, which no kind here does',
  }),
);

export const activationOf = (word: string): Activation | undefined => ACTIVATIONS.get(word);
