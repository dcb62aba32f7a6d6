// The README's picture: what the program prints for AlexNet in a terminal, as SVG that follows the reader's light or dark theme.

import { main } from '../src/cli.js';
import { fakeIo } from './fake-io.js';

const CELL = { width: 8.43, height: 19 } as const;
const MARGIN = 18;

/** Character attributes that chalk uses, as classes of the picture's style sheet. */
const CLASSES: Readonly<Record<number, string>> = { 1: 'b', 2: 'd', 31: 'r', 33: 'y', 36: 'c' };
const OFF: Readonly<Record<number, readonly string[]>> = {
  0: ['b', 'd', 'r', 'y', 'c'],
  22: ['b', 'd'],
  39: ['r', 'y', 'c'],
};

const STYLE = `
  text { font: 14px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #1f2328; white-space: pre }
  .b { font-weight: bold } .d { fill: #6e7781 } .c { fill: #0a7ea4 } .y { fill: #9a6700 } .r { fill: #cf222e }
  rect { fill: #ffffff; stroke: #d0d7de }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .d { fill: #8b949e } .c { fill: #39c5cf } .y { fill: #d29922 } .r { fill: #ff7b72 }
    rect { fill: #0d1117; stroke: #30363d }
  }`;

export const picture = async (): Promise<string> => {
  const io = fakeIo({ tty: { stdout: 108, stderr: 108 }, env: { FORCE_COLOR: '1' } });
  await main(['alexnet.yaml', '--quiet'], io);
  const lines = ['\u001b[2m$\u001b[22m cnncalc alexnet.yaml', '', ...io.out().trimEnd().split('\n')];
  const width = Math.ceil(Math.max(...lines.map((line) => plain(line).length)) * CELL.width + 2 * MARGIN);
  const height = Math.ceil(lines.length * CELL.height + 2 * MARGIN);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="cnncalc alexnet.yaml">`,
    `<style>${STYLE}\n</style>`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    ...lines.map((line, i) => drawLine(line, MARGIN + (i + 0.75) * CELL.height)),
    '</svg>',
    '',
  ].join('\n');
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: colour is made of them
const SGR = /\u001b\[([\d;]*)m/g;

const plain = (line: string): string => line.replace(SGR, '');

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Each run of one colour stands at its own column, so that no font's idea of a width moves what follows. */
const drawLine = (line: string, y: number): string => {
  const on = new Set<string>();
  let column = 0;
  const runs = line.split(SGR).map((part, i) => {
    if (i % 2 === 1) {
      for (const code of part.split(';').map(Number)) {
        for (const name of OFF[code] ?? []) on.delete(name);
        if (CLASSES[code]) on.add(CLASSES[code]);
      }
      return '';
    }
    const x = (MARGIN + column * CELL.width).toFixed(1);
    column += part.length;
    if (part.trim() === '') return '';
    const classes = on.size > 0 ? ` class="${[...on].join(' ')}"` : '';
    const length = (part.length * CELL.width).toFixed(1);
    return `<tspan x="${x}" textLength="${length}"${classes}>${escaped(part)}</tspan>`;
  });
  return `<text y="${y.toFixed(1)}" xml:space="preserve">${runs.join('')}</text>`;
};
