// The words of the language that are neither kinds nor options: no block, param or var may be called like one.

/** Keys of an item that every kind of item takes. */
export const ITEM_KEYS = [
  'name',
  'from',
  'repeat',
  'first',
  'last',
  'when',
  'expect',
  'lint',
  'share',
  'frozen',
  'as',
  'note',
] as const;

/** What an item says of its copies together: no copy can override it. */
export const OF_ALL_COPIES: readonly string[] = ['name', 'repeat', 'first', 'last', 'from', 'expect', 'lint'];

/** Rows added to a layer's result, in this order: the lecture's rule, normalisation before the nonlinearity. */
export const SUGAR = ['norm', 'act', 'drop'] as const;
export type Sugar = (typeof SUGAR)[number];

/** Items that are not layers: what stands at their key is a list, or a block's name. */
export const STRUCTURES = ['residual', 'sequence', 'numbered', 'aux', 'use', 'each'] as const;

/** What the body of a residual is added to. Of one without a shortcut the body is left. */
export const SHORTCUTS = ['auto', 'identity', 'match', 'project', 'none'] as const;

/** Keys of the file itself. */
export const FILE_KEYS = [
  'spec',
  'name',
  'input',
  'inputs',
  'layout',
  'batch',
  'dtype',
  'vars',
  'defaults',
  'blocks',
  'variants',
  'layers',
  'outputs',
  'expect',
  'lint',
  'note',
] as const;

export const RESERVED: ReadonlySet<string> = new Set([...ITEM_KEYS, ...SUGAR, ...STRUCTURES, ...FILE_KEYS, 'shortcut']);

/** Other names for an option, for kinds that have the option and none of that name. */
export const OPTION_ALIASES: Readonly<Record<string, string>> = {
  kernel_size: 'kernel',
  size: 'kernel',
  pad: 'padding',
  out_channels: 'filters',
  strides: 'stride',
};
