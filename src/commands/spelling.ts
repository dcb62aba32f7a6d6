// A command as it is spelled on the command line: `maxParams` is `--max-params`, a list of specs `SPECS…`. No parser.

import { formatsOf } from '../report/formats.js';
import type { Command, Option } from './command.js';

export interface Spelled extends Option<unknown> {
  readonly key: string;
  /** `--max-params`, `--no-run` */
  readonly long: string;
}

/** All options of a command under the headings of its help; --format takes the formats that its result has. */
export const spelledOptions = ({ options, forms }: Command): readonly (Spelled & { readonly group: string })[] =>
  options.flatMap(({ title, options: group }) =>
    Object.entries(group).map(([name, option]) => ({
      ...option,
      key: name,
      ...(name === 'format' && { choices: formatsOf(forms) }),
      long: `--${option.negated ? 'no-' : ''}${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      group: title,
    })),
  );

/** How its command line looks, without its name: `SPEC [LAYER] [options]`. */
export const usageOf = ({ usage, args, options }: Command): string => {
  if (usage !== undefined) return usage;
  const words = Object.values(args).map(({ word, count }) => {
    const shown = count === 'any' || count === 'many' ? `${word}...` : word;
    return count === 'one' || count === 'many' ? shown : `[${shown}]`;
  });
  return [...words, ...(options.length > 0 ? ['[options]'] : [])].join(' ');
};
