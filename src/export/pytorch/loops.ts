// Modules that are copies one behind the other, their names counted on and their numbers growing by the same: a loop. No text.

import { sameLiteral } from '../python/literal.js';
import { type Code, python, type Slot, slot } from './code.js';

export interface Loop {
  /** Names without their numbers, and the first number. */
  readonly prefix: string;
  readonly first: number;
  readonly count: Slot;
  /** How the i-th is made. */
  readonly make: Code;
}

type Chain = Extract<Code, { type: 'chain' }>;
type Call = Extract<Code, { type: 'call' }>;

/** Fewer are written one by one. */
const WORTH_A_LOOP = 3;

export const loopOf = ({ children }: Chain): Loop | undefined => {
  const [one] = children;
  const [, prefix = '', digits = ''] = /^(.*?\D)(\d+)$/.exec(one?.name ?? '') ?? [];
  if (children.length < WORTH_A_LOOP || prefix === '' || String(Number(digits)) !== digits) return undefined;
  const first = Number(digits);
  if (children.some(({ name }, i) => name !== `${prefix}${first + i}`)) return undefined;
  const calls = children.flatMap(({ value }) => (typeof value !== 'string' && value.type === 'call' ? [value] : []));
  const make = calls.length === children.length ? growing(calls) : undefined;
  return make && { prefix, first, count: slot('layers', children.length), make };
};

/** One call for all of them, with `i` in it. */
const growing = (calls: readonly Call[]): Call | undefined => {
  const [one] = calls as readonly [Call, ...Call[]];
  if (calls.some(({ of, args }) => of !== one.of || args.length !== one.args.length)) return undefined;
  const args: { readonly name?: string; readonly value: Code }[] = [];
  for (const [at, { name, value }] of one.args.entries()) {
    const own = valueFor(
      calls.map(({ args: all }) => all[at]?.value ?? ''),
      value,
    );
    if (own === undefined) return undefined;
    args.push({ ...(name !== undefined && { name }), value: own });
  }
  return { ...one, args };
};

const valueFor = (values: readonly Code[], first: Code): Code | undefined => {
  const slots = values.flatMap((value) => (typeof value !== 'string' && value.type === 'slot' ? [value] : []));
  if (slots.length < values.length) return undefined;
  const numbers = slots.map(({ value }) => value);
  if (numbers.every((value) => sameLiteral(value, numbers[0]))) return first;
  const [from, to] = numbers;
  if (typeof from !== 'number' || typeof to !== 'number' || slots.some(({ role }) => role !== slots[0]?.role))
    return undefined;
  const step = to - from;
  if (step < 1 || numbers.some((value, i) => value !== from + step * i)) return undefined;
  const { role } = slots[0] as Slot;
  return python`${slot(role, from)} + ${step === 1 ? '' : `${step} * `}i`;
};
