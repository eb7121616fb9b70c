import { describe, expect, it } from 'vitest';
import { unwrap } from '../../shared/result.ts';
import { infoHash } from '../../shared/units.ts';
import type { Folder } from './folder.ts';
import { createMemoryFolder } from './memory-folder.ts';
import {
  CONTENT,
  FILES,
  HASH,
  LENGTHS,
  PIECE,
  TORRENT,
  connect,
  createManualClock,
  pieceOf,
  request,
  start,
} from './testing/harness.ts';

describe('store', () => {
  it('reads back pieces that run across files', async () => {
    const { client, stop } = start();
    unwrap(await client.call('open', { profile: 'main' }));
    unwrap(await client.call('create', request));
    for (const piece of [3, 1, 0, 2]) {
      unwrap(
        await client.call('write', { infoHash: HASH, piece, data: pieceOf(piece), verified: true }),
      );
    }
    for (const piece of [0, 1, 2, 3]) {
      const read = unwrap(
        await client.call('read', { infoHash: HASH, piece, offset: 5, length: PIECE - 5 }),
      );
      expect([...read]).toEqual([...pieceOf(piece).subarray(5)]);
    }
    stop();
  });

  it('forgets in a crash what it was not told to keep, and what is not held', async () => {
    const first = start();
    unwrap(await first.client.call('open', { profile: 'main' }));
    unwrap(await first.client.call('create', request));
    const write = async (piece: number, verified: boolean) =>
      unwrap(
        await first.client.call('write', {
          ...{ infoHash: HASH, data: pieceOf(piece) },
          ...{ piece, verified },
        }),
      );
    for (const piece of [0, 1, 2]) await write(piece, true);
    const stored = async () => {
      const found = unwrap(await first.client.call('stored', { infoHash: HASH }));
      return [...(found?.bitfield ?? [])];
    };
    first.client.post('keep', { infoHash: HASH, pieces: [1, 2, 3, 9] });
    first.client.post('held', { infoHash: HASH, pieces: [2], held: false });
    // Its turn comes after both.
    await write(3, false);
    expect(await stored()).toEqual([0b1100_0000]);
    first.clock.fire();
    const { ranges, close } = await connect(first.client);
    const held = unwrap(
      await ranges.call('read', { infoHash: HASH, file: 0, offset: 0, length: 250 }),
    );
    expect(held).toHaveLength(200);
    close();
    first.stop();

    const second = start(first.root);
    const { torrents } = unwrap(await second.client.call('open', { profile: 'main' }));
    expect([...(torrents[0]?.bitfield ?? [])]).toEqual([0b0100_0000]);
    second.stop();
  });

  it('resumes with what was verified, and not with what was only written', async () => {
    const first = start();
    unwrap(await first.client.call('open', { profile: 'main' }));
    unwrap(await first.client.call('create', request));
    const write = (piece: number, verified: boolean) =>
      first.client.call('write', { infoHash: HASH, piece, data: pieceOf(piece), verified });
    unwrap(await write(0, true));
    unwrap(await write(1, false));
    unwrap(await write(2, false));
    first.client.post('held', { infoHash: HASH, pieces: [2, 9], held: true });
    unwrap(await first.client.call('note', { infoHash: HASH, note: '{"price":5}' }));
    unwrap(await first.client.call('close', undefined));
    first.stop();

    const second = start(first.root);
    const { torrents, mode } = unwrap(await second.client.call('open', { profile: 'main' }));
    expect(mode).toBe('memory');
    expect(torrents).toHaveLength(1);
    const [torrent] = torrents;
    expect(torrent).toMatchObject({ infoHash: HASH, note: '{"price":5}' });
    expect([...(torrent?.torrentFile ?? [])]).toEqual([...TORRENT]);
    expect([...(torrent?.bitfield ?? [])]).toEqual([0b1010_0000]);
    expect(torrent?.meta.files).toEqual(FILES);
    const again = unwrap(await second.client.call('create', request));
    expect([...again.bitfield]).toEqual([0b1010_0000]);
    second.stop();
  });

  it('never has a bit on disk before its data is flushed', async () => {
    const log: string[] = [];
    const spy = (folder: Folder): Folder => ({
      ...folder,
      async open(name) {
        const file = await folder.open(name);
        return {
          ...file,
          write(data, at) {
            log.push(`write ${name}`);
            file.write(data, at);
          },
          flush: () => void log.push(`flush ${name}`),
        };
      },
      folder: async (name) => spy(await folder.folder(name)),
    });
    const { client, clock, stop } = start(spy(createMemoryFolder()));
    unwrap(await client.call('open', { profile: 'main' }));
    unwrap(await client.call('create', request));
    log.length = 0;
    unwrap(
      await client.call('write', { infoHash: HASH, piece: 2, data: pieceOf(2), verified: true }),
    );
    expect(log).toEqual(['write 0', 'write 2', 'write 3']);
    clock.fire();
    unwrap(await client.call('release', { infoHash: HASH }));
    expect(log.slice(3)).toEqual([
      'flush 0',
      'flush 2',
      'flush 3',
      'write bitfield',
      'flush bitfield',
      'flush bitfield',
    ]);
    stop();
  });

  it('serves held ranges and nothing else on a port', async () => {
    const { client, stop } = start();
    unwrap(await client.call('open', { profile: 'main' }));
    unwrap(await client.call('create', request));
    const { ranges, close } = await connect(client);
    expect(unwrap(await ranges.call('stat', { infoHash: HASH, file: 3 }))).toEqual({
      name: 'part 3.bin',
      length: 120,
    });
    const read = async (file: number, offset: number, length: number) => [
      ...unwrap(await ranges.call('read', { infoHash: HASH, file, offset, length })),
    ];
    expect(await read(0, 0, 250)).toEqual([]);
    for (const piece of [0, 2]) {
      unwrap(
        await client.call('write', { infoHash: HASH, piece, data: pieceOf(piece), verified: true }),
      );
    }
    expect(await read(0, 10, 250)).toEqual([...CONTENT.subarray(10, 100)]);
    expect(await read(0, 150, 10)).toEqual([]);
    expect(await read(0, 200, 500)).toEqual([...CONTENT.subarray(200, 250)]);
    expect(await read(1, 0, 10)).toEqual([]);
    expect(await read(3, 0, 120)).toEqual([...CONTENT.subarray(280, 300)]);
    client.post('held', { infoHash: HASH, pieces: [0], held: false });
    unwrap(await client.call('usage', undefined));
    expect(await read(0, 10, 250)).toEqual([]);
    for (const file of [4, -1, 0.5]) {
      const result = await ranges.call('read', { infoHash: HASH, file, offset: 0, length: 1 });
      expect(result).toMatchObject({ ok: false, error: { code: 'not-found' } });
    }
    const bad = await ranges.call('read', { infoHash: HASH, file: 0, offset: 0.5, length: 1 });
    expect(bad).toMatchObject({ ok: false, error: { code: 'range' } });
    close();
    stop();
  });

  it('tells what each torrent takes and when it was last used, the longest unused first', async () => {
    const clock = createManualClock();
    const { client, root, stop } = start(createMemoryFolder(), clock);
    unwrap(await client.call('open', { profile: 'main' }));
    const own = infoHash('ef'.repeat(20));
    const source = LENGTHS.map((length, at) => new File([new Uint8Array(length)], `${at}`));
    unwrap(await client.call('create', { ...request, infoHash: own, source }));
    clock.pass(120_000);
    const second = infoHash('cd'.repeat(20));
    unwrap(await client.call('create', request));
    unwrap(await client.call('create', { ...request, infoHash: second }));
    const data = pieceOf(1);
    unwrap(await client.call('write', { infoHash: second, piece: 1, data, verified: true }));
    clock.pass(120_000);
    const last = pieceOf(3);
    unwrap(await client.call('write', { infoHash: HASH, piece: 3, data: last, verified: true }));
    const use = unwrap(await client.call('usage', undefined));
    expect(use).toMatchObject({ mode: 'memory', used: 1, quota: 2 ** 30, persisted: false });
    expect(use.titles.map(({ infoHash: hash, bytes }) => [hash, bytes])).toEqual([
      // Served in place.
      [own, 0],
      [second, 200 + 3],
      [HASH, 120 + 3],
    ]);
    expect(use.titles[0]?.name).toBe('film');

    // Playing counts as use, and a restart remembers it.
    clock.pass(120_000);
    const { ranges, close } = await connect(client);
    unwrap(await ranges.call('read', { infoHash: second, file: 0, offset: 120, length: 5 }));
    close();
    unwrap(await client.call('close', undefined));
    stop();
    const again = start(root, clock);
    unwrap(await again.client.call('open', { profile: 'main' }));
    const later = unwrap(await again.client.call('usage', undefined));
    expect(later.titles.map(({ infoHash: hash }) => hash)).toEqual([own, HASH, second]);
    again.stop();
  });
});
