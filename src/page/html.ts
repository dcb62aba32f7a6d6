// HTML as values: text that stands in it is escaped where it is put in, markup only comes from here. No documents, no DOM.

import { xml } from '../report/formats/xml.js';
import { visible } from '../report/page.js';

/** Markup that is safe as it is. */
export interface Html {
  readonly markup: string;
  /** The same without what only a running program makes use of. */
  readonly still: string;
}

/** What may stand in markup: null, undefined and false are nothing. */
export type Part = string | number | Html | readonly Part[] | null | undefined | false;

class Markup implements Html {
  constructor(private readonly written: (as: 'markup' | 'still') => string) {}

  get markup(): string {
    return this.written('markup');
  }

  get still(): string {
    return this.written('still');
  }
}

/** `html\`<td>${text}</td>\``, also within the quotes of an attribute. */
export const html = (pieces: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Markup((as) => pieces.map((piece, i) => (i === 0 ? '' : write(parts[i - 1], as)) + piece).join(''));

/** The same for what only works with script; on paper and where none runs there is nothing in its place. */
export const live = (pieces: TemplateStringsArray, ...parts: readonly Part[]): Html => {
  const own = html(pieces, ...parts);
  return new Markup((as) => (as === 'still' ? '' : own.markup));
};

/** Markup of a writer that escapes what it is given: `sceneMarkup`; it is asked for what it writes when that is known. */
export const trusted = (written: (as: 'markup' | 'still') => string): Html => new Markup(written);

/** A text line by line, without what would paint or turn it. */
export const shownLines = (text: string): string => text.split('\n').map(visible).join('\n');

export const linesHtml = (text: string): Html => new Markup(() => xml(shownLines(text)));

const write = (part: Part, as: 'markup' | 'still'): string => {
  if (part instanceof Markup) return part[as];
  if (Array.isArray(part)) return part.map((one) => write(one, as)).join('');
  if (part === null || part === undefined || part === false) return '';
  return xml(visible(String(part)));
};
