// The two pages about the lecture, in English and in Chinese, say the same: section by section the same commands with the same output,
// pictures, code and figures. That the commands print this is console.test.ts's.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

const FENCE = /^```\w*\n[\s\S]*?^```$/gm;

interface Section {
  readonly level: number;
  readonly title: string;
  readonly text: string;
}

const sectionsOf = (page: string): readonly Section[] => {
  const blocks: string[] = [];
  // A comment in a block looks like a heading.
  const bare = page.replace(FENCE, (block) => `<${blocks.push(block) - 1}>`);
  return bare.split(/^(?=#+ )/m).map((part) => {
    const [, marks = '', title = ''] = /^(#+) (.*)$/m.exec(part) ?? [];
    return { level: marks.length, title, text: part.replace(/<(\d+)>/g, (_, i) => blocks[Number(i)] ?? '') };
  });
};

const matches = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([all, part]) => part ?? all);

const prose = (text: string): string => text.replace(FENCE, '');

const sorted = (words: readonly string[]): readonly string[] => [...new Set(words)].sort();

const english = sectionsOf(read('docs/lecture.md'));
const chinese = sectionsOf(read('docs/lecture.zh.md'));

it('has the same sections in both languages', () => {
  expect(chinese.map(({ level }) => level)).toEqual(english.map(({ level }) => level));
});

describe.each(english.map((section, i) => [section.title, section, chinese[i]] as const))('%s', (_, one, other) => {
  const same = (what: string, of: (text: string) => readonly string[]): void =>
    it(what, () => expect(of(other?.text ?? '')).toEqual(of(one.text)));

  same('blocks', (text) => matches(text, FENCE));
  same('pictures', (text) => matches(text, /!\[[^\]]+\]\(([^)]+)\)/g));
  same('code', (text) => sorted(matches(prose(text), /`([^`]+)`/g)));
  same('figures', (text) => sorted(matches(prose(text).replace(/\]\([^)]*\)/g, ''), /\d+(?:[.,]\d+)*/g)));
  same('statements of the notes', (text) => matches(text, /^> .*(?:\n> .*)*/gm).map(() => 'a statement'));
  same('rows of a table', (text) => matches(text, /^(\|)/gm));
});

it('is linked both ways', () => {
  expect(read('README.md')).toContain('(docs/lecture.md)');
  expect(read('README.md')).toContain('(docs/lecture.zh.md)');
  expect(read('docs/normalisation.md')).toContain('(lecture.md)');
  for (const page of ['docs/lecture.md', 'docs/lecture.zh.md']) {
    expect(read(page)).toContain('(../README.md');
    expect(read(page)).toContain('(normalisation.md');
  }
});

it('has every heading that it links to', () => {
  for (const sections of [english, chinese]) {
    const anchors = sections.map(({ title }) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N} -]/gu, '')
        .replaceAll(' ', '-'),
    );
    for (const { text } of sections)
      expect(anchors).toEqual(expect.arrayContaining([...matches(prose(text), /\]\(#([^)]+)\)/g)]));
  }
});
