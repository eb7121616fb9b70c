import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../shared/result.ts';
import { infoHash } from '../shared/units.ts';
import { bytesOf, decodeBencode, encodeBencode, type Bencoded } from './bencode.ts';
import { MAX_TRACKERS } from './limits.ts';
import { readMetainfo } from './metainfo.ts';
import { magnetOf, readSource, usableTrackers } from './source.ts';

/** Any UTF-16, lone surrogates too. */
const anyText = fc
  .array(fc.nat(0xffff), { maxLength: 30 })
  .map((units) => String.fromCharCode(...units));
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}]/u;
const HASH = infoHash('0123456789abcdef0123456789abcdef01234567');

const info = (changes: Record<string, Bencoded | undefined> = {}): Uint8Array => {
  const fields: Record<string, Bencoded | undefined> = {
    length: 40_000,
    name: bytesOf('film.mp4'),
    'piece length': 16_384,
    pieces: new Uint8Array(60),
    ...changes,
  };
  const dict = new Map(
    Object.entries(fields).filter((entry): entry is [string, Bencoded] => entry[1] !== undefined),
  );
  return encodeBencode(new Map([['info', dict]]));
};

describe('magnets', () => {
  it('reads back what it writes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[\p{L}\p{N} &=?#%+.]{0,40}$/u), async (text) => {
        const name = text.replace(/\s+/gu, ' ').trim();
        const trackers = ['wss://one.example/announce', 'ws://two.example:8000'];
        const source = unwrap(await readSource(magnetOf(HASH, name, trackers)));
        expect(source).toMatchObject({ infoHash: HASH, name, trackers });
      }),
    );
  });

  it('reads hex and base-32 hashes, alone and in a link', async () => {
    const base32 = 'aerukz4jvpg66ajdivtytk6n54asgrlh';
    for (const text of [
      HASH,
      HASH.toUpperCase(),
      base32,
      `magnet:?xt=urn:btih:${base32}`,
      ` ${HASH}\n`,
    ]) {
      expect(unwrap(await readSource(text)).infoHash).toBe(HASH);
    }
  });

  it.each([
    ['0', [0]],
    ['4-6,0,5', [0, 4, 5, 6]],
    ['', null],
    ['1,', null],
    ['6-4', null],
    ['0-99999999999', null],
    ['-1', null],
  ])('reads which files are meant: so=%s', async (so, only) => {
    const source = unwrap(await readSource(`magnet:?xt=urn:btih:${HASH}&so=${so}`));
    expect(source.only).toEqual(only);
  });

  it('answers any text with a source or a coded failure', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        for (const input of [text, `magnet:?${text}`, `magnet:?xt=urn:btih:${HASH}&dn=${text}`]) {
          const source = await readSource(input);
          if (source.ok) expect(UNSEEN.test(source.value.name)).toBe(false);
          else expect(source.error.code).toBe('bad-magnet');
        }
      }),
    );
  });

  it('keeps nothing that calls a host of a stranger’s choice but trackers', async () => {
    const link =
      `magnet:?xt=urn:btih:${HASH}&ws=https://evil.example/&xs=https://evil.example/t` +
      `&x.pe=10.0.0.1:80&tr=http://evil.example&tr=udp://evil.example:1&tr=wss://ok.example`;
    const source = unwrap(await readSource(link));
    expect(magnetOf(source.infoHash, source.name, source.trackers)).toBe(
      `magnet:?xt=urn:btih:${HASH}&tr=${encodeURIComponent('wss://ok.example')}`,
    );
  });

  it('takes each tracker once and not too many', () => {
    const many = Array.from({ length: 50 }, (_, at) => `wss://t${at}.example`);
    expect(usableTrackers(many)).toHaveLength(MAX_TRACKERS);
    expect(usableTrackers(['wss://a.example/', 'wss://a.example', 'not a url'])).toEqual([
      'wss://a.example',
    ]);
  });
});

describe('torrent files', () => {
  it('takes a well-formed one and those of its web seeds that may be asked', async () => {
    const source = unwrap(await readSource(info()));
    expect(source.metainfo).toMatchObject({ name: 'film.mp4', length: 40_000, pieceCount: 3 });
    const rebuilt = new TextDecoder('latin1').decode(source.torrent ?? new Uint8Array());
    expect(rebuilt.startsWith('d4:info')).toBe(true);
    const urls = ['https://films.example/', 'http://10.0.0.1/', 'ftp://films.example/'];
    const seeded = encodeBencode(
      new Map<string, Bencoded>([
        ['info', decodeBencode(source.metainfo?.info ?? new Uint8Array()) ?? 0],
        ['url-list', urls.map(bytesOf)],
      ]),
    );
    const { webSeeds, torrent } = unwrap(await readSource(seeded));
    expect(webSeeds).toEqual(['https://films.example/']);
    expect(unwrap(await readSource(torrent ?? '')).webSeeds).toEqual(webSeeds);
  });

  it.each<[string, Record<string, Bencoded | undefined>]>([
    ['no name', { name: undefined }],
    ['a tiny piece length', { 'piece length': 16 }],
    ['a vast piece length', { 'piece length': 2 ** 30 }],
    ['no length', { length: undefined }],
    ['a negative length', { length: -5 }],
    ['nothing in it', { length: 0, pieces: new Uint8Array() }],
    ['too few hashes', { pieces: new Uint8Array(40) }],
    ['hashes that are no bytes', { pieces: 60 }],
    ['a file without path', { length: undefined, files: [new Map([['length', 40_000]])] }],
    ['no files', { length: undefined, files: [] }],
  ])('refuses one with %s', (_what, changes) => {
    expect(readMetainfo(info(changes))).toMatchObject({
      ok: false,
      error: { code: 'bad-torrent' },
    });
  });

  it('answers any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        const result = readMetainfo(noise);
        if (!result.ok) expect(result.error.code).toBe('bad-torrent');
      }),
    );
  });
});
