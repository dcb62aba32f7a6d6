// A text as LaTeX takes it. No blocks.

import { visible } from '../page.js';

const SPECIAL: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '&': '\\&',
  '%': '\\%',
  $: '\\$',
  '#': '\\#',
  _: '\\_',
  '{': '\\{',
  '}': '\\}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
};

// A volume's x is a multiplication sign: 55x55x96. A bracket or a star at the beginning would belong to the command before it:
// `\\`, which ends a row, `\item` and the rules of a table take both also from the next line.
export const escaped = (text: string): string =>
  visible(text)
    .replace(/[\\&%$#_{}~^]/g, (c) => SPECIAL[c] ?? c)
    .replace(/(?<=\d)x(?=\d)/g, '$\\times$')
    .replace(/^(\s*)([[*])/, '$1{$2}');
