// A state in an address, and back: JSON, deflated, in base64 for addresses. Whatever stands in one, nothing throws.

import type { State } from './state.js';
import { kept, readState } from './store.js';
import type { View } from './view.js';

const SIGN = '#s=';

/** Longer addresses are cut by those who hand them on. */
export const LONGEST_LINK = 32_000;

/** More than any text that is read: who makes a link that unpacks to more means no good. */
const MOST_BYTES = 32 * 1024 * 1024;

const through = async (
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> => {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > MOST_BYTES) throw new RangeError('it is larger than anything that is read');
    pieces.push(value);
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
};

const toBase64 = (bytes: Uint8Array): string => {
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
};

const fromBase64 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));

/** `#s=…` */
export const hashOf = async (state: State): Promise<string> => {
  const bytes = new TextEncoder().encode(JSON.stringify(kept(state)));
  return SIGN + toBase64(await through(bytes, new CompressionStream('deflate-raw')));
};

/** The state of an address; `none` where it holds none, `broken` where it cannot be read. */
export const stateIn = async (hash: string, views: readonly View[]): Promise<State | 'none' | 'broken'> => {
  if (!hash.startsWith(SIGN)) return 'none';
  try {
    const bytes = await through(fromBase64(hash.slice(SIGN.length)), new DecompressionStream('deflate-raw'));
    return readState(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)), views) ?? 'broken';
  } catch {
    return 'broken';
  }
};
