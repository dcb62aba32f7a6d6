// What people do in a view, as the view hears it: clicks, choices, pointing, keys, from the elements that say what they are for. No view.

import type { Deed } from '../view.js';

/** A deed, by its name in the view of a section. */
export type Did = (section: string, name: string, deed: Deed) => void;

const NOTHING = { data: {}, value: '', at: null, pressed: false, key: null } as const;

const FIELDS = 'input, select, textarea';

/** Hears everything within `root`. */
export const hearDeeds = (root: HTMLElement, did: Did): void => {
  const tell = (element: Element, name: string | undefined, deed: Partial<Deed>): void => {
    const section = element.closest('[data-view]');
    if (section && name !== undefined) did(section.id, name, { ...NOTHING, ...deed });
  };

  root.addEventListener('click', (event) => {
    const target = event.target as Element;
    const picture = pictureOf(target);
    if (picture)
      return tell(picture, picture.dataset['point'], {
        at: placeIn(picture, event),
        pressed: true,
        data: dataOf(target, picture),
      });
    const element = target.closest<HTMLElement | SVGElement>('[data-do]');
    if (element && !element.matches(FIELDS)) tell(element, element.dataset['do'], { data: dataOf(target, element) });
  });

  root.addEventListener('input', (event) => {
    const field = event.target as HTMLInputElement;
    if (!field.matches('[data-do]')) return;
    const [file] = field.type === 'file' ? (field.files ?? []) : [];
    const value = field.type === 'checkbox' ? (field.checked ? 'on' : '') : file ? addressOf(file) : field.value;
    tell(field, field.dataset['do'], { value, data: dataOf(field, field) });
  });

  // Of all moves within a frame the last one is heard.
  let next: (() => void) | null = null;
  const inFrame = (work: () => void): void => {
    if (!next)
      requestAnimationFrame(() => {
        next?.();
        next = null;
      });
    next = work;
  };
  root.addEventListener('pointermove', (event) => {
    const target = event.target as Element;
    const picture = pictureOf(target);
    if (picture && event.pointerType !== 'touch')
      inFrame(() =>
        tell(picture, picture.dataset['point'], { at: placeIn(picture, event), data: dataOf(target, picture) }),
      );
  });
  root.addEventListener('pointerout', (event) => {
    const picture = pictureOf(event.target as Element);
    const to = event.relatedTarget;
    if (picture && !(to instanceof Node && picture.contains(to)))
      inFrame(() => tell(picture, picture.dataset['point'], {}));
  });
  root.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const element = event.target as Element;
    if (event.key === 'Enter' && element instanceof HTMLElement && element.matches('[data-walk]'))
      return tell(element, element.dataset['do'], { key: 'Enter' });
    const picture = pictureOf(element);
    if (picture && picture === element && PICTURE_KEYS.includes(event.key)) {
      event.preventDefault();
      tell(picture, picture.dataset['point'], { key: event.key });
    }
  });
};

const PICTURE_KEYS = [
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'ArrowDown',
  'Home',
  'End',
  'Enter',
  ' ',
  'Escape',
  'Delete',
  'PageUp',
  'PageDown',
];

const pictureOf = (element: Element): SVGSVGElement | null => element.closest<SVGSVGElement>('svg[data-point]');

/** Where in a picture's view box. */
const placeIn = (picture: SVGSVGElement, { clientX, clientY }: MouseEvent): readonly [number, number] | null => {
  const matrix = picture.getScreenCTM();
  if (!matrix) return null;
  const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(matrix.inverse());
  return [x, y];
};

/** The `data-…` from an element up to that with the deed, the inner ones first; of a table's cell its row and its column, too. */
const dataOf = (target: Element, outer: HTMLElement | SVGElement): Readonly<Record<string, string | undefined>> => {
  const data: Record<string, string | undefined> = {};
  const cell = target.closest('td, th');
  if (cell instanceof HTMLTableCellElement && outer.contains(cell)) {
    data['column'] = String(cell.cellIndex);
    if (cell.closest('tbody')) data['row'] = String((cell.parentElement as HTMLTableRowElement).sectionRowIndex);
  }
  for (let element: Element | null = target; element; element = element === outer ? null : element.parentElement)
    for (const [name, value] of Object.entries((element as HTMLElement).dataset ?? {})) data[name] ??= value;
  return data;
};

let chosen = '';

/** A short one, whatever the file: it is drawn with every move. The one before is let go of. */
const addressOf = (file: File): string => {
  URL.revokeObjectURL(chosen);
  chosen = URL.createObjectURL(file);
  return chosen;
};
