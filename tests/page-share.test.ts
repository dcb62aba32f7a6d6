// Links that hold a network: what is put in comes out; a link that is cut, changed or made up is told from one that holds none.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashOf, stateIn } from '../src/page/share.js';
import type { State } from '../src/page/state.js';
import { VIEWS } from '../src/page/views.js';

const state: State = {
  name: 'net.yaml',
  text: 'name: "<b> 网络 \u202e"\r\ninput: 8x8x3\nlayers:\n  - {conv: 4, kernel: 3}\n',
  said: { batch: 4, variant: 'a', layout: 'chw' },
  selection: { layer: 'conv1', unit: [1, 2], cell: null },
  settings: { table: { depth: 2, sort: 'macs' }, field: { pins: 'conv1 0,0' } },
};

const deflated = async (text: string): Promise<string> => {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return `#s=${Buffer.from(await new Response(stream).arrayBuffer()).toString('base64url')}`;
};

describe('a link', () => {
  it('holds a state', async () => {
    expect(await stateIn(await hashOf(state), VIEWS)).toEqual(state);
    expect(await hashOf(state)).toMatch(/^#s=[\w-]+$/);
  });

  it('does not hold a picture', async () => {
    expect(await stateIn(await hashOf({ ...state, picture: 'blob:x' }), VIEWS)).toEqual(state);
  });

  it('holds a long text', async () => {
    const text = 'layers:\n'.repeat(40_000);
    expect(await stateIn(await hashOf({ ...state, text }), VIEWS)).toMatchObject({ text });
  });

  it.each(['', '#', '#table', '#S=x', '#x#s=x'])('is not there in "%s"', async (hash) => {
    expect(await stateIn(hash, VIEWS)).toBe('none');
  });

  it('that is cut anywhere is broken', async () => {
    const hash = await hashOf(state);
    for (let length = '#s='.length; length < hash.length; length += 1)
      expect(await stateIn(hash.slice(0, length), VIEWS), `${length} of ${hash.length}`).toBe('broken');
  });

  it('with other letters is broken, or holds what is of the right types', async () => {
    const hash = await hashOf(state);
    const letters = 'AZaz09-_%$ é<'.split('');
    await fc.assert(
      fc.asyncProperty(fc.nat(hash.length - 4), fc.constantFrom(...letters), async (at, letter) => {
        const read = await stateIn(hash.slice(0, at + 3) + letter + hash.slice(at + 4), VIEWS);
        if (typeof read === 'string') expect(read).toBe('broken');
        else expect(typeof read.text).toBe('string');
      }),
    );
  });

  it.each(['', 'null', '[]', '{}', '{"text": 3}', '{"text": "a"', 'nothing'])('to "%s" is broken', async (json) => {
    expect(await stateIn(await deflated(json), VIEWS)).toBe('broken');
  });

  it('that unpacks to more than anybody reads is broken, and soon', async () => {
    expect(await stateIn(await deflated('a'.repeat(80 * 2 ** 20)), VIEWS)).toBe('broken');
  });
});
