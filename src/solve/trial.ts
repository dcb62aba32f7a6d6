// One trial: the spec with values in the places of its blanks, built and analysed as any other, and how near it comes.

import type { Analysis } from '../analysis/analysis.js';
import { analyze } from '../analysis/analyze.js';
import { actualOf } from '../analysis/expect.js';
import { type Diagnostic, isFailure } from '../core/diagnostic.js';
import type { Expectation } from '../core/graph.js';
import { grouped, type Quantity } from '../core/quantity.js';
import { formatShape } from '../core/shape.js';
import { type Fillings, filled, type Unfinished } from '../lang/blanks.js';
import { build } from '../lang/file.js';
import { BUDGET } from '../lang/limits.js';
import type { Mapping } from '../lang/values.js';
import { padsTooMuch } from './ranges.js';

/** One number that must come out; of a volume, one for each of its sizes. */
export interface Target {
  /** The expectation it belongs to, as a sentence names it: `out 55x55x96 at conv1`. */
  readonly of: string;
  /** The axis of a volume or field, from 0; null for counts, and for the channels. */
  readonly axis: number | null;
  /** -1 below what is expected, 0 as expected, 1 above; null where it is not known. */
  readonly sign: -1 | 0 | 1 | null;
  /** What came out, as it is read: the whole volume. */
  readonly found: string;
  /** How far off, as a share of what is expected. */
  readonly off: number;
}

export interface Trial {
  readonly analysis: Analysis;
  readonly targets: readonly Target[];
  /** The code of what cannot be built or computed; null where nothing is wrong. */
  readonly failure: Diagnostic['code'] | null;
  readonly fits: boolean;
}

/** What must come out, given beside the spec: of a layer by its name, or of the whole network. */
export interface Wanted {
  /** Empty for the whole network. */
  readonly layer: string;
  readonly expectation: Expectation;
}

export class Trials {
  private rows = 0;

  constructor(
    private readonly unfinished: Unfinished,
    private readonly wanted: readonly Wanted[],
    private readonly onTrial?: () => void,
  ) {}

  get exhausted(): boolean {
    return this.rows > (this.unfinished.options.most?.tried ?? BUDGET.tried);
  }

  /** The network up to an item of its list with those values; what is expected of the whole counts where `last` says so. */
  run(fillings: Fillings, upTo: number, last: boolean): Trial {
    this.onTrial?.();
    const { file, options } = filled(this.unfinished, fillings);
    const { freeze: _, ...others } = options;
    const parsed = build({ value: last ? file : cut(file, upTo), diagnostics: [] }, last ? options : others);
    const analysis = analyze(parsed);
    this.rows += analysis.graph.nodes.length + 1;
    const targets = [...parsed.graph.expectations, ...this.wanted.flatMap((one) => placed(one, analysis, last))]
      .filter((expectation) => last || expectation.rows)
      .flatMap((expectation) => targetsOf(expectation, analysis));
    const failure = analysis.diagnostics.find(isFailure)?.code ?? null;
    const fits = failure === null && targets.every(({ sign }) => sign === 0) && !padsTooMuch(analysis, fillings);
    return { analysis, targets, failure, fits };
  }
}

/** The file up to an item of its list. What it says of all its layers may be about some that are not there yet. */
const cut = (file: Mapping, upTo: number): Mapping => ({
  ...file,
  entries: file.entries
    .filter(({ key }) => key.text !== 'outputs')
    .map((entry) =>
      entry.key.text === 'layers' && entry.value.type === 'list'
        ? { ...entry, value: { ...entry.value, items: entry.value.items.slice(0, upTo + 1) } }
        : entry,
    ),
});

/** An expectation about a layer by its name, once the layer is there: it and its sugar, or what stands below the name. */
const placed = ({ layer, expectation }: Wanted, { graph }: Analysis, last: boolean): readonly Expectation[] => {
  if (layer === '') return last ? [expectation] : [];
  const ids = graph.nodes.flatMap(({ id, name }) => (name === layer || name.startsWith(`${layer}.`) ? [id] : []));
  const [first, final] = [ids[0], ids.at(-1)];
  return first === undefined || final === undefined
    ? []
    : [{ ...expectation, rows: { first, last: final, result: final } }];
};

const targetsOf = (expectation: Expectation, analysis: Analysis): readonly Target[] => {
  const { about, quantity, text, expected } = expectation;
  const of = `${quantity} ${text} ${about === 'total' ? 'in total' : `at ${about}`}`;
  const actual = actualOf(expectation, analysis.graph, analysis.rows, analysis.totals);
  if ('low' in expected) {
    if (actual === null) return [unknown(of)];
    if (typeof actual === 'number') return [{ of, axis: null, found: grouped(actual), ...compared(expected, actual) }];
    return actual.map((n, axis) => ({ of, axis, found: actual.join('x'), ...compared(expected, n) }));
  }
  const known = actual === null || typeof actual === 'number' ? null : actual;
  // One number for a field stands for all axes.
  if (quantity === 'rf' && expected.length === 1) {
    const other = known?.find((n) => n !== expected[0]) ?? expected[0] ?? 0;
    return [known ? { of, axis: null, found: known.join('x'), ...compared(exactly(expected[0]), other) } : unknown(of)];
  }
  const channels = quantity === 'out' ? 1 : 0;
  return expected.map((n, i) => {
    const axis = i < channels ? null : i - channels;
    const size = known?.length === expected.length ? known[i] : undefined;
    if (!known || size === undefined) return { ...unknown(of), axis };
    return {
      of,
      axis,
      found: quantity === 'out' ? formatShape(known, expectation.layout) : known.join('x'),
      ...compared(exactly(n), size),
    };
  });
};

const exactly = (n = 0): Pick<Quantity, 'low' | 'high'> => ({ low: n, high: n });

const unknown = (of: string): Target => ({ of, axis: null, sign: null, found: '?', off: Number.POSITIVE_INFINITY });

const compared = ({ low, high }: Pick<Quantity, 'low' | 'high'>, n: number): Pick<Target, 'sign' | 'off'> => {
  const sign = n < low ? -1 : n > high || (n === high && low !== high) ? 1 : 0;
  const wanted = Number.isFinite(low) ? (Number.isFinite(high) ? (low + high) / 2 : low) : high;
  return { sign, off: sign === 0 ? 0 : Math.abs(n - wanted) / Math.max(wanted, 1) };
};
