// What the words of the language mean, in a clause each: for the schema, and for who writes a spec in an editor. What kinds and their
// options mean stands in layers/, and of figures in core/figures.ts.

import type { FILE_KEYS, ITEM_KEYS, STRUCTURES, SUGAR } from './words.js';

type DocsOf<Words extends readonly string[]> = Readonly<Record<Words[number], string>>;

const REMARK = 'a remark for readers';
const EXPECTATION = 'an inline test: exit code 1 when it does not hold';
const LINT = 'settings of the lint rules, for the file or for what an item makes';

export const FILE_DOCS: DocsOf<typeof FILE_KEYS> = {
  spec: 'the version of the language',
  name: 'the name of the network',
  input: 'height x width x channels: 224x224x3; 16000x1 for sequences, 16x112x112x3 for videos, 784 for vectors',
  inputs: 'several inputs by name',
  layout: 'the order in which shapes are written; hwc by default',
  batch: 'images at once, for memory',
  dtype: 'type of the numbers, for memory; f32 by default',
  vars: 'values by name, for expressions',
  defaults: 'options by kind',
  blocks: 'layers by name, to be used as an item',
  variants: 'vars by the name of a variant, with an expect of its own; the first is the default',
  layers: 'one item = one layer',
  outputs: 'the outputs by name, also of layers that others read; all that nobody reads by default',
  expect: EXPECTATION,
  lint: LINT,
  note: REMARK,
};

export const ITEM_DOCS: DocsOf<typeof ITEM_KEYS> = {
  name: 'what the item is called; unnamed items are called by kind and count',
  from: 'the item read, or several, by name; the one before by default',
  repeat: 'copies one after the other; i counts them from 0',
  first: 'options that the first copy has instead',
  last: 'options that the last copy has instead',
  when: 'keeps or drops the item',
  expect: EXPECTATION,
  lint: LINT,
  share: 'uses the weights of an earlier layer or item of that name, row by row',
  frozen: 'training leaves its weights alone',
  as: 'how the program that the layer comes from writes it',
  note: REMARK,
};

export const SUGAR_DOCS: DocsOf<typeof SUGAR> = {
  norm: 'a normalisation after the layer, in a row of its own',
  act: 'an activation after the layer and its normalisation',
  drop: 'dropout after the activation: the share of values dropped',
};

export const STRUCTURE_DOCS: DocsOf<typeof STRUCTURES> = {
  residual: 'the layers of the body, to whose result the shortcut is added',
  sequence: 'layers grouped under a name',
  numbered: "layers that are called 0, 1, 2 … where they have no names of their own, as in PyTorch's Sequential",
  aux: 'a side head with an output of its own; the main path goes on from before it',
  use: 'the name of a block, whose params stand beside it',
  each: 'lists by name; the layers run once per column',
};

export const SHORTCUT_DOC =
  'auto: identity where shapes agree, else a 1x1 projection; match: identity or none; none: the body alone';

/** `defaults:`, wherever it stands. */
export const DEFAULTS_DOC = 'options by kind, for layers that do not say them';

/** Keys of an input that is written as a mapping, channels first. */
export const INPUT_DOCS = {
  channels: 'values at each place',
  depth: 'places in depth, of a video or volume',
  height: 'places in height',
  width: 'places in width',
  length: 'steps of a sequence',
} as const;

/** Keys of a block. */
export const BLOCK_DOCS = {
  params: 'names with their defaults; null = must be given',
  layers: FILE_DOCS.layers,
  defaults: DEFAULTS_DOC,
  note: REMARK,
} as const;

/** What `expect:` holds besides figures. */
export const EXPECT_DOCS = {
  out: 'the output: 55x55x96',
  rf: 'the receptive field, of an item',
  source: 'where the figures come from',
  note: REMARK,
} as const;

export const LINT_DOCS = { ignore: 'rules that keep silent, by id or family' } as const;
/** What names mean in an expression that no file gives. */
export const VALUE_DOCS = {
  c: 'the channels of what comes in',
  h: 'the height of what comes in',
  w: 'the width of what comes in',
  d: 'the depth of what comes in, in 3-D',
  i: 'the index of the copy, from 0',
} as const;
