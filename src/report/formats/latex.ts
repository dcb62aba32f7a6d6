// Page -> LaTeX: `\usepackage{booktabs}` for tables, `\usepackage{tikz}` for figures.

import { findingsText, UNPAINTED } from '../caret.js';
import {
  type Block,
  type Box,
  type Cell,
  type Curves,
  type CurvesRow,
  inSections,
  type Mark,
  type Page,
  type Solid,
  unlinked,
  visible,
  type Worked,
} from '../page.js';
import { curvesOf, decadesOf, lengthOf, powersOf } from './curves.js';
import { resized, within } from './heat.js';
import { tikzScatter } from './latex-scatter.js';
import { escaped } from './latex-text.js';
import { sizeOf } from './solid.js';

export const latex = (page: Page): string => page.map((block) => `${renderBlock(block)}\n`).join('\n');

const cell = ({ text, dim, mark, marks }: Cell): string =>
  marks?.map((one) => (one ? MARKS[one] : '~')).join(' ') ??
  `${mark ? `${MARKS[mark]} ` : ''}${escaped(dim ? `${text} ${dim}` : text)}`;

/** `\checkmark` is of `amssymb`. */
const MARKS: Readonly<Record<Mark, string>> = {
  right: '$\\checkmark$',
  half: '$\\sim$',
  follows: '$\\to$',
  wrong: '$\\times$',
  unread: '?',
  open: '$\\cdot$',
  absent: '-',
};

const STROKES: Readonly<Record<Box['sort'], string>> = {
  image: 'thick',
  field: 'thick, blue, fill=blue!15',
  next: 'dashed, gray',
};

const worked = ({ title, formula, substituted, text, remark }: Worked): string => {
  const sum = [formula, substituted].filter((part) => part !== '').map((part) => `$${mathematics(part)} = $ `);
  return `  \\item ${escaped(title)}: ${sum.join('')}\\textbf{${escaped(text)}}${remark ? `; ${escaped(remark)}` : ''}`;
};

/** A formula of letters, numbers and `* / + -` as LaTeX has it: indices upright, `floor(...)` in its brackets. */
const mathematics = (text: string): string =>
  text
    .replace(
      /\b(floor|ceil)\((.*)\)( \+ 1)/,
      (_, how: string, inner: string, rest: string) => `\\l${how} ${inner} \\r${how}${rest}`,
    )
    .replace(/[A-Za-z]+ [a-z]+|[A-Za-z]{2,}(?![}_])/g, (word) =>
      /^[lr](floor|ceil)$/.test(word) ? word : `\\mathrm{${word.replaceAll(' ', '\\ ')}}`,
    )
    .replace(/_(\\mathrm\{\w+\}|\w+)/g, '_{$1}')
    .replaceAll('*', ' \\cdot ');

const renderBlock = (block: Block): string => {
  switch (block.type) {
    case 'heading':
      return `\\section*{${escaped(block.text)}}${block.dim ? `\n${escaped(block.dim)}` : ''}`;
    case 'text':
      return escaped(block.text);
    case 'prose':
      return unlinked(block.text)
        .split('`')
        .map((part, i) => (i % 2 === 1 ? `\\texttt{${escaped(part)}}` : escaped(part)))
        .join('');
    case 'code':
      return [
        '\\begin{verbatim}',
        ...block.lines.map((line) => line.replaceAll('\\end{', '\\end {')),
        '\\end{verbatim}',
      ].join('\n');
    case 'facts':
      return [
        '\\begin{itemize}',
        ...block.entries.map(
          ({ label, text, dim, mark }) =>
            `  \\item ${escaped(label)}: \\textbf{${cell({ text, ...(mark && { mark }) })}}${dim ? ` ${escaped(dim)}` : ''}`,
        ),
        '\\end{itemize}',
      ].join('\n');
    case 'formula':
      return [
        '\\begin{flushleft}',
        ...block.lines.map(({ text, dim }) => `  \\texttt{${escaped(text)}}${dim ? `\\quad ${escaped(dim)}` : ''}\\\\`),
        '\\end{flushleft}',
      ].join('\n');
    case 'figure': {
      const [left, right] = [
        Math.min(...block.boxes.map(({ x }) => x[0])),
        Math.max(...block.boxes.map(({ x }) => x[1])),
      ];
      const cell = Number((20 / (right + 1 - left)).toPrecision(3));
      return [
        `% ${visible(block.title)}`,
        `\\begin{tikzpicture}[x=${cell}em, y=-${cell}em]`,
        ...block.boxes.map(
          ({ x, y, sort, label }) =>
            `  \\draw[${STROKES[sort]}] (${x[0]}, ${y[0]}) rectangle (${x[1] + 1}, ${y[1] + 1}); % ${visible(label)}`,
        ),
        '\\end{tikzpicture}',
      ].join('\n');
    }
    case 'heat': {
      const shades = resized(block.rows, ...within(block.rows.length, block.rows[0]?.length ?? 0, 32));
      const cell = Number((20 / Math.max(1, shades[0]?.length ?? 1)).toPrecision(3));
      return [
        `% ${visible(block.title)}`,
        `\\begin{tikzpicture}[x=${cell}em, y=-${cell}em]`,
        ...shades.flatMap((row, y) =>
          row.flatMap((value, x) =>
            value > 0 ? [`  \\fill[blue!${Math.ceil(100 * value)}] (${x}, ${y}) rectangle (${x + 1}, ${y + 1});`] : [],
          ),
        ),
        `  \\draw[thick] (0, 0) rectangle (${shades[0]?.length ?? 1}, ${shades.length});`,
        '\\end{tikzpicture}',
      ].join('\n');
    }
    case 'solids':
      return [...block.solids.flatMap(tikz), ...block.legend.map((line) => `\\par ${escaped(line)}`)].join('\n');
    case 'curves':
      return tikzCurves(block);
    case 'scatter':
      return tikzScatter(block).join('\n');
    case 'steps':
      return ['\\begin{itemize}', ...block.entries.map(worked), '\\end{itemize}'].join('\n');
    case 'findings':
      return [
        '\\begin{verbatim}',
        findingsText(block, UNPAINTED).replaceAll('\\end{', '\\end {'),
        '\\end{verbatim}',
      ].join('\n');
    case 'table': {
      const line = (cells: readonly string[]) => `  ${cells.join(' & ')} \\\\`;
      return [
        `\\begin{tabular}{${block.columns.map((c) => (c.align === 'right' ? 'r' : 'l')).join('')}}`,
        '  \\toprule',
        line(block.columns.map((c) => escaped(c.title))),
        '  \\midrule',
        ...inSections(
          block,
          block.rows.map((row) => line(row.map(cell))),
          ({ title }) => `  \\multicolumn{${block.columns.length}}{l}{\\textbf{${escaped(title)}}} \\\\`,
        ),
        ...(block.foot?.length ? ['  \\midrule', ...block.foot.map((sums) => line(sums.map(cell)))] : []),
        '  \\bottomrule',
        '\\end{tabular}',
      ].join('\n');
    }
  }
};

const LINES = ['blue', 'orange, dashed', 'teal, dotted', 'magenta, dash dot'] as const;

/** Panels side by side, each as wide as it is high; the powers of ten stand at the first. */
const tikzCurves = ({ title, rows, across }: Curves): string => {
  const [width, height] = [10, 10];
  const row = (one: CurvesRow): readonly string[] => {
    const [low, high] = decadesOf(one);
    const x = (at: number): string => ((width * (at - 1)) / Math.max(1, lengthOf(one) - 1)).toFixed(2);
    const y = (power: number): string => ((height * (power - low)) / (high - low)).toFixed(2);
    const panel = (panel: CurvesRow['panels'][number], i: number): readonly string[] => [
      `  \\begin{scope}[shift={(${(width + 2) * i}, 0)}]`,
      `    \\draw[gray] (0, 0) rectangle (${width}, ${height}); \\node[above] at (${width / 2}, ${height}) {${escaped(panel.title)}};`,
      ...(i === 0 ? [low, high].map((power) => `    \\node[left] at (0, ${y(power)}) {$10^{${power}}$};`) : []),
      ...panel.curves.flatMap(({ name, values }, k) => {
        const points = powersOf(values).map(([at, power]) => `(${x(at)}, ${y(power)})`);
        return points.length === 0
          ? []
          : [`    \\draw[${LINES[k % LINES.length]}] ${points.join(' -- ')}; % ${visible(name)}`];
      }),
      '  \\end{scope}',
    ];
    return [
      `\\par ${escaped(one.title)}`,
      '',
      '\\begin{tikzpicture}[x=1em, y=1em]',
      ...one.panels.flatMap(panel),
      '\\end{tikzpicture}',
    ];
  };
  const legend = curvesOf({ rows }).map(({ name }, k) => `${escaped(name)} (${LINES[k % LINES.length]})`);
  return [`% ${visible(title)}`, ...rows.flatMap(row), `\\par across: ${escaped(across)}; ${legend.join(', ')}`].join(
    '\n',
  );
};

/** The three visible faces, cell by cell; a cell further back stands half a cell up and to the right. */
const tikz = ({ title, note, cells }: Solid): readonly string[] => {
  const [deep, down, across] = sizeOf(cells);
  const fill = (shade: number | null | undefined, corners: readonly (readonly [number, number])[]): string =>
    `  \\filldraw[draw=gray, fill=blue!${typeof shade === 'number' ? 15 + 25 * shade : 0}] ${corners.map(([x, y]) => `(${x}, ${y})`).join(' -- ')} -- cycle;`;
  const all: string[] = [];
  for (let n = 0; n < deep; n += 1) {
    const [near, far] = [n / 2, (n + 1) / 2];
    for (let c = 0; c < across; c += 1)
      all.push(
        fill(cells[n]?.[0]?.[c], [
          [c + near, -near],
          [c + 1 + near, -near],
          [c + 1 + far, -far],
          [c + far, -far],
        ]),
      );
    for (let p = 0; p < down; p += 1) {
      const x = across;
      all.push(
        fill(cells[n]?.[p]?.[across - 1], [
          [x + near, p - near],
          [x + far, p - far],
          [x + far, p + 1 - far],
          [x + near, p + 1 - near],
        ]),
      );
    }
  }
  for (let p = 0; p < down; p += 1)
    for (let c = 0; c < across; c += 1)
      all.push(
        fill(cells[0]?.[p]?.[c], [
          [c, p],
          [c + 1, p],
          [c + 1, p + 1],
          [c, p + 1],
        ]),
      );
  return [
    `\\par ${escaped(title)}: ${escaped(note)}`,
    '\\begin{tikzpicture}[x=0.8em, y=-0.8em]',
    ...all,
    '\\end{tikzpicture}',
  ];
};
