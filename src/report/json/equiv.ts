// Equivalence as JSON: `cnncalc/equiv/1`, and `cnncalc/equiv-find/1` for the stacks that would do as well.

import type { Equivalence, Side } from '../../analysis/equivalence.js';
import { polynomialText } from '../../analysis/polynomial.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { arrange } from '../../core/shape.js';
import { compact, notEqual, verdict } from '../pages/equiv.js';
import type { Ran } from '../pages/equiv-run.js';

import { diagnosticJson, diagnostics, differenceFields, field, shape, tracksJson } from './parts.js';
import * as s from './schema.js';

const chain = (description: string) =>
  s.list(
    `${description}, one number where all are square`,
    s.orNull(
      s.either('null once everything is seen', s.whole('height and width'), s.list('per axis', s.whole('cells'))),
    ),
  );

const polynomial = (description: string) =>
  s.text(`${description}, in C, the channels of every layer: 27C^2+3C; a number where the layers differ in channels`);

const ofBoth = (what: string) => ({ a: s.whole(`${what} of a`), b: s.whole(`${what} of b`) });

const ratioOf = (what: string) =>
  s.orNull(s.number(`${what} of a by those of b, to four places; null where b has none`));

const countsFields = (what: string) => ({
  a: polynomial(`${what} of a`),
  b: polynomial(`${what} of b`),
  atChannels: s.object('the same as numbers', {
    channels: s.orNull(s.whole('C; null where a and b, or the layers of one, differ in channels')),
    ...ofBoth(what),
  }),
  ratio: ratioOf(what),
});

const sideSchema = s.object('one of the two', {
  name: s.text('the stack as it is written, or what the spec calls itself'),
  inputShape: shape('what it is fed'),
  outputShape: shape('what comes out'),
  receptiveField: s.about('of the output in the input, gates left out', field()),
  channels: s.orNull(s.whole('that all layers have; null where they differ')),
  weightLayers: s.whole('layers with weights'),
});

const executionSchema = s.object('a stack run on the same input as the one kernel that it comes to', {
  stack: s.text('its name'),
  inputShape: shape('what both were fed, which may be smaller than what was asked for'),
  kernel: s.list('the size of the one kernel, per axis', s.whole('cells')),
  linear: s.object('without nonlinearities and without padding', differenceFields),
  withRelu: s.object('with a nonlinearity behind every layer, and behind the one kernel', differenceFields),
  padded: s.orNull(
    s.object('padded with zeros to keep the size, without nonlinearities; null where it moves by more than one cell', {
      ...differenceFields,
      map: s.list('the largest difference of each place', s.list('a row', s.measured('over the channels'))),
      border: s.whole('how many of the outermost cells differ'),
    }),
  ),
});

export const equivSchema = () =>
  s.result('equiv', 'do two stacks see the same, and at what price? All null where one of them cannot be read', {
    a: s.orNull(sideSchema),
    b: s.orNull(sideSchema),
    sameReceptiveField: s.orNull(s.flag('of one size')),
    samePlaces: s.orNull(s.flag('the fields lie at the same places: the same stride and padding')),
    sameInputShape: s.orNull(s.flag('they are fed the same')),
    sameOutputShape: s.orNull(s.flag('as much comes out')),
    equivalent: s.orNull(s.flag('all of these')),
    params: s.orNull(
      s.object('weights alone, as lectures compare them', {
        ...countsFields('the weights'),
        withBiases: s.object('all that is learned', countsFields('the parameters')),
      }),
    ),
    macs: s.orNull(s.object('multiply-accumulates on the input', { ...ofBoth('those'), ratio: ratioOf('those') })),
    nonlinearities: s.orNull(s.object('how many there are', ofBoth('those'))),
    trace: s.orNull(
      s.object('from the input through every layer that slides a window, where most is seen', {
        a: chain('the sizes in a'),
        b: chain('the sizes in b'),
      }),
    ),
    growth: s.orNull(
      s.object('through the same layers, without the input', {
        a: chain('the receptive fields in a'),
        b: chain('the receptive fields in b'),
      }),
    ),
    verdict: s.orNull(s.text('one sentence')),
    notEqual: s.list(
      'what differs, also where both see the same',
      s.object('a difference', {
        what: s.text('the function, the kernels, the border, the cells'),
        text: s.text('how'),
      }),
    ),
    execution: s.optional(
      s.about(
        'of a, or of b where a is no stack of several linear layers; absent where neither is, under --no-run, and where they are not equivalent or too large',
        executionSchema,
      ),
    ),
    otherExecutions: s.optional(s.list('of b, where both are stacks', executionSchema)),
    diagnostics: diagnostics(),
  });

const found = (description: string) =>
  s.object(description, {
    stack: s.text('as it is written: 3x3+3x3+3x3'),
    weights: polynomial('the weights'),
    withBiases: polynomial('all that is learned'),
    atChannels: s.object('the same as numbers', {
      channels: s.orNull(s.whole('C; null where the layers differ in channels')),
      weights: s.whole('without biases'),
      withBiases: s.whole('all that is learned'),
    }),
    macs: s.whole('multiply-accumulates on the input'),
    nonlinearities: s.whole('how many there are'),
    trace: chain('the sizes from the input through every layer'),
  });

export const findSchema = () =>
  s.result('equiv-find', 'the stacks of smaller kernels that see as much as one', {
    target: s.orNull(found('what was asked about')),
    receptiveField: s.orNull(s.about('of all of them', field())),
    stacks: s.list('the fewest weights first', found('a stack')),
    more: s.whole('how many there are besides'),
    diagnostics: diagnostics(),
  });

const ratio = (a: number, b: number): number | null => (b === 0 ? null : Number((a / b).toFixed(4)));

export const equivJson = (
  result: Equivalence,
  ran: readonly Ran[],
  version: string,
): s.Described<ReturnType<typeof equivSchema>> => {
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

const ranJson = ({ name, execution }: Ran): s.Described<typeof executionSchema> => {
  const { input, kernel, linear, withRelu, padded } = execution;
  return { stack: name, inputShape: arrange(input, 'hwc'), kernel, linear, withRelu, padded };
};

const sideJson = (side: Side): s.Described<typeof sideSchema> => ({
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
): s.Described<ReturnType<typeof findSchema>> => {
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
): s.Described<ReturnType<typeof equivSchema>> => ({
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
): s.Described<ReturnType<typeof findSchema>> => ({
  schema: 'cnncalc/equiv-find/1',
  version,
  target: null,
  receptiveField: null,
  stacks: [],
  more: 0,
  diagnostics: found.map(diagnosticJson),
});
