// `defaults:` of the file and of blocks -> options by kind, read once. Which default applies where is the scope's.

import type { Findings } from '../core/findings.js';
import type { LayerKind, Registry } from '../core/layer.js';
import { withoutDashes } from './edits.js';
import { canonicalOption, takesSugar } from './item.js';
import { meantKind, meantOption } from './meant.js';
import type { Defaults } from './scope.js';
import { type Entry, isNull, type Mapping, type Value } from './values.js';
import { SUGAR } from './words.js';

/** Reads the mapping from kinds to options; mistakes are reported and left out. */
export const readDefaults = (written: Value, registry: Registry, findings: Findings): Defaults => {
  const dashed = withoutDashes(written);
  const value = dashed?.mapping ?? written;
  const defaults = new Map<string, ReadonlyMap<string, Entry>>();
  const optionsOf = (kind: LayerKind, options: Mapping): ReadonlyMap<string, Entry> => {
    const allowed = [...Object.keys(kind.args), ...(takesSugar(kind) ? SUGAR : [])];
    const entries = new Map<string, Entry>();
    for (const entry of options.entries) {
      const name = canonicalOption(kind, entry.key.text);
      if (allowed.includes(name)) entries.set(name, entry);
      else
        findings.error(
          'option/unknown',
          `${kind.name} has no option "${entry.key.text}"`,
          entry.key.place,
          meantOption(entry.key.text, allowed, `options of ${kind.name}`).remedy,
        );
    }
    return entries;
  };
  if (dashed)
    findings.error('defaults/mapping', 'defaults hold options by kind, without dashes', written.place, {
      help: 'leave the dashes out',
      edits: dashed.edits,
    });
  if (value.type !== 'mapping') {
    if (!isNull(value))
      findings.error(
        'defaults/mapping',
        'defaults hold options by kind',
        value.place,
        'write defaults: {conv: {padding: same}}',
      );
    return defaults;
  }
  for (const { key, value: options } of value.entries) {
    const kind = registry.find(key.text);
    if (!kind)
      findings.error(
        'defaults/kind',
        `there is no kind of layer called "${key.text}"`,
        key.place,
        meantKind(
          key.text,
          'line',
          registry.kinds.map((k) => k.name),
        ).remedy,
      );
    else if (options.type !== 'mapping')
      findings.error(
        'defaults/mapping',
        `the defaults of ${key.text} are options`,
        options.place,
        `write ${key.text}: {…}`,
      );
    else defaults.set(kind.name, optionsOf(kind, options));
  }
  return defaults;
};
