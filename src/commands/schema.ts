// cnncalc schema: the JSON Schemas, for programs that read results and for editors.

import { ruleIds } from '../analysis/lint/lint.js';
import { suggestion } from '../core/suggest.js';
import { layers } from '../layers/index.js';
import { RESULT_SCHEMAS } from '../report/json/schemas.js';
import { answersSchema } from '../schema/answers.js';
import { specSchema } from '../schema/spec.js';
import type { COMMANDS } from './commands.js';
import { UsageError } from './output.js';
import type { Work } from './work.js';

/** By the names that the command takes. */
export const SCHEMAS: Readonly<Record<string, () => object>> = {
  ...RESULT_SCHEMAS,
  answers: answersSchema,
  spec: () => specSchema(layers, ruleIds),
};

export const run: Work<typeof COMMANDS.schema> = async ({ name = 'report' }, _, output) => {
  const json = Object.hasOwn(SCHEMAS, name) ? SCHEMAS[name] : undefined;
  if (!json) throw new UsageError(`there is no schema "${name}"`, suggestion(name, Object.keys(SCHEMAS), 'schemas'));
  await output.print({ json });
  return 0;
};
