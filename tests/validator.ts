// JSON held against a JSON Schema, as it is or with nothing let through that it does not name. No assertions.

import { Ajv2020 } from 'ajv/dist/2020.js';

/** The same schema with nothing let through that it does not name. */
export const strict = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, strict(value)]));
  return 'properties' in copy && copy['type'] === 'object' ? { ...copy, additionalProperties: false } : copy;
};

const compiled = new Map<string, (value: unknown) => string[]>();

/** What is wrong with a value. Each schema is compiled once for all files of tests; code that is tidied first takes longer to make than it saves. */
export const validator = (schema: unknown): ((value: unknown) => string[]) => {
  const text = JSON.stringify(schema);
  const known = compiled.get(text);
  if (known) return known;
  const ajv = new Ajv2020({ allErrors: true, strictRequired: false, allowUnionTypes: true, code: { optimize: false } });
  const validate = ajv.compile(schema as object);
  const errors = (value: unknown): string[] =>
    validate(value) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
  compiled.set(text, errors);
  return errors;
};
