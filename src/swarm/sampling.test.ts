import { describe, expect, it } from 'vitest';
import { unwrap } from '../shared/result.ts';
import { hashFiles } from './hashing.ts';
import { readMetainfo } from './metainfo.ts';
import { sampleFiles } from './sampling.ts';

const KIB = 1024;
const content = Uint8Array.from({ length: 1200 * KIB }, (_, at) => (at * 31 + (at >> 10)) & 0xff);
const film = new File([content.slice(0, 900 * KIB)], 'film.mp4');
const extra = new File([content.slice(900 * KIB)], 'extra.bin');
/** Every random number is `value`. */
const always = (value: number) => (length: number) => new Uint8Array(length).fill(value);

const metainfoOf = async (files: readonly File[]) =>
  unwrap(readMetainfo(unwrap(await hashFiles({ files, trackers: [] }))));

describe('own files that are served again', () => {
  it('are taken when they are the same, also several', async () => {
    const metainfo = await metainfoOf([film, extra]);
    expect(await sampleFiles(metainfo, [film, extra], always(1))).toMatchObject({ ok: true });
  });

  it.each([
    ['another length', [film, new File([content.slice(900 * KIB), 'x'], 'extra.bin')]],
    ['another order', [extra, film]],
    ['another beginning', [new File(['x', content.slice(1, 900 * KIB)], 'film.mp4'), extra]],
    ['another end', [film, new File([content.slice(900 * KIB, -1), 'x'], 'extra.bin')]],
  ])('are refused with %s', async (_what, files) => {
    const metainfo = await metainfoOf([film, extra]);
    expect(await sampleFiles(metainfo, files, always(0))).toMatchObject({
      ok: false,
      error: { code: 'bad-input' },
    });
  });

  it('are looked into where chance points, too', async () => {
    const metainfo = await metainfoOf([film, extra]);
    const middle = content.slice();
    middle[300 * KIB] = (middle[300 * KIB] ?? 0) ^ 1;
    const files = [new File([middle.slice(0, 900 * KIB)], 'film.mp4'), extra];
    const count = metainfo.pieceCount;
    // A byte that, four times over, is a number that leads to piece 1.
    const hit = Array.from({ length: 256 }, (_, byte) => byte).find(
      (byte) => (byte * 0x01010101) % count === 1,
    );
    expect(await sampleFiles(metainfo, files, always(hit ?? 0))).toMatchObject({ ok: false });
  });

  it('are refused when they cannot be read any more', async () => {
    const metainfo = await metainfoOf([film]);
    const gone = {
      name: 'film.mp4',
      size: film.size,
      slice: () => ({ arrayBuffer: () => Promise.reject(new Error('NotReadableError')) }),
    };
    expect(await sampleFiles(metainfo, [gone], always(0))).toMatchObject({
      ok: false,
      error: { code: 'storage' },
    });
  });
});
