// cnncalc convert FILE: a network of any form as a spec, and its weights under the names there. How a spec is written is lang/spec/.

import type { Analysis } from '../analysis/analysis.js';
import { type Diagnostic, exitCode, Problem } from '../core/diagnostic.js';
import type { Tensor } from '../core/kernels.js';
import { modelOf, Refusals } from '../export/model.js';
import type { Target } from '../export/target.js';
import { TARGETS } from '../export/targets.js';
import { writeSafetensors } from '../files/safetensors.js';
import type { Io } from '../io.js';
import { oneLine } from '../report/page.js';
import { initialised } from '../run/weights.js';
import type { OptionsOf } from './command.js';
import type { COMMANDS } from './commands.js';
import { save } from './data.js';
import { drawingsOf } from './drawing.js';
import { endedBy, isProblems, tensorsGiven } from './executed.js';
import { analyzed, type Loaded } from './load.js';
import { fileOf, type Output, UsageError } from './output.js';
import type { Result } from './print.js';
import { specTextOf } from './spec-text.js';
import { withoutFolders } from './text.js';
import type { Work } from './work.js';

type ConvertOptions = OptionsOf<typeof COMMANDS.convert.options>;

export const run: Work<typeof COMMANDS.convert> = async ({ spec }, options, output, io) => {
  const { loaded, analysis } = await analyzed(spec, options, output, io);
  const { diagnostics } = analysis;
  const code = exitCode(diagnostics, false);
  output.diagnostics(diagnostics, loaded, 'brief');
  const nothing = (): 2 => {
    output.hint('nothing was written');
    return 2;
  };
  if (code === 2 || analysis.rows.length === 0) return nothing();
  const beside: (() => void)[] = [];
  const keep = (file: string, content: Uint8Array | Iterable<Uint8Array>) => beside.push(() => save(file, content, io));
  try {
    let read: ReturnType<typeof weightsGiven> | undefined;
    const given = () => {
      read ??= weightsGiven(analysis, loaded, options, io);
      return read;
    };
    const { weightsOut } = options;
    if (weightsOut !== undefined) keep(weightsOut, writeSafetensors((await given()) ?? none(loaded)));
    await output.print({
      yaml: () => specText(analysis, loaded, options),
      ...exports(analysis, given, loaded, options, output, keep),
      ...drawings(analysis, options),
    });
    for (const write of beside) write();
  } catch (error) {
    if (error instanceof Unfit) {
      output.diagnostics(error.diagnostics, { ...loaded, name: error.file ?? loaded.name });
      return nothing();
    }
    return endedBy(error);
  }
  return code;
};

/** What is wrong with the network or the file of weights, for what is asked: it is told, and nothing is written. */
class Unfit extends Error {
  constructor(
    readonly diagnostics: readonly Diagnostic[],
    /** The file that they are about, where it is not the network's. */
    readonly file?: string,
  ) {
    super('unfit');
  }
}

/** What holds no weights is not given any. */
const holdsNone = (what: string, { weights, seed, weightsOut }: ConvertOptions): void => {
  if (weights !== undefined && weightsOut === undefined)
    throw new UsageError(`${what} holds no weights`, 'name a file for them: --weights-out net.safetensors');
  if (seed !== undefined && weightsOut === undefined)
    throw new UsageError(`${what} holds no weights, so there is nothing to draw from a seed`, 'leave --seed out');
};

const specText = (analysis: Analysis, loaded: Loaded, options: ConvertOptions): string => {
  holdsNone('a spec', options);
  return specTextOf(analysis.graph, loaded.name, {
    above: [oneLine(`from ${originOf(loaded, analysis)}`)],
    expect: expectedOf(analysis),
  });
};

const drawings = (analysis: Analysis, options: ConvertOptions): Result => {
  const { scene, diagram } = drawingsOf(analysis, options);
  const drawn = <T>(make: () => T): T => {
    holdsNone('a drawing', options);
    return make();
  };
  return { scene: () => drawn(scene), diagram: () => drawn(diagram) };
};

/** The network for other programs, by what each is called. `keep` writes a file once all is well. */
const exports = (
  analysis: Analysis,
  given: () => ReturnType<typeof weightsGiven>,
  loaded: Loaded,
  options: ConvertOptions,
  output: Output,
  keep: (file: string, content: Iterable<Uint8Array>) => void,
): Result =>
  Object.fromEntries(
    Object.entries(TARGETS).map(([name, { what, weights, exporter }]: [string, Target]) => [
      name,
      async () => {
        if (weights === 'never') holdsNone(what, options);
        const tensors = weights === 'never' ? undefined : await given();
        if (weights === 'always' && !tensors)
          output.hint('the weights are random, of seed 0: --weights FILE gives it others');
        const besides = fileOf(options)?.replace(/(\.\w+)?$/, '.weights.bin');
        try {
          const write = await exporter();
          const model = modelOf(analysis, tensors ?? initialised(analysis, 0), originOf(loaded, analysis));
          const made = write(model, { given: tensors !== undefined, beside: besides && withoutFolders(besides) });
          if (made.beside && besides !== undefined) keep(besides, made.beside);
          return made.content;
        } catch (error) {
          if (!(error instanceof Refusals)) throw error;
          const unsaid = error.refused.map(({ node, reason, instead }) =>
            new Problem('export/unsaid', `${what} cannot say ${node.name}: ${reason}`, instead).at(node.at),
          );
          throw new Unfit(unsaid);
        }
      },
    ]),
  );

/** Those of a file, of a seed that was asked for, or the network's own; undefined where there are none. Throws {@link Unfit}. */
const weightsGiven = async (
  analysis: Analysis,
  loaded: Loaded,
  { weights, seed }: ConvertOptions,
  io: Io,
): Promise<ReadonlyMap<string, Tensor> | undefined> => {
  if (weights === undefined && seed !== undefined) return initialised(analysis, seed);
  const tensors = await tensorsGiven(analysis, loaded, weights, io);
  if (!tensors || !isProblems(tensors)) return tensors;
  throw new Unfit(
    tensors.map((problem) => problem.at(undefined)),
    weights,
  );
};

const none = ({ name }: Loaded): never => {
  throw new UsageError(
    `there are no weights to write: ${name} holds none`,
    'name a file of them with --weights, or draw some with --seed 0',
  );
};

/** `model.onnx: ONNX, opset 17, from pytorch 2.1`, without the folders around it. */
const originOf = ({ name, grown, lines }: Loaded, { graph }: Analysis): string => {
  if (name === '<notation>') return `course notation: ${lines.join(' ')}`;
  const file = name === '<stdin>' ? 'standard input' : withoutFolders(name);
  const variant = graph.variant === null ? '' : `, variant ${graph.variant}`;
  return grown?.origin ? `${file}: ${grown.origin}` : `${file}${variant}`;
};

/** What is known of the whole, as it was when it was written. */
const expectedOf = ({ totals }: Analysis): Readonly<Record<string, number>> => {
  const known = { params: totals.params, macs: totals.macs };
  return Object.fromEntries(Object.entries(known).filter((entry): entry is [string, number] => entry[1] !== null));
};
