// What writers of SVG have in common: texts and numbers as it takes them. No marks.

import { visible } from '../page.js';
import { xml } from './xml.js';

export const escaped = (text: string): string => xml(visible(text));

export const rounded = (n: number): number => Number(n.toFixed(2));
