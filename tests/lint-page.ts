// docs/lint.md from the comments above the rules: what each warns of, why, and examples that run. Text only; the test writes.

import { readFileSync } from 'node:fs';
import { ruleNames } from './generate.js';

const rulesFolder = new URL('../src/analysis/lint/', import.meta.url);

/** The headings of a rule's comment, in their order. */
export const HEADINGS = ['What it does', 'Why is this bad?', 'Example'] as const;

/** The Markdown in the comment above a rule. */
export const commentOf = (id: string): string => {
  const source = readFileSync(new URL(`${id}.ts`, rulesFolder), 'utf8');
  const [, comment = ''] = /\/\*\*\n((?: \*.*\n)+?) \*\/\nexport default /.exec(source) ?? [];
  return comment.replace(/^ \* ?/gm, '');
};

/** What the first line of a rule's file says of it. */
const subjectOf = (id: string): string => {
  const [first = ''] = readFileSync(new URL(`${id}.ts`, rulesFolder), 'utf8').split('\n', 1);
  return first.replace(`// ${id}: `, '').replace(/\.$/, '');
};

const INTRODUCTION = `<!-- Generated from src/analysis/lint/ by \`npm test\`. Do not edit. -->
# Lint

\`cnncalc lint SPEC\` warns of what can be computed but is rarely meant: cells that are never read, a bias that has no effect, two
layers that are one. The summary prints the same warnings in brief, at the end. Their exit code is 0, and 1 under \`--strict\`; an error
in the network itself is 1 as well.

A rule is silenced by its id, or with its family as \`pad/*\`: for the whole file at the top, or beside an item for what the item
makes.

\`\`\`yaml
input: 32x32x3
lint: {ignore: [fc/*]}
layers:
  - {conv: 16, kernel: 4, stride: 3, act: relu, lint: {ignore: fit/fraction}}    # => 10x10x16
  - {conv: 16, kernel: 3, stride: 2, act: relu}                                  # warning: fit/fraction
  - {fc: 10, lint: {ignore: fit/fractoin}}                                       # warning: lint/unknown-rule
\`\`\`

Every example below runs as a test: behind \`# warning:\` stands the rule that speaks, behind \`# =>\` what the item gives.
`;

export const lintPage = (): string => {
  const ids = ruleNames();
  return [
    INTRODUCTION,
    `| the ${ids.length} rules | what they warn of |`,
    '| --- | --- |',
    ...ids.map((id) => `| [${id}](#${id.replace('/', '')}) | ${subjectOf(id)} |`),
    '',
    ...ids.flatMap((id) => [`## ${id}`, '', commentOf(id).trim().replace(/^## /gm, '### '), '']),
  ].join('\n');
};
