import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { infoHash } from '../shared/units.ts';
import { parseStreamUrl, profileIn, streamUrl } from './route.ts';

const at = (path: string): URL => new URL(path, 'https://rivulet.example');
const HASH = infoHash('0123456789abcdef'.repeat(3).slice(0, 40));

/** Any UTF-16, lone surrogates and control characters too. */
const anyText = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 300 })
  .map((units) => String.fromCharCode(...units));

describe('stream URLs', () => {
  it('lead back to their file for any name and profile', () => {
    fc.assert(
      fc.property(
        fc.nat(999_999),
        anyText,
        fc.constantFrom('main', 'seller-2'),
        (file, name, profile) => {
          const url = at(streamUrl(profile, HASH, file, name));
          expect(parseStreamUrl(url)).toEqual({ infoHash: HASH, file, download: false });
          expect(profileIn(url) ?? 'main').toBe(profile);
        },
      ),
    );
    expect(parseStreamUrl(at(streamUrl('main', HASH, 1, '..')))?.file).toBe(1);
  });

  it('may ask to save, and may carry the hash in capitals', () => {
    expect(parseStreamUrl(at(`/stream/${HASH.toUpperCase()}/2/a?download`))).toEqual({
      infoHash: HASH,
      file: 2,
      download: true,
    });
  });

  it.each([
    '/stream/',
    `/stream/${HASH}`,
    `/stream/${HASH}/`,
    `/stream/${HASH}/x`,
    `/stream/${HASH}/-1`,
    `/stream/${HASH}/1e3`,
    `/stream/${HASH}/1234567`,
    `/stream/${HASH}/1/a/b`,
    `/stream/${HASH}0/1`,
    `/api/${HASH}/1`,
  ])('name no file: %s', (path) => {
    expect(parseStreamUrl(at(path))).toBeNull();
  });

  it('take only a well-formed profile', () => {
    expect(profileIn(at('/?profile=a-1'))).toBe('a-1');
    for (const bad of ['', '-a', 'A', 'a/b', '..', 'a'.repeat(33)]) {
      expect(profileIn(at(`/?profile=${encodeURIComponent(bad)}`))).toBeNull();
    }
    expect(profileIn(at('/'))).toBeNull();
  });
});
