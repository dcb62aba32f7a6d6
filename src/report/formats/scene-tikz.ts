// Scene -> LaTeX: a document that is one TikZ picture, as on a light page. A paper takes the file as it is with the package standalone, or
// the picture out of it.

import { colour } from '../drawing/palette.js';
import type { Ink, Mark, Paint, Point, Scene } from '../drawing/scene.js';
import { visible } from '../page.js';
import { escaped } from './latex-text.js';
import { rounded } from './svg.js';

/** LaTeX's points in a pixel, of which there are 96 in an inch. */
const PIXEL = 0.75;

export const sceneTikz = ({ title, description, size: [width, height], marks }: Scene): string => {
  const inks = new Map<string, string>();
  const shapes = marks.flatMap((mark) => drawn(mark, inks, '  '));
  const isWide = shapes.some((shape) => /[\u2e80-\uffef]/.test(shape));
  return [
    `% ${visible(title)}${description === undefined ? '' : `: ${visible(description)}`}`,
    '% In a paper: \\usepackage{standalone,tikz}, and \\input{this file} in a figure; or its PDF by \\includegraphics.',
    ...(isWide ? ['% Chinese and Japanese letters: for xelatex.'] : []),
    '\\documentclass[tikz]{standalone}',
    // Fonts in any size.
    '\\IfFileExists{lmodern.sty}{\\usepackage{lmodern}}{\\usepackage{fix-cm}}',
    ...(isWide ? ['\\usepackage{xeCJK}'] : []),
    '\\begin{document}',
    ...[...inks].map(([name, hex]) => `\\definecolor{${name}}{HTML}{${hex.slice(1).toUpperCase()}}`),
    `\\begin{tikzpicture}[x=${PIXEL}bp, y=-${PIXEL}bp, line width=${PIXEL}bp, >=latex, every node/.style={inner sep=0pt, outer sep=0pt}]`,
    `  \\useasboundingbox (0, 0) rectangle (${rounded(width)}, ${rounded(height)});`,
    ...shapes,
    '\\end{tikzpicture}',
    '\\end{document}',
    '',
  ].join('\n');
};

const named = (ink: Ink, inks: Map<string, string>): string => {
  const hex = colour(ink, 'light');
  const name = `cnn${hex.slice(1)}`;
  inks.set(name, hex);
  return name;
};

const at = ([x, y]: Point): string => `(${rounded(x)}, ${rounded(y)})`;

const drawn = (mark: Mark, inks: Map<string, string>, indent: string): readonly string[] => {
  switch (mark.type) {
    case 'rect': {
      const [[x, y], [width, height]] = [mark.at, mark.size];
      const radius = mark.radius ? [`rounded corners=${rounded(mark.radius * PIXEL)}bp`] : [];
      const options = [...painted(mark.paint, inks), ...radius].join(', ');
      return [`${indent}\\path[${options}] ${at([x, y])} rectangle ${at([x + width, y + height])};`];
    }
    case 'path': {
      const options = [...painted(mark.paint, inks), ...(mark.arrow ? ['->'] : [])].join(', ');
      return [`${indent}\\path[${options}] ${mark.points.map(at).join(' -- ')}${mark.closed ? ' -- cycle' : ''};`];
    }
    case 'curve': {
      const options = [...painted(mark.paint, inks), ...(mark.arrow ? ['->'] : [])].join(', ');
      const [first = [0, 0], ...others] = mark.points;
      const pieces: string[] = [];
      for (let i = 0; i + 2 < others.length; i += 3) {
        const [a, b, end] = others.slice(i, i + 3) as [Point, Point, Point];
        pieces.push(` .. controls ${at(a)} and ${at(b)} .. ${at(end)}`);
      }
      return [`${indent}\\path[${options}] ${at(first)}${pieces.join('')};`];
    }
    case 'dots': {
      // Lines of no length with round ends: thousands of circles are more than TeX's memory holds.
      const paint = { stroke: mark.paint.fill ?? 'line', width: 2 * mark.radius };
      const options = [...painted(paint, inks), 'line cap=round'].join(', ');
      return inParts(mark.points).map(
        (points) => `${indent}\\path[${options}] ${points.map((point) => `${at(point)} -- +(0, 0)`).join(' ')};`,
      );
    }
    case 'text':
      return [`${indent}${writing(mark, inks)}`];
    case 'group':
      return mark.marks.flatMap((one) => drawn(one, inks, indent));
  }
};

/** A path is held in memory until it ends. */
const PART = 100;

const inParts = (points: readonly Point[]): readonly (readonly Point[])[] =>
  Array.from({ length: Math.ceil(points.length / PART) }, (_, i) => points.slice(i * PART, (i + 1) * PART));

const painted = ({ fill, stroke, width = 1, dash, opacity }: Paint, inks: Map<string, string>): readonly string[] => [
  ...(fill ? [`fill=${named(fill, inks)}`] : []),
  ...(fill && opacity !== undefined ? [`fill opacity=${rounded(opacity)}`] : []),
  ...(stroke ? [`draw=${named(stroke, inks)}`] : []),
  ...(stroke && width !== 1 ? [`line width=${rounded(width * PIXEL)}bp`] : []),
  ...(dash ? ['dashed'] : []),
];

const ANCHORS = { start: 'base west', middle: 'base', end: 'base east' } as const;

const writing = (mark: Extract<Mark, { type: 'text' }>, inks: Map<string, string>): string => {
  const { anchor = 'start', size = 12, bold, ink = 'text', turned } = mark;
  const points = rounded(size * PIXEL);
  const font = `\\fontsize{${points}bp}{${rounded(points * 1.2)}bp}\\selectfont\\sffamily${bold ? '\\bfseries' : ''}`;
  const options = [
    `anchor=${ANCHORS[anchor]}`,
    `text=${named(ink, inks)}`,
    `font=${font}`,
    ...(turned ? [`rotate=${rounded(-turned)}`] : []),
  ];
  return `\\node[${options.join(', ')}] at ${at(mark.at)} {${escaped(mark.text)}};`;
};
