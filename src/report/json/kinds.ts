// The kinds of layers as JSON: `cnncalc/kinds/1`, one or all of them.

import { FAMILIES, type ListedKind } from '../pages/kinds.js';
import * as s from './schema.js';

export const kindsSchema = () =>
  s.result('kinds', 'the kinds of layers', {
    kinds: s.list(
      'those that were asked for',
      s.object('a kind', {
        name: s.text('as it is written in a spec'),
        aliases: s.list('other names for it', s.text('a name')),
        role: s.word(
          'what it is for',
          FAMILIES.map(([role]) => role),
        ),
        doc: s.text('what it does; Markdown'),
        main: s.orNull(s.text('the option that stands behind the name: conv: 96; null where there is none')),
        options: s.list(
          'what it takes',
          s.object('an option', {
            name: s.text('as it is written'),
            doc: s.text('what it is'),
            default: s.orNull(s.text('in words; null where it must be given')),
          }),
        ),
        takes: s.list('which layers an item of it may bring along', s.text('norm, act or drop')),
        linear: s.flag('two of them in a row are one'),
        inputs: s.word('how many tensors it reads', ['none', 'one', 'many']),
        examples: s.list('specs, with what comes out of each layer behind "=>"', s.text('YAML')),
      }),
    ),
  });

export const kindsJson = (
  all: readonly ListedKind[],
  version: string,
): s.Described<ReturnType<typeof kindsSchema>> => ({
  schema: 'cnncalc/kinds/1',
  version,
  kinds: all.map(({ kind, takes }) => ({
    name: kind.name,
    aliases: kind.aliases ?? [],
    role: kind.role,
    doc: kind.doc,
    main: kind.main ?? null,
    options: Object.entries(kind.args).map(([name, { doc, fallback }]) => ({
      name,
      doc,
      default: fallback?.text ?? null,
    })),
    takes,
    linear: kind.linear === true,
    inputs: kind.inputs ?? 'one',
    examples: kind.examples.map((example) => example.trim()),
  })),
});
