// A line that sweep reads: which network is meant, with which values. Building it is answer.ts.

import type { Plain } from '../core/args.js';
import { isSpecText } from '../lang/foreign.js';
import { isFigure } from './network.js';
import { isSetting, SETTINGS } from './over.js';

/** What is wrong with a line. */
export class LineFault extends Error {
  constructor(
    message: string,
    readonly help: string,
  ) {
    super(message);
  }
}

/** A value that a line sets: a number, a word, a list. */
export type SetValue = Exclude<Plain, null>;

/** The network of a line: a spec's text, which is the line itself where that is one; or what a spec is called. */
export interface Asked {
  readonly index: number;
  /** Given back as it stands. */
  readonly extras: Readonly<Record<string, unknown>>;
  readonly set: Readonly<Record<string, SetValue>>;
  readonly spec: { readonly text: string; readonly isLine: boolean } | { readonly name: string };
}

/** A line that sweep wrote itself. */
export interface Answered {
  readonly answered: Readonly<Record<string, unknown>>;
}

/** Keys of a line that are no spec's. */
const KEYS = ['spec', 'set', 'index', 'id'];

const HELP = 'write a spec as JSON, or {"spec": "resnet50", "set": {"classes": 10}}';

type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object that a text of JSON is; undefined where it is none. */
export const objectIn = (text: string): JsonObject | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

/** `number` is its place in what is read, from 1: its index where it says no other. Throws a LineFault. */
export const readLine = (line: string, number: number): Asked | Answered => {
  const value = jsonOf(line);
  if (!isObject(value)) throw new LineFault('a line holds one network as a JSON object', HELP);
  const { spec, set = {}, index = number } = value;
  if (typeof index !== 'number' || !Number.isSafeInteger(index) || index < 0)
    throw new LineFault('"index" is a whole number from 0', 'leave it out: lines are counted');
  if (value['type'] === 'network') return { answered: answerIn(value) };
  const extras = extrasOf(value);
  // `spec: 1` in a spec is the version of the language.
  if (typeof spec !== 'string' && !isObject(spec)) {
    if (!('layers' in value || 'input' in value || 'inputs' in value || 'blocks' in value))
      throw new LineFault('there is neither a spec in this line nor the name of one', HELP);
    return { index, extras, set: {}, spec: { text: line, isLine: true } };
  }
  for (const key of Object.keys(value)) {
    if (KEYS.includes(key) || key.startsWith('x-')) continue;
    throw new LineFault(
      `beside "spec" there is no "${key.slice(0, 60)}"`,
      isSetting(key)
        ? `write {"spec": …, "set": {"${key}": …}}`
        : `what there is: ${KEYS.join(', ')}, and x-… for what is given back as it stands`,
    );
  }
  return {
    index,
    extras,
    set: setOf(set),
    spec: isObject(spec)
      ? { text: JSON.stringify(spec), isLine: false }
      : isSpecText(spec)
        ? { text: spec, isLine: false }
        : { name: spec },
  };
};

/** A line that says it is an answer, as sweep writes one. Throws a LineFault. */
const answerIn = (value: JsonObject): JsonObject => {
  setOf(value['set'] ?? {});
  for (const [key, held] of Object.entries(value))
    if (held !== undefined && !(isFigure(key) ? isFigureValue : (FORMS.get(key) ?? isAnything))(held))
      throw new LineFault(`"${key}" holds what no answer of sweep has there`, 'give answers back as they were written');
  return value;
};

const isAnything = (): boolean => true;
const isText = (value: unknown): boolean => typeof value === 'string';
const isFigureValue = (value: unknown): boolean => value === null || Number.isFinite(value);
const isShape = (value: unknown): boolean => Array.isArray(value) && value.length > 0 && value.every(Number.isFinite);
const isShapeIfKnown = (value: unknown): boolean => value === null || isShape(value);

/** What stands under the names that are read again. */
const FORMS: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ['set', isObject],
  ['name', isText],
  ['error', isText],
  ['message', isText],
  ['help', isText],
  ['receptiveField', (value) => isObject(value) && isShape(value['size'])],
  ['outputs', (value) => Array.isArray(value) && value.every((one) => isObject(one) && isShapeIfKnown(one['shape']))],
]);

const jsonOf = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new LineFault(`this line is no JSON: ${message.slice(0, 200)}`, HELP);
  }
};

/** `id`, and what begins with `x-`. */
const extrasOf = (value: JsonObject): JsonObject => {
  const extras: Record<string, unknown> = {};
  for (const [key, held] of Object.entries(value)) if (key === 'id' || key.startsWith('x-')) extras[key] = held;
  return extras;
};

const setOf = (set: unknown): Asked['set'] => {
  if (!isObject(set)) throw new LineFault('"set" holds values by name', 'write {"set": {"width": 32}}');
  for (const [name, value] of Object.entries(set))
    if (!isPlain(value))
      throw new LineFault(
        `"set" gives ${name.slice(0, 60)} what is no number below 2^53, word or list of them`,
        `a value is what --set takes: numbers, words, lists. ${SETTINGS.join(', ')} are set here, too`,
      );
  return set as Asked['set'];
};

const isPlain = (value: unknown): boolean =>
  typeof value === 'number'
    ? !Number.isInteger(value) || Number.isSafeInteger(value)
    : typeof value === 'string' ||
      typeof value === 'boolean' ||
      (Array.isArray(value) && value.length < MOST_IN_LIST && value.every(isPlain));

const MOST_IN_LIST = 10_000;

/** A value as --set takes it: a word is an expression already. */
export const asExpression = (value: SetValue): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** A text of the command line as a line has it: numbers, lists and truths as such where JSON has them. */
export const asValue = (text: string): SetValue => {
  if (!/^(?:-?\d|\[|true$|false$)/.test(text)) return text;
  try {
    const value: unknown = JSON.parse(text);
    return isPlain(value) ? (value as SetValue) : text;
  } catch {
    return text;
  }
};
