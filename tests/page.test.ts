// The page as the command line writes it: what can be read without a browser, and what views make of deeds. In a browser it is tested
// by tests/browser/.

import { describe, expect, it } from 'vitest';
import { html } from '../src/page/html.js';
import { modelOf } from '../src/page/model.js';
import type { Said, Settings, State } from '../src/page/state.js';
import { changed, kept, readState, settingsOf } from '../src/page/store.js';
import type { Change, Deed, View } from '../src/page/view.js';
import { VIEWS } from '../src/page/views.js';
import { run } from './fake-io.js';
import { misformed } from './well-formed.js';

const NET = `name: Net
input: 32x32x3
layers:
  - {conv: 16, kernel: 3, padding: 1, act: relu, name: stage.a}
  - {conv: 16, kernel: 3, padding: 1, norm: bn, act: relu, name: stage.b}
  - {maxpool: 2, name: pool}
  - {fc: 10, name: out}
`;

const BROKEN = `input: 32x32x3
layers:
  - {conv: 16, kernel: 3, name: a}
  - {conv: 16, kernal: 3, name: b}
  - {fc: 10, name: out}
`;

const HOSTILE = `name: "<img src=x onerror=alert(1)> & \\"quoted\\" \u202e网络 </script><script>alert(2)</script>"
note: "</pre></textarea><svg onload=alert(3)>"
input: 8x8x3
layers:
  - {conv: 4, kernel: 3, name: 卷积}
  - {fc: 2, name: "<b>"}
  - {fc: 2, nome: "</title><script>alert(4)</script>"}
`;

const state = (text: string, said: Said = {}, settings: State['settings'] = {}): State => ({
  name: 'net.yaml',
  text,
  said,
  selection: { layer: null, unit: null, cell: null },
  settings,
});

const viewOf = (id: string): View => {
  const found = VIEWS.find((view) => view.id === id);
  if (!found) throw new Error(`no view ${id}`);
  return found;
};

const rendered = async (id: string, of: State): Promise<string> => {
  const view = viewOf(id);
  return (await view.render(modelOf(of), settingsOf(of, view))).markup;
};

const NO_DEED: Deed = { data: {}, value: '', at: null, pressed: false, key: null };

/** What comes of a deed, and the state after it. */
const done = async (
  id: string,
  name: string,
  of: State,
  deed: Partial<Deed>,
): Promise<{ change: Change; after: State }> => {
  const view = viewOf(id);
  const change = (await view.deeds?.[name]?.(modelOf(of), settingsOf(of, view), { ...NO_DEED, ...deed })) ?? {};
  return { change, after: changed(of, view, change) };
};

const textIn = (markup: string): string =>
  markup
    .replace(/<[^>]*>/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ');

const pageOf = async (argv: readonly string[], files: Readonly<Record<string, string>> = {}): Promise<string> => {
  const { out, err } = await run([...argv, '--format', 'html'], { files });
  expect(out, err).toMatch(/^<!DOCTYPE html>/);
  return out;
};

const sectionOf = (page: string, id: string): string =>
  new RegExp(`<section id="${id}".*?</section>`, 's').exec(page)?.[0] ?? '';

describe('the file', () => {
  it('is read without script: title, totals, findings, table, drawing, the spec', async () => {
    const page = await pageOf(['alexnet']);
    expect(page).toContain('<title>AlexNet · cnncalc</title>');
    expect(page).toContain('<h1>AlexNet</h1>');
    expect(textIn(/<header>.*?<\/header>/s.exec(page)?.[0] ?? '')).toContain(
      'input 227x227x3, 62.4M parameters, 1.1G MACs',
    );
    expect(textIn(sectionOf(page, 'totals'))).toContain('parameters 62,378,344 (62.4M)');
    expect(textIn(sectionOf(page, 'findings'))).toContain('[fc/dominates]');
    expect(textIn(sectionOf(page, 'table'))).toMatch(/conv1 conv 96 11x11 \/ 4 \+ relu 55x55x96 34,944/);
    expect(sectionOf(page, 'drawing')).toContain('<svg ');
    expect(sectionOf(page, 'spec')).toContain('input: 227x227x3');
  });

  it.each(['alexnet', 'resnet50', 'unet', 'densenet121', 'vit_b_16', 'wavenet', 'hrnet', 'inception_v4', 'yolov3'])(
    'of %s is at most 500 KB, and asks for nothing',
    async (name) => {
      const page = await pageOf([name]);
      expect(new TextEncoder().encode(page).length).toBeLessThan(500_000);
      const own = page.replace(/<script.*?<\/script>/gs, '');
      expect(own).not.toMatch(/(?:src|href)="(?!#|data:)/);
      expect(own).not.toMatch(/url\((?!#)|@import|<link (?!rel="icon" href="data:)|<iframe|<object|<embed/);
    },
  );

  it('lets nothing run but its two scripts, and asks for nothing: its policy says so', async () => {
    const [policy = ''] = /default-src 'none'[^"]*/.exec(await pageOf(['net.yaml'], { 'net.yaml': NET })) ?? [];
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      expect.stringMatching(/^script-src( 'sha256-[\w+/=]{44}'){2}$/),
      "style-src 'unsafe-inline'",
      'img-src data: blob:',
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  it('has views that are well-formed, in each of which text is text', async () => {
    const page = await pageOf(['hostile.yaml'], { 'hostile.yaml': HOSTILE });
    for (const { id } of VIEWS) expect(misformed(sectionOf(page, id)), id).toBeNull();
    expect(page.match(/<script/g)?.length).toBe(3);
    expect(page).not.toMatch(/<img|<script>alert|<svg onload|<\/pre><\/textarea>/);
    expect(page.includes('\u202e')).toBe(false);
    expect(textIn(/<h1>.*?<\/h1>/s.exec(page)?.[0] ?? '')).toContain('<img src=x onerror=alert(1)> & "quoted"');
    const [, json = ''] = /<script type="application\/json" id="state">(.*?)<\/script>/s.exec(page) ?? [];
    // What is not shown as it was written stands in the state besides.
    expect(JSON.parse(json).text).toBe(HOSTILE);
    const plain = await pageOf(['net.yaml'], { 'net.yaml': NET });
    expect(plain.split('maxpool: 2, name: pool').length).toBe(2);
  });

  it('of a broken spec says what is wrong and shows what is known; the exit code is that of the spec', async () => {
    const { code, io } = await run(['broken.yaml', '-o', 'net.html'], { files: { 'broken.yaml': BROKEN } });
    expect(code).toBe(2);
    const page = String(io.files.get('net.html'));
    expect(textIn(sectionOf(page, 'findings'))).toContain('conv has no option "kernal"');
    expect(textIn(sectionOf(page, 'table'))).toMatch(/a conv 16 3x3 \(output\) 30x30x16 448 .*b conv \? \?/);
    expect(textIn(sectionOf(page, 'totals'))).toContain('parameters ? (at least 448)');
  });

  it.each([
    ['nothing', ''],
    ['no layers', 'input: 8x8x3\n'],
    ['no spec', 'a: [b\n'],
    ['a list', '- conv: 3\n'],
  ])('of a text with %s is a page all the same', async (_, text) => {
    const { io } = await run(['a.yaml', '-o', 'a.html'], { files: { 'a.yaml': text } });
    const page = String(io.files.get('a.html'));
    for (const { id } of VIEWS) expect(misformed(sectionOf(page, id)), id).toBeNull();
    expect(sectionOf(page, 'findings')).toContain('class="error"');
  });

  it('takes what the command line says: variant, input, batch, columns, depth, style', async () => {
    const page = await pageOf([
      'resnet50',
      '--batch',
      '4',
      '--input',
      '64x64x3',
      '--columns',
      'name,rf',
      '--depth',
      '1',
      '--style',
      'volumes',
      '--rows',
      'all',
    ]);
    expect(textIn(sectionOf(page, 'table'))).toMatch(/name rf conv1 7 .*layer4 427/);
    expect(sectionOf(page, 'drawing')).not.toContain('data-do="direction"');
    const [, json = ''] = /id="state">(.*?)<\/script>/s.exec(page) ?? [];
    expect(JSON.parse(json)).toMatchObject({
      name: 'resnet.yaml',
      said: { variant: 'resnet50', batch: 4, input: '64x64x3' },
      settings: { table: { columns: 'name,rf', depth: 1, apart: true }, drawing: { style: 'volumes', depth: 1 } },
    });
  });

  it('of course notation and of another program has a text that is the same network', async () => {
    const notation = 'INPUT 32x32x3; CONV-5-6; POOL-2; FC-10';
    expect(textIn(sectionOf(await pageOf([notation]), 'totals'))).toContain('parameters 12,226');
    const torch = 'Sequential(\n  (0): Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1))\n  (1): ReLU()\n)\n';
    const page = await pageOf(['net.txt', '--input', '3x8x8'], { 'net.txt': torch });
    expect(sectionOf(page, 'spec')).toMatch(/conv: 8|filters: 8/);
    expect(textIn(sectionOf(page, 'totals'))).toContain('parameters 224');
  });

  it('of thousands of layers shows the first, and says how many there are besides', async () => {
    const text = `input: 16x16x4\nlayers:\n${Array.from({ length: 1000 }, (_, i) => `  - {conv: 4, kernel: 3, padding: 1, name: c${i}}\n`).join('')}`;
    const page = await pageOf(['big.yaml'], { 'big.yaml': text });
    expect(sectionOf(page, 'table').match(/<tr/g)?.length).toBe(102);
    expect(textIn(sectionOf(page, 'table'))).toContain('And 900 more lines.');
  });
});

describe('play', () => {
  it('writes a page where nothing is kept, tells where, and opens it', async () => {
    const { code, out, err, io } = await run(['play', 'alexnet']);
    expect([code, out, err]).toEqual([0, 'temporary/alexnet.html\n', '']);
    expect(io.opened).toEqual(['temporary/alexnet.html']);
    expect(io.files.get('temporary/alexnet.html')).toContain('<h1>AlexNet</h1>');
  });

  it('begins with a first network where none is named', async () => {
    const { out, io } = await run(['play']);
    expect(String(io.files.get(out.trim()))).toContain('<h1>First</h1>');
  });

  it('says so where there is no browser, and does not ask for one that is not wanted', async () => {
    const without = await run(['play'], { browser: false });
    expect(without.code).toBe(0);
    expect(without.err).toContain('there is no browser');
    const { io } = await run(['play', '--no-open', '-o', 'mine.html']);
    expect([io.opened, [...io.files.keys()]]).toEqual([[], ['mine.html']]);
  });

  it.each([
    ['a file that is not there', ['play', 'nothing.yaml'], 2],
    ['a spec with an error', ['play', 'b.yaml'], 0],
  ])('of %s', async (_, argv, code) => {
    const ran = await run(argv, { files: { 'b.yaml': BROKEN } });
    expect(ran.code).toBe(code);
    expect(ran.err).toMatch(/^\S*: error: |^error: /m);
  });
});

describe('markup', () => {
  it('escapes what is put in, wherever', () => {
    const text = `<a href="x" onclick='y'>&\u0007`;
    expect(
      html`<p title="${text}">${text}${[text, html`<b>${text}</b>`]}${null}${false}${undefined}${0}</p>`.markup,
    ).toBe(`<p title="${ESCAPED}">${ESCAPED}${ESCAPED}<b>${ESCAPED}</b>0</p>`);
  });

  it('is not to be had by an object that looks like it', () => {
    const forged = JSON.parse('{"markup": "<script>"}');
    expect(html`${forged}`.markup).not.toContain('<script>');
  });
});

const ESCAPED = "&lt;a href=&quot;x&quot; onclick='y'&gt;&amp; ";

describe('a state', () => {
  const own = state(
    NET,
    { batch: 2, layout: 'chw' },
    { table: { depth: 2, columns: 'name,rf' }, drawing: { fit: false } },
  );

  it('is read from what is kept of it', () => {
    expect(readState(JSON.parse(JSON.stringify(kept(own))), VIEWS)).toEqual(own);
  });

  it.each([
    ['null', null],
    ['a list', []],
    ['no text', {}],
    ['a number for a text', { text: 3 }],
  ])('is none where there is %s', (_, value) => {
    expect(readState(value, VIEWS)).toBeNull();
  });

  it('leaves out what is not of its type, and what nobody knows', () => {
    const read = readState(
      {
        text: NET,
        name: 7,
        said: {
          batch: -1,
          dtype: 'f99',
          layout: ['hwc'],
          variant: {},
          set: { a: 1, b: '2' },
          freeze: [1, 'x'],
          pad: 'same',
        },
        selection: { layer: 3, unit: [1, 'x'], cell: [1, 2] },
        settings: {
          table: { depth: 'x', columns: 'name', sort: null, nothing: 1, __proto__: { only: 'x' }, why: 'rf' },
          nothing: { a: 1 },
          drawing: [],
        },
        picture: 'data:,',
      },
      VIEWS,
    );
    expect(read).toEqual({
      name: 'net.yaml',
      text: NET,
      said: { set: { b: '2' }, freeze: ['x'], pad: 'same' },
      selection: { layer: null, unit: null, cell: [1, 2] },
      settings: { table: { columns: 'name', why: 'rf' } },
    });
  });

  it('is the same model while the text is the same', () => {
    const before = modelOf(own);
    const after = modelOf({ ...own, selection: { ...own.selection, layer: 'pool' } }, before);
    expect(after.analysis).toBe(before.analysis);
    expect(modelOf({ ...own, text: BROKEN }, before).analysis).not.toBe(before.analysis);
  });

  it('with a text that is too large says so at once', () => {
    const { analysis } = modelOf(state('a'.repeat(5 << 20)));
    expect(analysis.diagnostics.map(({ code }) => code)).toEqual(['spec/too-large']);
  });
});

describe('totals', () => {
  it.each<[string, string, Said]>([
    ['batch', '8', { batch: 8 }],
    ['batch', '', { batch: undefined }],
    ['batch', '0', { batch: undefined }],
    ['input', ' 64x64x3 ', { input: '64x64x3' }],
    ['input', '', { input: undefined }],
    ['dtype', 'f16', { dtype: 'f16' }],
    ['dtype', 'f99', { dtype: undefined }],
    ['layout', 'chw', { layout: 'chw' }],
  ])('%s is said: %o', async (name, value, said) => {
    expect((await done('totals', name, state(NET), { value })).change).toEqual({ said });
  });

  it('are those of what is said', async () => {
    const { after } = await done('totals', 'input', state(NET), { value: '64x64x3' });
    expect(textIn(await rendered('totals', after))).toContain('multiply-accumulates 11,370,496');
  });
});

describe('a page without a text', () => {
  it('offers a first network, in which nothing is wrong; over a text it is not written', async () => {
    const empty = state(' \n');
    expect(await rendered('totals', empty)).toContain('data-do="begin"');
    const [edit] = (await done('totals', 'begin', empty, {})).change.edits ?? [];
    const begun = modelOf(state(edit?.text ?? ''));
    expect(begun.analysis.rows.length).toBeGreaterThan(5);
    expect(begun.analysis.diagnostics).toEqual([]);
    for (const text of [NET, '# to do', 'input: ['])
      expect((await done('totals', 'begin', state(text), {})).change).toEqual({});
  });
});

describe('findings', () => {
  it('are told in the order of the text, with the place and what to write instead', async () => {
    expect(textIn(await rendered('findings', state(BROKEN)))).toMatch(
      /1 error; what hangs on an error .* error line 4 : conv has no option "kernal" \[option\/unknown\] .* did you mean kernel\? Apply/,
    );
    expect(textIn(await rendered('findings', state(NET)))).toMatch(/^ 1 warning\. .*write bias: false/);
    expect(await rendered('findings', state(NET.replace('norm: bn, ', '')))).toContain('Nothing is wrong');
  });

  it('give the edits that do away with them, and the place to look at', async () => {
    const { change } = await done('findings', 'apply', state(BROKEN), { data: { index: '0' } });
    expect(change).toEqual({ edits: [{ at: { line: 4, column: 16, length: 6 }, text: 'kernel' }] });
    expect((await done('findings', 'reveal', state(BROKEN), { data: { index: '0' } })).change.reveal?.line).toBe(4);
    for (const index of ['7', '-1', 'x', undefined])
      expect((await done('findings', 'apply', state(BROKEN), { data: { index } })).change).toEqual({});
  });
});

describe('the table', () => {
  const names = (markup: string): readonly string[] =>
    [...markup.replace(/<tfoot>.*/s, '').matchAll(/<th scope="row">([^<]*)/g)].map(([, name = '']) => name);
  const with_ = (settings: Settings): State => state(NET, {}, { table: settings });

  it.each<[string, Settings, readonly string[]]>([
    ['all layers', {}, ['stage.a', 'stage.b', 'pool', 'out']],
    ['one line per stage', { depth: 1 }, ['stage', 'pool', 'out']],
    [
      'norms apart',
      { apart: true },
      ['stage.a', 'stage.a.act', 'stage.b', 'stage.b.norm', 'stage.b.act', 'pool', 'out'],
    ],
    ['a part of a name', { only: 'stage' }, ['stage.a', 'stage.b']],
    ['a pattern', { only: '*.b' }, ['stage.b']],
    ['sorted', { sort: 'params' }, ['out', 'stage.b', 'stage.a', 'pool']],
    ['turned', { sort: 'params', turned: true }, ['pool', 'stage.a', 'stage.b', 'out']],
    ['no such column', { sort: 'nothing' }, ['stage.a', 'stage.b', 'pool', 'out']],
  ])('shows %s', async (_, settings, wanted) => {
    expect(names(await rendered('table', with_(settings)))).toEqual(wanted);
  });

  it('says where no name fits, and where a pattern is none', async () => {
    expect(await rendered('table', with_({ only: 'nothing' }))).toContain('No layer has such a name: nothing');
    expect(await rendered('table', with_({ only: '[' }))).toMatch(/No layer has|This is no pattern/);
    expect(await rendered('table', with_({ only: 'nothing' }))).not.toContain('<table');
  });

  it('sorts by a column, then the other way round, then as they run', async () => {
    let of = state(NET);
    const seen: Settings[] = [];
    for (let i = 0; i < 3; i += 1) {
      of = (await done('table', 'sort', of, { data: { key: 'macs' } })).after;
      seen.push(of.settings['table'] ?? {});
    }
    expect(seen).toEqual([
      { sort: 'macs', turned: false },
      { sort: 'macs', turned: true },
      { sort: '', turned: false },
    ]);
  });

  it('says by what it is sorted, and paints shares', async () => {
    expect(await rendered('table', state(NET))).toContain('<caption>Layers in the order in which they run</caption>');
    const sorted = await rendered('table', with_({ sort: 'macs-share', columns: 'name,macs-share' }));
    expect(sorted).toContain('<caption>Layers by share of MACs</caption>');
    const [, share = '', text = ''] = /<td style="--share:(\d+)%">(\d+)%<\/td>/.exec(sorted) ?? [];
    expect(Number(share)).toBeGreaterThan(50);
    expect(text).toBe(share);
    expect(sorted).toContain('<td>0%</td>');
  });

  it.each<[number, string]>([
    [0, 'layers: 4'],
    [1, 'stages: 3'],
    [2, 'layers: 4'],
    [9, 'layers: 4'],
  ])('of the depth %d has chosen %s', async (depth, text) => {
    const markup = await rendered('table', with_({ depth }));
    expect(/<option value="\d" selected="">([^<]*)/.exec(markup)?.[1]).toBe(text);
    expect(markup).toContain('<option value="1"');
  });

  it('takes columns in and out, also those that training asks for', async () => {
    const { after } = await done('table', 'columns', state(NET), { data: { key: 'kept' }, value: 'on' });
    expect(textIn(await rendered('table', after))).toMatch(/kept .*stage\.a .* KiB/);
    const less = await done('table', 'columns', after, { data: { key: 'params' }, value: '' });
    expect(String(less.after.settings['table']?.['columns']).split(',')).not.toContain('params');
  });

  it('explains a number: that step first, then the others', async () => {
    const { after } = await done('table', 'why', state(NET), { data: { row: '0', column: '3' } });
    expect(after.selection.layer).toBe('stage.a');
    const [, aside = ''] = /<aside.*?>(.*)<\/aside>/s.exec(await rendered('table', after)) ?? [];
    expect(textIn(aside)).toMatch(/stage\.a: conv 16 3x3, pad 1 parameters .*16\*\(3\*3\*3 ?\+ ?1\)|parameters/);
    expect(textIn(aside)).toContain('448');
    expect((await done('table', 'close', after, {})).after.settings['table']?.['why']).toBeNull();
  });

  it('says of a stage that its numbers are sums', async () => {
    const { after } = await done('table', 'why', with_({ depth: 1 }), { data: { row: '0', column: '3' } });
    expect(textIn(await rendered('table', after))).toContain('5 layers, from stage.a to stage.b.act');
  });

  it.each(['csv', 'markdown', 'latex', 'json'])('is copied as %s as the command line prints it', async (format) => {
    const isApart = format === 'csv';
    const { change } = await done('table', 'copy', state(NET, {}, { table: { apart: isApart } }), { data: { format } });
    const argv = ['net.yaml', '--format', format];
    if (isApart) argv.push('--columns', 'name,layer,output,params,params-share,macs,macs-share,rf');
    const { out } = await run(argv, { files: { 'net.yaml': NET } });
    expect(change.copy).toBe(out);
  });
});

describe('the drawing', () => {
  it('has the depths of the table, and as many boxes as one reads where nobody chose', async () => {
    const chosen = async (depth: number) =>
      /<option value="\d" selected="">([^<]*)<\/option>(?=(?:<option[^>]*>[^<]*<\/option>)*<\/select><\/label>\s*<label><input)/.exec(
        await rendered('drawing', state(NET, {}, { drawing: { depth } })),
      )?.[1];
    expect([await chosen(0), await chosen(1), await chosen(2)]).toEqual(['few enough to read', 'stages', 'layers']);
  });

  const keys = (markup: string): readonly string[] =>
    [...markup.matchAll(/data-key="([^"]*)"/g)].map(([, key = '']) => key);

  it.each(['graph', 'volumes'])(
    'has a key for every layer that is drawn as %s, of which one is chosen',
    async (style) => {
      const of = state(NET, {}, { drawing: { style } });
      const [one = ''] = keys(await rendered('drawing', of));
      expect(keys(await rendered('drawing', of))).toEqual(['stage.a', 'stage.b', 'pool', 'out']);
      const chosen = await rendered('drawing', { ...of, selection: { ...of.selection, layer: one } });
      expect(chosen.match(/class="chosen"/g)?.length).toBe(1);
    },
  );

  it('selects what is clicked', async () => {
    expect((await done('drawing', 'select', state(NET), { data: { key: 'pool' } })).change.selection?.layer).toBe(
      'pool',
    );
    expect((await done('drawing', 'select', state(NET), {})).change).toEqual({});
  });

  it.each([
    ['svg', /^<svg /],
    ['tikz', /tikzpicture/],
    ['dot', /^digraph/],
    ['mermaid', /flowchart TD/],
  ])('is saved as %s', async (format, looks) => {
    const { change } = await done('drawing', 'save', state(NET), { data: { format } });
    expect(change.save?.content).toMatch(looks);
    expect(change.save?.name).toMatch(/^net\.\w+$/);
  });
});

it('every deed takes any data without a fault', async () => {
  const odd: readonly Partial<Deed>[] = [
    {},
    { value: '\u0000<x>', data: { key: '__proto__', format: 'constructor', index: 'NaN', row: '-5', column: '1e9' } },
    { value: '1e999', at: [Number.NaN, -1e9], pressed: true, key: 'Enter' },
  ];
  for (const text of [NET, BROKEN, HOSTILE, ''])
    for (const view of VIEWS)
      for (const name of Object.keys(view.deeds ?? {}))
        for (const deed of odd) {
          const { after } = await done(view.id, name, state(text), deed);
          expect(misformed(`<div>${await rendered(view.id, after)}</div>`), `${view.id} ${name}`).toBeNull();
        }
});
