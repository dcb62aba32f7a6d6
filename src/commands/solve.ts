// cnncalc solve SPEC: finds the values written `_`.

import { solveJson } from '../report/json/solve.js';
import { solvePage } from '../report/pages/solve.js';
import { solve } from '../solve/solve.js';
import { version } from '../version.js';
import type { COMMANDS } from './commands.js';
import { find } from './load.js';
import type { Work } from './work.js';

export const run: Work<typeof COMMANDS.solve> = async ({ spec }, options, output, io) => {
  const source = await find(spec, options, io);
  if (source.remark) output.hint(source.remark);
  const solved = solve(source.read, source.options, options.expect);
  output.diagnostics(solved.diagnostics, source);
  if (solved.diagnostics.length > 0) return 2;
  await output.print({
    page: () => solvePage(solved, solved.graph.layout),
    json: () => solveJson(solved, { version, source: source.name }),
  });
  return solved.solutions.length > 0 ? 0 : 1;
};
