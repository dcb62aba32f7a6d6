// `lint:` -> what the lint rules keep silent about. Which rules there are is analysis/lint/.

import type { Diagnostic } from '../core/diagnostic.js';
import type { Ignore } from '../core/graph.js';
import { suggestion } from '../core/suggest.js';
import { isNull, type Value } from './values.js';

const KEYS = ['ignore'] as const;

/** Reads the mapping below `lint:`; `rows` is absent for the whole file. */
export const readIgnores = (value: Value, diagnostics: Diagnostic[], rows?: Ignore['rows']): readonly Ignore[] => {
  const fail = (code: string, message: string, at: Value, help: string): [] => {
    diagnostics.push({ code, severity: 'error', message, at: at.place, help });
    return [];
  };
  if (value.type !== 'mapping')
    return fail('lint/mapping', 'lint says what to ignore', value, 'write lint: {ignore: [fit/fraction]}');
  return value.entries.flatMap(({ key, value: written }): readonly Ignore[] => {
    if (key.text.startsWith('x-')) return [];
    if (key.text !== 'ignore')
      return fail('lint/key', `lint knows no "${key.text}"`, key, suggestion(key.text, KEYS, 'keys'));
    if (isNull(written)) return [];
    return (written.type === 'list' ? written.items : [written]).flatMap((item) =>
      item.type === 'scalar' && !isNull(item)
        ? [{ rule: item.text, at: item.place, ...(rows && { rows }) }]
        : fail('lint/ignore', 'ignore lists the ids of rules', item, 'write ignore: [fit/fraction, pad/*]'),
    );
  });
};
