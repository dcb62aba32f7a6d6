// What a sheet counts: courses differ, so a sheet may say it, by name of a course or one by one. No comparing.

/** How a course counts. What is absent from a sheet is as in {@link USUAL}. */
export interface Conventions {
  /** Parameters are weights and biases; false: weights only, as in the VGG table of cs231n's notes. */
  readonly bias: boolean;
  /** What K, M and G before a B mean: 1 KB = 1000 or 1024 bytes. `KiB` is 1024 always. */
  readonly kb: 1000 | 1024;
  /** What a column of `macs` holds: multiply-accumulates, or two operations for each. */
  readonly count: 'macs' | 'flops';
  /** Parameters of batch norm per channel: 2 learned, or 4 with the running statistics (Keras). */
  readonly batchnorm: 2 | 4;
  /** What a bare number in a column of `memory` is. */
  readonly memory: 'bytes' | 'kilobytes' | 'elements';
  /** Order of the sizes of a volume; the other order is understood unless this is said. */
  readonly layout: 'hwc' | 'chw';
  /** A window that does not fit in whole steps: frameworks round down, cs231n calls it invalid. */
  readonly fit: 'floor' | 'exact';
  /** What an ordinary convolution's dilation is called in answers: 1 in frameworks, 0 in cs231n. */
  readonly dilation: 0 | 1;
}

export const USUAL: Conventions = {
  bias: true,
  kb: 1000,
  count: 'macs',
  batchnorm: 2,
  memory: 'bytes',
  layout: 'hwc',
  fit: 'floor',
  dilation: 1,
};

export type Stated = Partial<Conventions>;

/** What courses and frameworks say, as far as it is not {@link USUAL}. */
export const PROFILES: Readonly<Record<string, Stated>> = {
  // cs231n.github.io/convolutional-networks: "divide by 1024 multiple times"; its memory column holds elements.
  cs231n: { bias: true, kb: 1024, memory: 'elements', fit: 'exact', dilation: 0 },
  // EECS 498-007: KB = elements * 4 / 1024, and multiply-adds as one operation.
  eecs498: { bias: true, kb: 1024, memory: 'kilobytes', count: 'macs', fit: 'floor' },
  // Keras' summary: Param # of a batch norm has its running statistics.
  keras: { bias: true, batchnorm: 4, layout: 'hwc', fit: 'floor' },
};

/** The choices of each convention as they are written, the usual one first. */
export const CHOICES: { readonly [K in keyof Conventions]: Readonly<Record<string, Conventions[K]>> } = {
  bias: { yes: true, no: false, true: true, false: false },
  kb: { '1000': 1000, '1024': 1024 },
  count: { macs: 'macs', flops: 'flops' },
  batchnorm: { '2': 2, '4': 4, '2C': 2, '4C': 4 },
  memory: { bytes: 'bytes', kilobytes: 'kilobytes', KB: 'kilobytes', elements: 'elements' },
  layout: { hwc: 'hwc', chw: 'chw' },
  fit: { floor: 'floor', exact: 'exact' },
  dilation: { '1': 1, '0': 0 },
};

/** One convention changed, and how to say so to somebody whose answer is right under it. */
export interface Other {
  readonly conventions: Conventions;
  readonly says: string;
}

/** Every convention that differs from the sheet's in one point. */
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
    conventions: { ...own, kb: own.kb === 1000 ? 1024 : 1000 },
    says:
      own.kb === 1000
        ? 'right with binary kilobytes; this sheet has decimal ones (write KiB or MiB for binary ones)'
        : 'right with decimal kilobytes; this sheet has binary ones',
  },
  {
    conventions: { ...own, count: own.count === 'macs' ? 'flops' : 'macs' },
    says:
      own.count === 'macs'
        ? 'right for operations; this sheet counts a multiplication and its addition as one'
        : 'right for multiply-accumulates; this sheet counts multiplication and addition apart',
  },
  ...(['bytes', 'kilobytes', 'elements'] as const)
    .filter((memory) => memory !== own.memory)
    .map((memory) => ({
      conventions: { ...own, memory },
      says: `right in ${memory}; a number without a unit is in ${own.memory} on this sheet`,
    })),
];
