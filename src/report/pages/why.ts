// What the codes of diagnostics and of lint rules mean, as docs/diagnostics.md and docs/lint.md say it: read from those texts, which
// are the only place where it stands, and laid out as pages.

import type { Block, Page } from '../page.js';
import { unlinked } from '../page.js';

/** A code and what is said of it, in Markdown. */
export interface Explanation {
  readonly code: string;
  readonly sort: 'diagnostic' | 'lint rule';
  /** The title of its family. */
  readonly family: string;
  readonly meaning: string;
  /** What to do, in a few words; of a rule its text says it. */
  readonly remedy: string | null;
  /** The text of a rule, or the example of a family. */
  readonly text: string;
}

/** The codes of docs/diagnostics.md, whose sections are tables with an example, and of docs/lint.md, where each has a section. */
export const explanationsIn = (diagnostics: string, lint: string): readonly Explanation[] => [
  ...sectionsOf(diagnostics).flatMap(({ title: family, body }) =>
    [...body.matchAll(/^\| `([a-z]+\/[a-z0-9-]+)` \| (.*) \| (.*) \|$/gm)].map(
      ([, code = '', meaning = '', remedy = '']): Explanation => ({
        code,
        sort: 'diagnostic',
        family,
        meaning,
        remedy,
        text: examplesOf(body)
          .filter((example) => example.includes(`# error: ${code}\n`))
          .join('\n\n'),
      }),
    ),
  ),
  ...sectionsOf(lint).map(({ title: code, body }): Explanation => {
    const [, meaning = ''] = new RegExp(`^\\| \\[${code}\\]\\(.*\\) \\| (.*) \\|$`, 'm').exec(lint) ?? [];
    return { code, sort: 'lint rule', family: 'Lint rules', meaning, remedy: null, text: body.trim() };
  }),
];

const sectionsOf = (markdown: string): readonly { readonly title: string; readonly body: string }[] =>
  [...markdown.matchAll(/^## (.*)\n([\s\S]*?)(?=^## |(?![\s\S]))/gm)].map(([, title = '', body = '']) => ({
    title,
    body,
  }));

const examplesOf = (markdown: string): readonly string[] => markdown.match(/^```yaml\n[\s\S]*?^```/gm) ?? [];

export const whyPage = ({ code, sort, meaning, remedy, text }: Explanation): Page => [
  { type: 'heading', text: code, dim: sort },
  ...(remedy === null
    ? []
    : [
        {
          type: 'facts' as const,
          entries: [
            { label: 'means', text: unlinked(meaning) },
            { label: 'what to do', text: unlinked(remedy) },
          ],
        },
      ]),
  ...blocksOf(text),
];

/** A line for each code, family by family. */
export const codesPage = (all: readonly Explanation[]): Page =>
  [...new Set(all.map(({ family }) => family))].flatMap(
    (family): Page => [
      { type: 'heading', text: family },
      {
        type: 'facts',
        entries: all
          .filter((one) => one.family === family)
          .map(({ code, meaning }) => ({ label: code, text: unlinked(meaning) })),
      },
    ],
  );

/** Paragraphs, headings and fenced code, as Markdown has them. */
const blocksOf = (markdown: string): readonly Block[] =>
  [...markdown.matchAll(/^```(\w*)\n([\s\S]*?)\n```$|^#+ (.*)$|^(?:(?!```|#).+(?:\n|(?![\s\S])))+/gm)].map(
    ([paragraph, language, code, heading]): Block =>
      code !== undefined
        ? { type: 'code', language: language ?? '', lines: code.split('\n') }
        : heading !== undefined
          ? { type: 'heading', text: heading }
          : { type: 'prose', text: paragraph.trim().replaceAll('\n', ' ') },
  );
