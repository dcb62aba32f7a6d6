// Page -> GitHub Markdown.

import { findingsText, UNPAINTED } from '../caret.js';
import { type Block, type Cell, type Page, visible } from '../page.js';
import { drawing, legend } from './drawing.js';
import { heatLegend, heatLines } from './heat.js';
import { solidLines } from './solid.js';

export const markdown = (page: Page): string => page.map((block) => `${renderBlock(block)}\n`).join('\n');

const escaped = (text: string): string => visible(text).replace(/[\\|*_<>`]/g, '\\$&');

const cell = ({ text, dim, code }: Cell): string =>
  code ? `\`${visible(text)}\`${dim ? ` ${escaped(dim)}` : ''}` : escaped(dim ? `${text} ${dim}` : text);

const fenced = (lines: readonly string[]): string => ['```', ...lines.map(visible), '```'].join('\n');

const renderBlock = (block: Block): string => {
  switch (block.type) {
    case 'heading':
      return `## ${escaped(block.text)}${block.dim ? `\n\n${escaped(block.dim)}` : ''}`;
    case 'text':
      return escaped(block.text);
    case 'prose':
      return block.text;
    case 'code':
      return [`\`\`\`${block.language}`, ...block.lines, '```'].join('\n');
    case 'facts':
      return block.entries
        .map(({ label, text, dim }) => `- ${escaped(label)}: **${escaped(text)}**${dim ? ` ${escaped(dim)}` : ''}`)
        .join('\n');
    case 'formula':
      return fenced(block.lines.map(({ text, dim }) => (dim ? `${text}    ${dim}` : text)));
    case 'figure':
      return fenced([...drawing(block, { columns: 64, ascii: false }).lines, ...legend(block)]);
    case 'heat':
      return fenced([...heatLines(block, { columns: 64, ascii: false }), ...heatLegend(block)]);
    case 'solids':
      return fenced(solidLines(block, { columns: 78, ascii: false }));
    case 'steps':
      return block.entries
        .map(({ title, formula, substituted, text, remark }) => {
          const sum = [formula, substituted].filter((part) => part !== '').map((part) => `\`${part}\` = `);
          return `- ${escaped(title)}: ${sum.join('')}**${escaped(text)}**${remark ? `; ${escaped(remark)}` : ''}`;
        })
        .join('\n');
    case 'findings':
      return fenced(findingsText(block, UNPAINTED).split('\n'));
    case 'table': {
      const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
      const rows = block.rows.map((row) => line(row.map(cell)));
      const foot = (block.foot ?? []).map((sums) => line(sums.map((c) => (c.text ? `**${cell(c)}**` : ''))));
      return [
        line(block.columns.map((c) => escaped(c.title))),
        line(block.columns.map((c) => (c.align === 'right' ? '---:' : '---'))),
        ...rows,
        ...foot,
      ].join('\n');
    }
  }
};
