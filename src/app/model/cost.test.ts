import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_SAT_PER_MIB, MIB, satPerMiB, wireId } from '../../shared/units.ts';
import type { WebSeedView } from '../../shared/ports/torrents.ts';
import { fileView, peerTrade, peerView, torrentView } from '../testing/views.ts';
import {
  costOf,
  freeHosts,
  missingBytes,
  offersOf,
  priceRange,
  projectedCost,
  satPerBlock,
  satPerGiB,
  satPerHour,
} from './cost.ts';

const bytes = fc.integer({ min: 0, max: 2 ** 42 });
const price = fc.integer({ min: 0, max: MAX_SAT_PER_MIB });

describe('costOf', () => {
  it('is 17 sat for a block at the usual price', () => {
    expect(costOf(16_384, 1_088)).toBe(17);
    expect(costOf(MIB, 1_088)).toBe(1_088);
    expect(costOf(1, 1_088)).toBe(1);
    expect(costOf(0, 1_088)).toBe(0);
  });

  it('is the exact quotient rounded up, far beyond the safe range', () => {
    fc.assert(
      fc.property(bytes, price, (length, sat) => {
        const cost = BigInt(costOf(length, sat));
        const units = BigInt(length) * BigInt(sat);
        expect(cost * BigInt(MIB) >= units).toBe(true);
        expect((cost - 1n) * BigInt(MIB) < units).toBe(true);
      }),
      { examples: [[2 ** 30, 2 ** 20]] },
    );
  });

  it('never costs less for more', () => {
    fc.assert(
      fc.property(bytes, bytes, price, (a, b, sat) => {
        expect(costOf(Math.max(a, b), sat)).toBeGreaterThanOrEqual(costOf(Math.min(a, b), sat));
      }),
    );
  });
});

describe('equivalents', () => {
  it('say what a price per MiB comes to', () => {
    expect(satPerBlock(1_088)).toBe(17);
    expect(satPerGiB(1_088)).toBe(1_114_112);
    expect(satPerHour(1_088, 100 * MIB, 3600)).toBe(108_800);
    expect(satPerHour(1_088, 100 * MIB, 1800)).toBe(217_600);
  });

  it('know no hour of something without a length in time', () => {
    expect(satPerHour(1_088, MIB, 0)).toBeNull();
    expect(satPerHour(1_088, MIB, Number.NaN)).toBeNull();
    expect(satPerHour(1_088, MIB, Number.POSITIVE_INFINITY)).toBeNull();
  });
});

describe('freeHosts', () => {
  const host = (state: WebSeedView['state']): WebSeedView => ({
    host: 'films.example',
    state,
    fault: state === 'failed' ? 'refused' : null,
  });

  it('counts the web hosts that will be asked, while nobody else has the title', () => {
    const webSeeds = [host('idle'), host('failed'), host('idle'), host('off')];
    expect(freeHosts(torrentView({ webSeeds }))).toBe(2);
    expect(freeHosts(torrentView({ webSeeds: [host('off'), host('failed')] }))).toBe(0);
    // What a peer asks is not known yet, and it may be asked before the host.
    expect(freeHosts(torrentView({ webSeeds, peers: [peerView()] }))).toBe(0);
  });
});

describe('offersOf', () => {
  it('counts known prices and free seeders, not free leechers', () => {
    const peers = [
      peerView({ wire: wireId(1), satPerMiB: satPerMiB(1088) }),
      peerView({ wire: wireId(2), satPerMiB: null, paid: false, buyState: 'free' }),
      peerView({ wire: wireId(3), satPerMiB: null, paid: false, buyState: 'free', seeder: false }),
      peerView({ wire: wireId(4), satPerMiB: null, buyState: 'negotiating' }),
    ];
    expect(offersOf(peers, []).map(({ wire, satPerMiB: sat }) => [wire, sat])).toEqual([
      [1, 1088],
      [2, 0],
    ]);
  });

  it('takes a price that only the ledger knows yet', () => {
    const peers = [peerView({ wire: wireId(7), satPerMiB: null, buyState: 'negotiating' })];
    const trades = [peerTrade({ wire: 7, buyPrice: satPerMiB(544) })];
    expect(offersOf(peers, trades)).toEqual([{ wire: 7, satPerMiB: 544, state: 'negotiating' }]);
  });
});

describe('priceRange', () => {
  it('leaves out what cannot be bought while something can', () => {
    const offers = [
      { wire: 1, satPerMiB: 1088, state: 'buying' },
      { wire: 2, satPerMiB: 544, state: 'not-buying' },
      { wire: 3, satPerMiB: 1_000_000, state: 'too-expensive' },
      { wire: 4, satPerMiB: 1, state: 'refused' },
    ] as const;
    expect(priceRange(offers)).toEqual({ best: 544, worst: 1088, offers: 2, outOfReach: false });
  });

  it('says when all is out of reach, and nothing when there is no offer', () => {
    const offers = [{ wire: 3, satPerMiB: 1_000_000, state: 'too-expensive' }] as const;
    expect(priceRange(offers)?.outOfReach).toBe(true);
    expect(priceRange([])).toBeNull();
  });
});

describe('missingBytes', () => {
  it('sums what the selected files lack', () => {
    const files = [
      fileView({ index: 0, length: 100, held: 40 }),
      fileView({ index: 1, length: 10, held: 10 }),
      fileView({ index: 2, length: 7, held: 0 }),
    ];
    expect(missingBytes(files, new Set([0, 1]))).toBe(60);
    expect(missingBytes(files, new Set([2]))).toBe(7);
    expect(missingBytes(files, new Set())).toBe(0);
  });
});

describe('projectedCost', () => {
  it('goes on at the average once something is paid, at the best offer before', () => {
    expect(projectedCost({ sat: 0, bytes: 0 }, MIB, 1_088)).toBe(1_088);
    expect(projectedCost({ sat: 544, bytes: MIB / 2 }, MIB / 2, 9_999)).toBe(1_088);
    expect(projectedCost({ sat: 0, bytes: 0 }, MIB, null)).toBeNull();
  });

  it('is what was paid when nothing is missing', () => {
    expect(projectedCost({ sat: 123, bytes: MIB }, 0, 1_088)).toBe(123);
  });
});
