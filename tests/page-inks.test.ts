// The inks in which the editor shows a spec's text: each stretch under the letter of its ink. Every bundled spec gets keys in ink.

import { readdirSync, readFileSync } from 'node:fs';
import { highlightTree } from '@lezer/highlight';
import { describe, expect, it } from 'vitest';
import { styles, yaml } from '../src/page/app/inks.js';

/** Letters of the text that have an ink, as `k` key, `n` number, `s` string, `c` comment, `:` sign; a dot elsewhere. */
const inked = (text: string): string => {
  const letters = text.split('').map((letter): string => (letter === '\n' ? '\n' : '.'));
  highlightTree(yaml.parser.parse(text), styles, (from, to, ink) => {
    letters.fill(ink === 'ink-sign' ? ':' : (ink.at(4) ?? '?'), from, to);
  });
  return letters.join('');
};

describe('inks', () => {
  it.each([
    ['input: 227x227x3', 'kkkkk:.nnnnnnnnn'],
    ['name: AlexNet 2', 'kkkk:.........n'],
    ['  - relu', '..:.kkkk'],
    ['  - conv: 96  # filters', '..:.kkkk:.nn..ccccccccc'],
    ['- {bn, name: bn1}', ':.:kk:.kkkk:....:'],
    ['- {conv: ch, kernel: [3, 5], act: none}', ':.:kkkk:...:.kkkkkk:.:n:.n::.kkk:.....:'],
    ['mid: ch * width // 64', 'kkk:...............nn'],
    ['stride: 1 if strided_1x1 else 2', 'kkkkkk:.n.....................n'],
    ['repeat: "depths[0]"', 'kkkkkk:.sssssssssss'],
    ["'a: b': it's", 'kkkkkk:.....'],
    ['source: "two\n  lines"\nbatch: 3', 'kkkkkk:.ssss\nssssssss\nkkkkk:.n'],
    ['note: >\n  input: 3x3\n\n  more # too\nlayers:', 'kkkk:.:\nssssssssssss\n\nssssssssssss\nkkkkkk:'],
    ['rate: 1e-3', 'kkkk:.nnnn'],
    ['params: 61.1M', 'kkkkkk:.nnnnn'],
    ['url: a:b#c', 'kkk:......'],
    ['- - maxpool: 2', ':.:.kkkkkkk:.n'],
    ['---\n# c', ':::\nccc'],
    ['}}]{{{', '::::::'],
    ['网络: 3', 'kk:.n'],
  ])('%j', (text, expected) => expect(inked(text)).toBe(expected));

  const specs = new URL('../specs/', import.meta.url);
  it.each(readdirSync(specs).filter((name) => name.endsWith('.yaml')))('%s: keys of the file are keys', (name) => {
    const text = readFileSync(new URL(name, specs), 'utf8');
    const lines = inked(text).split('\n');
    const keys = text.split('\n').flatMap((line, i) => (/^[a-z]+:/.test(line) ? [[line, lines[i]] as const] : []));
    expect(keys.length).toBeGreaterThan(1);
    for (const [line, inks] of keys) expect(inks, line).toMatch(/^k+:/);
  });
});
