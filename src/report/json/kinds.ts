// The kinds of layers as JSON: `cnncalc/kinds/1`, one or all of them.

import { FAMILIES, type ListedKind } from '../pages/kinds.js';
import { type Described, flag, list, object, orNull, result, text, word } from './schema.js';

export const kindsSchema = () =>
  result('kinds', 'the kinds of layers', {
    kinds: list(
      'those that were asked for',
      object('a kind', {
        name: text('as it is written in a spec'),
        aliases: list('other names for it', text('a name')),
        role: word(
          'what it is for',
          FAMILIES.map(([role]) => role),
        ),
        doc: text('what it does; Markdown'),
        main: orNull(text('the option that stands behind the name: conv: 96; null where there is none')),
        options: list(
          'what it takes',
          object('an option', {
            name: text('as it is written'),
            doc: text('what it is'),
            default: orNull(text('in words; null where it must be given')),
          }),
        ),
        takes: list('which layers an item of it may bring along', text('norm, act or drop')),
        linear: flag('two of them in a row are one'),
        inputs: word('how many tensors it reads', ['one', 'many']),
        examples: list('specs, with what comes out of each layer behind "=>"', text('YAML')),
      }),
    ),
  });

export const kindsJson = (all: readonly ListedKind[], version: string): Described<ReturnType<typeof kindsSchema>> => ({
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
