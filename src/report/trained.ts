// What a table of layers is read with where some of its columns ask what training keeps: worked out for those alone. Loaded by whoever
// shows such columns; start-up has none.

import type { Analysis } from '../analysis/analysis.js';
import { planOf, USUAL } from '../analysis/training/plan.js';
import type { Layout } from '../core/shape.js';
import { type Column, type Setting, settingOf } from './columns.js';

export const settingFor = (analysis: Analysis, shown: readonly Column[], layout?: Layout): Setting => {
  const isTrained = shown.some(({ trained }) => trained);
  return settingOf(
    analysis,
    layout,
    isTrained ? planOf(analysis, { ...USUAL, batch: analysis.graph.batch }) : undefined,
  );
};
