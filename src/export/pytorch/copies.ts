// Bodies that are one class: those that differ in numbers only, and those that lack a line that others have, as a shortcut that is no
// layer where shapes agree. No names, no text.

import { type Body, bodyWithout, calledAlone, isPlainChain, keyOf, ownersIn, type Statement, slotsIn } from './body.js';
import type { Slot } from './code.js';

/** A line that some copies lack: what it reads is passed on there. */
export interface Choice {
  /** By its number in the template. */
  readonly statement: number;
  /** Which of its reads. */
  readonly passes: number;
  /** The module that it calls, where it does nothing else. */
  readonly module: string | undefined;
}

export interface Copy {
  readonly body: Body;
  /** Beside the slots of the template; undefined in lines that it lacks. */
  readonly slots: readonly (Slot | undefined)[];
  readonly lacks: ReadonlySet<Choice>;
}

export interface Copies {
  /** The body with all lines. */
  readonly template: Body;
  readonly choices: readonly Choice[];
  readonly copies: readonly Copy[];
}

/** `kind`: bodies of different kinds are never one class. */
export const copiesOf = (bodies: readonly Body[], kind: (body: Body) => string): readonly Copies[] => {
  const alike = new Map<string, Body[]>();
  for (const body of bodies) {
    const key = `${kind(body)} ${keyOf(body)}`;
    const known = alike.get(key);
    if (known) known.push(body);
    else alike.set(key, [body]);
  }
  // The longest first: others may be one of them without a line.
  const groups = [...alike.values()]
    .map(plain)
    .toSorted((a, b) => b.template.statements.length - a.template.statements.length);
  const made: Copies[] = [];
  for (const group of groups) {
    const at = made.findIndex(
      (one) => kind(one.template) === kind(group.template) && choiceFor(one, group) !== undefined,
    );
    const [into, choice] = [made[at], made[at] && choiceFor(made[at], group)];
    if (into && choice) made[at] = joined(into, group, choice);
    else made.push(group);
  }
  // In the order in which they are met.
  return made.toSorted((a, b) => bodies.indexOf(a.copies[0]?.body as Body) - bodies.indexOf(b.copies[0]?.body as Body));
};

const plain = (bodies: readonly Body[]): Copies => ({
  template: bodies[0] as Body,
  choices: [],
  copies: bodies.map((body) => ({ body, slots: slotsIn(body).map(({ slot }) => slot), lacks: new Set() })),
});

/** The line without which a template is another one. */
const choiceFor = ({ template, choices }: Copies, other: Copies): Choice | undefined => {
  if (template.after.length > 0 || template.loop || isPlainChain(template.chain) || other.choices.length > 0)
    return undefined;
  const key = keyOf(other.template);
  for (const [statement, one] of template.statements.entries()) {
    const known = choices.find((choice) => choice.statement === statement);
    for (const passes of known ? [known.passes] : one.reads.keys())
      if (passesOn(one, passes) && keyOf(bodyWithout(template, statement, passes)) === key)
        return known ?? { statement, passes, module: calledAlone(one) };
  }
  return undefined;
};

/** What is left out may only pass on one of what it reads. */
const passesOn = ({ results, reads }: Statement, passes: number): boolean =>
  results.length === 1 && reads[passes] !== undefined;

const joined = (into: Copies, other: Copies, choice: Choice): Copies => {
  const init = into.template.inits.findIndex(({ path }) => path === choice.module);
  const owners = ownersIn(into.template);
  const lacks = new Set([choice]);
  const copies = other.copies.map(({ body, slots }): Copy => {
    let next = 0;
    const own = owners.map((owner) =>
      owner.statement === choice.statement || (owner.init !== undefined && owner.init === init)
        ? undefined
        : slots[next++],
    );
    return { body, slots: own, lacks };
  });
  return {
    template: into.template,
    choices: into.choices.includes(choice) ? into.choices : [...into.choices, choice],
    copies: [...into.copies, ...copies],
  };
};
