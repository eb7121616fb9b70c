import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLOCK_LENGTH, wireId } from '../shared/units.ts';
import { LATE_REQUEST_MS } from './limits.ts';
import { lateRequests, type PeerLoad } from './rush.ts';

const NOW = 1_000_000;
const LONG_AGO = NOW - 2 * LATE_REQUEST_MS;

const peer = (
  id: number,
  blocksPerSecond: number,
  waiting: readonly (readonly [index: number, askedAt: number])[] = [],
  could: (index: number) => boolean = () => true,
): PeerLoad => ({
  id: wireId(id),
  speed: blocksPerSecond * BLOCK_LENGTH,
  waiting: waiting.map(([index, askedAt]) => ({ index, askedAt })),
  could,
});
const urgent = (index: number): boolean => index < 10;

describe('late requests', () => {
  it('are those of a slow or silent peer where a quicker one has room', () => {
    const slow = peer(1, 1, [[0, LONG_AGO]]);
    const silent = peer(2, 0, [[1, LONG_AGO]]);
    const quick = peer(3, 100);
    expect(lateRequests([slow, silent, quick], urgent, NOW)).toEqual([
      { id: 1, index: 0 },
      { id: 2, index: 1 },
    ]);
  });

  it('are not the young ones, nor those that are not urgent', () => {
    const slow = peer(1, 1, [
      [0, NOW - LATE_REQUEST_MS + 1],
      [50, LONG_AGO],
    ]);
    expect(lateRequests([slow, peer(2, 100)], urgent, NOW)).toEqual([]);
  });

  it('stay where they are when nobody would be quicker by far', () => {
    const slow = peer(1, 10, [[0, LONG_AGO]]);
    const busy = peer(
      2,
      100,
      Array.from({ length: 200 }, () => [90, NOW] as const),
    );
    const same = peer(3, 12);
    const without = peer(4, 1000, [], (index) => index !== 0);
    expect(lateRequests([slow], urgent, NOW)).toEqual([]);
    expect(lateRequests([slow, busy, same, without], urgent, NOW)).toEqual([]);
  });

  it('never go round: of two peers at most one is late with a piece', () => {
    const load = fc.record({ speed: fc.nat(1000), blocks: fc.integer({ min: 1, max: 50 }) });
    fc.assert(
      fc.property(load, load, (a, b) => {
        const [first, second] = [a, b].map(({ speed, blocks }, at) =>
          peer(
            at + 1,
            speed,
            Array.from({ length: blocks }, () => [0, LONG_AGO] as const),
          ),
        ) as [PeerLoad, PeerLoad];
        expect(lateRequests([first, second], urgent, NOW).length).toBeLessThanOrEqual(1);
      }),
    );
  });
});
