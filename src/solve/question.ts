// What is asked beside the spec, and what makes a question one that cannot be answered. No searching.

import { isFailure, type Place, samePlace } from '../core/diagnostic.js';
import type { Findings } from '../core/findings.js';
import type { Parsed } from '../core/graph.js';
import type { Layout } from '../core/shape.js';
import { suggestion } from '../core/suggest.js';
import type { Blank, Unfinished } from '../lang/blanks.js';
import { readExpectations } from '../lang/expect.js';
import { plainScalar } from '../lang/values.js';
import { rangeOf } from './ranges.js';
import type { Wanted } from './trial.js';

/** `conv1.out=55x55x96`, `params=62.4M` and `rf>=100`, as the command line says them. */
export const readWanted = (texts: readonly string[], layout: Layout, findings: Findings): readonly Wanted[] =>
  texts.flatMap((text) => {
    const [, layer = '', key = '', sign = '', number = ''] =
      /^(?:(.*)\.)?([^.=<>≥≤]*)([<>]=?|[≥≤]|=)(.*)$/.exec(text) ?? [];
    const value = sign === '=' ? number : `${sign}${number.trim()}`;
    const file = {
      type: 'mapping' as const,
      entries: [{ key: plainScalar(key.trim()), value: plainScalar(value.trim()) }],
    };
    const rows = layer === '' ? undefined : { first: 0, last: 0, result: 0 };
    const read = findings.about(`--expect ${text}`, () =>
      readExpectations(file, layer === '' ? 'total' : layer, layout, findings, rows),
    );
    return read.map((expectation) => ({ layer, expectation }));
  });

/** Reports what makes a question one that cannot be searched. */
export const checkQuestion = (
  { blanks }: Unfinished,
  { graph, diagnostics }: Parsed,
  wanted: readonly Wanted[],
  findings: Findings,
): void => {
  const isSearched = (at: Place): boolean =>
    blanks.some(({ slots }) => slots.some(({ scalar }) => samePlace(scalar.place, at)));
  const names = graph.nodes.map(({ name }) => name);
  const mark = findings.mark;
  for (const diagnostic of diagnostics) {
    const { code, at } = diagnostic;
    if (code !== 'value/blank') {
      if (isFailure(diagnostic)) findings.add(diagnostic);
    } else if (at && !isSearched(at)) unsearched('this', at, findings);
  }
  for (const blank of blanks) if (!rangeOf(blank)) unsearched(blank.option, blank.place, findings);
  if (blanks.length === 0)
    findings.error(
      'solve/no-blanks',
      'there is no _ in the spec, so there is nothing to find',
      undefined,
      'write _ for what is unknown: {conv: 32, kernel: 7, padding: _, expect: {out: 63x63x32}}',
    );
  for (const { layer } of wanted)
    if (layer !== '' && !names.some((name) => name === layer || name.startsWith(`${layer}.`)))
      findings.error('solve/layer', `--expect ${layer}: there is no layer of that name`, undefined, () =>
        suggestion(layer, names, 'layers'),
      );
  // Which sizes of the input fit at all is a question too.
  if (findings.mark === mark && graph.expectations.length + wanted.length === 0 && !asksForSizes(blanks))
    findings.error(
      'solve/nothing-given',
      'nothing says what the network must give with a value in place of _',
      blanks[0]?.place,
      'add expect: {out: 55x55x96, params: 35K} to a layer, or --expect out=55x55x96',
    );
};

/** Whether nothing but sizes of the input is unknown. */
const asksForSizes = (blanks: readonly Blank[]): boolean =>
  blanks.length > 0 && blanks.every(({ of, option }) => of === 'input' && option === 'size');

const unsearched = (option: string, place: Place | undefined, findings: Findings): void =>
  findings.error(
    'solve/option',
    `${option} is not among the values that can be looked for`,
    place,
    'kernel, stride, padding, dilation, groups, filters, units, repeat, vars and the sizes of the input are',
  );

/** An unknown on which nothing depends. */
export const undetermined = ({ option, place }: Blank, findings: Findings): void =>
  findings.error(
    'solve/undetermined',
    `${option} can be anything: nothing that is expected depends on it`,
    place,
    'expect params or macs too, or write a number',
  );
