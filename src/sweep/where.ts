// `--where "params < 5M and macs < 300M"`: a condition on what a line says of a network, in the language's own expressions.

import type { Plain } from '../core/args.js';
import { parseQuantity } from '../core/quantity.js';
import { compile, KEYWORDS, UNKNOWN, Unknown } from '../lang/expression.js';
import { isTrue } from '../lang/operations.js';
import { tokenize } from '../lang/tokens.js';

/** Whether a condition holds; undefined where what it asks is not known. */
export type Holds = (value: (name: string) => unknown) => boolean | undefined;

/** `5M`, `16MiB`, `512 B`: numbers as people write them, which expressions do not know. */
const AMOUNT = /(?<![\w.])\d+(?:\.\d+)?(?:[kKMGTP]i?B?|\s?B)(?!\w)/g;

const inFull = (text: string): string =>
  text.replace(AMOUNT, (amount) => {
    const quantity = parseQuantity(amount);
    return quantity ? String((quantity.low + quantity.high) / 2) : amount;
  });

/** The condition, and the names of the values that it asks for. Throws an ExpressionError where it is none. */
export const readCondition = (text: string): { readonly names: readonly string[]; readonly holds: Holds } => {
  const full = inFull(text);
  const expression = compile(full);
  return {
    names: namesIn(full),
    holds: (value) => {
      try {
        return isTrue(
          expression((name) => {
            const held = value(name);
            if (held === null) throw UNKNOWN;
            return held as Plain | undefined;
          }),
        );
      } catch (error) {
        if (error instanceof Unknown) return undefined;
        throw error;
      }
    },
  };
};

const CONSTANTS = ['true', 'false', 'null'];

const namesIn = (text: string): readonly string[] => {
  const tokens = tokenize(text);
  const names = tokens.filter(
    ({ kind, text: name }, i) =>
      kind === 'name' && !KEYWORDS.has(name) && !CONSTANTS.includes(name) && tokens[i + 1]?.text !== '(',
  );
  return [...new Set(names.map(({ text: name }) => name))];
};
