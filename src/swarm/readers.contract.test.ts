import { describe, expect, it } from 'vitest';
import { unwrap } from '../shared/result.ts';
import { BLOCK_LENGTH } from '../shared/units.ts';
import { KEPT_ON_SEEK } from './limits.ts';
import {
  BLOCKS,
  PIECE,
  block,
  buyer,
  data,
  hash,
  playSeeder,
  settle,
  status,
  torrentFile,
  useBuyer,
} from './testing/buyer.ts';
import { until } from './testing/engine.ts';

useBuyer();

describe('readers', () => {
  it('fetches first what is read, and says how far it is held', async () => {
    unwrap(await buyer.swarm.add(torrentFile, { started: 'all' }));
    const { peer, asked } = await playSeeder();
    await until(() => asked.length > 1);
    const kept = asked.length;
    const signal = new AbortController().signal;
    const waiting = buyer.swarm.ensure(
      hash,
      { reader: 1, file: 0, offset: 3 * PIECE + 10, end: 4 * PIECE },
      signal,
    );
    const answer = (index: number, offset: number): void =>
      peer.wire.piece(index, offset, block(index, offset / BLOCK_LENGTH));
    for (const [index, offset] of asked) answer(index, offset);
    peer.wire._onRequest = (index, offset, length) => {
      asked.push([index, offset, length]);
      // Enough for the piece that is waited for, and no more.
      if (index === 3) answer(index, offset);
    };
    expect(unwrap(await waiting)).toBe(4 * PIECE);
    expect(buyer.swarm.held(hash, 0, 3 * PIECE + 10)).toBe(PIECE - 10);
    expect(buyer.swarm.held(hash, 0, PIECE)).toBe(0);
    // With the last piece of the film in turns, and before all others.
    const then = asked.slice(kept).flatMap(([index]) => (index === 5 ? [] : index));
    expect(then.slice(0, BLOCKS)).toEqual(Array(BLOCKS).fill(3));
    peer.close();
  });

  it('fetches what a player jumps to before what it skipped, while its first request goes on', async () => {
    unwrap(await buyer.swarm.add(torrentFile, { started: 'all' }));
    const { peer, asked } = await playSeeder();
    await until(() => asked.length > 1);
    const end = data.length;
    const { signal } = new AbortController();
    const readAll = async (): Promise<void> => {
      for (let offset = 0; offset < end;) {
        const stretch = { reader: 1, file: 0, offset, end };
        offset = unwrap(await buyer.swarm.ensure(hash, stretch, signal));
      }
    };
    const all = readAll();
    const there = { reader: 2, file: 0, offset: 4 * PIECE, end: 5 * PIECE };
    const jump = buyer.swarm.ensure(hash, there, signal);
    peer.wire._onRequest = (index, offset, length) => {
      asked.push([index, offset, length]);
      peer.wire.piece(index, offset, block(index, offset / BLOCK_LENGTH));
    };
    for (const [index, offset] of [...asked]) {
      peer.wire.piece(index, offset, block(index, offset / BLOCK_LENGTH));
    }
    expect(unwrap(await jump)).toBeGreaterThanOrEqual(5 * PIECE);
    expect(buyer.swarm.held(hash, 0, 0)).toBeLessThan(4 * PIECE);
    await all;
    expect(buyer.swarm.held(hash, 0, 0)).toBe(end);
    peer.close();
  });

  it('withdraws what was asked for a reader that gave up, when another waits', async () => {
    unwrap(await buyer.swarm.add(torrentFile, { started: 'all' }));
    const { peer, asked, cancelled } = await playSeeder();
    await until(() => asked.length > 1);
    const { signal } = new AbortController();
    const read = (reader: number, from: number, to: number, until: AbortSignal) =>
      buyer.swarm.ensure(hash, { reader, file: 0, offset: from * PIECE, end: to * PIECE }, until);
    const late = read(1, 5, 6, signal);
    peer.wire._onRequest = (index, offset, length) => {
      asked.push([index, offset, length]);
      if (index === 0 || index > 3) {
        peer.wire.piece(index, offset, block(index, offset / BLOCK_LENGTH));
      }
    };
    for (const [index, offset] of [...asked]) {
      peer.wire.piece(index, offset, block(index, offset / BLOCK_LENGTH));
    }
    unwrap(await late);
    const first = new AbortController();
    const given = read(2, 1, 3, first.signal);
    void read(3, 3, 4, signal);
    await until(() => asked.filter(([index]) => index === 1 || index === 2).length > KEPT_ON_SEEK);
    cancelled.length = 0;
    first.abort();
    expect(await given).toMatchObject({ ok: false, error: { code: 'aborted' } });
    await until(() => cancelled.length > 0);
    expect(cancelled.map((request) => Number(request.split('/')[0]))).not.toContain(3);
    peer.close();
  });

  it('fetches nothing more for a reader that went away after it was answered', async () => {
    unwrap(await buyer.swarm.add(torrentFile, { bitfield: Uint8Array.of(0), started: [] }));
    const { peer, asked } = await playSeeder();
    await until(() => buyer.swarm.get(hash)?.peers[0]?.buyState === 'free');
    const reader = new AbortController();
    const waiting = buyer.swarm.ensure(
      hash,
      { reader: 1, file: 0, offset: 0, end: PIECE },
      reader.signal,
    );
    peer.wire._onRequest = (index, offset, length) => {
      asked.push([index, offset, length]);
      if (index === 0) peer.wire.piece(index, offset, block(index, offset / BLOCK_LENGTH));
      else peer.wire.reject(index, offset, length);
    };
    peer.wire.choke();
    peer.wire.unchoke();
    for (const [index, offset] of asked.splice(0)) {
      peer.wire.piece(index, offset, block(index, offset / BLOCK_LENGTH));
    }
    unwrap(await waiting);
    reader.abort();
    await settle();
    const before = asked.length;
    await settle();
    expect(asked.length).toBe(before);
    peer.close();
  });

  it('buys nothing for a reader of a torrent that was not started', async () => {
    unwrap(await buyer.swarm.add(torrentFile));
    await until(() => status() === 'ready');
    const result = await buyer.swarm.ensure(
      hash,
      { reader: 1, file: 0, offset: 0, end: 10 },
      new AbortController().signal,
    );
    expect(result).toMatchObject({ ok: false, error: { code: 'not-ready' } });
  });

  it('gives up on abort, and answers all who wait when the torrent goes', async () => {
    unwrap(await buyer.swarm.add(torrentFile, { started: 'all' }));
    await until(() => status() === 'downloading');
    const abort = new AbortController();
    const aborted = buyer.swarm.ensure(
      hash,
      { reader: 1, file: 0, offset: 0, end: 10 },
      abort.signal,
    );
    const orphan = buyer.swarm.ensure(
      hash,
      { reader: 2, file: 0, offset: 3 * PIECE, end: 4 * PIECE },
      new AbortController().signal,
    );
    abort.abort();
    expect(await aborted).toMatchObject({ ok: false, error: { code: 'aborted' } });
    await buyer.swarm.remove(hash, true);
    expect(await orphan).toMatchObject({ ok: false, error: { code: 'not-found' } });
  });

  it.each([
    ['before the start', -1, 10],
    ['past the end', data.length, data.length + 1],
    ['nothing', 10, 10],
  ])('refuses a range %s', async (_what, start, end) => {
    unwrap(await buyer.swarm.add(torrentFile, { started: 'all' }));
    await until(() => status() === 'downloading');
    const result = await buyer.swarm.ensure(
      hash,
      { reader: 1, file: 0, offset: start, end: end },
      new AbortController().signal,
    );
    expect(result).toMatchObject({ ok: false, error: { code: 'range' } });
  });
});
