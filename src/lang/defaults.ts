// `defaults:` of the file and of blocks -> options by kind, read once. Which default applies where is the scope's.

import type { Findings } from '../core/findings.js';
import type { LayerKind, Registry } from '../core/layer.js';
import { nearest } from '../core/suggest.js';
import { withoutDashes } from './edits.js';
import { canonicalOption, takesSugar } from './item.js';
import { kindElsewhere, meantKind, meantOption } from './meant.js';
import type { Defaults } from './scope.js';
import { type Entry, isNull, type Mapping, type Value } from './values.js';
import { SUGAR } from './words.js';

/** Reads the mapping from kinds to options; mistakes are reported, and whom they may be about is kept. */
export const readDefaults = (written: Value, registry: Registry, findings: Findings): Defaults => {
  const dashed = withoutDashes(written);
  const value = dashed?.mapping ?? written;
  const defaults = new Map<string, ReadonlyMap<string, Entry>>();
  const broken = new Set<string>();
  const all = registry.kinds.map(({ name }) => name);
  const optionsOf = (kind: LayerKind, options: Mapping): ReadonlyMap<string, Entry> => {
    const allowed = [...Object.keys(kind.args), ...(takesSugar(kind) ? SUGAR : [])];
    const entries = new Map<string, Entry>();
    for (const entry of options.entries) {
      const name = canonicalOption(kind, entry.key.text);
      if (allowed.includes(name)) entries.set(name, entry);
      else {
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
      for (const name of meant(key.text, options, registry)) broken.add(name);
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

/** The kinds that defaults of an unknown one may be about: the one of nearly that name, else all that have such options. */
const meant = (name: string, options: Value, { kinds }: Registry): readonly string[] => {
  const names = kinds.map((kind) => kind.name);
  const near = meantKind(name, 'line', names).name ?? (kindElsewhere(name, names) ? undefined : nearest(name, names));
  if (near !== undefined) return [near];
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
