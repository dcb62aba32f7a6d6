// HTML as values: text that stands in it is escaped where it is put in, markup only comes from here. No documents, no DOM.

import { xml } from '../report/formats/xml.js';
import { visible } from '../report/page.js';

/** Markup that is safe as it is. */
export interface Html {
  readonly markup: string;
}

/** What may stand in markup: null, undefined and false are nothing. */
export type Part = string | number | Html | readonly Part[] | null | undefined | false;

const MARKUP = Symbol('markup');

class Markup implements Html {
  /** Nothing that only looks like it passes for markup. */
  readonly [MARKUP] = true;
  constructor(readonly markup: string) {}
}

/** `html\`<td>${text}</td>\``, also within the quotes of an attribute. */
export const html = (pieces: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Markup(pieces.map((piece, i) => (i === 0 ? '' : written(parts[i - 1])) + piece).join(''));

/** Markup of a writer that escapes what it is given: `sceneSvg`. */
export const trusted = (markup: string): Html => new Markup(markup);

/** Text line by line, as it was written. */
export const linesHtml = (text: string): Html =>
  new Markup(
    text
      .split('\n')
      .map((line) => xml(visible(line)))
      .join('\n'),
  );

const written = (part: Part): string => {
  if (part instanceof Markup) return part.markup;
  if (Array.isArray(part)) return part.map(written).join('');
  if (part === null || part === undefined || part === false) return '';
  return xml(visible(String(part)));
};
