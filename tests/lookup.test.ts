// cnncalc kinds and cnncalc why: whatever there is has a page, in a terminal of 80 columns and in every format.

import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { explanations } from '../src/commands/why.js';
import { layers } from '../src/layers/index.js';
import { FAMILIES } from '../src/report/pages/kinds.js';
import { fakeIo, run } from './fake-io.js';
import { ruleNames } from './generate.js';

/** Code is never broken, and tables say what they leave out. */
const fits = (out: string, most = 80): void => {
  for (const line of out.split('\n'))
    if (!/^ {2}|─|^\S+( \(main\))? {2,}/.test(line)) expect(stringWidth(line), line).toBeLessThanOrEqual(most);
};

describe('kinds', () => {
  it('lists every kind below its family', async () => {
    const { code, out } = await run(['kinds', '--width', '80']);
    expect(code).toBe(0);
    for (const { name, role, main } of layers.kinds) {
      expect(out).toMatch(new RegExp(`^${main ? `${name}: ${main}` : name} {2}`, 'm'));
      expect(FAMILIES.map(([family]) => family)).toContain(role);
    }
    for (const line of out.split('\n')) expect(stringWidth(line), line).toBeLessThanOrEqual(80);
  });

  it.each(layers.kinds)('$name', async (kind) => {
    const { code, out } = await run(['kinds', kind.name, '--width', '80']);
    expect(code).toBe(0);
    for (const name of Object.keys(kind.args)) expect(out).toContain(name);
    for (const word of kind.aliases ?? []) {
      expect(out).toContain(word);
      expect((await run(['kinds', word, '--width', '80'])).out).toBe(out);
    }
    for (const example of kind.examples)
      for (const value of example.match(/# =>.*/g) ?? []) expect(out).toContain(value);
    fits(out);
  });

  it('a comment that has no room goes below its line, and code stays whole', async () => {
    const { out } = await run(['kinds', 'conv', '--width', '60']);
    expect(out).toContain(
      '    - {conv: 96, kernel: 11, stride: 4}\n      # => 55x55x96, params 34944, macs 105415200\n',
    );
    expect((await run(['kinds', 'conv'])).out).toContain(
      '{conv: 96, kernel: 11, stride: 4}               # => 55x55x96',
    );
  });

  it('a slip of the keyboard', async () => {
    const { code, out, err } = await run(['kinds', 'cnv']);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('did you mean conv?');
  });
});

describe('why', () => {
  const all = explanations(fakeIo());

  it('explains every code and every rule, once', () => {
    const codes = all.map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    for (const rule of ruleNames()) expect(codes).toContain(rule);
    for (const code of ['file/encoding', 'yaml/syntax', 'shape/groups', 'run/shape']) expect(codes).toContain(code);
    for (const { code, meaning, remedy, sort, text } of all) {
      expect(meaning, code).not.toBe('');
      expect(sort === 'lint rule' ? text : remedy, code).toBeTruthy();
    }
  });

  it('shows a rule with all that its documentation says, and a diagnostic with an example', async () => {
    const rule = (await run(['why', 'pad/too-much', '--width', '80'])).out;
    for (const part of ['What it does', 'Why is this bad?', 'Example', '# warning: pad/too-much'])
      expect(rule).toContain(part);
    fits(rule);
    const code = (await run(['why', 'shape/kernel-too-large', '--width', '80'])).out;
    for (const part of ['does not fit into the padded input', 'more padding', '# error: shape/kernel-too-large'])
      expect(code).toContain(part);
    expect((await run(['why', '[shape/kernel-too-large]', '--width', '80'])).out).toBe(code);
  });

  it('every rule is a page of headings, prose and code, without marks of Markdown', async () => {
    for (const id of ruleNames()) {
      const { out } = await run(['why', id]);
      expect(out, id).not.toMatch(/```|^#+ [A-Z]|\]\(/m);
      expect((await run(['why', id, '--format', 'markdown'])).out).toContain('```yaml');
    }
  });

  it('lists families', async () => {
    const { out } = await run(['why', 'shape']);
    expect(out).toContain('shape/groups');
    expect(out).not.toContain('pad/');
    expect((await run(['why', 'pad/*'])).out).toContain('pad/too-much');
    const every = (await run(['why', '--width', '80'])).out;
    for (const { code } of all) expect(every).toContain(code);
    for (const line of every.split('\n')) expect(stringWidth(line), line).toBeLessThanOrEqual(80);
  });

  it.each([
    ['shape/grops', 'did you mean shape/groups?'],
    ['act/duble', 'did you mean act/double?'],
    ['file/missng', 'did you mean file/missing?'],
  ])('%s', async (code, says) => {
    const ran = await run(['why', code]);
    expect([ran.code, ran.out]).toEqual([2, '']);
    expect(ran.err).toContain(says);
  });

  it('says so where the documentation is not there', async () => {
    const { main } = await import('../src/cli.js');
    const io = { ...fakeIo(), docs: 'nowhere/' };
    expect(await main(['why'], io)).toBe(2);
    expect(io.err()).toContain('install cnncalc again');
  });
});
