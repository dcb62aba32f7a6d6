// What an answer sheet is, in whatever form it was written: cells, questions, and rules of grading. No reading.

import type { Diagnostic, Place } from '../../core/diagnostic.js';
import type { Findings } from '../../core/findings.js';
import type { Expectation } from '../../core/graph.js';
import { nearest, suggestion } from '../../core/suggest.js';
import type { Language } from '../chinese.js';
import type { Stated } from '../conventions.js';
import type { COPIES } from '../measures.js';
import type { Listed } from '../names.js';
import { QUANTITIES } from '../quantities.js';

export interface Answer {
  readonly layer: string;
  /** The quantity by its own name, whatever the column was called. */
  readonly quantity: string;
  readonly text: string;
  readonly at?: Place | undefined;
  /** In a framework's summary: which layer of its class it is. */
  readonly listed?: Listed;
  /** A row that need not be a layer of the network, such as a dropout that a spec leaves out: told as a note. */
  readonly minor?: true;
  /** The rows that an `expect:` in a spec is about: a layer with its sugar, a block. */
  readonly rows?: Expectation['rows'];
}

/** How a sheet is graded. */
export interface Rules {
  readonly stated: Stated;
  /** Relative: 0.01 is 1 %. */
  readonly tolerance: number;
  /** By `layer.quantity`, layer or quantity; `1` for what is not named. */
  readonly points: Readonly<Record<string, number>>;
  /** Shares of a cell's points for answers that are not simply right. */
  readonly credit: { readonly followThrough: number; readonly otherConvention: number };
  readonly hidden: readonly string[];
  readonly memoryLimit: number | null;
  readonly training: keyof typeof COPIES;
  /** What hints are said in; null where the sheet does not say it. */
  readonly language: Language | null;
}

/** One network and what is asked of it. */
export interface Question {
  /** Empty where a sheet has but one. */
  readonly name: string;
  /** A file, a name, notation or a spec's text; null where the command line says it. */
  readonly spec: string | null;
  readonly answers: readonly Answer[];
}

export interface Sheet {
  /** Whose it is, where it says so. */
  readonly student?: string;
  readonly questions: readonly Question[];
  readonly rules: Rules;
  readonly diagnostics: readonly Diagnostic[];
}

export const USUAL_RULES: Rules = {
  stated: {},
  tolerance: 0,
  points: {},
  credit: { followThrough: 1, otherConvention: 0 },
  hidden: [],
  memoryLimit: null,
  training: 'inference',
  language: null,
};

const NAMES = QUANTITIES.flatMap(({ name, aliases }) => [name, ...aliases]);

/** A name as a sentence has it: nobody reads more of one. */
export const shortened = (name: string): string => (name.length > 60 ? `${name.slice(0, 60)}…` : name);

/** Whether a name is nearly that of something that may be asked. */
export const isNearQuantity = (name: string): boolean => nearest(name, NAMES) !== undefined;

export const unknownQuantity = (text: string, at: Place | undefined, findings: Findings): void =>
  findings.error('answers/quantity', `nothing is asked by the name "${shortened(text)}"`, at, () =>
    suggestion(text, NAMES, 'quantities'),
  );
