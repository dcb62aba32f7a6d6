// Names in Python: which may stand behind a dot, how modules are reached, names for variables and classes. No code of layers.

import { quoted } from '../python/literal.js';
import { isWord, KEYWORDS, variable as word } from '../python/words.js';

/** What every module of PyTorch has already, 1.13 to 2.x: a layer of that name cannot be set as an attribute. */
const TAKEN = new Set(
  (
    'T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval extra_repr ' +
    'float forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict modules mtia named_buffers ' +
    'named_children named_modules named_parameters parameters register_backward_hook register_buffer register_forward_hook ' +
    'register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook register_load_state_dict_post_hook ' +
    'register_load_state_dict_pre_hook register_module register_parameter register_state_dict_post_hook ' +
    'register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory state_dict to to_empty train training ' +
    'type xpu zero_grad'
  ).split(' '),
);

/** What layers have besides: names below such a layer's. */
const OF_LAYERS = new Set(
  (
    'weight bias in_channels out_channels kernel_size stride padding dilation groups padding_mode num_features eps momentum affine ' +
    'in_features out_features append extend insert pop clear items keys update values'
  ).split(' '),
);

/**
 * What holds modules: a list by their numbers, a dict by their names, a layer or anything else as attributes. By path below the module
 * that is looked from, which is the empty one.
 */
export type Holders = ReadonlyMap<string, Holder>;
export type Holder = 'list' | 'dict' | 'layer' | 'module';

const isTaken = (name: string, holder: Holder): boolean =>
  TAKEN.has(name) || name.startsWith('_') || (holder !== 'module' && OF_LAYERS.has(name));

export const isAttribute = (name: string, holder: Holder): boolean =>
  isWord(name) && !KEYWORDS.has(name) && !isTaken(name, holder);

/** How a module below another is reached: `self.layer1.conv1`, `self.blocks[2]`; what is no word of Python by its name in quotes. */
export const reached = (path: string, holders: Holders): string => {
  let text = 'self';
  let at = '';
  for (const part of path === '' ? [] : path.split('.')) {
    const holder = holders.get(at) ?? 'module';
    if (holder === 'list') text += `[${part}]`;
    else if (isAttribute(part, holder)) text += `.${part}`;
    // What has the name of something that every module has, only the dictionary of modules tells.
    else if (isTaken(part, holder)) text += `._modules[${quoted(part)}]`;
    else text += holder === 'dict' ? `[${quoted(part)}]` : `.get_submodule(${quoted(part)})`;
    at = at === '' ? part : `${at}.${part}`;
  }
  return text;
};

/** The line that puts a module in its place. */
export const setting = (path: string, made: string, holders: Holders): string => {
  const cut = path.lastIndexOf('.');
  const [parent, name] = [path.slice(0, Math.max(cut, 0)), path.slice(cut + 1)];
  const holder = holders.get(parent) ?? 'module';
  const isNamed = holder === 'dict' || isAttribute(name, holder) || isTaken(name, holder);
  return isNamed
    ? `${reached(path, holders)} = ${made}`
    : `${reached(parent, holders)}.add_module(${quoted(name)}, ${made})`;
};

/** A word for an attribute of a module that is none of those that it has. */
export const attributeFor = (word: string): string => (TAKEN.has(word) || KEYWORDS.has(word) ? `${word}_` : word);

/** `inverted_residual` and `inverted-residual` -> `InvertedResidual`. */
export const className = (name: string): string => {
  const words = name.normalize('NFKC').match(/[\p{L}\p{Nd}]+/gu) ?? [];
  const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return /^\p{L}/u.test(joined) && isWord(joined) && !KEYWORDS.has(joined)
    ? joined
    : `Block${isWord(`B${joined}`) ? joined : ''}`;
};

/** What the file itself uses. */
const RESERVED = new Set([
  'self',
  'torch',
  'nn',
  'f',
  'len',
  'range',
  'super',
  'slice',
  'sum',
  'max',
  'min',
  'print',
  'tuple',
]);

/** A word for a variable or a parameter. */
export const variable = (name: string): string => word(name, RESERVED);
