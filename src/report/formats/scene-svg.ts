// Scene -> SVG that stands alone: no script, no font, nothing from outside; inks are classes, with colours for a light and a dark page.

import type { Ink, Mark, Paint, Point, Scene } from '../drawing/scene.js';
import { escaped, rounded } from './svg.js';

/** The colours of a light and of a dark page. */
type Colours = readonly [light: string, dark: string];

const NAMED: Readonly<Record<Extract<Ink, string>, Colours>> = {
  line: ['#424a53', '#b6bfc9'],
  text: ['#1b1f24', '#e6edf3'],
  quiet: ['#57606a', '#9aa4af'],
  paper: ['#ffffff', '#0d1117'],
  box: ['#eef1f4', '#212830'],
  seen: ['#0072b2', '#56b4e9'],
  next: ['#c04f00', '#ff9d5c'],
};

/** Okabe and Ito's colours, which people who see fewer of them tell apart. */
const HUES = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#d55e00', '#56b4e9', '#f0e442', '#8c8c8c'] as const;

/** From nothing to the most. */
const SHADES: readonly [least: Colours, most: Colours] = [
  ['#eaf2f8', '#16222d'],
  ['#0072b2', '#56b4e9'],
];

/** As many are told apart. */
const MOST_SHADES = 20;

/** No wider than the page it is printed on, and on paper always light. */
export const sceneSvg = ({ title, description, size, marks }: Scene): string => {
  const inks = new Map<string, Colours>();
  const drawn = marks.map((mark) => element(mark, inks));
  const [width, height] = size.map(rounded);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" style="max-width:100%;height:auto" font-family="Helvetica, Arial, sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    ...(description === undefined ? [] : [`<desc>${escaped(description)}</desc>`]),
    style(inks),
    `<rect class="page" width="${width}" height="${height}"/>`,
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
};

const style = (inks: ReadonlyMap<string, Colours>): string => {
  const rules = (page: 0 | 1): string =>
    [
      `.page{fill:${NAMED.paper[page]}}`,
      ...[...inks]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, colours]) => `.${name}{${propertyOf(name)}:${colours[page]}}`),
    ].join('');
  return `<style>${rules(0)}@media screen and (prefers-color-scheme:dark){${rules(1)}}</style>`;
};

const propertyOf = (name: string): string => (name.startsWith('f-') ? 'fill' : 'stroke');

const element = (mark: Mark, inks: Map<string, Colours>): string => {
  const title = mark.title === undefined ? '' : `<title>${escaped(mark.title)}</title>`;
  switch (mark.type) {
    case 'rect': {
      const [[x, y], [width, height]] = [mark.at, mark.size];
      const radius = mark.radius === undefined ? '' : ` rx="${rounded(mark.radius)}"`;
      return `<rect x="${rounded(x)}" y="${rounded(y)}" width="${rounded(width)}" height="${rounded(height)}"${radius}${painted(mark.paint, inks)}${ending('rect', title)}`;
    }
    case 'path': {
      const d = `M${mark.points.map(at).join('L')}${mark.closed ? 'Z' : ''}`;
      return `<path d="${d}"${painted(mark.paint, inks)}${ending('path', title)}${mark.arrow ? head(mark.points, mark.paint, inks) : ''}`;
    }
    case 'curve': {
      const [first, ...more] = mark.points;
      const d = first ? `M${at(first)}C${more.map(at).join(' ')}` : '';
      return `<path d="${d}"${painted(mark.paint, inks)}${ending('path', title)}${mark.arrow ? head(mark.points, mark.paint, inks) : ''}`;
    }
    case 'text': {
      const [x, y] = mark.at.map(rounded);
      const said = [
        mark.anchor === undefined || mark.anchor === 'start' ? '' : ` text-anchor="${mark.anchor}"`,
        mark.size === undefined ? '' : ` font-size="${rounded(mark.size)}"`,
        mark.bold ? ' font-weight="bold"' : '',
        mark.turned ? ` transform="rotate(${rounded(mark.turned)} ${x} ${y})"` : '',
      ].join('');
      return `<text x="${x}" y="${y}"${said} class="${classOf('f', mark.ink ?? 'text', inks)}">${escaped(mark.text)}${title}</text>`;
    }
    case 'group':
      return `<g>${title}${mark.marks.map((inner) => element(inner, inks)).join('')}</g>`;
  }
};

const ending = (name: string, title: string): string => (title === '' ? '/>' : `>${title}</${name}>`);

const painted = ({ fill, stroke, width, dash, opacity }: Paint, inks: Map<string, Colours>): string => {
  const classes = [fill && classOf('f', fill, inks), stroke && classOf('s', stroke, inks)].filter(Boolean).join(' ');
  return [
    classes === '' ? '' : ` class="${classes}"`,
    fill === undefined ? ' fill="none"' : '',
    stroke !== undefined && width !== undefined ? ` stroke-width="${rounded(width)}"` : '',
    stroke !== undefined ? ' stroke-linejoin="round"' : '',
    dash ? ' stroke-dasharray="4 3"' : '',
    opacity === undefined ? '' : ` fill-opacity="${rounded(opacity)}"`,
  ].join('');
};

const HEAD = { long: 7, half: 3.2 } as const;

/** A head at the end, in the direction of the last two points that differ. */
const head = (points: readonly Point[], { stroke }: Paint, inks: Map<string, Colours>): string => {
  const tip = points.at(-1);
  const before = points.findLast((point) => tip && (point[0] !== tip[0] || point[1] !== tip[1]));
  if (!tip || !before) return '';
  const [across, down] = [tip[0] - before[0], tip[1] - before[1]];
  const length = Math.hypot(across, down);
  const [x, y] = [across / length, down / length];
  const foot: Point = [tip[0] - HEAD.long * x, tip[1] - HEAD.long * y];
  const corners: readonly Point[] = [
    tip,
    [foot[0] - HEAD.half * y, foot[1] + HEAD.half * x],
    [foot[0] + HEAD.half * y, foot[1] - HEAD.half * x],
  ];
  return `<path d="M${corners.map(at).join('L')}Z" class="${classOf('f', stroke ?? 'line', inks)}"/>`;
};

/** The class of an ink as a fill or a stroke, which is noted. */
const classOf = (how: 'f' | 's', ink: Ink, inks: Map<string, Colours>): string => {
  const [name, colours] =
    typeof ink === 'string' ? [ink, NAMED[ink]] : 'hue' in ink ? hueOf(ink.hue) : shadeOf(ink.shade);
  inks.set(`${how}-${name}`, colours);
  return `${how}-${name}`;
};

const hueOf = (hue: number): readonly [string, Colours] => {
  const i = ((Math.floor(hue) % HUES.length) + HUES.length) % HUES.length;
  const colour = HUES[i] ?? HUES[0];
  return [`hue${i}`, [colour, colour]];
};

const shadeOf = (shade: number): readonly [string, Colours] => {
  const step = Math.round(Math.max(0, Math.min(1, shade)) * MOST_SHADES);
  const [least, most] = SHADES;
  return [`shade${step}`, [mixed(least[0], most[0], step / MOST_SHADES), mixed(least[1], most[1], step / MOST_SHADES)]];
};

/** Between two colours, a share of the second. */
const mixed = (from: string, to: string, share: number): string =>
  `#${[1, 3, 5]
    .map((i) => {
      const [a, b] = [from, to].map((colour) => Number.parseInt(colour.slice(i, i + 2), 16)) as [number, number];
      return Math.round(a + (b - a) * share)
        .toString(16)
        .padStart(2, '0');
    })
    .join('')}`;

const at = ([x, y]: Point): string => `${rounded(x)} ${rounded(y)}`;
