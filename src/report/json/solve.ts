// The values that solve found as JSON: `cnncalc/solve/1`.

import type { Solved } from '../../solve/solve.js';
import {
  type Described,
  either,
  envelope,
  flag,
  list,
  number,
  type Origin,
  object,
  ofNetwork,
  optional,
  text,
} from './schema.js';

export const solveSchema = () =>
  ofNetwork('solve', 'the values written _ that give what is expected', {
    solutions: list(
      'the usual one first',
      list(
        'a value for each unknown',
        object('an unknown', {
          layer: text('where it stands; input for that of the network'),
          option: text('which option of the layer'),
          value: either(
            'one number per axis for what has axes; same for padding that is no number',
            either('', number('a value'), text('a word')),
            list('per axis', number('a value')),
          ),
        }),
      ),
    ),
    complete: flag('whether all of the ranges was looked at'),
    remark: optional(text('what the solutions have in common: every 16th size from 188 on fits')),
    reason: optional(text('why there is no solution')),
  });

export const solveJson = (
  { graph, solutions, complete, remark, reason }: Solved,
  origin: Omit<Origin, 'graph'>,
): Described<ReturnType<typeof solveSchema>> => ({
  ...envelope('solve', { ...origin, graph }),
  solutions: solutions.map(({ assignments }) =>
    assignments.map(({ layer, option, value }) => ({ layer, option, value })),
  ),
  complete,
  ...(remark !== null && { remark }),
  ...(reason !== null && { reason }),
});
