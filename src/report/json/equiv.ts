// Equivalence as JSON: `cnncalc/equiv/1`, and `cnncalc/equiv-find/1` for the stacks that would do as well.

import type { Equivalence, Side } from '../../analysis/equivalence.js';
import { polynomialText } from '../../analysis/polynomial.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { arrange } from '../../core/shape.js';
import { compact, notEqual, verdict } from '../pages/equiv.js';
import type { Ran } from '../pages/equiv-run.js';

import { diagnosticJson, diagnostics, differenceFields, field, shape, tracksJson } from './parts.js';
import {
  about,
  type Described,
  either,
  flag,
  list,
  measured,
  number,
  object,
  optional,
  orNull,
  result,
  text,
  whole,
} from './schema.js';

const chain = (description: string) =>
  list(
    `${description}, one number where all are square`,
    orNull(either('null once everything is seen', whole('height and width'), list('per axis', whole('cells')))),
  );

const polynomial = (description: string) =>
  text(`${description}, in C, the channels of every layer: 27C^2+3C; a number where the layers differ in channels`);

const ofBoth = (what: string) => ({ a: whole(`${what} of a`), b: whole(`${what} of b`) });

const ratioOf = (what: string) => orNull(number(`${what} of a by those of b, to four places; null where b has none`));

const countsFields = (what: string) => ({
  a: polynomial(`${what} of a`),
  b: polynomial(`${what} of b`),
  atChannels: object('the same as numbers', {
    channels: orNull(whole('C; null where a and b, or the layers of one, differ in channels')),
    ...ofBoth(what),
  }),
  ratio: ratioOf(what),
});

const sideSchema = object('one of the two', {
  name: text('the stack as it is written, or what the spec calls itself'),
  inputShape: shape('what it is fed'),
  outputShape: shape('what comes out'),
  receptiveField: about('of the output in the input, gates left out', field),
  channels: orNull(whole('that all layers have; null where they differ')),
  weightLayers: whole('layers with weights'),
});

const executionSchema = object('a stack run on the same input as the one kernel that it comes to', {
  stack: text('its name'),
  inputShape: shape('what both were fed, which may be smaller than what was asked for'),
  kernel: list('the size of the one kernel, per axis', whole('cells')),
  linear: object('without nonlinearities and without padding', differenceFields),
  withRelu: object('with a nonlinearity behind every layer, and behind the one kernel', differenceFields),
  padded: orNull(
    object('padded with zeros to keep the size, without nonlinearities; null where it moves by more than one cell', {
      ...differenceFields,
      map: list('the largest difference of each place', list('a row', measured('over the channels'))),
      border: whole('how many of the outermost cells differ'),
    }),
  ),
});

export const equivSchema = () =>
  result('equiv', 'do two stacks see the same, and at what price? All null where one of them cannot be read', {
    a: orNull(sideSchema),
    b: orNull(sideSchema),
    sameReceptiveField: orNull(flag('of one size')),
    samePlaces: orNull(flag('the fields lie at the same places: the same stride and padding')),
    sameInputShape: orNull(flag('they are fed the same')),
    sameOutputShape: orNull(flag('as much comes out')),
    equivalent: orNull(flag('all of these')),
    params: orNull(
      object('weights alone, as lectures compare them', {
        ...countsFields('the weights'),
        withBiases: object('all that is learned', countsFields('the parameters')),
      }),
    ),
    macs: orNull(object('multiply-accumulates on the input', { ...ofBoth('those'), ratio: ratioOf('those') })),
    nonlinearities: orNull(object('how many there are', ofBoth('those'))),
    trace: orNull(
      object('from the input through every layer that slides a window, where most is seen', {
        a: chain('the sizes in a'),
        b: chain('the sizes in b'),
      }),
    ),
    growth: orNull(
      object('through the same layers, without the input', {
        a: chain('the receptive fields in a'),
        b: chain('the receptive fields in b'),
      }),
    ),
    verdict: orNull(text('one sentence')),
    notEqual: list(
      'what differs, also where both see the same',
      object('a difference', {
        what: text('the function, the kernels, the border, the cells'),
        text: text('how'),
      }),
    ),
    execution: optional(
      about(
        'of a, or of b where a is no stack of several linear layers; absent where neither is, under --no-run, and where they are not equivalent or too large',
        executionSchema,
      ),
    ),
    otherExecutions: optional(list('of b, where both are stacks', executionSchema)),
    diagnostics,
  });

const found = (description: string) =>
  object(description, {
    stack: text('as it is written: 3x3+3x3+3x3'),
    weights: polynomial('the weights'),
    withBiases: polynomial('all that is learned'),
    atChannels: object('the same as numbers', {
      channels: orNull(whole('C; null where the layers differ in channels')),
      weights: whole('without biases'),
      withBiases: whole('all that is learned'),
    }),
    macs: whole('multiply-accumulates on the input'),
    nonlinearities: whole('how many there are'),
    trace: chain('the sizes from the input through every layer'),
  });

export const findSchema = () =>
  result('equiv-find', 'the stacks of smaller kernels that see as much as one', {
    target: orNull(found('what was asked about')),
    receptiveField: orNull(about('of all of them', field)),
    stacks: list('the fewest weights first', found('a stack')),
    more: whole('how many there are besides'),
    diagnostics,
  });

const ratio = (a: number, b: number): number | null => (b === 0 ? null : Number((a / b).toFixed(4)));

export const equivJson = (
  result: Equivalence,
  ran: readonly Ran[],
  version: string,
): Described<ReturnType<typeof equivSchema>> => {
  const [first, ...others] = ran.map(ranJson);
  const { a, b, sameReceptiveField, samePlaces, sameInputShape, sameOutputShape, equivalent } = result;
  const counts = (of: 'weights' | 'params') => ({
    a: polynomialText(a[of].inChannels),
    b: polynomialText(b[of].inChannels),
    atChannels: { channels: a.channels === b.channels ? a.channels : null, a: a[of].number, b: b[of].number },
    ratio: ratio(a[of].number, b[of].number),
  });
  return {
    schema: 'cnncalc/equiv/1',
    version,
    a: sideJson(a),
    b: sideJson(b),
    sameReceptiveField,
    samePlaces,
    sameInputShape,
    sameOutputShape,
    equivalent,
    params: { ...counts('weights'), withBiases: counts('params') },
    macs: { a: a.macs, b: b.macs, ratio: ratio(a.macs, b.macs) },
    nonlinearities: { a: a.nonlinearities, b: b.nonlinearities },
    trace: { a: compact(a.trace), b: compact(b.trace) },
    growth: { a: compact(a.growth), b: compact(b.growth) },
    verdict: verdict(result),
    notEqual: notEqual(result),
    ...(first && { execution: first }),
    ...(others.length > 0 && { otherExecutions: others }),
    diagnostics: [],
  };
};

const ranJson = ({ name, execution }: Ran): Described<typeof executionSchema> => {
  const { input, kernel, linear, withRelu, padded } = execution;
  return { stack: name, inputShape: arrange(input, 'hwc'), kernel, linear, withRelu, padded };
};

const sideJson = (side: Side): Described<typeof sideSchema> => ({
  name: side.name,
  inputShape: arrange(side.input, 'hwc'),
  outputShape: arrange(side.output, 'hwc'),
  receptiveField: tracksJson(side.field),
  channels: side.channels,
  weightLayers: side.weightLayers,
});

export const findJson = (
  target: Side,
  stacks: readonly Side[],
  more: number,
  version: string,
): Described<ReturnType<typeof findSchema>> => {
  const one = (side: Side) => ({
    stack: side.name,
    weights: polynomialText(side.weights.inChannels),
    withBiases: polynomialText(side.params.inChannels),
    atChannels: { channels: side.channels, weights: side.weights.number, withBiases: side.params.number },
    macs: side.macs,
    nonlinearities: side.nonlinearities,
    trace: compact(side.trace),
  });
  return {
    schema: 'cnncalc/equiv-find/1',
    version,
    target: one(target),
    receptiveField: tracksJson(target.field),
    stacks: stacks.map(one),
    more,
    diagnostics: [],
  };
};

/** Nothing was compared, and why. */
export const equivFailureJson = (
  found: readonly Diagnostic[],
  version: string,
): Described<ReturnType<typeof equivSchema>> => ({
  schema: 'cnncalc/equiv/1',
  version,
  a: null,
  b: null,
  sameReceptiveField: null,
  samePlaces: null,
  sameInputShape: null,
  sameOutputShape: null,
  equivalent: null,
  params: null,
  macs: null,
  nonlinearities: null,
  trace: null,
  growth: null,
  verdict: null,
  notEqual: [],
  diagnostics: found.map(diagnosticJson),
});

/** Nothing was looked for, and why. */
export const findFailureJson = (
  found: readonly Diagnostic[],
  version: string,
): Described<ReturnType<typeof findSchema>> => ({
  schema: 'cnncalc/equiv-find/1',
  version,
  target: null,
  receptiveField: null,
  stacks: [],
  more: 0,
  diagnostics: found.map(diagnosticJson),
});
