// What follows from a student's own earlier cells by adding up or by one step: totals, two times the MACs, the next field.

import { rowOf } from '../analysis/analysis.js';
import { isExact } from '../analysis/receptive-field.js';
import { strideOf } from '../analysis/track-measures.js';
import { replaced, total } from '../core/count.js';
import type { Window } from '../core/window.js';
import type { Answer } from './answers.js';
import type { Given } from './given.js';
import { bytesPerValue } from './measures.js';
import { isSum, keyOfPart } from './mistakes/mistake.js';
import { type Asked, type Key, number, numberOf, type Surroundings } from './quantities.js';
import { handsOn, type Part, type Subject } from './world.js';

/** An answer, and what is asked and given in it. */
export interface Cell {
  readonly answer: Answer;
  readonly asked: Asked;
  readonly given: Given;
}

/** The first answer to a layer's quantity, but for the one that is graded. */
export type Earlier = (layer: string, quantity: string) => Cell | undefined;

/** Keys by one step from the other cells; what is wrong there goes on here. */
export const derivedKeys = (asked: Asked, subject: Subject, earlier: Earlier, around: Surroundings): readonly Key[] => {
  const own = (layer: string, quantity: string): number | null => middle(earlier(layer, quantity)?.given);
  const here = (quantity: string): number | null => own(subject.name, quantity);
  const keys: (Key | null)[] = [];
  if (asked.name === 'params')
    keys.push(number(sumOf([here('weights'), here('biases')])), number(dense(subject, here('in_features'))));
  const each = around.conventions.count === 'named' ? 2 : 1;
  if (asked.name === 'flops') keys.push(number(times(here('macs'), each)));
  if (asked.name === 'macs') keys.push(number(times(here('flops'), 1 / each)));
  if (asked.name === 'memory' && !subject.whole) keys.push(number(times(here('activations'), bytesPerValue(subject))));
  if (asked.name === 'memory' && subject.whole)
    keys.push(number(times(here('params'), bytesPerValue(subject) / subject.analysis.graph.batch)));
  if (asked.name === 'rf') keys.push(nextField(subject, (name) => sizesOf(earlier(name, 'rf')?.given), RIGHT));
  if (isSum(asked, subject)) {
    keys.push(
      number(
        sumOf(subject.parts.map((part) => own(part.node.name, asked.name) ?? truth(asked, subject, part, around))),
      ),
    );
  }
  return keys.filter((key) => key !== null);
};

const middle = (given: Given | undefined): number | null =>
  given?.is === 'number' ? (given.quantity.low + given.quantity.high) / 2 : null;

const sizesOf = (given: Given | undefined): readonly number[] | null => (given?.is === 'sizes' ? given.sizes : null);

const times = (n: number | null, factor: number): number | null => (n === null ? null : n * factor);

const sumOf = (numbers: readonly (number | null)[]): number | null =>
  numbers.reduce<number | null>((all, n) => (all === null || n === null ? null : all + n), 0);

const truth = (asked: Asked, subject: Subject, part: Part, around: Surroundings): number | null => {
  const key = keyOfPart(asked, subject, part, around);
  return key && numberOf(key);
};

/** A dense layer that reads as many values as the student counted. */
const dense = ({ main: { facts } }: Subject, features: number | null): number | null => {
  if (features === null || facts.windows) return null;
  return total(replaced(facts.params ?? [], 'input channels', [features]));
};

type Fields = (name: string) => readonly number[] | null;

/** One axis of a step of the receptive field: the student's own field before, and what the layer adds to it. */
type StepOn = (own: number, w: Window, jump: number) => number;

/** The student's field of the layer before, and one step on. */
const nextField = ({ result, analysis }: Subject, own: Fields, step: StepOn): Key | null => {
  const path = result.path();
  // Layers without a window hand the field on: the last one that was answered counts.
  for (const part of path.slice(0, -1).reverse()) {
    const field = own(part.node.name);
    if (field) return stepOn(field, result, rowOf(analysis, part.node.id)?.field?.local, step);
    if (part.facts.windows || !handsOn(part)) return null;
  }
  return null;
};

type Before = NonNullable<Subject['analysis']['rows'][number]['field']>['local'];

const stepOn = (field: readonly number[], { facts }: Part, before: Before | undefined, step: StepOn): Key | null => {
  if (!facts.windows || !before || before === 'global' || !isExact(before)) return null;
  const sizes = facts.windows.map((w, axis) => {
    const track = before[axis];
    return step(field[axis] ?? field[0] ?? 1, w, track ? strideOf(track) : 1);
  });
  return { form: 'sizes', sizes };
};

const RIGHT: StepOn = (own, w, jump) => own + w.dilation * (w.kernel - 1) * jump;

/** What goes wrong in one step of the receptive field, by the ids of the mistakes. */
const SLIPS: Readonly<Record<string, StepOn>> = {
  'ignored-stride': (own, w) => own + w.dilation * (w.kernel - 1),
  'kernel-sum': (own, w) => own + w.kernel,
  'kernel-product': (own, w) => own * w.kernel,
  'ignored-dilation': (own, w, jump) => own + (w.kernel - 1) * jump,
  'stride-too-early': (own, w, jump) => own + w.dilation * (w.kernel - 1) * jump * w.stride,
};

/** Fields that a mistake makes of the student's own field before. */
export const slippedFields = (
  subject: Subject,
  earlier: Earlier,
): readonly { readonly id: string; readonly key: Key }[] => {
  const own: Fields = (name) => sizesOf(earlier(name, 'rf')?.given);
  return Object.entries(SLIPS).flatMap(([id, step]) => {
    const key = nextField(subject, own, step);
    return key ? [{ id, key }] : [];
  });
};
