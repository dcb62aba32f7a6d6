// The options that commands share, in the groups that help shows them in, and how their texts are read. What is one command's own
// stands with it, in commands.ts.

import { InvalidArgumentError } from 'commander';
import { parseQuantity } from '../core/quantity.js';
import { LAYOUTS } from '../core/shape.js';
import { choice, flag, type Group, read, text } from './command.js';

export const positive = (text: string): number => {
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

export const bytes = (text: string): number => {
  const n = limit(text);
  if (!n) throw new InvalidArgumentError('It must be a number of bytes, such as 16MiB, 500KB or 4096.');
  return n.value;
};

export const whole = (text: string): number => {
  if (!/^\d{1,10}$/.test(text) || Number(text) > 0xffffffff)
    throw new InvalidArgumentError('It must be a whole number from 0 to 4294967295.');
  return Number(text);
};

/** More repeats make no median better, and the times of each are kept. */
const MOST_REPEATS = 10_000;

const repeats = (text: string): number => {
  const n = positive(text);
  if (n > MOST_REPEATS) throw new InvalidArgumentError(`It must be at most ${MOST_REPEATS}.`);
  return n;
};

const reals = (text: string): readonly number[] => {
  const numbers = list(text).map(Number);
  if (numbers.length === 0 || !numbers.every(Number.isFinite))
    throw new InvalidArgumentError('It must be numbers such as 0.5 or 0.485,0.456,0.406.');
  return numbers;
};

const deviations = (text: string): readonly number[] => {
  const numbers = reals(text);
  if (numbers.some((n) => n <= 0)) throw new InvalidArgumentError('It must be numbers above 0.');
  return numbers;
};

export const several = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

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

export const names = (text: string): readonly string[] => {
  const found = list(text);
  if (found.length === 0) throw new InvalidArgumentError('It must be names, such as name,output,params.');
  return found;
};

export const pattern = (text: string): string => {
  if (text.trim() === '') throw new InvalidArgumentError('It must be a name, or a pattern such as "layer2.*".');
  return text;
};

export const globs = (text: string, before: readonly string[] = []): readonly string[] => [...before, pattern(text)];

/** `3/16`: the third of sixteen parts. */
export const shard = (text: string): readonly [number, number] => {
  const [, i, n] = /^(\d{1,7})\/(\d{1,7})$/.exec(text.trim()) ?? [];
  const [part, parts] = [Number(i), Number(n)];
  if (i === undefined || part < 1 || part > parts)
    throw new InvalidArgumentError('It must be a part and how many there are, from 1/4 to 4/4.');
  return [part, parts];
};

export const square = (text: string): readonly [number, number] => {
  const [, height, width] = /^([1-9]\d{0,8})(?:x([1-9]\d{0,8}))?$/.exec(text.trim()) ?? [];
  if (height === undefined) throw new InvalidArgumentError('It must be a size such as 32, or 32x48.');
  return [Number(height), Number(width ?? height)];
};

export const places = (text: string): readonly number[] => {
  const numbers = text.split(',').map((part) => part.trim());
  if (!numbers.every((part) => /^\d{1,9}$/.test(part)))
    throw new InvalidArgumentError('It must be whole numbers from 0, such as 6,6.');
  return numbers.map(Number);
};

export const figure = (text: string, before: readonly string[] = []): readonly string[] => {
  if (!/^[^=<>≥≤]+(?:=|[<>≥≤]=?)[^=]+$/.test(text) && !/^[^=<>≥≤]+=[<>≥≤]=?[^=]+$/.test(text))
    throw new InvalidArgumentError('It must be FIGURE=VALUE, such as conv1.params=35K or "rf>=100".');
  return [...before, text];
};

const assignment = (text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> => {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be NAME=VALUE, such as width=32.');
  return { ...before, [text.slice(0, at).trim()]: text.slice(at + 1).trim() };
};

const layout = choice(
  '<layout>',
  'the order of the sizes in shapes, printed and in --input; by default that of the spec',
  LAYOUTS,
);
const depth = read('<n>', 'fold names to n parts: 1 for one line per stage', positive);
const only = read('<glob>', 'only layers of that name: "layer2.*"', pattern, { suggests: 'layer' });
const columns = read('<a,b,c>', 'which columns, in which order; all = every one', names, { suggests: 'columns' });
const sort = text('<column>', 'the largest first; words by the alphabet', { suggests: 'column' });

/** What is said of the spec: which variant, with which values. */
export const SPEC = {
  title: 'The spec:',
  options: {
    variant: text('<name>', "one of the spec's variants", { suggests: 'variant' }),
    set: read('<var=expr>', 'override a var; may be repeated', assignment, { suggests: 'var' }),
    freeze: read('<glob>', 'weights that training leaves alone: "layer1.*"; may be repeated', globs, {
      suggests: 'layer',
    }),
    input: text(
      '<shape>',
      "another input, in --layout or else the spec's: 256x256x3, or 256 with the spec's own channels",
    ),
    batch: read('<n>', 'images at once, for memory', positive),
    dtype: choice('<type>', 'type of the numbers, for memory', ['f32', 'f16', 'bf16', 'int8']),
    pad: choice('<how>', 'what convolutions of course notation pad', ['same', 'valid']),
  },
} as const satisfies Group;

/** In which form the result is printed. */
export const FORM = {
  title: 'The form:',
  options: {
    json: flag('as JSON; cnncalc schema has its schema'),
    format: text('<format>', 'how to print'),
    get: text('<path>', 'one value of the JSON: layers.conv1.params.total', { suggests: 'path' }),
  },
} as const satisfies Group;

/** Of a result that may be records. */
export const LINES = {
  title: 'The form:',
  options: { jsonl: flag('one record per line, each with a type') },
} as const satisfies Group;

export const LAYOUT = { title: 'The form:', options: { layout } } as const satisfies Group;

/** Which rows and columns a table of layers has. */
export const TABLE = {
  title: 'The table:',
  options: {
    columns,
    depth,
    rows: choice('<which>', 'all: norms, activations and dropout have rows of their own', ['folded', 'all']),
    only,
    sort,
  },
} as const satisfies Group;

/** Which rows a table has whose columns are fixed. */
export const ROWS = { title: 'The table:', options: { depth, only } } as const satisfies Group;

/** How a network is drawn, where the result is a drawing. */
export const DRAWING = {
  title: 'The drawing (-o net.svg, .tikz, .dot, .mmd):',
  options: {
    shade: choice('<figure>', 'what boxes are darker for, params by default', [
      'params',
      'macs',
      'activations',
      'memory',
      'rf',
      'none',
    ]),
    direction: choice('<way>', 'where the network goes on, down by default', ['down', 'right']),
  },
} as const satisfies Group;

/** Limits that the network may not exceed. */
export const BUDGET = {
  title: 'Budgets (exit code 1 when exceeded):',
  options: {
    maxParams: read('<n>', 'most parameters: 5M', count),
    maxMacs: read('<n>', 'most multiply-accumulates: 300M', count),
    maxMemory: read('<bytes>', 'most bytes of parameters and peak activations: 16MiB', bytes),
  },
} as const satisfies Group;

export const STRICT = {
  title: 'The output:',
  options: { strict: flag('warnings count as failures: exit code 1') },
} as const satisfies Group;

/** Again on every save of what was read. */
export const WATCH = {
  title: 'The output:',
  options: { watch: flag('print again whenever the file changes') },
} as const satisfies Group;

/** Which layers are told of, where there is no table. */
export const ONLY = { title: 'The layers:', options: { only } } as const satisfies Group;

/** Where the result goes, how it looks there, and what is said beside it. */
export const OUTPUT = {
  title: 'The output:',
  options: {
    output: text('<file>', 'write to a file; its ending chooses the format', { short: 'o', suggests: 'file' }),
    style: choice('<style>', 'how tables are drawn; box puts them in frames', ['plain', 'box']),
    ascii: flag('plain characters only'),
    width: read('<n>', 'characters in a line', positive),
    color: {
      ...choice('<when>', 'colours; auto heeds FORCE_COLOR and NO_COLOR', ['auto', 'always', 'never']),
      negatable: true,
    },
    quiet: flag('no hints or warnings, errors only', { short: 'q' }),
    debug: flag('show where an internal error came from'),
  },
} as const satisfies Group;

/** The same of a result that may be a drawing. */
export const OUTPUT_DRAWN = {
  title: OUTPUT.title,
  options: {
    ...OUTPUT.options,
    style: choice(
      '<style>',
      'of tables: plain, or box in frames; of drawings: graph of boxes and arrows, or volumes to scale',
      ['plain', 'box', 'graph', 'volumes'],
    ),
  },
} as const satisfies Group;

/** Weights and what they are made from. */
export const WEIGHTS = {
  title: 'Weights and data:',
  options: {
    weights: text('<file>', '.safetensors, .pth or .npz with the names of the layers, as PyTorch saves them', {
      suggests: 'file',
    }),
    seed: read('<n>', 'weights (He) and noise are made from it; 0 by default', whole),
  },
} as const satisfies Group;

/** What a network is fed. */
export const DATA = {
  title: 'Weights and data:',
  options: {
    data: read(
      '<file>',
      '.npy (C,H,W or N,C,H,W), .png or .jpg, - for standard input; more files are a batch; NAME=FILE for one of several inputs; noise by default',
      several,
      { suggests: 'file' },
    ),
    resize: read('<n>', "a picture's shorter side (or HxW) before the middle is cut out", resizing),
    imagenet: flag("take ImageNet's mean and deviation out of a picture"),
    mean: read('<a,b,c>', 'take these out instead, of values from 0 to 1', reals),
    std: read('<a,b,c>', 'divide by these', deviations),
  },
} as const satisfies Group;

/** What runs a network. */
export const ENGINE = {
  title: 'The run:',
  options: {
    backend: choice('<name>', 'what runs it', ['wasm', 'reference']),
    core: choice('<build>', 'the build of the core; auto tries them', ['auto', 'simd', 'relaxed', 'revec']),
    threads: read('<n>', 'all processors for large networks by default', positive),
    oneByOne: flag('a batch is run image by image'),
  },
} as const satisfies Group;

/** How it is run. */
export const RUN = {
  title: 'The run:',
  options: {
    repeat: read('<n>', 'run it n times; times are medians', repeats),
    exact: flag('direct algorithms only'),
    careful: flag('fast algorithms only where they stay within 1e-5'),
  },
} as const satisfies Group;
