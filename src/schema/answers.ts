// The JSON Schema of an answer sheet, for editors: quantities and conventions from where they are defined.

import { LANGUAGES } from '../homework/chinese.js';
import { CHOICES, PROFILES } from '../homework/conventions.js';
import { COPIES } from '../homework/measures.js';
import { QUANTITIES } from '../homework/quantities.js';

const ANSWER = {
  anyOf: [
    { type: ['string', 'number', 'null', 'boolean'] },
    { type: 'array', items: { type: ['integer', 'string', 'null'] } },
  ],
};

const answers = {
  type: 'object',
  description: 'one line per layer, by name; total for the whole network',
  additionalProperties: {
    type: ['object', 'null'],
    properties: Object.fromEntries(
      QUANTITIES.flatMap(({ name, aliases, doc }) =>
        [name, ...aliases].map((key) => [key, { ...ANSWER, description: doc }]),
      ),
    ),
    additionalProperties: false,
  },
};

const spec = {
  type: 'string',
  description: 'a file, the name of a bundled network, course notation, or a spec as text',
};
const points = { type: 'number', minimum: 0 };
const share = { type: 'number', minimum: 0, maximum: 1 };

export const answersSchema = () => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'cnncalc answer sheet',
  type: 'object',
  properties: {
    spec,
    student: { type: ['string', 'number'], description: 'whose sheet it is, in the table of a class', maxLength: 500 },
    lang: { enum: LANGUAGES, description: 'what hints are written in' },
    profile: { enum: Object.keys(PROFILES) },
    conventions: {
      type: 'object',
      properties: Object.fromEntries(
        Object.entries(CHOICES).map(([name, choices]) => [name, { enum: Object.keys(choices).flatMap(spellings) }]),
      ),
      additionalProperties: false,
    },
    tolerance: { type: ['string', 'number'], description: 'relative: 1%' },
    points: { anyOf: [points, { type: 'object', additionalProperties: points }] },
    credit: {
      type: 'object',
      properties: { 'follow-through': share, 'other-convention': share },
      additionalProperties: false,
    },
    hidden: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
    memory_limit: { type: ['string', 'number'], description: 'bytes that a batch may take: 4GiB' },
    training: { enum: Object.keys(COPIES) },
    answers,
    questions: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        properties: { spec, answers },
        required: ['answers'],
        additionalProperties: false,
      },
    },
  },
  patternProperties: { '^x-': {} },
  additionalProperties: false,
});

/** A choice as text, and as the number or truth value that YAML makes of it. */
const spellings = (text: string): readonly (string | number | boolean)[] =>
  /^\d+$/.test(text) ? [text, Number(text)] : text === 'true' || text === 'false' ? [text, text === 'true'] : [text];
