import { describe, expect, it } from 'vitest';
import { unwrap } from '../shared/result.ts';
import {
  BLOCKS,
  PIECE,
  buyAtOnce,
  buyFrom,
  buyer,
  data,
  hash,
  playSeeder,
  status,
  torrentFile,
  useBuyer,
} from './testing/buyer.ts';
import { memoryStore, until } from './testing/engine.ts';

useBuyer();

describe('resuming', () => {
  it('takes up a bitfield and buys only the rest', async () => {
    buyAtOnce();
    const bitfield = Uint8Array.of(0b1110_0000);
    await buyFrom(memoryStore(data));
    unwrap(await buyer.swarm.add(torrentFile, { bitfield, started: 'all', addedAt: 1_234 }));
    const { peer, asked } = await playSeeder();
    // The last piece of a file goes first, as its first one is held, then the others in order.
    await until(() => asked.length > BLOCKS);
    const pieces = [...new Set(asked.map(([index]) => index))];
    expect(pieces).toEqual([5, 3]);
    expect(asked.filter(([index]) => index < 3)).toEqual([]);
    expect(buyer.swarm.get(hash)).toMatchObject({ held: 3 * PIECE, addedAt: 1_234 });
    peer.close();
  });

  it('does not trust a bitfield whose pieces are not there', async () => {
    const field = Uint8Array.of(0b1111_1100);
    unwrap(await buyer.swarm.add(torrentFile, { bitfield: field, started: 'all' }));
    await until(() => status() === 'downloading');
    expect(buyer.swarm.get(hash)?.held).toBe(0);
  });
});

describe('metadata', () => {
  it('refuses a torrent that peers describe wrongly, and says so', async () => {
    const result = await buyer.swarm.add('magnet:?xt=urn:btih:zz');
    expect(result).toMatchObject({ ok: false, error: { code: 'bad-magnet' } });
    const junk = await buyer.swarm.add(Uint8Array.of(1, 2, 3));
    expect(junk).toMatchObject({ ok: false, error: { code: 'bad-torrent' } });
  });

  it('fails a magnet whose metadata is out of bounds, without an uncaught error', async () => {
    const magnet = `magnet:?xt=urn:btih:${'ab'.repeat(20)}`;
    const strange = unwrap(await buyer.swarm.add(magnet));
    await until(() => buyer.torrent().infoHash === strange);
    await buyer.torrent()._onMetadata(new TextEncoder().encode('d4:infod4:name1:aee'));
    expect(buyer.swarm.get(strange)?.status).toBe('failed');
    expect(await buyer.swarm.metadata(strange)).toMatchObject({
      ok: false,
      error: { code: 'bad-torrent' },
    });
  });
});
