// The program in a page: what is packed is unpacked as it was, whatever it is; what was not packed here is refused.

import fc from 'fast-check';
import { compress } from 'lzma1';
import { describe, expect, it } from 'vitest';
import { pack, unpack } from '../src/page/packing.js';
import { unlzma } from '../src/page/unlzma.js';

const bytes = (n: number, of: (i: number) => number): Uint8Array => Uint8Array.from({ length: n }, (_, i) => of(i));

describe('base91', () => {
  it('gives back any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (some) => {
        expect(unpack(pack(some))).toEqual(some);
      }),
    );
  });

  it('stands in a script element as it is', () => {
    const text = pack(bytes(50_000, (i) => (i * 7919) ^ (i >> 3)));
    expect(text).toMatch(/^[!-~]*$/);
    expect(text).not.toMatch(/[&<\\]/);
    expect(text.length / 50_000).toBeLessThan(1.24);
  });

  it('passes over line breaks, which somebody may have put in', () => {
    const some = bytes(100, (i) => i * 37);
    expect(unpack(pack(some).replace(/.{20}/g, '$&\r\n'))).toEqual(some);
  });
});

describe('LZMA', () => {
  it.each([
    ['nothing that repeats', bytes(5000, (i) => (i * i * 31) >> 3)],
    ['one byte', bytes(1, () => 65)],
    ['one byte, often', bytes(100_000, () => 0)],
    ['a short period', bytes(70_000, (i) => i % 7)],
    ['far repeats', bytes(300_000, (i) => ((i % 131_071) * 2654435761) >>> 13)],
    ['text', new TextEncoder().encode('conv: 64, kernel: 3; '.repeat(3000) + '网络'.repeat(100))],
  ])('gives back %s', (_, some) => {
    expect(Buffer.compare(unlzma(compress(some, 9)), some)).toBe(0);
  });

  it('gives back what is random in part', () => {
    const part = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.nat(255).map((n) => bytes(30, () => n)),
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 30 }), (parts) => {
        const some = Uint8Array.from(parts.flatMap((one) => [...one]));
        if (some.length > 0) expect(unlzma(compress(some, 5))).toEqual(some);
      }),
      { numRuns: 40 },
    );
  });

  it('refuses what is none, and does not run on where it is cut off or changed', () => {
    expect(() => unlzma(new Uint8Array())).toThrow(RangeError);
    expect(() => unlzma(bytes(100, () => 255))).toThrow(RangeError);
    const packed = compress(
      bytes(3000, (i) => (i * i) >> 4),
      9,
    );
    expect(() => unlzma(packed.subarray(0, packed.length / 2))).toThrow(RangeError);
    fc.assert(
      fc.property(fc.nat(packed.length - 19), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = packed.map((byte, i) => (i === at + 18 ? byte ^ flip : byte));
        try {
          expect(unlzma(changed).length).toBe(3000);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });
});
