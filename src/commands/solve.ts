// cnncalc solve SPEC: finds the values written `_`.

import { solveJson } from '../report/json/solve.js';
import { solvePage } from '../report/pages/solve.js';
import { solve } from '../solve/solve.js';
import { version } from '../version.js';
import type { COMMANDS } from './commands.js';
import { findOrExplain, refuseOptions } from './load.js';
import { UsageError } from './output.js';
import { withProgress } from './progress.js';
import type { Work } from './work.js';

export const run: Work<typeof COMMANDS.solve> = async ({ spec }, options, output, io) => {
  const source = await findOrExplain(spec, options, io);
  if (source.remark) output.hint(source.remark);
  if (source.grown)
    throw new UsageError(
      `${source.name} has no values written _, for it is no spec`,
      `make one of it: cnncalc convert ${source.name} -o net.yaml`,
    );
  const solved = await withProgress('solving', options, io, ({ turn }) =>
    solve(source.read, source.options, options.expect, turn),
  );
  refuseOptions(solved.diagnostics);
  output.diagnostics(solved.diagnostics, source);
  const json = () => solveJson(solved, { version, source: source.name });
  if (solved.diagnostics.length > 0) {
    await output.printFailure(json);
    return 2;
  }
  await output.print({ page: () => solvePage(solved, solved.graph.layout), json });
  return solved.solutions.length > 0 ? 0 : 1;
};
