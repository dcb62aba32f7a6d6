// Every view of the page, in the order in which they stand. A new view is a file in views/ and a line here.

import type { View } from './view.js';
import { charts } from './views/charts.js';
import { drawing } from './views/drawing.js';
import { field } from './views/field.js';
import { findings } from './views/findings.js';
import { memory } from './views/memory.js';
import { table } from './views/table.js';
import { totals } from './views/totals.js';

// biome-ignore lint/suspicious/noExplicitAny: each view has settings of its own, which a type for any of them cannot say
export const VIEWS: readonly View<any>[] = [totals, findings, table, drawing, field, charts, memory];
