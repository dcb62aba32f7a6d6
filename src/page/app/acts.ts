// What is taken out of the page: a link, a file, paper. What it is about is handed in.

import { type Assets, documentOf } from '../document.js';
import { hashOf, LONGEST_LINK } from '../share.js';
import type { Change, Model } from '../view.js';
import { VIEWS } from '../views.js';
import { byId } from './elements.js';

/** By the words of `data-act`; what is to be said of it comes back. */
export const ACTS = {
  print: async (_: Model): Promise<string | undefined> => {
    print();
    return undefined;
  },
  save: async (model: Model): Promise<string | undefined> => {
    const content = await documentOf(model, VIEWS, ownAssets());
    download({ name: `${fileName(model.state.name)}.html`, type: 'text/html', content });
    return undefined;
  },
  link: async ({ state }: Model): Promise<string | undefined> => {
    const link = location.href.replace(/#.*$/s, '') + (await hashOf(state));
    if (!(await copied(link))) return 'The browser does not let the page copy: the address line has the link.';
    return link.length > LONGEST_LINK
      ? 'The link is copied. It is long; a saved page is easier to send.'
      : 'The link is copied.';
  },
} as const;

const fileName = (name: string): string => name.replace(/\.\w+$/, '').replace(/[^\w.-]+/g, '-') || 'net';

export const copied = async (text: string): Promise<boolean> => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedBySelection(text);
  }
};

/** Where there is no clipboard of its own, as on pages from a file in some browsers. */
const copiedBySelection = (text: string): boolean => {
  const field = document.createElement('textarea');
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  return done;
};

export const download = ({ name, type, content }: NonNullable<Change['save']>): void => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
};

/** A saved page is made of what this one is made of. */
const ownAssets = (): Assets => ({
  style: byId('style').textContent ?? '',
  loader: byId('loader').textContent ?? '',
  program: byId('program').textContent ?? '',
  hashes: Array.from(
    document.querySelector<HTMLMetaElement>('meta[http-equiv]')?.content.matchAll(/'(sha256-[^']+)'/g) ?? [],
    ([, hash = '']) => hash,
  ),
});
