// cnncalc FILE of a file of weights: its tensors, in every format that the table of a network has. There are no layers in it.

import { isProblem, type Problem } from '../core/diagnostic.js';
import { elementsIn, isBuffer, type NamedTensor } from '../core/stored.js';
import { readWeights } from '../files/weights.js';
import { version } from '../version.js';
import { type Output, UsageError } from './output.js';
import type { Printer } from './print.js';
import { patternOf } from './table.js';
import type { WeightsFile } from './text.js';

/** What is asked of layers, of which there are none here. */
const OF_LAYERS = [
  ...['variant', 'set', 'freeze', 'input', 'batch', 'dtype', 'pad', 'layout', 'columns', 'depth', 'rows', 'sort'],
  ...['explain', 'maxParams', 'maxMacs', 'maxMemory'],
];

/** Prints them; comes to what is wrong with the file, where something is. */
export const listTensors = async (
  { bytes, name, what }: WeightsFile,
  options: Readonly<Record<string, unknown>> & { readonly only?: string | undefined },
  output: Printer,
): Promise<Problem | undefined> => {
  const idle = OF_LAYERS.find((option) => options[option] !== undefined);
  if (idle !== undefined)
    throw new UsageError(
      `--${idle.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} is for networks, and ${name} is ${what}`,
      'leave it out',
    );
  const read = readWeights(bytes);
  if (isProblem(read)) return read;
  const all: readonly NamedTensor[] = [...read].map(([tensor, stored]) => ({ ...stored, name: tensor }));
  const shown = await shownOf(all, options.only, output);
  const json = async () =>
    (await import('../report/json/tensors.js')).tensorsJson(all, shown, { version, source: name, format: what });
  await output.print({
    page: async () => (await import('../report/pages/tensors.js')).tensorsPage(name, what, all, shown),
    json,
    lines: async () => {
      const { tensors, totals } = await json();
      return [...tensors.map((tensor) => ({ type: 'tensor', ...tensor })), { type: 'totals', ...totals }];
    },
    records: () => [
      ['name', 'shape', 'dtype', 'values', 'buffer'],
      ...shown.map((one) => [
        one.name,
        one.shape.join('x'),
        one.dtype,
        String(elementsIn(one) ?? '?'),
        String(isBuffer(one.name)),
      ]),
    ],
  });
  return undefined;
};

const shownOf = async (
  all: readonly NamedTensor[],
  only: string | undefined,
  output: Output,
): Promise<readonly NamedTensor[]> => {
  if (only === undefined) return all;
  const matches = await patternOf(only);
  const shown = all.filter(({ name }) => matches(name));
  if (shown.length === 0) output.hint(`--only ${only}: no tensor has such a name`);
  return shown;
};
