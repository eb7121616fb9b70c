import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { infoHashOf } from './magnet.ts';

const HEX = '0123456789abcdef0123456789abcdef01234567';

describe('info hash of a magnet', () => {
  it.each([
    HEX,
    HEX.toUpperCase(),
    ` ${HEX}\n`,
    `magnet:?xt=urn:btih:${HEX}`,
    `magnet:?dn=a&xt=urn:btih:${HEX.toUpperCase()}&tr=wss%3A%2F%2Ft.example`,
    `MAGNET:?xt=urn%3Abtih%3A${HEX}`,
    `magnet:?xt.1=urn:btih:${HEX}&xt.2=urn:btmh:1220ab`,
  ])('is found in %j', (text) => {
    expect(infoHashOf(text)).toBe(HEX);
  });

  it.each([
    '',
    'x',
    HEX.slice(1),
    `${HEX}0`,
    `magnet:?xt=urn:btih:${HEX}0`,
    `magnet:?dn=${HEX}`,
    'magnet:?xt=urn:btmh:1220ab',
    `magnet:?yxt=urn:btih:${HEX}`,
    '1'.repeat(32),
    `https://a.example/?xt=urn:btih:${HEX}`,
  ])('is not found in %j', (text) => {
    expect(infoHashOf(text)).toBeNull();
  });

  it('reads base32 as the same number', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), (bytes) => {
        const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
        const base32 = (bits.match(/.{5}/g) ?? [])
          .map((five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(five, 2)])
          .join('');
        expect(infoHashOf(`magnet:?xt=urn:btih:${base32}`)).toBe(
          Buffer.from(bytes).toString('hex'),
        );
      }),
    );
  });
});
