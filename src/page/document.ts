// The page as one HTML file: what every view shows, readable as it is, and packed in it the program and the state that make a workbench
// of it. No view, no DOM.

import { isFailure } from '../core/diagnostic.js';
import { oneLine } from '../report/page.js';
import { inputTexts, titleOf, totalsText } from '../report/title.js';
import { version } from '../version.js';
import { type Html, html, linesHtml, shownLines, trusted } from './html.js';
import type { State } from './state.js';
import { kept, settingsOf } from './store.js';
import type { Model, View } from './view.js';

/** What the build made for all pages; a page has it in itself, too. */
export interface Assets {
  readonly style: string;
  /** Unpacks and starts the program. */
  readonly loader: string;
  /** The program: its LZMA, as packing.ts writes it. */
  readonly program: string;
  /** What a browser may run, as its Content-Security-Policy names it: nothing but these two. */
  readonly hashes: readonly string[];
}

/** The whole file. Rejects with nothing that a text could bring about. */
export const documentOf = async (model: Model, views: readonly View[], assets: Assets): Promise<string> => {
  const sections: Html[] = [];
  for (const view of views) sections.push(sectionHtml(view, await view.render(model, settingsOf(model.state, view))));
  return html`${trusted(() => '<!DOCTYPE html>')}
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="cnncalc ${version}">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policy(assets.hashes)}">
<meta name="description" content="${`${nameOf(model)}, layer by layer: ${totalsText(model.analysis.totals)}`}">
<link rel="icon" href="${ICON}">
<title>${windowTitle(model)}</title>
<style id="style">${trusted(() => assets.style)}</style>
</head>
<body>
<header><div id="head">${headHtml(model)}</div><p class="live"><button data-act="link">Copy link</button><button data-act="save">Save page</button><button data-act="print">Print</button></p></header>
${navigationHtml(views)}
<main>
${sections}
<section id="spec" aria-labelledby="spec-title"><h2 id="spec-title" tabindex="-1">The spec</h2><div id="editor"></div><pre id="text" tabindex="0">
${linesHtml(model.state.text)}</pre></section>
</main>
<footer>Made by cnncalc ${version}: what a convolutional network does, layer by layer. This file asks for nothing from outside.</footer>
<p id="told" role="status" aria-live="polite"></p>
<script type="application/json" id="state">${trusted(() => inScript(stateJson(model.state)))}</script>
<script type="text/plain" id="program">${trusted(() => assets.program)}</script>
<script id="loader">${trusted(() => assets.loader)}</script>
</body>
</html>
`.still;
};

/** In the page itself, or browsers would ask for one: a unit in the planes that it sees. */
const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="none" stroke="#0072b2"><path d="M1.5 1.5h13v13h-13z"/><path d="M4.5 4.5h7v7h-7z"/><path fill="#0072b2" d="M7 7h2v2H7z"/></svg>',
)}`;

/** Nothing is asked for, nothing sent; pictures that are chosen are data. */
const policy = (hashes: readonly string[]): string =>
  `default-src 'none'; script-src ${hashes.map((hash) => `'${hash}'`).join(' ')}; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'`;

/** The text stands in the page already, but for what is not shown of it as it is. */
const stateJson = (state: State): string => {
  const { text, ...others } = kept(state);
  return JSON.stringify(shownLines(text) === text ? others : { ...others, text });
};

/** JSON in which nothing ends the element that it stands in, and nothing turns the direction of what follows. */
const inScript = (json: string): string =>
  json.replace(/[<\u2028-\u202e\u2066-\u2069]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A name may be as long as a file. */
const nameOf = ({ analysis: { graph } }: Model): string => oneLine(titleOf(graph));

/** Of the window, as text. */
export const windowTitle = (model: Model): string => `${nameOf(model)} · cnncalc`;

/** The network's name, what it comes to, and what is wrong with it, in a few words. */
export const headHtml = (model: Model): Html => {
  const { analysis } = model;
  const errors = analysis.diagnostics.filter(isFailure).length;
  return html`<h1>${nameOf(model)}</h1>${
    analysis.rows.length > 0 &&
    html`<p class="dim">${[...inputTexts(analysis.graph), totalsText(analysis.totals)].join(', ')}</p>`
  }<p class="still">A report by cnncalc. In a browser that runs scripts this file is a workbench, in which the network is edited and everything follows.</p>${
    errors > 0 &&
    html`<p class="alarm"><a href="#findings">${errors === 1 ? 'one error' : `${errors} errors`}</a>: what hangs on ${errors === 1 ? 'it' : 'them'} is not known</p>`
  }`;
};

const navigationHtml = (views: readonly View[]): Html =>
  html`<nav aria-label="Views"><ul>${views.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}<li><a href="#spec">The spec</a></li></ul></nav>`;

const sectionHtml = ({ id, title }: View, content: Html): Html =>
  html`<section id="${id}" data-view="" aria-labelledby="${id}-title"><h2 id="${id}-title" tabindex="-1">${title}</h2><div class="body">${content}</div></section>
`;
