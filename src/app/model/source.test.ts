import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isTorrentFile,
  MAX_SOURCE_LENGTH,
  sourceOf,
  sourceOfUrl,
  withoutSource,
} from './source.ts';

const HASH = '0123456789abcdef0123456789abcdef01234567';
const MAGNET = `magnet:?xt=urn:btih:${HASH}&dn=A%20film&tr=wss%3A%2F%2Ftracker.example`;
const BASE32 = `magnet:?xt=urn:btih:${'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'}`;

describe('sourceOf', () => {
  it.each([
    ['a magnet', MAGNET, MAGNET],
    ['a magnet with space around it', `\n ${MAGNET} `, MAGNET],
    ['a base32 magnet', BASE32, BASE32],
    ['a hash', HASH.toUpperCase(), HASH],
    ['a percent-encoded magnet', encodeURIComponent(MAGNET), MAGNET],
    ['our scheme with a magnet', `web+rivulet:${MAGNET}`, MAGNET],
    ['our scheme with an encoded magnet', `web+rivulet:${encodeURIComponent(MAGNET)}`, MAGNET],
    ['our scheme with a hash', `web+rivulet://${HASH}/`, HASH],
    [
      'our scheme with the query of a magnet',
      `web+rivulet:?xt=urn:btih:${HASH}`,
      `magnet:?xt=urn:btih:${HASH}`,
    ],
    ['a share link', `https://any.example/x/#/watch?magnet=${encodeURIComponent(MAGNET)}`, MAGNET],
    ['a watch link', `https://any.example/#/watch/${HASH}`, HASH],
  ])('takes %s', (_, text, source) => {
    expect(sourceOf(text)).toBe(source);
  });

  it.each([
    '',
    'hello',
    'magnet:?dn=no-hash',
    `magnet:?xt=urn:btih:${HASH}0`,
    HASH.slice(1),
    `javascript:alert(1)//${MAGNET}`,
    'web+rivulet:%ZZ',
    'https://any.example/#/watch?magnet=%E0%A4%A',
    'magnet:?xt=urn:btih:'.padEnd(MAX_SOURCE_LENGTH + 1, 'a'),
  ])('refuses %j', (text) => {
    expect(sourceOf(text)).toBeNull();
  });

  it('never throws, and gives only magnets and hashes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        for (const attempt of [text, `web+rivulet:${text}`, `x#/watch?magnet=${text}`]) {
          expect(sourceOf(attempt) ?? HASH).toMatch(/^(magnet:\?|[0-9a-f]{40}$)/i);
        }
      }),
    );
  });
});

describe('sourceOfUrl', () => {
  const url = (query: string): URL => new URL(`https://app.example/?${query}`);

  it.each(['open', 'add', 'url', 'text', 'title'])('reads the parameter %s', (name) => {
    expect(sourceOfUrl(url(`profile=b&${name}=${encodeURIComponent(MAGNET)}`))).toBe(MAGNET);
  });

  it('passes over text of a share without a source', () => {
    expect(sourceOfUrl(url(`title=Look&text=${encodeURIComponent(MAGNET)}`))).toBe(MAGNET);
    expect(sourceOfUrl(url('title=Look&text=nothing'))).toBeNull();
  });

  it('is taken out of the address without touching the rest', () => {
    const rest = withoutSource(url(`profile=b&open=${encodeURIComponent(MAGNET)}`));
    expect(rest.href).toBe('https://app.example/?profile=b');
  });
});

describe('isTorrentFile', () => {
  it('goes by name or type', () => {
    expect(isTorrentFile({ name: 'A.TORRENT', type: '' })).toBe(true);
    expect(isTorrentFile({ name: 'x', type: 'application/x-bittorrent' })).toBe(true);
    expect(isTorrentFile({ name: 'film.mp4', type: 'video/mp4' })).toBe(false);
  });
});
