// Page -> GitHub Markdown.

import { findingsText, UNPAINTED } from '../caret.js';
import { type Block, type Cell, inSections, type Page, visible } from '../page.js';
import { curveLegend, curveLines } from './curves.js';
import { drawing, legend } from './drawing.js';
import { heatLegend, heatLines } from './heat.js';
import { marked } from './mark.js';
import { scatterLegend, scatterLines } from './scatter.js';
import { solidLegend, solidLines } from './solid.js';

export const markdown = (page: Page): string => page.map((block) => `${renderBlock(block)}\n`).join('\n');

/** Nothing in a text is a link, a picture, an element or an emphasis: it is read, and does nothing. */
const escaped = (text: string): string => visible(text).replace(/[\\|*_<>`[&]/g, '\\$&');

const cell = (cell: Cell): string => {
  const text = marked(cell, cell.text);
  // Two waves would strike out what stands between them and the next two.
  if (cell.marks) return escaped(text).replaceAll('~', '\\~');
  if (cell.code) return `\`${visible(text)}\`${cell.dim ? ` ${escaped(cell.dim)}` : ''}`;
  return escaped(cell.dim ? `${text} ${cell.dim}` : text);
};

/** So many backticks that none of them in the text end it. */
const ticks = (least: number, text: string): string =>
  '`'.repeat(Math.max(least, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length + 1)));

const fenced = (lines: readonly string[]): string => {
  const text = lines.map(visible).join('\n');
  const fence = ticks(3, text);
  return [fence, text, fence].join('\n');
};

const code = (text: string): string => {
  const fence = ticks(1, text);
  return `${fence}${visible(text)}${fence}`;
};

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
        .map((fact) => {
          const { label, text, dim } = fact;
          return `- ${escaped(label)}: **${escaped(marked(fact, text))}**${dim ? ` ${escaped(dim)}` : ''}`;
        })
        .join('\n');
    case 'formula':
      return fenced(block.lines.map(({ text, dim }) => (dim ? `${text}    ${dim}` : text)));
    case 'figure':
      return fenced([...drawing(block, { columns: 64, ascii: false }).lines, ...legend(block)]);
    case 'heat':
      return fenced([...heatLines(block, { columns: 64, ascii: false }), ...heatLegend(block)]);
    case 'solids':
      return fenced([...solidLines(block, { columns: 78, ascii: false }), ...solidLegend(block)]);
    case 'curves':
      return fenced([...curveLines(block, { columns: 78, ascii: false }), ...curveLegend(block)]);
    case 'scatter': {
      const canvas = { columns: 78, ascii: false };
      return fenced([...scatterLines(block, canvas), ...scatterLegend(block, canvas)]);
    }
    case 'steps':
      return block.entries
        .map(({ title, formula, substituted, text, remark }) => {
          const sum = [formula, substituted].filter((part) => part !== '').map((part) => `${code(part)} = `);
          return `- ${escaped(title)}: ${sum.join('')}**${escaped(text)}**${remark ? `; ${escaped(remark)}` : ''}`;
        })
        .join('\n');
    case 'findings':
      return fenced(findingsText(block, UNPAINTED).split('\n'));
    case 'table': {
      const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
      const rows = inSections(
        block,
        block.rows.map((row) => line(row.map(cell))),
        ({ title }) => line([`**${escaped(title)}**`, ...Array<string>(block.columns.length - 1).fill('')]),
      );
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
