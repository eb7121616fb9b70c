import { describe, expect, it } from 'vitest';
import type { Clock } from '../../shared/clock.ts';
import type { BatchRecord } from '../../shared/ports/ledger.ts';
import { channelId, identityKey, infoHash, satoshi } from '../../shared/units.ts';
import { noTotals } from '../../ledger/totals.ts';
import { createFigures } from './figures.ts';

const film = infoHash('a'.repeat(40));
const peer = identityKey(`02${'1'.repeat(64)}`);

const batch = (direction: 'sent' | 'received', sat: number, blocks = 1): BatchRecord => {
  const column = () => new Uint32Array(blocks);
  return {
    time: 1,
    direction,
    cid: channelId('c'.repeat(32)),
    peer,
    infoHash: film,
    paidAfter: satoshi(sat),
    sat: satoshi(sat),
    bytes: blocks * 100,
    pieces: column(),
    offsets: column(),
    lengths: column(),
    sats: column(),
    ages: column(),
  };
};

const setUp = () => {
  const time = { now: 1_000_000 };
  const clock: Clock = { now: () => time.now, after: () => () => undefined };
  const figures = createFigures(clock, { all: noTotals, torrents: [], feed: [], channels: [] });
  const commit = (...batches: BatchRecord[]): void =>
    figures.committed({ batches, channels: [], accounts: [], outbox: [] });
  return { time, figures, commit };
};

describe('the figures', () => {
  it('add up both directions, in all, by torrent and by peer', () => {
    const { figures, commit } = setUp();
    commit(batch('sent', 17, 2), batch('received', 5));
    commit(batch('sent', 3));
    const sums = { paidSat: 20, paidBlocks: 3, paidBytes: 300, earnedSat: 5, earnedBlocks: 1 };
    expect(figures.totals()).toMatchObject(sums);
    expect(figures.torrents()).toMatchObject([{ infoHash: film, ...sums }]);
    expect(figures.trade(peer, film)).toMatchObject(sums);
    expect(figures.trade(null, film)).toEqual(noTotals);
  });

  it('tell what the last minute brought, and forget it then', () => {
    const { time, figures, commit } = setUp();
    commit(batch('sent', 10));
    time.now += 30_000;
    commit(batch('sent', 7));
    expect(figures.torrents()[0]?.paidSatPerMinute).toBe(17);
    time.now += 31_000;
    expect(figures.torrents()[0]?.paidSatPerMinute).toBe(7);
    time.now += 3_600_000;
    expect(figures.torrents()[0]?.paidSatPerMinute).toBe(0);
    expect(figures.totals().paidSat).toBe(17);
  });

  it('keep the newest fifty batches, newest first', () => {
    const { figures, commit } = setUp();
    for (let sat = 1; sat <= 60; sat += 2) commit(batch('sent', sat), batch('sent', sat + 1));
    const feed = figures.feed();
    expect(feed).toHaveLength(50);
    expect([feed[0]?.sat, feed[49]?.sat]).toEqual([60, 11]);
    expect(feed[0]?.id).toBe(60);
  });
});
