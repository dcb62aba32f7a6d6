// docs/layers.md from the pages that `cnncalc kinds` shows. Text only; the test writes.

import { listedKinds } from '../src/commands/kinds.js';
import { markdown } from '../src/report/formats/markdown.js';
import { FAMILIES, kindPage } from '../src/report/pages/kinds.js';

export const layersPage = (): string =>
  [
    '<!-- Generated from src/layers/ by `npm test`. Do not edit. -->',
    '# Kinds of layers',
    '',
    `The ${listedKinds.length} kinds, what they do and what they take. The main number stands at the kind itself (\`conv: 96\`), every other`,
    'option by its name. How items, branches and blocks are written is in [language.md](language.md); how things are counted in',
    '[counting.md](counting.md). Every example runs as a test: behind `# =>` stands what comes out. `cnncalc kinds` lists them in the',
    'terminal, and `cnncalc kinds conv` shows one of them.',
    '',
    ...FAMILIES.flatMap(([role, title]) => [
      `## ${title}`,
      '',
      ...listedKinds
        .filter(({ kind }) => kind.role === role)
        .map((listed) => markdown(kindPage(listed)).replace(/^## /gm, '### ')),
    ]),
  ].join('\n');
