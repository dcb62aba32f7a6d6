// What a sheet counts: courses differ, so a sheet may say it, by name of a course or one by one. No comparing.

/** How a course counts. What is absent from a sheet is as in {@link USUAL}. */
export interface Conventions {
  /** Parameters are weights and biases; false: weights only, as in the VGG table of cs231n's notes. */
  readonly bias: boolean;
  /** What K, M and G before a B mean: 1 KB = 1000 or 1024 bytes. `KiB` is 1024 always. */
  readonly kb: 1000 | 1024;
  /** What columns of `macs` and `flops` hold: what they are called, multiply-accumulates both, or two operations for each. */
  readonly count: 'named' | 'macs' | 'flops';
  /** Parameters of batch norm per channel: 2 learned, or 4 with the running statistics (Keras). */
  readonly batchnorm: 2 | 4;
  /** Parameters of an instance norm per channel where the network gives it none: 0 as in frameworks, 2 as in cs231n's lecture. */
  readonly instancenorm: 0 | 2;
  /** What a bare number in a column of `memory` is. */
  readonly memory: 'bytes' | 'kilobytes' | 'elements';
  /** Order of the sizes of a volume; the other order is understood unless this is said. */
  readonly layout: 'hwc' | 'chw';
  /** A window that does not fit in whole steps: frameworks round down, cs231n calls it invalid. */
  readonly fit: 'floor' | 'exact';
  /** What an ordinary convolution's dilation is called in answers: 1 in frameworks, 0 in cs231n. */
  readonly dilation: 0 | 1;
  /** Whether the values of all layers together have those of the input among them. */
  readonly input: boolean;
  /** Whether activations, dropout and reshaping overwrite what they read, and make no values of their own. */
  readonly inplace: boolean;
}

export const USUAL: Conventions = {
  bias: true,
  kb: 1000,
  count: 'named',
  batchnorm: 2,
  instancenorm: 0,
  memory: 'bytes',
  layout: 'hwc',
  fit: 'floor',
  dilation: 1,
  input: false,
  inplace: false,
};

export type Stated = Partial<Conventions>;

/** What courses and frameworks say, as far as it is not {@link USUAL}. */
export const PROFILES: Readonly<Record<string, Stated>> = {
  // cs231n.github.io/convolutional-networks: "divide by 1024 multiple times"; its memory column holds elements,
  // has a row for the input, and none for ReLU. Its lecture on normalisation gives instance norm a scale and a shift.
  cs231n: {
    bias: true,
    kb: 1024,
    instancenorm: 2,
    memory: 'elements',
    fit: 'exact',
    dilation: 0,
    input: true,
    inplace: true,
  },
  // EECS 498-007: KB = elements * 4 / 1024, and multiply-adds as one operation.
  eecs498: { bias: true, kb: 1024, memory: 'kilobytes', count: 'macs', fit: 'floor' },
  // Keras' summary: Param # of a batch norm has its running statistics.
  keras: { bias: true, batchnorm: 4, layout: 'hwc', fit: 'floor' },
};

/** The choices of each convention as they are written, the usual one first. */
export const CHOICES: { readonly [K in keyof Conventions]: Readonly<Record<string, Conventions[K]>> } = {
  bias: { yes: true, no: false, true: true, false: false },
  kb: { '1000': 1000, '1024': 1024 },
  count: { named: 'named', macs: 'macs', flops: 'flops' },
  batchnorm: { '2': 2, '4': 4, '2C': 2, '4C': 4 },
  instancenorm: { '0': 0, '2': 2, '2C': 2 },
  memory: { bytes: 'bytes', kilobytes: 'kilobytes', KB: 'kilobytes', elements: 'elements' },
  layout: { hwc: 'hwc', chw: 'chw' },
  fit: { floor: 'floor', exact: 'exact' },
  dilation: { '1': 1, '0': 0 },
  input: { no: false, yes: true, false: false, true: true },
  inplace: { no: false, yes: true, false: false, true: true },
};

/** One convention changed, and how to say so to somebody whose answer is right under it. */
export interface Other {
  readonly conventions: Conventions;
  readonly says: string;
}

/** Every convention that differs from the sheet's in one point, or in how a network's values are added up. */
export const others = (own: Conventions): readonly Other[] => [
  {
    conventions: { ...own, bias: !own.bias },
    says: own.bias
      ? 'right where weights only are counted; this sheet counts biases too'
      : 'right where biases are counted; this sheet counts weights only',
  },
  {
    conventions: { ...own, batchnorm: own.batchnorm === 2 ? 4 : 2 },
    says:
      own.batchnorm === 2
        ? 'right where running statistics are counted; this sheet counts what is learned'
        : 'right for what is learned; this sheet counts running statistics too',
  },
  {
    conventions: { ...own, instancenorm: own.instancenorm === 2 ? 0 : 2 },
    says:
      own.instancenorm === 2
        ? 'right where instance norm learns nothing, as in frameworks; this sheet gives it a scale and a shift'
        : 'right where instance norm has a scale and a shift per channel, as in the lecture; here it learns nothing',
  },
  {
    conventions: { ...own, kb: own.kb === 1000 ? 1024 : 1000 },
    says:
      own.kb === 1000
        ? 'right with binary kilobytes; this sheet has decimal ones (write KiB or MiB for binary ones)'
        : 'right with decimal kilobytes; this sheet has binary ones',
  },
  {
    conventions: { ...own, count: 'flops' },
    says: 'right for operations; this sheet counts a multiplication and its addition as one',
  },
  {
    conventions: { ...own, count: 'macs' },
    says: 'right for multiply-accumulates; this sheet counts multiplication and addition apart',
  },
  {
    conventions: { ...own, input: !own.input },
    says: own.input
      ? 'right without the values of the input; this sheet counts them too'
      : 'right with the values of the input; this sheet counts what layers make',
  },
  {
    conventions: { ...own, inplace: !own.inplace },
    says: own.inplace
      ? 'right where activations make values of their own; on this sheet they overwrite what they read'
      : 'right where activations overwrite what they read; on this sheet they make values of their own',
  },
  {
    conventions: { ...own, input: !own.input, inplace: !own.inplace },
    says: own.inplace
      ? 'right without the input, where activations make values of their own; this sheet counts otherwise'
      : 'right with the input, where activations overwrite what they read; this sheet counts otherwise',
  },
  ...(['bytes', 'kilobytes', 'elements'] as const)
    .filter((memory) => memory !== own.memory)
    .map((memory) => ({
      conventions: { ...own, memory },
      says: `right in ${memory}; a number without a unit is in ${own.memory} on this sheet`,
    })),
];
