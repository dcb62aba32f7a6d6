// Names in Python: which may stand behind a dot, how modules are reached, names for variables and classes. No code of layers.

import { quoted } from './code.js';

const KEYWORDS = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from global if import in is ' +
    'lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
);

/** What every module of PyTorch has already, 1.13 to 2.x: a layer of that name cannot be set as an attribute. */
const TAKEN = new Set(
  (
    'T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval extra_repr ' +
    'float forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict modules mtia named_buffers ' +
    'named_children named_modules named_parameters parameters register_backward_hook register_buffer register_forward_hook ' +
    'register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook register_load_state_dict_post_hook ' +
    'register_load_state_dict_pre_hook register_module register_parameter register_state_dict_post_hook ' +
    'register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory state_dict to to_empty train training ' +
    'type xpu zero_grad append extend insert pop clear items keys update values weight bias in_channels out_channels kernel_size ' +
    'stride padding dilation groups padding_mode num_features eps momentum affine in_features out_features'
  ).split(' '),
);

/** Letters, digits and underscores, and the same after Python has made one form of letters that look alike. */
const isWord = (name: string): boolean => /^[\p{L}_][\p{L}\p{Nd}_]*$/u.test(name) && name.normalize('NFKC') === name;

const isAttribute = (name: string): boolean =>
  isWord(name) && !KEYWORDS.has(name) && !TAKEN.has(name) && !name.startsWith('_');

/** How a module below another is reached: `self.layer1.conv1`, by its name in quotes where that is no word of Python. */
export const reached = (from: string, path: string): string => {
  const parts = path.split('.');
  if (parts.every(isAttribute)) return [from, ...parts].join('.');
  // What has the name of something that every module has, only the dictionary of modules tells.
  return parts.reduce(
    (text, part) =>
      isAttribute(part)
        ? `${text}.${part}`
        : TAKEN.has(part) || part.startsWith('_')
          ? `${text}._modules[${quoted(part)}]`
          : `${text}.get_submodule(${quoted(part)})`,
    from,
  );
};

/** The line that puts a module below another. */
export const setting = (from: string, name: string, made: string): string => {
  if (isAttribute(name)) return `${from}.${name} = ${made}`;
  if (TAKEN.has(name) || name.startsWith('_')) return `${from}._modules[${quoted(name)}] = ${made}`;
  return `${from}.add_module(${quoted(name)}, ${made})`;
};

/** A word for a variable or a parameter: of what a name consists of, in small letters. */
export const variable = (name: string): string => {
  const word = name
    .normalize('NFKC')
    .replace(/[^\p{L}\p{Nd}]+/gu, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase();
  const started = /^\p{Nd}/u.test(word) || word === '' ? `x${word}` : word;
  return KEYWORDS.has(started) || RESERVED.has(started) || !isWord(started)
    ? `${isWord(started) ? started : 'x'}_`
    : started;
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

/** A word for an attribute of a module that is none of those that it has. */
export const attributeFor = (word: string): string => (isAttribute(word) ? word : `${word}_`);

/** `inverted_residual` and `inverted-residual` -> `InvertedResidual`. */
export const className = (name: string): string => {
  const words = name.normalize('NFKC').match(/[\p{L}\p{Nd}]+/gu) ?? [];
  const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return /^\p{L}/u.test(joined) && isWord(joined) && !KEYWORDS.has(joined)
    ? joined
    : `Block${isWord(`B${joined}`) ? joined : ''}`;
};

/** The name, or with a number behind it where it is taken; taken from then on. */
export const free = (name: string, taken: Set<string>): string => {
  let own = name;
  for (let n = 2; taken.has(own); n += 1) own = `${name}${/\d$/.test(name) ? '_' : ''}${n}`;
  taken.add(own);
  return own;
};
