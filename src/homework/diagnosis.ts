// Which known mistake explains a wrong answer, of a layer or of a sum of layers. Whether it is wrong at all is grader.ts.

import type { Rules } from './answers.js';
import type { Conventions } from './conventions.js';
import type { Given } from './given.js';
import { COPIES, largestBatch } from './measures.js';
import type { Mistake } from './mistakes/mistake.js';
import { MISTAKES, OTHER_HINTS } from './mistakes.js';
import { type Asked, type Key, numberOf, quantityNamed, type Surroundings } from './quantities.js';
import type { Part, Subject } from './world.js';

export interface Found {
  readonly id: string;
  readonly hint: string;
}

export interface Suspect {
  readonly asked: Asked;
  readonly subject: Subject;
  readonly given: Given;
  readonly around: Surroundings;
  readonly rules: Rules;
  /** Whether the answer, as it was written, fits a key. */
  readonly fits: (key: Key, conventions?: Conventions) => boolean;
}

export const diagnose = (suspect: Suspect): Found | null =>
  MISTAKES.find(
    (mistake) =>
      mistake.about.includes(suspect.asked.name) && wrongKeys(mistake, suspect).some((key) => suspect.fits(key)),
  ) ??
  forgotInput(suspect) ??
  notesSum(suspect) ??
  wrongUnit(suspect) ??
  forgotGradients(suspect) ??
  missedLayer(suspect) ??
  powerOfTen(suspect);

const alone = ({ asked, subject, around }: Suspect, part: Part): Key | null =>
  asked.key({ ...subject, parts: [part], result: part, whole: false }, around);

/** Of a sum, the mistake made in every layer where it can be made. */
const wrongKeys = (mistake: Mistake, suspect: Suspect): readonly Key[] => {
  const { asked, subject } = suspect;
  const around = { ...suspect.around, quantity: asked.name, subject };
  const known = (keys: readonly (Key | null)[]): readonly Key[] => keys.filter((key) => key !== null);
  if (subject.parts.length === 1 || asked.form === 'shape' || asked.form === 'sizes')
    return known(mistake.wrong(subject.result, around));
  const each = subject.parts.map((part) => known(mistake.wrong(part, around)));
  const variants = each.reduce((most, keys) => Math.max(most, keys.length), 0);
  return Array.from({ length: variants }, (_, i): Key => {
    const keys = subject.parts.map((part, n) => each[n]?.[i] ?? each[n]?.[0] ?? alone(suspect, part));
    return keys.every((key) => key?.form === 'count')
      ? { form: 'count', count: keys.flatMap((key) => (key?.form === 'count' ? key.count : [])) }
      : { form: 'number', number: keys.reduce((all, key) => all + ((key && numberOf(key)) ?? 0), 0) };
  });
};

const other = (id: keyof typeof OTHER_HINTS): Found => ({ id, hint: OTHER_HINTS[id] });

/** Where the sheet says which kilobyte it means, the other one is a mistake. */
const wrongUnit = ({ asked, subject, given, around, rules, fits }: Suspect): Found | null => {
  if (asked.form !== 'bytes' || rules.stated.kb === undefined || given.is !== 'number') return null;
  const key = asked.key(subject, around);
  const kb = around.conventions.kb === 1000 ? 1024 : 1000;
  return key && fits(key, { ...around.conventions, kb }) ? other('mb-for-mib') : null;
};

const forgotGradients = ({ asked, subject, rules, fits }: Suspect): Found | null => {
  const limit = rules.memoryLimit;
  if (asked.name !== 'batch' || limit === null) return null;
  const batches = Object.values(COPIES).flatMap((copies) =>
    [1, 2].map((each) => largestBatch(subject, limit, copies, each)),
  );
  return batches.some((batch) => fits({ form: 'number', number: batch })) ? other('forgot-gradients') : null;
};

/** Where the sheet counts the input's values among those of the network. */
const forgotInput = ({ asked, subject, around, fits }: Suspect): Found | null => {
  const key = asked.key(subject, { ...around, conventions: { ...around.conventions, input: false } });
  return around.conventions.input && key && fits(key) ? other('forgot-input') : null;
};

/**
 * cs231n's notes add VGG-16's memory column up to "24M * 4 bytes ~= 93MB"; it is 15,237,608 values.
 * Source: github.com/cs231n/cs231n.github.io/issues/88.
 */
const NOTES = { network: 15_237_608, values: 24e6, bytes: 93e6 } as const;

const notesSum = ({ asked, subject, around, fits }: Suspect): Found | null => {
  if (!subject.whole || (asked.name !== 'activations' && asked.name !== 'activation_memory')) return null;
  const values = quantityNamed('activations')?.key(subject, {
    ...around,
    conventions: { ...around.conventions, input: true, inplace: true },
  });
  const printed = asked.form === 'bytes' ? [NOTES.bytes, NOTES.bytes * (1024 / 1000) ** 2] : [NOTES.values];
  return values && numberOf(values) === NOTES.network && printed.some((n) => fits({ form: 'number', number: n }))
    ? other('notes-sum')
    : null;
};

/** `35` for 35K, `614.656` for 614,656: at least two digits that are right. */
const powerOfTen = ({ asked, subject, given, around }: Suspect): Found | null => {
  if (given.is !== 'number' || asked.form !== 'count') return null;
  const key = asked.key(subject, around);
  const value = key && numberOf(key);
  const { low, high } = given.quantity;
  if (!value || given.quantity.text.replace(/\D/g, '').length < 2) return null;
  const half = low === high ? 0.5 : 0;
  const scaled = [1e3, 1e6, 1e9, 1e-3, 1e-6].some(
    (scale) => value >= (low - half) * scale && value < (high + half) * scale,
  );
  return scaled ? other('power-of-ten') : null;
};

const missedLayer = (suspect: Suspect): Found | null => {
  const { asked, subject, given, around, fits } = suspect;
  const key = asked.key(subject, around);
  const sum = key && numberOf(key);
  if (sum === null || given.is !== 'number' || subject.parts.length < 2 || asked.form !== 'count') return null;
  const missing = subject.parts.some((part) => {
    const value = numberOf(alone(suspect, part) ?? { form: 'number', number: 0 });
    return value !== null && value !== 0 && fits({ form: 'number', number: sum - value });
  });
  return missing ? other('missed-a-layer') : null;
};
