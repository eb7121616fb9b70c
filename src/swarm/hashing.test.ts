import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../shared/result.ts';
import { decodeBencode, isBytes, isDict, isList, type BencodedDict } from './bencode.ts';
import { hashFiles, pieceLengthFor } from './hashing.ts';
import { readMetainfo } from './metainfo.ts';
import { readSource } from './source.ts';

const noise = (length: number, salt: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, at) => (at * 17 + salt + (at >> 10)) & 0xff);
const inFolder = (path: string, data: Uint8Array<ArrayBuffer>): File => {
  const file = new File([data], path.slice(path.lastIndexOf('/') + 1));
  Object.defineProperty(file, 'webkitRelativePath', { value: path });
  return file;
};
const infoOf = (torrent: Uint8Array): BencodedDict => {
  const whole = decodeBencode(torrent);
  const info = isDict(whole) ? whole.get('info') : null;
  if (!isDict(info)) throw new Error('no info');
  return info;
};
const text = (value: unknown): string => Buffer.from(value as Uint8Array).toString();

describe('hashing files', () => {
  it('hashes each piece across file borders, and says how far it is', async () => {
    const parts = [noise(300_000, 1), noise(0, 2), noise(500_001, 3)];
    const all = Buffer.concat(parts);
    const files = parts.map((part, at) => inFolder(`Show/s1/e${at}.mp4`, part));
    const seen: number[] = [];
    const torrent = unwrap(
      await hashFiles({
        files,
        trackers: ['wss://t.example'],
        onProgress: (done) => seen.push(done),
      }),
    );
    const info = infoOf(torrent);
    const hashes = info.get('pieces');
    const expected = Array.from({ length: Math.ceil(all.length / 262_144) }, (_, at) =>
      createHash('sha1')
        .update(all.subarray(at * 262_144, (at + 1) * 262_144))
        .digest(),
    );
    expect(isBytes(hashes) && Buffer.from(hashes).equals(Buffer.concat(expected))).toBe(true);
    expect(text(info.get('name'))).toBe('Show');
    const paths = info.get('files');
    expect(
      isList(paths) &&
        paths.map(
          (file) =>
            isDict(file) &&
            isList(file.get('path')) &&
            (file.get('path') as Uint8Array[]).map(text).join('/'),
        ),
    ).toEqual(['s1/e0.mp4', 's1/e1.mp4', 's1/e2.mp4']);
    expect(seen.at(-1)).toBe(all.length);
    expect(unwrap(readMetainfo(torrent)).length).toBe(all.length);
  });

  it('gives one file the single-file layout, and the same files the same hash', async () => {
    const file = new File([noise(10_000, 4)], 'clip.mp4');
    const torrent = unwrap(await hashFiles({ files: [file], trackers: [] }));
    const info = infoOf(torrent);
    expect([text(info.get('name')), info.get('length'), info.has('files')]).toEqual([
      'clip.mp4',
      10_000,
      false,
    ]);
    const again = unwrap(await hashFiles({ files: [file], trackers: ['wss://t.example'] }));
    expect(unwrap(await readSource(again)).infoHash).toBe(
      unwrap(await readSource(torrent)).infoHash,
    );
  });

  it('stops when it is cancelled, and refuses nothing to share', async () => {
    const file = new File([noise(2_000_000, 5)], 'clip.mp4');
    const abort = new AbortController();
    const result = hashFiles({
      files: [file],
      trackers: [],
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    expect(await result).toMatchObject({ ok: false, error: { code: 'aborted' } });
    expect(await hashFiles({ files: [new File([], 'empty')], trackers: [] })).toMatchObject({
      ok: false,
      error: { code: 'bad-input' },
    });
  });

  it('says so when a file cannot be read', async () => {
    const gone = {
      name: 'gone.mp4',
      size: 10,
      slice: () => ({ arrayBuffer: () => Promise.reject(new Error('moved')) }),
    };
    expect(await hashFiles({ files: [gone], trackers: [] })).toMatchObject({
      ok: false,
      error: { code: 'storage', message: 'moved' },
    });
  });

  it('grows pieces with the torrent, and never past what players can wait for', () => {
    const GIB = 2 ** 30;
    expect([GIB / 2, GIB, 4 * GIB, 20 * GIB, 100 * GIB].map(pieceLengthFor)).toEqual(
      [1, 2, 4, 8, 16].map((times) => times * 262_144),
    );
  });
});
