import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { BLOCK_LENGTH, infoHash } from '../../shared/units.ts';
import { BlockQueue } from '../batcher/block-queue.ts';
import { createRegistry, type TorrentEntry } from '../wires/registry.ts';
import { isVerified, markVerified, Unverified } from './unverified.ts';

const PRICE = 100;
const BLOCKS = 4;

let torrent: TorrentEntry;
let ready: BlockQueue;
let held: Unverified;

beforeEach(() => {
  torrent = createRegistry().torrent(infoHash('ab'.repeat(20)));
  torrent.pieceLength = BLOCKS * BLOCK_LENGTH;
  torrent.verified = new Uint8Array(2);
  ready = new BlockQueue();
  held = new Unverified();
});

const arrive = (piece: number, count = BLOCKS): void => {
  for (let i = 0; i < count; i += 1) {
    held.arrive(torrent, [piece, i * BLOCK_LENGTH, BLOCK_LENGTH], PRICE, 0, ready);
  }
};

describe('blocks that are not verified', () => {
  it('are payable up to one piece of a title', () => {
    arrive(0, 3);
    arrive(1, 3);
    expect(ready.size).toBe(4);
    expect(held.bytes).toBe(2 * BLOCK_LENGTH);
  });

  it('follow as soon as a piece is good, the oldest first', () => {
    arrive(0);
    arrive(1);
    arrive(2);
    held.good(torrent, 0, ready);
    expect(ready.size).toBe(2 * BLOCKS);
    held.good(torrent, 2, ready);
    expect(ready.size).toBe(3 * BLOCKS);
    expect([held.bytes, held.units]).toEqual([0, 0]);
  });

  it('have a bound for each title', () => {
    const other = createRegistry().torrent(infoHash('cd'.repeat(20)));
    const second = Object.assign({}, other, { index: 1, pieceLength: torrent.pieceLength });
    arrive(0);
    held.arrive(second, [0, 0, BLOCK_LENGTH], PRICE, 0, ready);
    expect(ready.size).toBe(BLOCKS + 1);
  });

  it('of a bad piece are struck off where one peer is to blame, signed ones excepted', () => {
    arrive(0, 3);
    ready.drop(1);
    arrive(1, 3);
    held.bad(torrent, 0, true, ready);
    expect(ready.size).toBe(1);
    // One signed block stays counted: three more may be paid ahead in all.
    arrive(2);
    expect(ready.size).toBe(3);
  });

  it('of bad pieces with several sources are paid for up to one piece in all', () => {
    arrive(0, 2);
    held.bad(torrent, 0, false, ready);
    expect(ready.size).toBe(2);
    arrive(1);
    expect(ready.size).toBe(BLOCKS);
    held.bad(torrent, 1, false, ready);
    arrive(2);
    expect(ready.size).toBe(BLOCKS);
    expect(held.bytes).toBe(BLOCKS * BLOCK_LENGTH);
    held.good(torrent, 2, ready);
    expect(ready.size).toBe(2 * BLOCKS);
    expect([held.bytes, held.units]).toEqual([0, 0]);
  });

  it('of a bad piece whose culprit is somebody else use the bound up no longer', () => {
    arrive(0);
    ready.drop(ready.size);
    held.bad(torrent, 0, false, ready);
    arrive(1, 3);
    arrive(2, 3);
    expect(ready.size).toBe(0);
    expect(held.acquit(torrent, 0, ready)).toBe(true);
    expect(ready.size).toBe(BLOCKS);
    expect(held.bytes).toBe(2 * BLOCK_LENGTH);
    // Once only.
    expect(held.acquit(torrent, 0, ready)).toBe(false);
    expect(ready.size).toBe(BLOCKS);
  });

  it('say whether any of a checked piece is among them', () => {
    arrive(0);
    arrive(1);
    expect(held.good(torrent, 2, ready)).toBe(false);
    expect(held.bad(torrent, 2, true, ready)).toBe(false);
    expect(held.good(torrent, 0, ready)).toBe(true);
    expect(held.bad(torrent, 1, true, ready)).toBe(true);
    expect(held.good(torrent, 0, ready)).toBe(false);
  });

  it('cost one piece at most, whatever turns out bad and whoever is to blame', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            piece: fc.nat({ max: 7 }),
            blocks: fc.nat({ max: BLOCKS }),
            outcome: fc.constantFrom('good', 'mixed', 'culprit', 'later', 'acquitted'),
            signs: fc.boolean(),
          }),
        ),
        (steps) => {
          const queue = new BlockQueue();
          const trust = new Unverified();
          const received = new Map<number, number>();
          let signed = 0;
          let good = 0;
          let acquitted = 0;
          const sign = (): void => {
            signed += queue.bytes;
            queue.drop(queue.size);
          };
          for (const { piece, blocks, outcome, signs } of steps) {
            for (let i = 0; i < blocks; i += 1) {
              trust.arrive(torrent, [piece, i * BLOCK_LENGTH, BLOCK_LENGTH], PRICE, 0, queue);
            }
            received.set(piece, (received.get(piece) ?? 0) + blocks * BLOCK_LENGTH);
            if (signs) sign();
            if (outcome === 'later') continue;
            if (outcome === 'acquitted') {
              // Somebody else is convicted, once for each piece that this costs at most.
              acquitted += 1;
              trust.acquit(torrent, piece, queue);
              continue;
            }
            if (outcome === 'good') {
              good += received.get(piece) ?? 0;
              trust.good(torrent, piece, queue);
            } else trust.bad(torrent, piece, outcome === 'culprit', queue);
            received.delete(piece);
          }
          sign();
          expect(signed).toBeLessThanOrEqual(good + (1 + acquitted) * torrent.pieceLength);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('the memory of good pieces', () => {
  it('sets and clears one bit', () => {
    markVerified(torrent, 9, true);
    expect([8, 9, 10].map((piece) => isVerified(torrent, piece))).toEqual([false, true, false]);
    markVerified(torrent, 9, false);
    expect(isVerified(torrent, 9)).toBe(false);
  });

  it('ignores pieces that the torrent does not have', () => {
    markVerified(torrent, 4_000_000, true);
    expect(isVerified(torrent, 4_000_000)).toBe(false);
  });
});
