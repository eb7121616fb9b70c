import { describe, expect, it } from 'vitest';
import { unwrap } from '../shared/result.ts';
import { BLOCK_LENGTH } from '../shared/units.ts';
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
    const waiting = buyer.swarm.ensure(hash, 0, 4 * PIECE + 10, 5 * PIECE, signal);
    const answer = (index: number, offset: number): void =>
      peer.wire.piece(index, offset, block(index, offset / BLOCK_LENGTH));
    for (const [index, offset] of asked) answer(index, offset);
    peer.wire._onRequest = (index, offset, length) => {
      asked.push([index, offset, length]);
      // Enough for the piece that is waited for, and no more.
      if (index === 4) answer(index, offset);
    };
    expect(unwrap(await waiting)).toBe(5 * PIECE);
    expect(buyer.swarm.held(hash, 0, 4 * PIECE + 10)).toBe(PIECE - 10);
    expect(buyer.swarm.held(hash, 0, 0)).toBe(0);
    expect(asked.slice(kept, kept + BLOCKS).map(([index]) => index)).toEqual(Array(BLOCKS).fill(4));
    peer.close();
  });

  it('fetches nothing more for a reader that went away after it was answered', async () => {
    unwrap(await buyer.swarm.add(torrentFile, { bitfield: Uint8Array.of(0), started: [] }));
    const { peer, asked } = await playSeeder();
    await until(() => buyer.swarm.get(hash)?.peers[0]?.buyState === 'free');
    const reader = new AbortController();
    const waiting = buyer.swarm.ensure(hash, 0, 0, PIECE, reader.signal);
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
    const result = await buyer.swarm.ensure(hash, 0, 0, 10, new AbortController().signal);
    expect(result).toMatchObject({ ok: false, error: { code: 'not-ready' } });
  });

  it('gives up on abort, and answers all who wait when the torrent goes', async () => {
    unwrap(await buyer.swarm.add(torrentFile, { started: 'all' }));
    await until(() => status() === 'downloading');
    const abort = new AbortController();
    const aborted = buyer.swarm.ensure(hash, 0, 0, 10, abort.signal);
    const orphan = buyer.swarm.ensure(hash, 0, 3 * PIECE, 4 * PIECE, new AbortController().signal);
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
    const result = await buyer.swarm.ensure(hash, 0, start, end, new AbortController().signal);
    expect(result).toMatchObject({ ok: false, error: { code: 'range' } });
  });
});
