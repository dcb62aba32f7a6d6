// cnncalc convert FILE: a network of any form as a spec, and its weights under the names there. How a spec is written is lang/spec/.

import type { Analysis } from '../analysis/analysis.js';
import { exitCode } from '../core/diagnostic.js';
import type { Tensor } from '../core/kernels.js';
import { writeSafetensors } from '../files/safetensors.js';
import type { Io } from '../io.js';
import { parse } from '../lang/parse.js';
import { specOf } from '../lang/spec/spec.js';
import { layers } from '../layers/index.js';
import { oneLine } from '../report/page.js';
import type { OptionsOf } from './command.js';
import type { COMMANDS } from './commands.js';
import { save } from './data.js';
import { endedBy, isProblems, tensorsGiven } from './executed.js';
import { analyzed, type Loaded } from './load.js';
import { type Output, UsageError } from './output.js';
import type { Work } from './work.js';

type ConvertOptions = OptionsOf<typeof COMMANDS.convert.options>;

export const run: Work<typeof COMMANDS.convert> = async ({ spec }, options, output, io) => {
  if (options.weights !== undefined && options.weightsOut === undefined)
    throw new UsageError('a spec holds no weights', 'name a file for them: --weights-out net.safetensors');
  const { loaded, analysis } = await analyzed(spec, options, output, io);
  const { diagnostics, graph } = analysis;
  const code = exitCode(diagnostics, false);
  output.diagnostics(diagnostics, loaded, 'brief');
  if (code === 2 || analysis.rows.length === 0) {
    output.hint('nothing was written');
    return 2;
  }
  const tensors = options.weightsOut === undefined ? undefined : await tensorsOf(analysis, loaded, options, io, output);
  if (tensors === 'unfit') return 2;
  const { text, because } = specOf(graph, layers, (written) => parse(written, { registry: layers }), {
    above: [oneLine(`from ${originOf(loaded, analysis)}`)],
    expect: expectedOf(analysis),
  });
  if (text === null)
    throw new UsageError(
      `${loaded.name} cannot be written as a spec that is read as the same network: ${oneLine(because)}`,
      'the other commands take it as it is',
    );
  await output.print({ yaml: () => text });
  try {
    if (tensors && options.weightsOut !== undefined) save(options.weightsOut, writeSafetensors(tensors), io);
  } catch (error) {
    return endedBy(error, io);
  }
  return code;
};

/** The tensors that are named or came with the network; those that do not fit are told. */
const tensorsOf = async (
  analysis: Analysis,
  loaded: Loaded,
  { weights }: ConvertOptions,
  io: Io,
  output: Output,
): Promise<ReadonlyMap<string, Tensor> | 'unfit'> => {
  const { name } = loaded;
  const tensors = await tensorsGiven(analysis, loaded, weights, io);
  if (!tensors)
    throw new UsageError(
      `there are no weights to write: ${name} holds none`,
      'name a file of them with --weights; cnncalc run FILE --save-weights writes some that are made from a seed',
    );
  if (!isProblems(tensors)) return tensors;
  output.diagnostics(
    tensors.map((problem) => problem.at(undefined)),
    { ...loaded, name: weights ?? name },
  );
  output.hint('nothing was written');
  return 'unfit';
};

/** `model.onnx: ONNX, opset 17, from pytorch 2.1`, without the folders around it. */
const originOf = ({ name, grown, lines }: Loaded, { graph }: Analysis): string => {
  if (name === '<notation>') return `course notation: ${lines.join(' ')}`;
  const file = name === '<stdin>' ? 'standard input' : name.replace(/^.*[/\\]/s, '');
  const variant = graph.variant === null ? '' : `, variant ${graph.variant}`;
  return grown?.origin ? `${file}: ${grown.origin}` : `${file}${variant}`;
};

/** What is known of the whole, as it was when it was written. */
const expectedOf = ({ totals }: Analysis): Readonly<Record<string, number>> => {
  const known = { params: totals.params, macs: totals.macs };
  return Object.fromEntries(Object.entries(known).filter((entry): entry is [string, number] => entry[1] !== null));
};
