// A command's result in the format asked for: a page as terminal, Markdown or LaTeX; JSON whole or one value of it.

import type { Page } from '../report/page.js';
import type { Format } from './options.js';
import { type Output, UsageError } from './output.js';

/** The page as text. Formats are loaded when they print, not before. Throws a UsageError where `command` has no such format. */
export const renderPage = async (page: Page, format: Format, output: Output, command: string): Promise<string> => {
  if (format === 'markdown') return (await import('../report/formats/markdown.js')).markdown(page);
  if (format === 'latex') return (await import('../report/formats/latex.js')).latex(page);
  if (format !== 'table')
    throw new UsageError(`${command} is not printed as ${format}`, 'formats: table, json, markdown, latex');
  return (await import('../report/formats/terminal.js')).terminal(page, output.terminal());
};

/** The whole as JSON, or the one value that --get names. */
export const jsonText = async (report: object, { get: path }: { readonly get?: string }): Promise<string> =>
  path === undefined ? `${JSON.stringify(report, null, 2)}\n` : `${(await import('./get.js')).get(report, path)}\n`;
