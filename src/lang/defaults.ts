// `defaults:` of the file and of blocks -> options by kind, read once. Which default applies where is the scope's.

import type { Findings } from '../core/findings.js';
import type { LayerKind, Registry } from '../core/layer.js';
import { withoutDashes } from './edits.js';
import { meantKind, meantOption, runTogether } from './meant.js';
import type { Defaults } from './scope.js';
import { type Entry, isNull, type Mapping, type Value } from './values.js';
import { canonicalOption, defaultable, takesSugar } from './vocabulary.js';
import { SUGAR } from './words.js';

/** Reads the mapping from kinds to options; mistakes are reported, and whom they may be about is kept. */
export const readDefaults = (written: Value, registry: Registry, findings: Findings): Defaults => {
  const dashed = withoutDashes(written);
  const value = dashed?.mapping ?? written;
  const defaults = new Map<string, ReadonlyMap<string, Entry>>();
  const broken = new Set<string>();
  const all = registry.names;
  const optionsOf = (kind: LayerKind, options: Mapping): ReadonlyMap<string, Entry> => {
    const allowed = defaultable(kind);
    const entries = new Map<string, Entry>();
    for (const entry of options.entries) {
      const name = canonicalOption(kind, entry.key.text);
      const together = runTogether(entry, (word) => allowed.includes(canonicalOption(kind, word)));
      if (allowed.includes(name)) entries.set(name, entry);
      else if (together) {
        broken.add(kind.name);
        entries.set(canonicalOption(kind, together.entry.key.text), together.entry);
        findings.error('yaml/colon', together.message, entry.key.place, together.remedy(options));
      } else {
        broken.add(kind.name);
        findings.error(
          'option/unknown',
          `${kind.name} has no option "${entry.key.text}"`,
          entry.key.place,
          meantOption(entry.key.text, allowed, `options of ${kind.name}`).remedy,
        );
      }
    }
    return entries;
  };
  if (value.broken) return { options: defaults, broken: new Set(all) };
  if (dashed) {
    for (const name of all) broken.add(name);
    findings.error('defaults/mapping', 'defaults hold options by kind, without dashes', written.place, {
      help: 'leave the dashes out',
      edits: dashed.edits,
    });
  }
  if (value.type !== 'mapping') {
    if (!isNull(value)) {
      for (const name of all) broken.add(name);
      findings.error(
        'defaults/mapping',
        'defaults hold options by kind',
        value.place,
        'write defaults: {conv: {padding: same}}',
      );
    }
    return { options: defaults, broken };
  }
  for (const { key, value: options } of value.entries) {
    const kind = registry.find(key.text);
    if (!kind) {
      const { name, remedy } = meantKind(key.text, 'line', all);
      const one = name === undefined ? undefined : registry.find(name)?.name;
      for (const about of one === undefined ? havingSuch(options, registry) : [one]) broken.add(about);
      findings.error('defaults/kind', `there is no kind of layer called "${key.text}"`, key.place, remedy);
    } else if (options.broken) broken.add(kind.name);
    else if (options.type !== 'mapping') {
      broken.add(kind.name);
      findings.error(
        'defaults/mapping',
        `the defaults of ${key.text} are options`,
        options.place,
        `write ${key.text}: {…}`,
      );
    } else defaults.set(kind.name, optionsOf(kind, options));
  }
  return { options: defaults, broken };
};

/** The kinds that defaults of an unknown one may be about: all that have such options. */
const havingSuch = (options: Value, { kinds }: Registry): readonly string[] => {
  const keys = options.type === 'mapping' ? options.entries.map(({ key }) => key.text) : [];
  return kinds
    .filter(
      (kind) =>
        keys.length === 0 ||
        keys.some((key) =>
          (SUGAR as readonly string[]).includes(key)
            ? takesSugar(kind)
            : Object.hasOwn(kind.args, canonicalOption(kind, key)),
        ),
    )
    .map((kind) => kind.name);
};
