// Scene -> SVG, alone or within a page: inks are classes, light or, where that is preferred on a screen, dark. No scripts, nothing from
// outside.

import { colour, INKS, stepOf, type Theme } from '../drawing/palette.js';
import type { Ink, Mark, Paint, Point, Scene } from '../drawing/scene.js';
import { oneLine } from '../page.js';
import { escaped, rounded } from './svg.js';

const FONT = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', 'Noto Sans CJK SC', sans-serif";

/** A file of its own, no wider than the page it is printed on. */
export const sceneSvg = ({ title, description, size: [width, height], marks }: Scene): string => {
  const inks: Inks = { used: new Map(), place: 'file' };
  const shapes = marks.map((mark) => drawn(mark, inks));
  const paper = `<rect width="${rounded(width)}" height="${rounded(height)}" class="${named('f', 'paper', inks)}"/>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${rounded(width)}" height="${rounded(height)}" viewBox="0 0 ${rounded(width)} ${rounded(height)}" role="img" style="max-width:100%;height:auto" font-family="${FONT}" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    ...(description === undefined ? [] : [`<desc>${escaped(description)}</desc>`]),
    '<style>',
    ...rules(inks, 'light'),
    // A page is printed as it is on light.
    '@media screen and (prefers-color-scheme: dark) {',
    ...rules(inks, 'dark'),
    '}',
    '</style>',
    paper,
    ...shapes,
    '</svg>',
    '',
  ].join('\n');
};

/** How a scene stands in a page. */
export interface Inlined {
  /** Of the element of the whole, as markup. */
  readonly attributes?: string;
  /** What may be pointed at has its key as `data-key`, and what is told of it; that of this key has the class `chosen`. */
  readonly chosen?: string | undefined;
  /** Nobody can point at it: it has neither. */
  readonly still?: boolean;
}

/** Within a page, whose style sheet has {@link inkRules}. */
export const sceneMarkup = (
  { title, description, size: [width, height], marks }: Scene,
  { attributes = '', chosen, still = false }: Inlined = {},
): string => {
  const inks: Inks = { used: new Map(), place: still ? 'still' : 'page', chosen };
  const told = description === undefined ? title : `${title}. ${description}`;
  return [
    `<svg width="${rounded(width)}" height="${rounded(height)}" viewBox="0 0 ${rounded(width)} ${rounded(height)}" role="img" aria-label="${escaped(oneLine(told))}" font-size="12"${attributes === '' ? '' : ` ${attributes}`}>`,
    ...marks.map((mark) => drawn(mark, inks)),
    '</svg>',
  ].join('\n');
};

/** The rules of every ink that a scene may be drawn in, on light and, on a screen that prefers it, on dark. */
export const inkRules = (): string => {
  const inks: Inks = { used: new Map(), place: 'page' };
  for (const ink of INKS) {
    named('f', ink, inks);
    // Nothing is outlined in a shade.
    if (typeof ink === 'string' || 'hue' in ink) named('s', ink, inks);
  }
  return [
    // What has no filling is not filled.
    '[class^="s-"] { fill: none; }',
    ...Object.entries(FREQUENT).map(
      ([look, name]) => `text.${name} { ${look.replace(/="(\d+)"/, ': $1px').replace(/="(.*)"/, ': $1')}; }`,
    ),
    ...rules(inks, 'light'),
    '@media screen and (prefers-color-scheme: dark) {',
    ...rules(inks, 'dark'),
    '}',
  ].join('\n');
};

interface Inks {
  /** By the names of their classes. */
  readonly used: Map<string, Ink>;
  readonly place: 'file' | 'page' | 'still';
  readonly chosen?: string | undefined;
}

const rules = ({ used }: Inks, theme: Theme): readonly string[] =>
  [...used].map(([name, ink]) => `.${name} { ${name.startsWith('f') ? 'fill' : 'stroke'}: ${colour(ink, theme)}; }`);

/** The class of an ink, for filling or for lines. */
const named = (how: 'f' | 's', ink: Ink, inks: Inks): string => {
  const word = typeof ink === 'string' ? ink : 'hue' in ink ? `hue${ink.hue}` : `shade${stepOf(ink.shade)}`;
  const name = `${how}-${word}`;
  inks.used.set(name, ink);
  return name;
};

const painted = ({ fill, stroke, width = 1, dash, opacity }: Paint, inks: Inks): string => {
  const classes = [fill && named('f', fill, inks), stroke && named('s', stroke, inks)].filter(Boolean).join(' ');
  return [
    `class="${classes}"`,
    ...(fill || (stroke && inks.place !== 'file') ? [] : ['fill="none"']),
    ...(opacity === undefined ? [] : [`fill-opacity="${rounded(opacity)}"`]),
    ...(stroke && width !== 1 ? [`stroke-width="${rounded(width)}"`] : []),
    ...(dash ? ['stroke-dasharray="5 3"'] : []),
  ].join(' ');
};

const at = ([x, y]: Point): string => `${rounded(x)} ${rounded(y)}`;

/** In few letters: what goes across or down has one number for each step. */
const along = (points: readonly Point[]): string =>
  points
    .map(([x, y], i) => {
      const before = points[i - 1];
      if (!before) return `M${at([x, y])}`;
      return before[1] === y ? `H${rounded(x)}` : before[0] === x ? `V${rounded(y)}` : `L${at([x, y])}`;
    })
    .join('');

/** An element, with what it is said to be. */
const element = (name: string, attributes: string, mark: Mark, inks: Inks): string =>
  titleOf(mark, inks) === ''
    ? `<${name}${keyOf(mark, inks)} ${attributes}/>`
    : `<${name}${keyOf(mark, inks)} ${attributes}>${titleOf(mark, inks)}</${name}>`;

/** What is told of a mark. */
const titleOf = ({ title }: Mark, { place }: Inks): string =>
  title === undefined || place === 'still' ? '' : `<title>${escaped(title)}</title>`;

const keyOf = ({ key }: Mark, { place, chosen }: Inks): string =>
  place === 'page' && key !== undefined ? ` data-key="${escaped(key)}"${key === chosen ? ' class="chosen"' : ''}` : '';

/** Nobody sees it: it is there to be pointed at. */
const isUnseen = (mark: Mark): boolean => mark.type === 'rect' && mark.paint.opacity === 0 && !mark.paint.stroke;

const drawn = (mark: Mark, inks: Inks): string => {
  if (inks.place === 'still' && isUnseen(mark)) return '';
  switch (mark.type) {
    case 'rect': {
      const radius = mark.radius ? ` rx="${rounded(mark.radius)}"` : '';
      const [[x, y], [width, height]] = [mark.at, mark.size];
      return element(
        'rect',
        `x="${rounded(x)}" y="${rounded(y)}" width="${rounded(width)}" height="${rounded(height)}"${radius} ${painted(mark.paint, inks)}`,
        mark,
        inks,
      );
    }
    case 'path': {
      const d = `${inks.place !== 'file' ? along(mark.points) : `M${mark.points.map(at).join('L')}`}${mark.closed ? 'Z' : ''}`;
      return element('path', `d="${d}" ${painted(mark.paint, inks)}`, mark, inks) + headOf(mark, inks);
    }
    case 'curve': {
      const [first = [0, 0], ...others] = mark.points;
      const isStraight =
        inks.place !== 'file' &&
        [0, 1].some((axis) => others.every((point) => point[axis as 0 | 1] === first[axis as 0 | 1]));
      const d = isStraight ? along([first, others.at(-1) ?? first]) : `M${at(first)}C${others.map(at).join(' ')}`;
      return element('path', `d="${d}" ${painted(mark.paint, inks)}`, mark, inks) + headOf(mark, inks);
    }
    case 'dots': {
      // Lines of no length with round ends take the fewest letters.
      const d = mark.points.map((point) => `M${at(point)}h0`).join('');
      const paint = painted({ stroke: mark.paint.fill ?? 'line', width: 2 * mark.radius }, inks);
      return element('path', `d="${d}" stroke-linecap="round" ${paint}`, mark, inks);
    }
    case 'text':
      return writing(mark, inks);
    case 'group': {
      const inside = mark.marks.map((one) => drawn(one, inks));
      const key = keyOf(mark, inks);
      const title = titleOf(mark, inks);
      if (inks.place === 'still') return inside.join('\n');
      return [`<g${key}>`, ...(title === '' ? [] : [title]), ...inside, '</g>'].join('\n');
    }
  }
};

/** How many texts look, by classes of few letters. */
const FREQUENT: Readonly<Record<string, string>> = {
  'text-anchor="end"': 'e',
  'text-anchor="middle"': 'm',
  'font-size="10"': 's',
  'font-size="11"': 'r',
  'font-weight="bold"': 'b',
};

const writing = (mark: Extract<Mark, { type: 'text' }>, inks: Inks): string => {
  const [x, y] = mark.at;
  const { anchor = 'start', size = 12, bold, ink = 'text', turned } = mark;
  const looks = [
    ...(anchor === 'start' ? [] : [`text-anchor="${anchor}"`]),
    ...(size === 12 ? [] : [`font-size="${rounded(size)}"`]),
    ...(bold ? ['font-weight="bold"'] : []),
  ];
  // In a page what is frequent has a class.
  const isFrequent = (look: string): boolean => inks.place !== 'file' && Object.hasOwn(FREQUENT, look);
  const classes = [named('f', ink, inks), ...looks.filter(isFrequent).map((look) => FREQUENT[look])];
  const attributes = [
    `x="${rounded(x)}" y="${rounded(y)}"`,
    `class="${classes.join(' ')}"`,
    ...looks.filter((look) => !isFrequent(look)),
    ...(turned ? [`transform="rotate(${rounded(turned)} ${at(mark.at)})"`] : []),
  ].join(' ');
  return `<text ${attributes}>${titleOf(mark, inks)}${escaped(mark.text)}</text>`;
};

const HEAD = 6;

/** The head of an arrow: in the direction in which its line ends. */
const headOf = (mark: Extract<Mark, { type: 'path' | 'curve' }>, inks: Inks): string => {
  const { points, paint, arrow } = mark;
  const end = points.at(-1);
  const before = points.findLast((point) => end && Math.hypot(point[0] - end[0], point[1] - end[1]) > 0.01);
  if (!arrow || !end || !before) return '';
  const length = Math.hypot(end[0] - before[0], end[1] - before[1]);
  const [dx, dy] = [(end[0] - before[0]) / length, (end[1] - before[1]) / length];
  const [x, y] = [end[0] - HEAD * dx, end[1] - HEAD * dy];
  const wing = HEAD / 2;
  const corners: readonly Point[] = [end, [x - wing * dy, y + wing * dx], [x + wing * dy, y - wing * dx]];
  return `\n<path d="M${corners.map(at).join('L')}Z" class="${named('f', paint.stroke ?? 'line', inks)}"/>`;
};
