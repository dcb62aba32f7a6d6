// Page -> LaTeX, tables by booktabs: `\usepackage{booktabs}`.

import { type Block, type Cell, type Page, visible, type Worked } from '../page.js';

export const latex = (page: Page): string => page.map((block) => `${renderBlock(block)}\n`).join('\n');

const SPECIAL: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}', '&': '\\&', '%': '\\%', $: '\\$', '#': '\\#', _: '\\_', '{': '\\{', '}': '\\}', '~': '\\textasciitilde{}', '^': '\\textasciicircum{}',
};

// A volume's x is a multiplication sign: 55x55x96.
const escape = (text: string): string =>
  visible(text).replace(/[\\&%$#_{}~^]/g, (c) => SPECIAL[c] ?? c).replace(/(?<=\d)x(?=\d)/g, '$\\times$');

const cell = ({ text, dim }: Cell): string => escape(dim ? `${text} ${dim}` : text);

const worked = ({ title, formula, substituted, text, remark }: Worked): string => {
  const sum = [formula, substituted].filter((part) => part !== '').map((part) => `$${mathematics(part)} = $ `);
  return `  \\item ${escape(title)}: ${sum.join('')}\\textbf{${escape(text)}}${remark ? `; ${escape(remark)}` : ''}`;
};

/** A formula of letters, numbers and `* / + -` as LaTeX has it: indices upright, `floor(...)` in its brackets. */
const mathematics = (text: string): string =>
  text
    .replace(/\b(floor|ceil)\((.*)\)( \+ 1)/, (_, how: string, inner: string, rest: string) => `\\l${how} ${inner} \\r${how}${rest}`)
    .replace(/[A-Za-z]+ [a-z]+|[A-Za-z]{2,}(?![}_])/g, (word) => (/^[lr](floor|ceil)$/.test(word) ? word : `\\mathrm{${word.replaceAll(' ', '\\ ')}}`))
    .replace(/_(\\mathrm\{\w+\}|\w+)/g, '_{$1}')
    .replaceAll('*', ' \\cdot ');

const renderBlock = (block: Block): string => {
  switch (block.type) {
    case 'heading':
      return `\\section*{${escape(block.text)}}${block.dim ? `\n${escape(block.dim)}` : ''}`;
    case 'text':
      return escape(block.text);
    case 'facts':
      return ['\\begin{itemize}', ...block.entries.map(({ label, text, dim }) => `  \\item ${escape(label)}: \\textbf{${escape(text)}}${dim ? ` ${escape(dim)}` : ''}`), '\\end{itemize}'].join('\n');
    case 'steps':
      return ['\\begin{itemize}', ...block.entries.map(worked), '\\end{itemize}'].join('\n');
    case 'table': {
      const line = (cells: readonly string[]) => `  ${cells.join(' & ')} \\\\`;
      return [
        `\\begin{tabular}{${block.columns.map((c) => (c.align === 'right' ? 'r' : 'l')).join('')}}`,
        '  \\toprule',
        line(block.columns.map((c) => escape(c.title))),
        '  \\midrule',
        ...block.rows.map((row) => line(row.map(cell))),
        ...(block.foot?.length ? ['  \\midrule', ...block.foot.map((sums) => line(sums.map(cell)))] : []),
        '  \\bottomrule',
        '\\end{tabular}',
      ].join('\n');
    }
  }
};
