// The options that subcommands share, declared once: what is said of the spec, how the result is written, how it looks.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseQuantity } from '../core/quantity.js';

export const FORMATS = ['table', 'json', 'jsonl', 'csv', 'tsv', 'markdown', 'latex'] as const;
export type Format = (typeof FORMATS)[number];

/** What is said of the spec: which variant, with which values. */
export const specOptions = (command: Command): Command =>
  command
    .optionsGroup('The spec:')
    .option('--variant <name>', "one of the spec's variants")
    .option('--set <var=expr>', 'override a var; may be repeated', assignment)
    .option('--input <shape>', "another input, in the spec's layout: 256x256x3")
    .option('--batch <n>', 'images at once, for memory', positive)
    .addOption(new Option('--dtype <type>', 'type of the numbers, for memory').choices(['f32', 'f16', 'bf16', 'int8']))
    .addOption(new Option('--pad <how>', 'what convolutions of course notation pad').choices(['same', 'valid']));

/** What a report shows, and in which form. */
export const tableOptions = (command: Command, formats: readonly string[] = FORMATS): Command =>
  command
    .optionsGroup('The report:')
    .option('--json', 'the whole report as JSON, the same as --format json')
    .option('--jsonl', 'one layer per line, totals last, the same as --format jsonl')
    .addOption(new Option('--format <format>', 'how to print').choices(formats))
    .option('--columns <a,b,c>', 'which columns, in which order; all = every one', list)
    .option('--depth <n>', 'fold names to n parts: 1 for one line per stage', positive)
    .option('--only <glob>', 'only layers of that name: "layer2.*"')
    .option('--sort <column>', 'the largest first; words by the alphabet')
    .option('--get <path>', 'print one value: totals.params, layers.conv1.params.total')
    .addOption(new Option('--layout <layout>', 'how shapes are printed').choices(['hwc', 'chw']));

/** Which unit of a layer, and where its field is drawn. */
export const unitOptions = (command: Command): Command =>
  command
    .optionsGroup('The unit:')
    .option('--unit <y,x>', 'the unit at that place of the layer, from 0; the middle one by default', places)
    .option('--measure', 'run the network to see which cells move the unit')
    .option('--effective', 'how strongly each cell of the field moves the unit, as a map')
    .option('--svg <file>', 'draw the image and the field in it, or that map');

/** What stacks are made of and fed with. */
export const stackOptions = (command: Command): Command =>
  command
    .optionsGroup('The stacks:')
    .option('--find', 'list the stacks of smaller kernels that see as much as A, cheapest first')
    .option('--channels <C>', 'channels of every layer, 64 by default', positive)
    .option('--input <N>', 'the input is N x N, 32 by default', square)
    .option('--no-run', 'compare the figures only')
    .option('--json', 'as JSON')
    .option('--get <path>', 'print one value: params.ratio')
    .addOption(new Option('--format <format>', 'how to print').choices(['table', 'json', 'markdown', 'latex']));

/** What must come out, beside what the spec expects of itself. */
export const wantedOptions = (command: Command): Command =>
  command
    .optionsGroup('The question:')
    .option('--expect <figure=value>', 'what must come out: out=7x7x512, conv1.params=35K; may be repeated', figure);

/** The form of a result that is no table of layers. */
export const formatOptions = (command: Command, formats: readonly string[]): Command =>
  command
    .optionsGroup('The report:')
    .option('--json', 'as JSON, the same as --format json')
    .addOption(new Option('--format <format>', 'how to print').choices(formats))
    .addOption(new Option('--layout <layout>', 'how shapes are printed').choices(['hwc', 'chw']));

/** The tensor that normalisations are shown on. */
export const tensorOptions = (command: Command): Command =>
  command
    .optionsGroup('The tensor:')
    .option('--input <shape>', 'one image, height x width x channels; 8x8x6 by default')
    .option('--batch <n>', 'images, 4 by default', positive)
    .option('--groups <n>', 'groups of group normalisation, 3 by default', positive)
    .option('--seed <n>', 'the noise that is normalised, 0 by default', whole)
    .option('--get <path>', 'print one value: norms.0.means');

/** How networks stand beside each other. */
export const compareOptions = (command: Command): Command =>
  command
    .optionsGroup('The comparison:')
    .option('--depth <n>', 'fold names to that many parts: 1 for one line per stage', positive)
    .option('--all', 'list the layers that are the same, too')
    .option('--json', 'as JSON')
    .option('--get <path>', 'print one value: differences.0.same')
    .addOption(new Option('--layout <layout>', 'order of the sizes in shapes').choices(['hwc', 'chw']))
    .addOption(new Option('--format <format>', 'how to print').choices(['table', 'json', 'markdown', 'latex']));

/** What is folded with which weights, and where it is written. */
export const foldOptions = (command: Command): Command =>
  command
    .optionsGroup('Folding:')
    .option('--weights <file>', '.safetensors with the names of the layers; made from a seed by default')
    .option('--seed <n>', 'weights and noise are made from it; 0 by default', whole)
    .option('--spec <file>', 'write the folded network as a spec')
    .option('--no-run', 'do not run both to compare them')
    .option('--get <path>', 'print one value: after.params');

/** What is listed of the bundled networks. */
export const zooOptions = (command: Command): Command =>
  command
    .optionsGroup('The list:')
    .option('--why', 'where the expected totals come from, and why published figures differ')
    .option('--only <glob>', 'only networks of that name: "resnet*"')
    .option('--sort <column>', 'the largest first; words by the alphabet')
    .option('--columns <a,b,c>', 'which columns, in which order; all = every one', list)
    .option('--json', 'as JSON, the same as --format json')
    .option('--jsonl', 'one network per line, the same as --format jsonl')
    .option('--get <path>', 'print one value: networks.vgg16.params')
    .addOption(new Option('--format <format>', 'how to print').choices(FORMATS))
    .addOption(new Option('--layout <layout>', 'how shapes are printed').choices(['hwc', 'chw']));

/** With what a network is run, on what, and what is told of it. */
export const runOptions = (command: Command): Command =>
  command
    .optionsGroup('Weights and data:')
    .option('--weights <file>', '.safetensors with the names of the layers, as PyTorch saves them')
    .option('--seed <n>', 'weights (He) and noise are made from it; 0 by default', whole)
    .option(
      '--data <file>',
      '.npy (C,H,W or N,C,H,W), .png or .jpg, - for standard input; more files are a batch; NAME=FILE for one of several inputs; noise by default',
      several,
    )
    .option('--resize <n>', "a picture's shorter side (or HxW) before the middle is cut out", resizing)
    .option('--imagenet', "take ImageNet's mean and deviation out of a picture")
    .option('--mean <a,b,c>', 'take these out instead, of values from 0 to 1', reals)
    .option('--std <a,b,c>', 'divide by these', reals)
    .option('--save <file>', 'write the output as .npy, - for standard output')
    .option('--save-weights <file>', 'write the weights as .safetensors')
    .optionsGroup('The run:')
    .addOption(new Option('--backend <name>', 'what runs it').choices(['wasm', 'reference']))
    .addOption(
      new Option('--core <build>', 'the build of the core; auto tries them').choices([
        'auto',
        'simd',
        'relaxed',
        'revec',
      ]),
    )
    .option('--threads <n>', 'all processors for large networks by default', positive)
    .option('--repeat <n>', 'run it n times; times are medians', positive)
    .option('--one-by-one', 'a batch is run image by image')
    .option('--exact', 'direct algorithms only')
    .option('--careful', 'fast algorithms only where they stay within 1e-5')
    .option('--fold', 'fold batch normalisations into the layers beside them first')
    .option('--training', 'batch normalisation takes the statistics of the batch')
    .option('--save-stats <file>', 'write the running statistics after it as .safetensors')
    .optionsGroup('The report:')
    .option('--stats', 'mean, deviation, smallest and largest value and zeros of every layer')
    .option('--profile', "the slowest layers first, with their share of the machine's peak")
    .option('--top <n>', 'the largest outputs', positive)
    .option('--labels <file>', 'their names, one a line')
    .option('--depth <n>', 'fold names to n parts: 1 for one line per stage', positive)
    .option('--only <glob>', 'only layers of that name: "layer2.*"')
    .option('--json', 'as JSON')
    .option('--get <path>', 'print one value: totals.ms, outputs.0.data.0')
    .addOption(new Option('--format <format>', 'how to print').choices(['table', 'json', 'markdown', 'latex']))
    .addOption(new Option('--layout <layout>', 'how shapes are printed').choices(['hwc', 'chw']));

/** Limits that the network may not exceed. */
export const budgetOptions = (command: Command): Command =>
  command
    .optionsGroup('Budgets (exit code 1 when exceeded):')
    .option('--max-params <n>', 'most parameters: 5M', count)
    .option('--max-macs <n>', 'most multiply-accumulates: 300M', count)
    .option('--max-memory <bytes>', 'most bytes of parameters and peak activations: 16MiB', bytes);

/** Where the result goes, how it looks there, and what is said beside it. */
export const outputOptions = (command: Command): Command =>
  command
    .optionsGroup('The output:')
    .option('-o, --output <file>', 'write to a file; .json .jsonl .csv .tsv .md .tex choose the format')
    .option('--ascii', 'plain characters only')
    .option('--width <n>', 'characters in a line', positive)
    .addOption(
      new Option('--color <when>', 'colours; auto heeds FORCE_COLOR and NO_COLOR').choices(['auto', 'always', 'never']),
    )
    .addOption(new Option('--no-color').hideHelp())
    .option('-q, --quiet', 'no hints or warnings, errors only')
    .option('--strict', 'warnings count as failures: exit code 1')
    .option('--debug', 'show where an internal error came from');

const positive = (text: string): number => {
  const n = parseQuantity(text);
  if (!n || n.low !== n.high || n.low < 1 || !Number.isSafeInteger(n.low)) {
    throw new InvalidArgumentError('It must be a whole number of at least 1.');
  }
  return n.low;
};

/** A limit: `5M` is 5,000,000 here, not what rounds to it. */
const limit = (text: string): { readonly value: number; readonly unit?: 'B' } | null => {
  const n = parseQuantity(text);
  return n && !/^[~≈]/.test(text) ? { value: Math.round((n.low + n.high) / 2), ...(n.unit && { unit: n.unit }) } : null;
};

const count = (text: string): number => {
  const n = limit(text);
  if (!n || n.unit) throw new InvalidArgumentError('It must be a number, such as 300000, 300K or 5M.');
  return n.value;
};

const bytes = (text: string): number => {
  const n = limit(text);
  if (!n) throw new InvalidArgumentError('It must be a number of bytes, such as 16MiB, 500KB or 4096.');
  return n.value;
};

const whole = (text: string): number => {
  if (!/^\d{1,10}$/.test(text) || Number(text) > 0xffffffff)
    throw new InvalidArgumentError('It must be a whole number from 0 to 4294967295.');
  return Number(text);
};

const reals = (text: string): readonly number[] => {
  const numbers = list(text).map(Number);
  if (numbers.length === 0 || !numbers.every(Number.isFinite))
    throw new InvalidArgumentError('It must be numbers such as 0.5 or 0.485,0.456,0.406.');
  return numbers;
};

const several = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

const resizing = (text: string): number | readonly [number, number] => {
  const [, height, width] = /^([1-9]\d{0,4})(?:x([1-9]\d{0,4}))?$/.exec(text.trim()) ?? [];
  if (height === undefined) throw new InvalidArgumentError('It must be a size such as 256, or 256x256.');
  return width === undefined ? Number(height) : [Number(height), Number(width)];
};

const list = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

const square = (text: string): readonly [number, number] => {
  const [, height, width] = /^([1-9]\d{0,8})(?:x([1-9]\d{0,8}))?$/.exec(text.trim()) ?? [];
  if (height === undefined) throw new InvalidArgumentError('It must be a size such as 32, or 32x48.');
  return [Number(height), Number(width ?? height)];
};

const places = (text: string): readonly number[] => {
  const numbers = text.split(',').map((part) => part.trim());
  if (!numbers.every((part) => /^\d{1,9}$/.test(part)))
    throw new InvalidArgumentError('It must be whole numbers from 0, such as 6,6.');
  return numbers.map(Number);
};

const figure = (text: string, before: readonly string[] = []): readonly string[] => {
  if (!/^[^=]+=[^=]+$/.test(text)) throw new InvalidArgumentError('It must be FIGURE=VALUE, such as conv1.params=35K.');
  return [...before, text];
};

const assignment = (text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> => {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be NAME=VALUE, such as width=32.');
  return { ...before, [text.slice(0, at).trim()]: text.slice(at + 1).trim() };
};
