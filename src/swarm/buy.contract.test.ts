import { describe, expect, it } from 'vitest';
import { unwrap } from '../shared/result.ts';
import { BLOCK_LENGTH, type WireId } from '../shared/units.ts';
import type { LibWire } from './library.ts';
import {
  block,
  buyAtOnce,
  buyer,
  decide,
  hash,
  playSeeder,
  rowsOf,
  settle,
  status,
  torrentFile,
  useBuyer,
} from './testing/buyer.ts';
import { until } from './testing/engine.ts';

useBuyer();

describe('asking', () => {
  it('asks nothing of a paid peer before it may buy, and nothing more after', async () => {
    unwrap(await buyer.swarm.add(torrentFile, { started: 'all' }));
    const { peer, asked, cancelled } = await playSeeder({ hello: Uint8Array.of(1) });
    await until(() => buyer.payments.of('wireOpened').length === 1);
    await settle();
    expect(asked).toEqual([]);
    const [opened] = buyer.payments.of('wireOpened');
    const wire = opened?.wire as WireId;
    decide(wire, true);
    await until(() => asked.length >= 2);
    expect(asked[0]).toEqual([0, 0, BLOCK_LENGTH]);
    decide(wire, false);
    await until(() => cancelled.length === asked.length);
    const before = asked.length;
    await settle();
    expect(asked.length).toBe(before);
    expect(buyer.swarm.get(hash)?.peers[0]).toMatchObject({
      paid: true,
      buyState: 'too-expensive',
    });
    peer.close();
  });

  it('asks nothing of anyone before the torrent is started, and from the beginning then', async () => {
    unwrap(await buyer.swarm.add(torrentFile));
    const { peer, asked } = await playSeeder();
    await until(() => buyer.swarm.get(hash)?.peers[0]?.buyState === 'free');
    await settle();
    expect([asked, status()]).toEqual([[], 'ready']);
    unwrap(buyer.swarm.start(hash));
    await until(() => asked.length > 0);
    expect(asked[0]).toEqual([0, 0, BLOCK_LENGTH]);
    peer.close();
  });

  it('pauses for real: withdraws, asks no more, and goes on', async () => {
    unwrap(await buyer.swarm.add(torrentFile, { started: 'all' }));
    const { peer, asked, cancelled } = await playSeeder();
    await until(() => asked.length >= 2);
    unwrap(buyer.swarm.pause(hash));
    await until(() => cancelled.length === asked.length);
    const before = asked.length;
    await settle();
    expect([asked.length, status()]).toEqual([before, 'paused']);
    unwrap(buyer.swarm.start(hash));
    await until(() => asked.length > before);
    peer.close();
  });

  it('does not close a peer that chokes it', async () => {
    unwrap(await buyer.swarm.add(torrentFile, { started: 'all' }));
    const { peer } = await playSeeder();
    expect(buyer.torrent()._numQueued).toBe(0);
    peer.close();
  });
});

describe('counting', () => {
  it('reports what was asked and came, also after a cancel, and nothing else', async () => {
    unwrap(await buyer.swarm.add(torrentFile, { started: 'all' }));
    buyAtOnce();
    const { peer, asked, cancelled } = await playSeeder({ hello: Uint8Array.of(1) });
    await until(() => asked.length >= 2);
    const [first, second] = asked as [[number, number, number], [number, number, number]];
    const send = (index: number, offset: number): void =>
      peer.wire.piece(index, offset, block(index, offset / BLOCK_LENGTH));
    send(first[0], first[1]);
    send(first[0], first[1]);
    send(3, 0);
    const [opened] = buyer.payments.of('wireOpened');
    decide(opened?.wire as WireId, false);
    await until(() => cancelled.includes(second.join('/')));
    send(second[0], second[1]);
    await until(() => rowsOf('blocksReceived').length === 2);
    await settle();
    expect(rowsOf('blocksReceived').map(([, ...rest]) => rest)).toEqual([first, second]);
    peer.close();
  });

  it('closes a peer that floods it with blocks it did not ask for', async () => {
    unwrap(await buyer.swarm.add(torrentFile));
    const { peer } = await playSeeder();
    for (let sent = 0; sent < 400; sent += 1) peer.wire.piece(0, 0, block(0, 0));
    await until(() => peer.log.includes('close'));
    expect(rowsOf('blocksReceived')).toEqual([]);
  });
});

describe('hand-over of a slow block', () => {
  it('withdraws the old request and frees its reservation once', async () => {
    unwrap(await buyer.swarm.add(torrentFile, { started: 'all' }));
    const slow = await playSeeder();
    await until(() => slow.asked.length >= 2);
    const torrent = buyer.torrent();
    const [wire] = torrent.wires;
    const piece = torrent.pieces[0] as unknown as {
      _cancellations: number[];
      cancel(i: number): void;
    };
    // What the library's _hotswap does before it tells.
    const waiting = slow.asked.filter(([index]) => index === 0);
    for (const [, offset] of waiting) piece.cancel(offset / BLOCK_LENGTH);
    torrent.emit('hotswap', wire as LibWire, wire as LibWire, 0);
    expect(piece._cancellations).toHaveLength(waiting.length);
    await until(() => slow.cancelled.length === waiting.length);
    slow.peer.close();
  });
});
