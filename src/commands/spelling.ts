// A command's options as they are spelled on the command line: `maxParams` is `--max-params`. No parser.

import { formatsOf } from '../report/formats.js';
import type { Command, Option } from './command.js';

export interface Spelled extends Option<unknown> {
  /** `--max-params`, `--no-run` */
  readonly long: string;
}

/** All options of a command under the headings of its help; --format takes the formats that its result has. */
export const spelledOptions = ({ options, forms }: Command): readonly (Spelled & { readonly group: string })[] =>
  options.flatMap(({ title, options: group }) =>
    Object.entries(group).map(([name, option]) => ({
      ...option,
      ...(name === 'format' && { choices: formatsOf(forms) }),
      long: `--${option.negated ? 'no-' : ''}${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      group: title,
    })),
  );
