// What is asked beside the spec, and what makes a question one that cannot be answered. No searching.

import type { Diagnostic, Place } from '../core/diagnostic.js';
import type { Parsed } from '../core/graph.js';
import type { Layout } from '../core/shape.js';
import { suggestion } from '../core/suggest.js';
import type { Blank, Unfinished } from '../lang/blanks.js';
import { readExpectations } from '../lang/expect.js';
import { plainScalar } from '../lang/values.js';
import { rangeOf } from './ranges.js';
import type { Wanted } from './trial.js';

/** `conv1.out=55x55x96` and `params=62.4M`, as the command line says them. */
export const readWanted = (texts: readonly string[], layout: Layout, diagnostics: Diagnostic[]): readonly Wanted[] =>
  texts.flatMap((text) => {
    const [, layer = '', key = '', value = ''] = /^(?:(.*)\.)?([^.=]*)=(.*)$/.exec(text) ?? [];
    const scalar = (word: string) => plainScalar(word.trim(), { line: 0, column: 1, length: word.length });
    const file = {
      type: 'mapping' as const,
      entries: [{ key: scalar(key), value: scalar(value) }],
      place: scalar('').place,
    };
    const rows = { first: 0, last: 0, result: 0 };
    const about = layer === '' ? 'total' : layer;
    const told: Diagnostic[] = [];
    const read = readExpectations(file, about, layout, told, layer === '' ? undefined : rows);
    diagnostics.push(...told.map(({ at: _, ...rest }) => ({ ...rest, message: `--expect ${text}: ${rest.message}` })));
    return read.map((expectation) => ({ layer, expectation }));
  });

/** The errors of a question; none where it can be searched. */
export const questionErrors = (
  { blanks }: Unfinished,
  { graph, diagnostics }: Parsed,
  wanted: readonly Wanted[],
): readonly Diagnostic[] => {
  const isSearched = ({ line, column }: Place): boolean =>
    blanks.some(({ slots }) => slots.some(({ scalar: { place } }) => place.line === line && place.column === column));
  const names = graph.nodes.map(({ name }) => name);
  const errors = [
    ...diagnostics.filter(({ severity, code }) => severity === 'error' && code !== 'value/blank'),
    ...blanks.filter((blank) => !rangeOf(blank)).map(({ option, place }) => unsearched(option, place)),
    ...diagnostics.flatMap(({ code, at }) =>
      code === 'value/blank' && at && !isSearched(at) ? [unsearched('this', at)] : [],
    ),
    ...(blanks.length === 0 ? [NO_BLANKS] : []),
    ...wanted.flatMap((one) => missing(one, names)),
  ];
  return errors.length === 0 && graph.expectations.length + wanted.length === 0 ? [nothingGiven(blanks)] : errors;
};

const NO_BLANKS: Diagnostic = {
  code: 'solve/no-blanks',
  severity: 'error',
  message: 'there is no _ in the spec, so there is nothing to find',
  help: 'write _ for what is unknown: {conv: 32, kernel: 7, padding: _, expect: {out: 63x63x32}}',
};

const unsearched = (option: string, place: Place): Diagnostic => ({
  code: 'solve/option',
  severity: 'error',
  message: `${option} is not among the values that can be looked for`,
  at: place,
  help: 'kernel, stride, padding, dilation, groups, filters, units, repeat, vars and the sizes of the input are',
});

const nothingGiven = ([first]: readonly Blank[]): Diagnostic => ({
  code: 'solve/nothing-given',
  severity: 'error',
  message: 'nothing says what the network must give with a value in place of _',
  ...(first && { at: first.place }),
  help: 'add expect: {out: 55x55x96, params: 35K} to a layer, or --expect out=55x55x96',
});

/** An unknown on which nothing depends. */
export const undetermined = ({ option, place }: Blank): Diagnostic => ({
  code: 'solve/undetermined',
  severity: 'error',
  message: `${option} can be anything: nothing that is expected depends on it`,
  at: place,
  help: 'expect params or macs too, or write a number',
});

const missing = ({ layer }: Wanted, names: readonly string[]): readonly Diagnostic[] =>
  layer === '' || names.some((name) => name === layer || name.startsWith(`${layer}.`))
    ? []
    : [
        {
          code: 'solve/layer',
          severity: 'error',
          message: `--expect ${layer}: there is no layer of that name`,
          help: suggestion(layer, names, 'layers'),
        },
      ];
