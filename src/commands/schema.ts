// cnncalc schema: the JSON Schemas, for programs that read the report and for editors.

import { ruleIds } from '../analysis/lint/lint.js';
import { suggestion } from '../core/suggest.js';
import type { Io } from '../io.js';
import { layers } from '../layers/index.js';
import { answersSchema } from '../schema/answers.js';
import { reportSchema } from '../schema/report.js';
import { specSchema } from '../schema/spec.js';
import { UsageError } from './output.js';

const SCHEMAS: Readonly<Record<string, () => object>> = {
  answers: answersSchema,
  report: reportSchema,
  spec: () => specSchema(layers, ruleIds),
};

export const schema = async (name: string, io: Io): Promise<number> => {
  const make = Object.hasOwn(SCHEMAS, name) ? SCHEMAS[name] : undefined;
  if (!make) throw new UsageError(`there is no schema "${name}"`, suggestion(name, Object.keys(SCHEMAS), 'schemas'));
  io.stdout.write(`${JSON.stringify(make(), null, 2)}\n`);
  return 0;
};
