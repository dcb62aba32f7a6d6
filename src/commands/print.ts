// The one way from a result to paper: which format is meant, and the result in it, to stdout or a file. What formats there are is
// report/formats.ts; a command says what forms its result has and never asks for the format.

import {
  type Coming,
  type Contents,
  type Draw,
  FORMATS,
  type Form,
  type Format,
  type FormatName,
  formatsOf,
} from '../report/formats.js';
import type { Block } from '../report/page.js';
import type { Command } from './command.js';
import { type Output, UsageError } from './output.js';

/** The forms of a result, each made when it is asked for; null where there is nothing to print. Some come part by part. */
export type Result = {
  readonly [F in keyof Contents]?: () => Coming<Contents[F]> | null | Promise<Coming<Contents[F]> | null>;
};

/** What is said of the form on the command line. */
export interface FormatOptions {
  readonly json?: boolean;
  readonly jsonl?: boolean;
  readonly format?: string;
  readonly to?: string;
  readonly get?: string;
  readonly output?: string;
  readonly style?: string;
}

/** A command's name, and the forms of its result, the usual one first. */
export interface Offer {
  readonly name: string;
  readonly forms: readonly Form[];
  /** The options of it, among which is what says the format. */
  readonly options?: Command['options'];
}

/** As told, else by the ending of the output file, else as usual. Throws a UsageError where that is no format of the command. */
export const formatOf = (
  { json, jsonl, format, to, get, output }: FormatOptions,
  { name, forms, options = [] }: Offer,
): FormatName => {
  const told = [json && 'json', jsonl && 'jsonl', format, to, get !== undefined && 'json'].filter((one) => one);
  const [first, second] = new Set(told as FormatName[]);
  if (second)
    throw new UsageError(
      `the result is either ${first} or ${second}, not both`,
      'keep one of --json, --jsonl, --get and --format',
    );
  const formats = formatsOf(forms);
  const ending = /\.(\w+)$/.exec(output ?? '')?.[1]?.toLowerCase();
  const asked = first && otherwise(first, ending);
  const meant = asked ?? (ending === undefined ? formats[0] : formats.find((one) => hasEnding(one, ending)));
  if (meant !== undefined && formats.includes(meant)) return meant;
  throw first
    ? new UsageError(`${name} is not printed as ${first}`, `formats: ${formats.join(', ')}`)
    : new UsageError(
        `${name} writes no .${ending} file`,
        `endings: ${formats
          .flatMap((one) => FORMATS[one].endings)
          .map((one) => `.${one}`)
          .join(' ')}${saying(options)}`,
      );
};

/** How a command is told the format where no ending does it. */
const saying = (groups: Command['options']): string => {
  const option = ['format', 'to'].find((key) => groups.some(({ options }) => Object.hasOwn(options, key)));
  return option === undefined ? '' : `; or say --${option}`;
};

/** The format that was named, or what an ending makes of it. */
const otherwise = (named: FormatName, ending: string | undefined): FormatName => {
  const format: Format | undefined = FORMATS[named];
  return ((ending !== undefined && format?.otherwise?.[ending]) || named) as FormatName;
};

const hasEnding = (format: FormatName, ending: string): boolean =>
  (FORMATS[format].endings as readonly string[]).includes(ending);

const isComing = (content: unknown): content is AsyncIterable<unknown> =>
  typeof content === 'object' && content !== null && Symbol.asyncIterator in content;

const hasSigns = (block: Block): boolean => block.type === 'table' && block.columns.some(({ signs }) => signs);

/** A console that prints results too. */
export interface Printer extends Output {
  /** The result in the format asked for, or the one value of it that --get names, to stdout or the file of --output. */
  readonly print: (result: Result) => Promise<void>;
  /** What stands for a result that could not be made: as JSON it says why, in other formats there is nothing. */
  readonly printFailure: (json: () => object | Promise<object>) => Promise<void>;
}

export const printerOf = (options: FormatOptions, output: Output, { name, forms }: Offer): Printer => {
  const print: Printer['print'] = async (result) => {
    const draw: Draw = async (page) => {
      const { terminal } = await import('../report/formats/terminal.js');
      const { style = 'plain' } = options;
      if (style !== 'plain' && style !== 'box')
        throw new UsageError(
          `${style} is a style of drawings, and this is a table`,
          'say which drawing: -o net.svg, or --format svg',
        );
      const plain = {
        ...output.terminal(),
        ...(page.some(hasSigns) && { packed: (await import('../report/formats/strips.js')).packed }),
      };
      if (style === 'plain') return terminal(page, plain);
      const { FRAME, framed } = await import('../report/formats/box.js');
      return terminal(page, { ...plain, frame: FRAME, framed });
    };
    // A template has fewer forms than a grading.
    const { from, write }: Format = FORMATS[formatOf(options, { name, forms: forms.filter((form) => result[form]) })];
    const content = await result[from]?.();
    // Nothing, and a page of nothing, stand for what could not be read: its errors are told.
    if (content === null || (from === 'page' && (content as readonly unknown[]).length === 0)) return;
    const text = async (part: unknown) =>
      options.get === undefined
        ? await write(part as never, draw)
        : `${(await import('./get.js')).get(part, options.get)}\n`;
    // What comes part by part is text.
    if (isComing(content)) await output.stream(content, async (part) => (await text(part)) as string);
    else output.write(await text(content));
  };
  return {
    ...output,
    print,
    printFailure: async (json) => {
      if (formatOf(options, { name, forms }) === 'json') await print({ json });
    },
  };
};
