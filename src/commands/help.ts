// The help, short (-h) and long (--help), as a text for a line of some width. Loaded where somebody asks; what a command is, is said
// in its data.

import { type Command as Parser, Command as ParserOf } from 'commander';
import { wrap } from '../report/width.js';
import type { Command, Option } from './command.js';
import { COMMANDS } from './commands.js';
import { spelledOptions, usageOf } from './spelling.js';

const ABOUT = 'cnncalc: what a convolutional network does, layer by layer.';

const CLOSING = `Where a terminal is too narrow, the table leaves out, in this order: shares, notes, rounded numbers, the middles of long names, the layer, MACs, rf. Numbers are never cut, and piped output has everything. --columns keeps what it names.

Exit codes: 0 fine; 1 the answer is no (a broken expect, a budget exceeded, a warning under --strict); 2 usage, or a spec that cannot be analysed in full; 3 a bug in cnncalc.`;

/** Lines are no longer, however wide the terminal. */
const MOST = 100;
const USUAL = 80;

/** How wide help is on a terminal of so many columns, or in a pipe. */
export const helpWidth = (columns: number | undefined): number => Math.min(MOST, columns ?? USUAL);

export const nameOf = (command: Command): string =>
  command === COMMANDS.summary ? 'cnncalc' : `cnncalc ${command.name}`;

/** Lines of words, none longer than `width` unless a word is. */
const wrapped = (text: string, width: number): string =>
  text
    .split('\n')
    .flatMap((line) => wrap(line, width))
    .join('\n');

/** Everything about a command, whose parser knows its words and options. */
export const longHelp = (command: Command, parser: Parser, width: number): string => {
  const isMain = command === COMMANDS.summary;
  parser.description([sentence(command.doc), command.more].filter(Boolean).join(' ')).configureHelp({
    helpWidth: width,
    visibleArguments: () => parser.registeredArguments.filter(({ description }) => description !== ''),
    ...(isMain && {
      visibleCommands: () => Object.values(COMMANDS).map((one: Command) => new ParserOf(one.name).description(one.doc)),
    }),
  });
  const examples = examplesOf(command, width);
  const help = parser.helpInformation();
  return isMain ? `${ABOUT}\n\n${examples}\n${help}\n${wrapped(CLOSING, width)}\n` : `${help}\n${examples}`;
};

/** The options that people use most, by their keys. */
const MOST_USED = ['depth', 'input', 'get', 'json', 'output'];

/** What one looks up: the commands, or of one command its words and its own options. */
export const shortHelp = (command: Command, width: number): string => {
  const isMain = command === COMMANDS.summary;
  const own = isMain ? [] : ownOptions(command);
  const rows = (of: readonly (readonly [string, string])[]): string => rowsOf(of, width);
  const options = spelledOptions(command);
  const asRows = (keys: readonly string[]) =>
    options
      .filter(({ key }) => keys.includes(key))
      .map((option): readonly [string, string] => [termOf(option), option.doc]);
  const parts = isMain
    ? [
        rows([
          ['SPEC', COMMANDS.summary.doc],
          ...Object.values(COMMANDS)
            .filter((one: Command) => one !== COMMANDS.summary && !one.name.includes(' '))
            .map((one: Command): readonly [string, string] => [one.name, one.doc]),
        ]),
        rows(asRows(MOST_USED)),
        wrapped(
          'SPEC is a file, the name of a bundled network, course notation, or - for standard input: cnncalc alexnet. cnncalc --help says everything, cnncalc COMMAND -h what a command does.',
          width,
        ),
      ]
    : [
        wrapped([sentence(command.doc), command.more].filter(Boolean).join(' '), width),
        '',
        ...(Object.keys(command.args).length > 0
          ? [rows(Object.values(command.args).map(({ word, doc }) => [word, doc]))]
          : []),
        ...(own.length > 0 ? [rows(asRows(own))] : []),
        rows(asRows(MOST_USED.filter((key) => !own.includes(key)))),
        examplesOf(command, width),
        `${nameOf(command)} --help says everything.`,
      ];
  return `usage: ${nameOf(command)} ${usageOf(command)}\n\n${parts.join('\n').replace(/\n{3,}/g, '\n\n')}\n`;
};

/** More of a command's own options than these are told by the long help only. */
const MOST_OWN = 8;

/** Groups that several commands have are not a command's own. */
const ownOptions = (command: Command): readonly string[] =>
  command.options
    .filter((group) => Object.values(COMMANDS).every((one: Command) => one === command || !one.options.includes(group)))
    .flatMap(({ options }) => Object.keys(options))
    .slice(0, MOST_OWN);

const termOf = ({ short, long, value }: Option<unknown> & { readonly long: string }): string =>
  `${short ? `-${short}, ` : ''}${long}${value ? ` ${value}` : ''}`;

const rowsOf = (rows: readonly (readonly [term: string, doc: string])[], width: number): string => {
  const help = Object.assign(new ParserOf().createHelp(), { helpWidth: width });
  const wide = Math.max(...rows.map(([term]) => term.length));
  return rows.map(([term, doc]) => `${help.formatItem(term, wide, doc, help)}\n`).join('');
};

const sentence = (doc: string): string =>
  `${doc.charAt(0).toUpperCase()}${doc.slice(1)}${/[.?]$/.test(doc) ? '' : '.'}`;

/** Each on a line; what it is stands behind it, or where there is no room above it. */
const examplesOf = ({ examples }: Command, width: number): string => {
  const parts = examples.map((line) => line.split(' # '));
  const wide = Math.max(...parts.map(([line = '', doc]) => (doc === undefined ? 0 : line.length)));
  const lines = parts.flatMap(([line = '', doc]) => {
    if (doc === undefined) return continued(`cnncalc ${line}`, width);
    const one = `  cnncalc ${line.padEnd(wide)}   ${doc}`;
    return one.length <= width ? [one] : [`  # ${doc}`, ...continued(`cnncalc ${line}`, width)];
  });
  return `Examples:\n${lines.join('\n')}\n`;
};

/** A command line as a shell takes it, each line but the last ending in a backslash; what is quoted stays whole. */
const continued = (line: string, width: number): readonly string[] => {
  const lines: string[] = [];
  let current = ' ';
  for (const word of line.match(/(?:"[^"]*"|[^\s"])+/g) ?? []) {
    if (current.length + 1 + word.length + 2 > width && current.trim() !== '') {
      lines.push(`${current} \\`);
      current = '     ';
    }
    current += ` ${word}`;
  }
  return [...lines, current];
};
