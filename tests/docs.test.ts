// The documentation runs: every spec in docs/ and every example of a kind gives what it says.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { layers } from '../src/layers/index.js';
import { execute, specsIn } from './executed.js';

const docs = new URL('../docs/', import.meta.url);

const pages = ['../README.md', ...readdirSync(docs).filter((file) => file.endsWith('.md'))];

describe.each(pages)('docs/%s', (file) => {
  const page = readFileSync(new URL(file, docs), 'utf8');
  const blocks = specsIn(page);
  it.each(blocks)('line $line', ({ text }) => execute(text, file === 'lint.md' ? 'warnings' : 'errors'));
  it('closes every fence', () => {
    expect(page.match(/^```/gm)?.length ?? 0).toSatisfy((n: number) => n % 2 === 0);
  });
});

describe.each(layers.kinds)('examples of $name', (kind) => {
  it('has one', () => expect(kind.examples.length).toBeGreaterThan(0));
  it.each(kind.examples)('%s', (example) => execute(example));
});

it('architecture.md shows a kind as it stands', () => {
  const page = readFileSync(new URL('architecture.md', docs), 'utf8');
  const shown = /as it stands in `(.*)`:\n\n```ts\n([\s\S]*?)```/.exec(page);
  expect(shown?.[2]).toBe(readFileSync(new URL(`../${shown?.[1]}`, docs), 'utf8'));
});
