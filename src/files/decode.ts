// PNG and JPEG files -> pictures, or why not. Each format is a file of its own, loaded for what it is.

import { Problem } from '../core/diagnostic.js';
import { grouped } from '../core/quantity.js';
import { MOST_BYTES, type Picture } from './picture.js';

const PNG = [0x89, 0x50, 0x4e, 0x47];
const JPEG = [0xff, 0xd8, 0xff];
const begins = (bytes: Uint8Array, magic: readonly number[]): boolean => magic.every((byte, i) => bytes[i] === byte);

export const isPicture = (bytes: Uint8Array): boolean => begins(bytes, PNG) || begins(bytes, JPEG);

/** Of a file of that many bytes, which is read only where it is not too large. */
export const decode = async (size: number, read: () => Uint8Array): Promise<Picture | Problem> => {
  if (size > MOST_BYTES) return broken(`it has ${grouped(size)} bytes; at most ${grouped(MOST_BYTES)} are read`);
  const bytes = read();
  try {
    if (begins(bytes, PNG)) return await (await import('./png.js')).decodePng(bytes);
    return await (await import('./jpeg.js')).decodeJpeg(bytes);
  } catch (error) {
    return broken(error instanceof Error ? error.message : String(error));
  }
};

const broken = (why: string): Problem =>
  new Problem('data/picture', `this picture cannot be decoded: ${why}`, 'save it anew as .png or .jpg');
