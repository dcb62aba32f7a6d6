// The two pictures of the explorer, as SVG: the input with what a unit sees of it, and the map of a layer with its units. No sentences.

import type { BranchSeen } from '../../analysis/branches.js';
import type { Region } from '../../analysis/cone.js';
import type { Units } from '../../analysis/sight.js';
import { type Cell, isEmpty } from '../../analysis/track.js';
import { rounded } from '../../report/formats/svg.js';
import { type Html, html } from '../html.js';
import { EDGE, flat, type Pair, type Plane, type Rect, rectOf, rowAndColumn, ticksOf } from './plane.js';
import type { Unit } from './shown.js';
import { LETTERS } from './words.js';

/** The inks of pins, of what both see, and of branches. */
export const PIN_INKS = ['next', 'hue2'] as const;
export const SHARED_INK = 'hue3';
export const BRANCH_INKS = ['hue1', 'hue2', 'hue3', 'hue5'] as const;

/** Smaller cells get no lines between them. */
const LEAST_CELL = 5;

const sides = ({ x, y, width, height }: Rect): Html =>
  html`x="${rounded(x)}" y="${rounded(y)}" width="${rounded(width)}" height="${rounded(height)}"`;

const one = (at: number): Cell => ({ lo: at, hi: at });

/** The plane in its frame with lines between the cells, and numbers beside it; what lies over it is cut off at its edges. */
const ground = (plane: Plane, id: string, picture: Html | null, inside: Html): Html => {
  const { rows, columns, scale, at, shown } = plane;
  const all: Pair = [
    { lo: 0, hi: rows - 1 },
    { lo: 0, hi: columns - 1 },
  ];
  const frame = rectOf(plane, all);
  const [wide, high] = scale;
  const [width, height] = [(shown[1].hi - shown[1].lo + 1) * wide, (shown[0].hi - shown[0].lo + 1) * high];
  const lined = Math.min(wide, high) >= LEAST_CELL && rows * columns > 1;
  const [left, top] = [at[0] + frame.x, at[1] + frame.y];
  const across = ticksOf(columns, wide, 34).map(
    (column) =>
      html`<text x="${rounded(left + (column + 0.5) * wide)}" y="${rounded(top + frame.height + 13)}">${column}</text>`,
  );
  const down = ticksOf(rows, high, 22).map(
    (row) =>
      html`<text x="${rounded(left - 5)}" y="${rounded(top + (row + 0.5) * high + 3.5)}" text-anchor="end">${row}</text>`,
  );
  // A stroke is not cut in half where a shape ends with what is shown.
  const cut: Rect = { x: -EDGE, y: -EDGE, width: width + 2 * EDGE, height: height + 2 * EDGE };
  return html`<defs><pattern id="${id}-lines" x="${rounded(frame.x)}" y="${rounded(frame.y)}" width="${wide}" height="${high}" patternUnits="userSpaceOnUse"><path d="M${wide} 0H0V${high}" class="s-line" fill="none" stroke-width="0.6"/></pattern><clipPath id="${id}-cut"><rect ${sides(cut)}/></clipPath></defs><g class="field-plane" transform="translate(${rounded(at[0])} ${rounded(at[1])})" clip-path="url(#${id}-cut)"><rect ${sides(frame)} class="f-box"/>${picture}${
    lined && html`<rect ${sides(frame)} fill="url(#${id}-lines)"/>`
  }<rect ${sides(frame)} class="s-line" fill="none" stroke-width="1.5"/>${inside}</g><g class="field-ticks f-quiet s-paper" font-size="10.5" text-anchor="middle" stroke-width="3" paint-order="stroke">${across}${
    rows > 1 && down
  }</g>`;
};

export interface InputPicture {
  readonly plane: Plane;
  readonly label: string;
  readonly picture: string | null;
  readonly heat: Html | null;
  readonly unit: Unit;
  /** The unit is behind what is shown of a cell. */
  readonly aside: boolean;
  readonly pins: readonly Unit[];
  readonly shared: Region | null;
  readonly branches: readonly BranchSeen[];
  readonly cell: readonly number[] | null;
}

export const inputPicture = (shown: InputPicture): Html => {
  const { plane, unit, pins, shared, branches, cell, heat } = shown;
  const hatch = html`<defs><pattern id="field-hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V5" class="s-seen" stroke-width="1.4"/></pattern></defs>`;
  const inside = html`${hatch}${heat}${branches.map((branch, i) => branch.cells && outlined(plane, branch.cells, BRANCH_INKS[i % BRANCH_INKS.length] ?? 'hue1'))}${pins.map(
    ({ seen }, i) => pinShape(plane, seen.unclipped, i),
  )}${shared && html`<rect ${sides(rectOf(plane, flat(shared)))} class="f-${SHARED_INK} s-${SHARED_INK}" fill-opacity="0.45" data-of="shared"${ranges(shared)}/>`}${unitShapes(
    plane,
    unit,
    shown.aside,
    heat !== null,
  )}${cell && marked(plane, cell, 'f-next s-text')}`;
  return picture(
    plane,
    'input',
    'cell',
    shown.label,
    ground(plane, 'field-input', ownPicture(plane, shown.picture), inside),
  );
};

/** Of the same shape as the input; what is too wide or too high is cut off on both sides. */
const ownPicture = (plane: Plane, address: string | null): Html | null => {
  // Nothing is asked for from elsewhere.
  if (!address || !/^(?:data:image\/|blob:)/.test(address)) return null;
  const frame = rectOf(plane, [
    { lo: 0, hi: plane.rows - 1 },
    { lo: 0, hi: plane.columns - 1 },
  ]);
  return html`<image ${sides(frame)} preserveAspectRatio="xMidYMid slice" href="${address}"/>`;
};

const picture = (plane: Plane, name: string, deed: string, label: string, inside: Html): Html => {
  const [width, height] = plane.size.map(rounded);
  return html`<svg class="field-${name}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="application" aria-label="${label}" aria-describedby="field-keys" tabindex="0" data-point="${deed}">${inside}</svg>`;
};

/** First and last cells per axis, as JSON has them. */
const ranges = (region: Region): Html =>
  html` data-first="${region.map(({ lo }) => lo).join()}" data-last="${region.map(({ hi }) => hi).join()}"`;

/** The field as it is in outline, hatched where it is padding, and filled what of it lies in the image. */
const unitShapes = (plane: Plane, { seen }: Unit, aside: boolean, bare: boolean): Html | null => {
  if (seen.unclipped.some(isEmpty)) return null;
  const whole = bounded(plane, rectOf(plane, flat(seen.unclipped)));
  const isIn = !seen.clipped.some(isEmpty);
  const part = isIn ? rectOf(plane, flat(seen.clipped)) : null;
  const hatched = seen.paddingCells > 0;
  return html`<g${aside && html` opacity="0.35"`}>${
    hatched &&
    html`<path d="${outline(whole)}${part && outline(part)}" fill="url(#field-hatch)" fill-rule="evenodd" data-of="padding"/>`
  }${part && html`<rect ${sides(part)} class="f-seen" fill-opacity="${bare ? 0 : 0.3}" data-of="clipped"${ranges(seen.clipped)}/>`}<rect ${sides(whole)} class="s-seen" fill="none" stroke-width="2" data-of="unclipped"${ranges(seen.unclipped)}/></g>`;
};

const outline = ({ x, y, width, height }: Rect): string =>
  `M${rounded(x)} ${rounded(y)}h${rounded(width)}v${rounded(height)}h${rounded(-width)}z`;

/** A shape that goes on far beyond what is shown ends a little outside of it. */
const bounded = ({ shown, scale }: Plane, { x, y, width, height }: Rect): Rect => {
  const along = (from: number, length: number, cell: Cell, unit: number): readonly [number, number] => {
    const room = (cell.hi - cell.lo + 1) * unit;
    const [start, end] = [Math.max(from, -9), Math.min(from + length, room + 9)];
    return [start, Math.max(0, end - start)];
  };
  const [[left, wide], [top, high]] = [along(x, width, shown[1], scale[0]), along(y, height, shown[0], scale[1])];
  return { x: left, y: top, width: wide, height: high };
};

const outlined = (plane: Plane, region: Region, ink: string): Html | null =>
  region.some(isEmpty)
    ? null
    : html`<rect ${sides(bounded(plane, rectOf(plane, flat(region))))} class="s-${ink}" fill="none" stroke-width="2" stroke-dasharray="6 3" data-of="branch"${ranges(region)}/>`;

const pinShape = (plane: Plane, region: Region, pin: number): Html | null => {
  if (region.some(isEmpty)) return null;
  const ink = PIN_INKS[pin] ?? 'next';
  const rect = bounded(plane, rectOf(plane, flat(region)));
  return html`<g><rect ${sides(rect)} class="f-${ink} s-${ink}" fill-opacity="0.14" stroke-width="2" data-of="pin"${ranges(region)}/><text x="${rounded(Math.max(4, rect.x + 5))}" y="${rounded(Math.max(14, rect.y + 14))}" class="f-text" font-size="12" font-weight="bold">${LETTERS[pin]}</text></g>`;
};

/** A single cell or unit. */
const marked = (plane: Plane, at: readonly number[], classes: string): Html => {
  const [row, column] = rowAndColumn(at);
  return html`<rect ${sides(rectOf(plane, [one(row), one(column)], 5))} class="${classes}" stroke-width="1"/>`;
};

export interface MapPicture {
  readonly plane: Plane;
  readonly label: string;
  readonly unit: Unit;
  readonly pins: readonly Unit[];
  /** The units that see the cell which is pointed at; null where none is. */
  readonly seeing: Units | null;
}

export const mapPicture = ({ plane, label, unit, pins, seeing }: MapPicture): Html => {
  const inside = html`${seeing && units(plane, seeing, unit.at)}${marked(plane, unit.at, seeing ? 's-seen f-box' : 'f-seen s-text')}${pins.map(({ at }, i) => pinned(plane, at, i))}`;
  return picture(plane, 'map', 'unit', label, ground(plane, 'field-map', null, inside));
};

/** In the slice that is drawn, all in one path. */
const units = (plane: Plane, { boxes }: Units, at: readonly number[]): Html => {
  const inSlice = boxes.filter((box) =>
    box.slice(0, -2).every(({ lo, hi }, axis) => lo <= (at[axis] ?? 0) && (at[axis] ?? 0) <= hi),
  );
  return html`<path d="${inSlice.map((box) => outline(rectOf(plane, flat(box)))).join('')}" class="f-next" fill-opacity="0.5" data-of="seeing"/>`;
};

const pinned = (plane: Plane, at: readonly number[], pin: number): Html => {
  const [row, column] = rowAndColumn(at);
  const rect = rectOf(plane, [one(row), one(column)], 9);
  const ink = PIN_INKS[pin] ?? 'next';
  return html`<g><rect ${sides(rect)} class="f-${ink}" fill-opacity="0.85"/><text x="${rounded(rect.x + rect.width / 2)}" y="${rounded(rect.y + rect.height / 2 + 4)}" text-anchor="middle" class="f-text" font-size="11" font-weight="bold">${LETTERS[pin]}</text></g>`;
};
