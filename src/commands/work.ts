// What does the work of a command: a function whose arguments have the types of the command's declaration.

import type { Io } from '../io.js';
import type { ArgumentsOf, Command, OptionsOf } from './command.js';
import type { Printer } from './print.js';

/** What does the work of a command and tells the exit code. */
export type Work<C extends Command> = (
  args: ArgumentsOf<C['args']>,
  options: OptionsOf<C['options']>,
  output: Printer,
  io: Io,
) => Promise<number> | number;
