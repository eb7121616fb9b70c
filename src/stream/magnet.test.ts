import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSource } from '../swarm/source.ts';
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
    `magnet:?xt=urn:btmh:1220ab&xt=urn:btih:${HEX}`,
    `magnet:?xt=urn:btih:nothing&xt=urn:btih:${HEX}&xt=urn:btih:${'1'.repeat(40)}`,
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
    `magnet:?xt.1=urn:btih:${HEX}`,
    `magnet:?dn=a?xt=urn:btih:${HEX}`,
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

  it('is not looked for in one that the engine refuses for its length', async () => {
    const long = `magnet:?xt=urn:btih:${HEX}&dn=${'a'.repeat(65_536)}`;
    expect([(await readSource(long)).ok, infoHashOf(long)]).toEqual([false, null]);
  });

  it('is the one that the engine finds', async () => {
    const hash = fc.constantFrom(HEX, HEX.toUpperCase(), 'A2'.repeat(16), '12', 'ff'.repeat(20));
    const topic = fc
      .tuple(fc.constantFrom('urn:btih:', 'URN:BTIH:', 'urn%3Abtih%3A', 'urn:btmh:', ''), hash)
      .map((parts) => parts.join(''));
    const field = fc.tuple(fc.constantFrom('xt', 'XT', 'xt.1', 'x%74', 'dn', 'tr'), topic);
    const joined = fc
      .tuple(fc.array(field, { maxLength: 4 }), fc.constantFrom('&', '&&', '&amp;', '?', ';'))
      .map(([fields, by]) => fields.map((pair) => pair.join('=')).join(by));
    const start = fc.constantFrom('magnet:?', 'MAGNET:?', 'magnet:', ' magnet:?', 'https://a/?');
    const link = fc.oneof(
      hash,
      fc.string(),
      fc.tuple(start, joined).map((parts) => parts.join('')),
    );
    await fc.assert(
      fc.asyncProperty(link, async (text) => {
        const read = await readSource(text);
        expect(infoHashOf(text)).toBe(read.ok ? read.value.infoHash : null);
      }),
      { numRuns: 500 },
    );
  });
});
