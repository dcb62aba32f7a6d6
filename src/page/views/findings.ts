// The view of what is wrong and what is rarely meant: each finding with its place, what to write instead, and the button that writes it.

import { type Diagnostic, exitCode, type Severity } from '../../core/diagnostic.js';
import { excerpt, inOrder, UNPAINTED } from '../../report/caret.js';
import { type Html, html, live } from '../html.js';
import { type Model, view } from '../view.js';

/** More are not read by anybody. */
const MOST = 50;

export const findings = view({
  id: 'findings',
  title: 'Findings',
  defaults: {},
  render: (model) => {
    const all = inOrder(model.analysis.diagnostics);
    if (all.length === 0) return html`<p>Nothing is wrong, and nothing calls for a warning.</p>`;
    return html`<p>${conclusion(all)}</p><ol class="findings">${all
      .slice(0, MOST)
      .map((finding, i) => findingHtml(finding, i, model))}</ol>${
      all.length > MOST && html`<p>And ${all.length - MOST} more.</p>`
    }`;
  },
  deeds: {
    apply: ({ analysis }, _, { data }) => {
      const finding = inOrder(analysis.diagnostics)[Number(data['index'])];
      return finding?.edits ? { edits: finding.edits } : null;
    },
    reveal: ({ analysis }, _, { data }) => {
      const finding = inOrder(analysis.diagnostics)[Number(data['index'])];
      return finding?.at ? { reveal: finding.at } : null;
    },
  },
});

const WORDS: Readonly<Record<Severity, readonly [one: string, several: string]>> = {
  error: ['error', 'errors'],
  warning: ['warning', 'warnings'],
  note: ['note', 'notes'],
};

const conclusion = (all: readonly Diagnostic[]): string => {
  const counts = (Object.keys(WORDS) as Severity[]).flatMap((severity) => {
    const count = all.filter((one) => one.severity === severity).length;
    return count === 0 ? [] : [`${count} ${WORDS[severity][count === 1 ? 0 : 1]}`];
  });
  const unknown = exitCode(all, false) === 2 ? '; what hangs on an error is not known and is shown as ?' : '';
  return `${counts.join(', ')}${unknown}.`;
};

const findingHtml = (
  { severity, message, code, at, help, edits, related = [] }: Diagnostic,
  index: number,
  model: Model,
): Html => {
  const lines = model.source.lines;
  const place = at && html`<button class="plain" data-do="reveal" data-index="${index}">line ${at.line}</button>: `;
  return html`<li class="${severity}"><p><b>${WORDS[severity][0]}</b> ${place}${message} <code>[${code}]</code></p>${
    at && excerptHtml(excerpt(at, lines, UNPAINTED.error, UNPAINTED, {}))
  }${related.map(
    (other) =>
      html`<p>line ${other.at.line}: ${other.message}</p>${excerptHtml(excerpt(other.at, lines, UNPAINTED.bold, UNPAINTED, {}))}`,
  )}${
    help &&
    html`<p class="help">${help} ${
      edits && live`<button class="live" data-do="apply" data-index="${index}">Apply</button>`
    }</p>`
  }</li>`;
};

const excerptHtml = (lines: readonly string[]): Html | null =>
  lines.length === 0 ? null : html`<pre tabindex="0">${lines.map((line) => html`${line}\n`)}</pre>`;
