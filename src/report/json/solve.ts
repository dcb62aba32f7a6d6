// The values that solve found as JSON: `cnncalc/solve/1`.

import type { Solved } from '../../solve/solve.js';
import { diagnosticJson, diagnostics } from './parts.js';
import * as s from './schema.js';

export const solveSchema = () =>
  s.ofNetwork('solve', 'the values written _ that give what is expected', {
    solutions: s.list(
      'the usual one first',
      s.list(
        'a value for each unknown',
        s.object('an unknown', {
          layer: s.text('where it stands; input for that of the network'),
          option: s.text('which option of the layer'),
          value: s.either(
            'one number per axis for what has axes; same for padding that is no number',
            s.either('', s.number('a value'), s.text('a word')),
            s.list('per axis', s.number('a value')),
          ),
        }),
      ),
    ),
    complete: s.flag('whether all of the ranges was looked at'),
    remark: s.optional(s.text('what the solutions have in common: every 16th size from 188 on fits')),
    reason: s.optional(s.text('why there is no solution')),
    diagnostics: diagnostics(),
  });

export const solveJson = (
  { graph, solutions, complete, remark, reason, diagnostics: found }: Solved,
  origin: Omit<s.Origin, 'graph'>,
): s.Described<ReturnType<typeof solveSchema>> => ({
  ...s.envelope('solve', { ...origin, graph }),
  solutions: solutions.map(({ assignments }) =>
    assignments.map(({ layer, option, value }) => ({ layer, option, value })),
  ),
  complete,
  ...(remark !== null && { remark }),
  ...(reason !== null && { reason }),
  diagnostics: found.map(diagnosticJson),
});
