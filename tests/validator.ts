// JSON held against a JSON Schema, as it is or with nothing let through that it does not name. No assertions.

import { Ajv2020 } from 'ajv/dist/2020.js';

/** The same schema with nothing let through that it does not name. */
export const strict = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, strict(value)]));
  return 'properties' in copy && copy['type'] === 'object' ? { ...copy, additionalProperties: false } : copy;
};

export const validator = (schema: unknown) => {
  const validate = new Ajv2020({ allErrors: true, strictRequired: false }).compile(schema as object);
  return (value: unknown): string[] =>
    validate(value) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
};
