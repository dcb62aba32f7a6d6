// Page -> GitHub Markdown.

import { type Block, type Cell, type Page, visible } from '../page.js';

export const markdown = (page: Page): string => page.map((block) => `${renderBlock(block)}\n`).join('\n');

const escape = (text: string): string => visible(text).replace(/[\\|*_<>`]/g, '\\$&');

const cell = ({ text, dim }: Cell): string => escape(dim ? `${text} ${dim}` : text);

const renderBlock = (block: Block): string => {
  switch (block.type) {
    case 'heading':
      return `## ${escape(block.text)}${block.dim ? `\n\n${escape(block.dim)}` : ''}`;
    case 'text':
      return escape(block.text);
    case 'facts':
      return block.entries.map(({ label, text, dim }) => `- ${escape(label)}: **${escape(text)}**${dim ? ` ${escape(dim)}` : ''}`).join('\n');
    case 'steps':
      return block.entries
        .map(({ title, formula, substituted, text, remark }) => {
          const sum = [formula, substituted].filter((part) => part !== '').map((part) => `\`${part}\` = `);
          return `- ${escape(title)}: ${sum.join('')}**${escape(text)}**${remark ? `; ${escape(remark)}` : ''}`;
        })
        .join('\n');
    case 'table': {
      const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
      const rows = block.rows.map((row) => line(row.map(cell)));
      const foot = (block.foot ?? []).map((sums) => line(sums.map((c) => (c.text ? `**${cell(c)}**` : ''))));
      return [line(block.columns.map((c) => escape(c.title))), line(block.columns.map((c) => (c.align === 'right' ? '---:' : '---'))), ...rows, ...foot].join('\n');
    }
  }
};
