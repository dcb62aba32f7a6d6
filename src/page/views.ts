// Every view of the page, in the order in which they stand. A new view is a file in views/ and a line here.

import type { View } from './view.js';
import { field } from './views/field.js';
import { totals } from './views/totals.js';

// biome-ignore lint/suspicious/noExplicitAny: each view has settings of its own, which a type for any of them cannot say
export const VIEWS: readonly View<any>[] = [totals, field];
