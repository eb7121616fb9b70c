import { describe, expect, it } from 'vitest';
import type { AccountRecord } from '../../shared/ports/ledger.ts';
import { infoHash, satoshi } from '../../shared/units.ts';
import { BlockQueue } from '../batcher/block-queue.ts';
import type { Context } from '../context.ts';
import { createRegistry } from '../wires/registry.ts';
import { dueOf, restoreDue, strikePaid } from './due.ts';

const FILM = infoHash('a'.repeat(40));
const SONG = infoHash('b'.repeat(40));

const setUp = () => {
  const registry = createRegistry();
  const context = { registry } as Context;
  const film = registry.torrent(FILM).index;
  const song = registry.torrent(SONG).index;
  return { context, film, song, queue: new BlockQueue() };
};

describe('what is due', () => {
  it('is summed by torrent and price, and comes back to the byte and the unit', () => {
    const { context, film, song, queue } = setUp();
    queue.push(film, 0, 0, 16_384, 1_088, 1);
    queue.push(song, 3, 0, 1_000, 544, 1);
    queue.push(film, 0, 16_384, 5_000, 1_088, 1);
    queue.push(film, 1, 0, 7, 2_176, 1);
    const due = dueOf(context, [queue]);
    expect(due).toEqual([
      { infoHash: FILM, price: 1_088, bytes: 21_384 },
      { infoHash: SONG, price: 544, bytes: 1_000 },
      { infoHash: FILM, price: 2_176, bytes: 7 },
    ]);
    const next = setUp();
    restoreDue(next.context, { due } as unknown as AccountRecord, next.queue, 9);
    expect(next.queue.bytes).toBe(queue.bytes);
    expect(next.queue.units).toBe(queue.units);
    expect(dueOf(next.context, [next.queue])).toEqual(due);
  });

  it('loses what a forgotten state has paid, oldest first', () => {
    const { film, queue } = setUp();
    queue.push(film, 0, 0, 16_384, 1_088, 1);
    queue.push(film, 0, 16_384, 16_384, 1_088, 1);
    strikePaid(queue, satoshi(17));
    expect(queue.bytes).toBe(16_384);
    strikePaid(queue, satoshi(1));
    expect(queue.bytes).toBe(16_384 - Math.floor(1_048_576 / 1_088));
    strikePaid(queue, satoshi(1_000));
    expect(queue.size).toBe(0);
  });
});
