// `lint:` -> what the lint rules keep silent about. Which rules there are is analysis/lint/.

import { write } from '../core/diagnostic.js';
import type { Findings } from '../core/findings.js';
import type { Ignore } from '../core/graph.js';
import { choice } from '../core/suggest.js';
import { LINT_DOCS } from './described.js';
import { isNull, type Value } from './values.js';

const KEYS = Object.keys(LINT_DOCS);

/** Reads the mapping below `lint:`; `rows` is absent for the whole file. */
export const readIgnores = (value: Value, findings: Findings, rows?: Ignore['rows']): readonly Ignore[] => {
  if (value.type !== 'mapping')
    return (
      findings.error(
        'lint/mapping',
        'lint says what to ignore',
        value.place,
        value.type === 'scalar' && !isNull(value)
          ? write(`{ignore: ${value.text}}`)
          : 'write lint: {ignore: [fit/fraction]}',
      ) ?? []
    );
  return value.entries.flatMap(({ key, value: written }): readonly Ignore[] => {
    if (key.text.startsWith('x-')) return [];
    if (key.text !== 'ignore')
      return findings.error('lint/key', `lint knows no "${key.text}"`, key.place, choice(key.text, KEYS, 'keys')) ?? [];
    if (isNull(written)) return [];
    return (written.type === 'list' ? written.items : [written]).flatMap((item) =>
      item.type === 'scalar' && !isNull(item)
        ? [{ rule: item.text, at: item.place, ...(rows && { rows }) }]
        : (findings.error(
            'lint/ignore',
            'ignore lists the ids of rules',
            item.place,
            'write ignore: [fit/fraction, pad/*]',
          ) ?? []),
    );
  });
};
