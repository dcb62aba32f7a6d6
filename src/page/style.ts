// The colours of the page as CSS: variables of the plain inks, and the classes of all inks that pictures are drawn in. The rest of the
// style is page.css and the files beside the views.

import { colour, type Theme } from '../report/drawing/palette.js';
import { inkRules } from '../report/formats/scene-svg.js';

const VARIABLES = ['paper', 'text', 'quiet', 'line', 'box', 'seen', 'next', 'alarm'] as const;

const variables = (theme: Theme): string =>
  `:root { ${VARIABLES.map((ink) => `--${ink}: ${colour(ink, theme)};`).join(' ')} }`;

/** A page is printed as it is on light. */
export const styleOf = (rules: string): string =>
  [
    variables('light'),
    `@media screen and (prefers-color-scheme: dark) { ${variables('dark')} }`,
    inkRules(),
    rules,
  ].join('\n');
