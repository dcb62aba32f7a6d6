// Mistakes in a sum, a unit or the writing of a number: for these no layer is recomputed.

import { COPIES, largestBatch } from '../measures.js';
import { numberOf, quantityNamed } from '../quantities.js';
import { ALEXNET, keyOfPart, type SheetMistake, type Suspect } from './mistake.js';

const ADDED_UP = ['params', 'weights', 'biases', 'trainable', 'nontrainable', 'macs', 'flops'] as const;

/**
 * cs231n's notes add VGG-16's memory column up to "24M * 4 bytes ~= 93MB"; it is 15,237,608 values.
 * Source: github.com/cs231n/cs231n.github.io/issues/88.
 */
const NOTES = { network: 15_237_608, values: 24e6, bytes: 93e6 } as const;

const rightNumber = ({ asked, subject, around }: Suspect): number | null => {
  const key = asked.key(subject, around);
  return key && numberOf(key);
};

export const SHEET_MISTAKES: readonly SheetMistake[] = [
  {
    id: 'sides-differ',
    about: ['out', 'params', 'macs', 'rf'],
    hint: 'the two sides of the equals sign are not the same: work the sum out again',
    example: {
      network: ALEXNET,
      asks: 'conv1.params',
      answer: '(11*11*3 + 1)*96 = 33,944',
    },
    found: ({ given }) => given.is === 'differing',
  },
  {
    id: 'forgot-input',
    about: ['activations', 'activation_memory'],
    hint: 'the input is a volume too, and takes memory',
    example: { network: 'vgg16', asks: 'total.activations', answer: '15.1M', sheet: 'profile: cs231n' },
    // Where the sheet counts the input's values among those of the network.
    found: ({ asked, subject, around, fits }) => {
      const key = asked.key(subject, { ...around, conventions: { ...around.conventions, input: false } });
      return around.conventions.input && key !== null && fits(key);
    },
  },
  {
    id: 'notes-sum',
    about: ['activations', 'activation_memory'],
    hint: "this is what a lecture's notes print; their own column adds up to another number",
    example: { network: 'vgg16', asks: 'total.activation_memory', answer: '93MB' },
    found: ({ asked, subject, around, fits }) => {
      if (!subject.whole || (asked.name !== 'activations' && asked.name !== 'activation_memory')) return false;
      const conventions = { ...around.conventions, input: true, inplace: true };
      const values = quantityNamed('activations')?.key(subject, { ...around, conventions });
      const printed = asked.form === 'bytes' ? [NOTES.bytes, NOTES.bytes * (1024 / 1000) ** 2] : [NOTES.values];
      return (
        values !== undefined &&
        values !== null &&
        numberOf(values) === NOTES.network &&
        printed.some((n) => fits({ form: 'number', number: n }))
      );
    },
  },
  {
    id: 'mb-for-mib',
    about: ['memory', 'activation_memory'],
    hint: 'the number is right for the other kind of kilobyte',
    example: {
      network: ALEXNET,
      asks: 'conv1.memory',
      answer: '1.108 MB',
      sheet: 'conventions: {kb: 1000}',
    },
    // Where the sheet says which kilobyte it means, the other one is a mistake.
    found: ({ asked, subject, given, around, rules, fits }) => {
      if (asked.form !== 'bytes' || rules.stated.kb === undefined || given.is !== 'number') return false;
      const key = asked.key(subject, around);
      const kb = around.conventions.kb === 1000 ? 1024 : 1000;
      return key !== null && fits(key, { ...around.conventions, kb });
    },
  },
  {
    id: 'forgot-gradients',
    about: ['batch'],
    hint: 'while training, gradients and what the optimiser remembers take memory too',
    example: {
      network: ['32x32x3', '{conv: 16, kernel: 3, padding: 1}'],
      asks: 'total.batch',
      answer: '15',
      sheet: 'memory_limit: 1MiB\ntraining: sgd',
    },
    found: ({ asked, subject, rules, fits }) => {
      const limit = rules.memoryLimit;
      if (asked.name !== 'batch' || limit === null) return false;
      const batches = Object.values(COPIES).flatMap((copies) =>
        [1, 2].map((each) => largestBatch(subject, limit, copies, each)),
      );
      return batches.some((batch) => fits({ form: 'number', number: batch }));
    },
  },
  {
    id: 'missed-a-layer',
    about: ADDED_UP,
    hint: 'one layer is missing from the sum',
    example: {
      network: ['32x32x3', '{conv: 8, kernel: 3}', '{conv: 16, kernel: 3}', '{fc: 10}'],
      asks: 'total.params',
      answer: '125,674',
    },
    found: (suspect) => {
      const { asked, subject, given, around, fits } = suspect;
      const sum = rightNumber(suspect);
      if (sum === null || given.is !== 'number' || subject.parts.length < 2 || !asked.adds) return false;
      return subject.parts.some((part) => {
        const key = keyOfPart(asked, subject, part, around);
        const value = key && numberOf(key);
        return value !== null && value !== 0 && fits({ form: 'number', number: sum - value });
      });
    },
  },
  {
    id: 'rounded-without-suffix',
    about: [...ADDED_UP, 'activations'],
    hint: 'rounded? then write it with a K, M or G, or with about before it; a bare number is taken as exact',
    example: {
      network: ALEXNET,
      asks: 'conv1.params',
      answer: '35000',
    },
    found: (suspect) => {
      const { given, asked } = suspect;
      const value = rightNumber(suspect);
      if (given.is !== 'number' || asked.form !== 'count' || value === null) return false;
      const { low, high } = given.quantity;
      const [, digits = '', zeros = ''] = /^(\d+?)(0+)$/.exec(`${low}`) ?? [];
      // One digit alone says too little to tell what it was rounded from.
      return low === high && digits.length > 1 && Math.abs(low - value) <= 10 ** zeros.length / 2;
    },
  },
  {
    id: 'power-of-ten',
    about: [...ADDED_UP, 'activations'],
    hint: 'the digits are right, the size is not: is a K, M or G missing, or one too many?',
    example: {
      network: ALEXNET,
      asks: 'conv1.params',
      answer: '35',
    },
    // `35` for 35K, `614.656` for 614,656: at least two digits that are right.
    found: (suspect) => {
      const { given, asked } = suspect;
      if (given.is !== 'number' || asked.form !== 'count') return false;
      const value = rightNumber(suspect);
      const { low, high, text } = given.quantity;
      if (!value || text.replace(/\D/g, '').length < 2) return false;
      const half = low === high ? 0.5 : 0;
      return [1e3, 1e6, 1e9, 1e-3, 1e-6].some(
        (scale) => value >= (low - half) * scale && value < (high + half) * scale,
      );
    },
  },
];
