import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addCost, ceilSat, ZERO_COST, type Cost } from '../../protocol/pricing.ts';
import { BLOCK_LENGTH, MIB, satoshi, satPerMiB } from '../../shared/units.ts';
import { BlockQueue } from './block-queue.ts';
import { cutDue, cutPaid, UNKNOWN_PIECE } from './cut.ts';

const PRICE = 1_088;
const queueOf = (count: number, price = PRICE, length = BLOCK_LENGTH): BlockQueue => {
  const queue = new BlockQueue();
  for (let i = 0; i < count; i += 1) queue.push(i % 2, i, i * 4, length, price, 1_000 + i);
  return queue;
};
const all = { cost: ZERO_COST, room: 1e9, maxRows: 1e9, torrent: null, now: 2_000 };
const total = (numbers: Uint32Array): number => numbers.reduce((sum, one) => sum + one, 0);

describe('a batch of what is due', () => {
  it('holds every block once, by torrent, with its share and age', () => {
    const queue = queueOf(5);
    const cut = cutDue(queue, all);
    expect(cut).toMatchObject({ rows: 5, sat: 85, bytes: 5 * BLOCK_LENGTH });
    expect(queue.size).toBe(0);
    const [even, odd] = cut?.parts ?? [];
    expect([...(even?.pieces ?? [])]).toEqual([0, 2, 4]);
    expect([...(odd?.pieces ?? [])]).toEqual([1, 3]);
    expect([...(even?.offsets ?? [])]).toEqual([0, 8, 16]);
    expect([...(even?.sats ?? [])]).toEqual([17, 17, 17]);
    expect([...(odd?.ages ?? [])]).toEqual([999, 997]);
    expect([even?.sat, odd?.sat]).toEqual([51, 34]);
  });

  it('stops at the room of the channel and at the number of rows', () => {
    expect(cutDue(queueOf(5), { ...all, room: 50 })).toMatchObject({ rows: 2, sat: 34 });
    expect(cutDue(queueOf(5), { ...all, maxRows: 3 })).toMatchObject({ rows: 3 });
    expect(cutDue(queueOf(5), { ...all, room: 16 })).toBeNull();
    expect(cutDue(new BlockQueue(), all)).toBeNull();
  });

  it('takes as many cheap blocks as make a satoshi', () => {
    const cost: Cost = { sat: satoshi(3), remainder: 1 };
    const queue = queueOf(100, 1);
    expect(cutDue(queue, { ...all, cost, maxRows: 1 })).toMatchObject({ rows: 64, sat: 1 });
    expect(cutDue(queueOf(10, 1), { ...all, cost })).toBeNull();
  });

  it('of one torrent leaves the others as they are', () => {
    const queue = queueOf(9);
    const cut = cutDue(queue, { ...all, torrent: 1, maxRows: 3 });
    expect(cut).toMatchObject({ rows: 3, sat: 51 });
    expect(cut?.parts.map(({ torrent, pieces }) => [torrent, ...pieces])).toEqual([[1, 1, 3, 5]]);
    const left = Array.from({ length: queue.size }, (_, row) => queue.piece(row));
    expect(left).toEqual([0, 2, 4, 6, 7, 8]);
    expect(cutDue(queue, { ...all, torrent: 5 })).toBeNull();
    expect(queue.size).toBe(6);
  });

  it('of one torrent may end inside a block behind those of another', () => {
    const queue = queueOf(1);
    queue.push(9, 7, 0, BLOCK_LENGTH, 200 * MIB, 1_001);
    const cut = cutDue(queue, { ...all, torrent: 9, room: 2_000 });
    expect(cut).toMatchObject({ rows: 1, sat: 2_000, bytes: 10 });
    expect([queue.size, queue.length(0), queue.length(1), queue.offset(1)]).toEqual([
      2,
      BLOCK_LENGTH,
      BLOCK_LENGTH - 10,
      10,
    ]);
  });

  it('splits a block that no channel can pay whole', () => {
    const price = 200 * MIB;
    const queue = queueOf(1, price);
    const cut = cutDue(queue, { ...all, room: 2_000 });
    expect(cut).toMatchObject({ rows: 1, sat: 2_000, bytes: 10 });
    expect([queue.size, queue.length(0), queue.offset(0)]).toEqual([1, BLOCK_LENGTH - 10, 10]);
  });

  it('adds up to the rounded price of everything, however it is cut', () => {
    const block = fc.record({
      length: fc.integer({ min: 1, max: 32_768 }),
      price: fc.integer({ min: 1, max: 5_000 }),
    });
    fc.assert(
      fc.property(
        fc.array(block, { maxLength: 60 }),
        fc.array(
          fc.record({
            room: fc.nat(400),
            maxRows: fc.integer({ min: 1, max: 9 }),
            torrent: fc.constantFrom(null, 0, 1, 2),
          }),
        ),
        (blocks, cuts) => {
          const queue = new BlockQueue();
          let expected = ZERO_COST;
          for (const [at, { length, price }] of blocks.entries()) {
            queue.push(at % 3, 0, 0, length, price, 0);
            expected = addCost(expected, length, satPerMiB(price));
          }
          let cost = ZERO_COST;
          let paid = 0;
          for (const limits of [...cuts, { room: 1e9, maxRows: 1e9, torrent: null }]) {
            const cut = cutDue(queue, { cost, now: 0, ...limits });
            if (cut === null) continue;
            const shares = cut.parts.reduce((sum, part) => sum + total(part.sats), 0);
            expect(shares).toBe(cut.sat);
            expect(cut.sat).toBeLessThanOrEqual(limits.room);
            cost = cut.cost;
            paid += cut.sat;
            expect(paid).toBe(ceilSat(cost));
          }
          expect(paid).toBe(ceilSat(expected));
        },
      ),
    );
  });
});

describe('a payment that came in', () => {
  const payment = { sat: satoshi(34), bytes: 2 * BLOCK_LENGTH, torrent: 7, now: 2_000 };

  it('is shared among the blocks that were sent first', () => {
    const queue = queueOf(4);
    const parts = cutPaid(queue, payment);
    expect(parts.map(({ torrent, sat, bytes }) => [torrent, sat, bytes])).toEqual([
      [0, 17, BLOCK_LENGTH],
      [1, 17, BLOCK_LENGTH],
    ]);
    expect(queue.size).toBe(2);
  });

  it('may end inside a block', () => {
    const queue = queueOf(2);
    const bytes = BLOCK_LENGTH + 1_000;
    const parts = cutPaid(queue, { ...payment, sat: satoshi(19), bytes });
    expect(parts.map(({ bytes: part }) => part)).toEqual([BLOCK_LENGTH, 1_000]);
    expect([queue.length(0), queue.offset(0)]).toEqual([BLOCK_LENGTH - 1_000, 1_004]);
  });

  it('counts blocks from before a restart without knowing them', () => {
    const [known, unknown] = cutPaid(queueOf(1), payment);
    expect(known).toMatchObject({ torrent: 0, bytes: BLOCK_LENGTH, sat: 17 });
    expect(unknown).toMatchObject({ torrent: 7, bytes: BLOCK_LENGTH, sat: 17 });
    expect([...(unknown?.pieces ?? [])]).toEqual([UNKNOWN_PIECE]);
  });

  it('is for the title on whose wire it came, where it costs what that one does', () => {
    const queue = new BlockQueue();
    for (let i = 0; i < 4; i += 1) {
      queue.push(1, i, 0, BLOCK_LENGTH, PRICE, 1_000);
      queue.push(2, i, 0, BLOCK_LENGTH, 2 * PRICE, 1_000);
    }
    const dear = { ...payment, sat: satoshi(3 * 34), bytes: 3 * BLOCK_LENGTH, torrent: 2 };
    expect(
      cutPaid(queue, dear).map(({ torrent, sat, pieces }) => [torrent, sat, ...pieces]),
    ).toEqual([[2, 102, 0, 1, 2]]);
    const neither = {
      ...payment,
      sat: satoshi(17 + 17 + 17 + 34),
      bytes: 4 * BLOCK_LENGTH,
      torrent: 2,
    };
    expect(cutPaid(queue, neither).map(({ torrent, pieces }) => [torrent, ...pieces])).toEqual([
      [1, 0, 1, 2, 3],
    ]);
    expect([queue.size, queue.torrent(0), queue.piece(0)]).toEqual([1, 2, 3]);
  });

  it('books each title at its own price, when each of its batches is paid on a wire of its own', () => {
    const batch = fc.record({ torrent: fc.nat(3), blocks: fc.integer({ min: 1, max: 50 }) });
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 30 }), fc.nat(100), (batches, seed) => {
        const queue = new BlockQueue();
        // A hundred times apart, so that no batch costs what a mixture of others does.
        const price = (torrent: number): number => 64 * 100 ** torrent;
        const left = batches.flatMap(({ torrent, blocks }) =>
          Array.from({ length: blocks }, () => torrent),
        );
        // Sent in another order than it is paid in.
        while (left.length > 0) {
          const [torrent = 0] = left.splice((seed * 7 + queue.size) % left.length, 1);
          queue.push(torrent, queue.size, 0, BLOCK_LENGTH, price(torrent), 1_000);
        }
        const booked = new Map<number, number>();
        for (const { torrent, blocks } of batches) {
          const sat = satoshi((blocks * BLOCK_LENGTH * price(torrent)) / MIB);
          const bytes = blocks * BLOCK_LENGTH;
          for (const part of cutPaid(queue, { sat, bytes, torrent, now: 2_000 })) {
            booked.set(part.torrent, (booked.get(part.torrent) ?? 0) + part.sat);
          }
        }
        expect(queue.size).toBe(0);
        for (const [torrent, sat] of booked) {
          const blocks = batches.reduce(
            (sum, one) => sum + (one.torrent === torrent ? one.blocks : 0),
            0,
          );
          expect(sat).toBe((blocks * BLOCK_LENGTH * price(torrent)) / MIB);
        }
      }),
    );
  });

  it('always adds up to the money and to the bytes', () => {
    fc.assert(
      fc.property(
        fc.nat(20),
        fc.nat(2_000),
        fc.nat(20 * BLOCK_LENGTH),
        fc.integer({ min: 1, max: 3_000 }),
        (blocks, sat, bytes, price) => {
          const queue = queueOf(blocks, price);
          const before = queue.bytes;
          const parts = cutPaid(queue, { ...payment, sat: satoshi(sat), bytes });
          expect(parts.reduce((sum, part) => sum + part.sat, 0)).toBe(sat);
          expect(parts.reduce((sum, part) => sum + total(part.sats), 0)).toBe(sat);
          expect(parts.reduce((sum, part) => sum + total(part.lengths), 0)).toBe(bytes);
          expect(queue.bytes).toBe(Math.max(0, before - bytes));
        },
      ),
    );
  });
});
