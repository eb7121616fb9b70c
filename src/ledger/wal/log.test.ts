import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packEntry } from '../journal.ts';
import type { Journaled } from '../session.ts';
import { packSlab } from '../slab.ts';
import { createLogDisk, createManualClock, QUICK_LIMITS, type Say } from '../testing/log-disk.ts';
import { createBooks } from '../testing/records.ts';
import {
  nextMark,
  packMark,
  prepareFile,
  raiseFence,
  readMark,
  readLog,
  SLOT_BYTES,
  type Mark,
} from './file.ts';
import { createLog, type WalLimits } from './log.ts';

const books = createBooks();
/** The entry of a payment of `blocks` blocks. */
const payment = (number: number, blocks = 1): Journaled => {
  const {
    batches = [],
    channels = [],
    accounts = [],
  } = books.pay({
    ...{ channel: 0, torrent: 1, sats: Array<number>(blocks).fill(1) },
  });
  return {
    number,
    entry: packEntry({ channels, accounts, totals: [], slab: packSlab(batches, number) }),
  };
};
const markOf = (slot: number, byte: number): Mark => ({
  slot,
  epoch: new Uint8Array(8).fill(byte),
});
const numbersOf = (entries: readonly Journaled[]): number[] => entries.map(({ number }) => number);

const start = (parts: { say?: Say; limits?: WalLimits } = {}) => {
  const disk = createLogDisk();
  const clock = createManualClock();
  const mark = markOf(3, 7);
  const file = disk.open();
  const madeAt = prepareFile(file, clock.now());
  raiseFence(file, mark);
  const log = createLog({
    ...{ file: disk.open(parts.say), mark, madeAt, clock },
    limits: parts.limits ?? QUICK_LIMITS,
  });
  return { disk, clock, mark, file, log, found: () => numbersOf(readLog(file, mark)) };
};

describe('the log', () => {
  it('holds what was appended, and begins again when that is stored', () => {
    const { log, found } = start();
    for (const number of [11, 12, 13]) expect(log.append(payment(number))).toBe(true);
    expect(found()).toEqual([11, 12, 13]);
    const pending = log.pending();
    log.stored();
    expect(log.append(payment(14))).toBe(true);
    expect(found()).toEqual([14]);
    expect(numbersOf(pending)).toEqual([11, 12, 13]);
    expect(numbersOf(log.pending())).toEqual([14]);
    expect(log.isDoubtful()).toBe(false);
  });

  it('outlives a power cut', () => {
    const { log, disk, found } = start();
    for (const number of [1, 2]) expect(log.append(payment(number))).toBe(true);
    disk.cutPower(() => 0);
    expect(found()).toEqual([1, 2]);
  });

  it('goes on in one half while the other is handed over', () => {
    const { log, found } = start({ limits: { ...QUICK_LIMITS, entries: 2 } });
    const take = (...numbers: number[]) => numbers.map((number) => log.append(payment(number)));
    expect(take(1, 2, 3)).toEqual([true, true, false]);
    expect(numbersOf(log.handOver())).toEqual([1, 2]);
    expect(log.isHandedOver()).toBe(false);
    expect(take(3, 4, 5)).toEqual([true, true, false]);
    expect(numbersOf(log.pending())).toEqual([1, 2, 3, 4]);
    expect(found()).toEqual([1, 2, 3, 4]);
    log.handedOver();
    expect(log.isHandedOver()).toBe(true);
    expect(numbersOf(log.handOver())).toEqual([3, 4]);
    // Over what IndexedDB has: a reader may find a rest of that, in front.
    expect(take(5)).toEqual([true]);
    expect(numbersOf(log.pending())).toEqual([3, 4, 5]);
    expect(found()).toEqual([3, 4, 5]);
    log.stored();
    expect(log.pending()).toEqual([]);
    expect(take(6, 7)).toEqual([true, true]);
  });

  it('refuses what is too much for it, and takes more later', () => {
    const { log, found } = start({ limits: { ...QUICK_LIMITS, entries: 2 } });
    expect([1, 2, 3].map((number) => log.append(payment(number)))).toEqual([true, true, false]);
    log.stored();
    expect(log.append(payment(4, SLOT_BYTES))).toBe(false);
    expect(log.append(payment(4))).toBe(true);
    expect(found()).toEqual([4]);
    expect(log.isDoubtful()).toBe(false);
  });

  it('is brought over sooner while a power cut may lose its file, whatever the clock is set to', () => {
    const limits = { ...QUICK_LIMITS, settlingMs: 1_000 };
    const { log, clock, mark, file } = start({ limits });
    expect(log.ageMs()).toBe(limits.youngAgeMs);
    clock.pass(1_000);
    expect(log.ageMs()).toBe(limits.ageMs);
    const madeAt = clock.now() + 1e9;
    const ahead = createLog({ file, mark, madeAt, clock, limits });
    expect(ahead.ageMs()).toBe(limits.youngAgeMs);
    clock.pass(1_000);
    expect(ahead.ageMs()).toBe(limits.ageMs);
  });

  it('takes nothing any more once somebody else has raised the fence', () => {
    const { log, file, found } = start();
    expect(log.append(payment(1))).toBe(true);
    raiseFence(file, markOf(4, 8));
    expect(log.append(payment(2))).toBe(false);
    expect(log.isDoubtful()).toBe(false);
    raiseFence(file, markOf(3, 7));
    expect(log.append(payment(2))).toBe(false);
    expect(found()).toEqual([1]);
  });

  it.each([0, 0.5, 0.999])('is over when the disk fails in the middle: at %d', (share) => {
    for (let at = 0; at < 6; at += 1) {
      let steps = 0;
      const { log, found } = start({
        say: () => {
          if (numbersOf(log.pending()).length === 0) return 'whole';
          steps += 1;
          return steps - 1 === at ? share : 'whole';
        },
      });
      expect(log.append(payment(1))).toBe(true);
      const taken = log.append(payment(2));
      expect(taken).toBe(at >= 5 || steps <= at);
      expect(found()).toEqual(taken ? [1, 2] : [1]);
      if (!taken) expect(log.append(payment(2))).toBe(false);
      expect(numbersOf(log.pending())).toEqual(taken ? [1, 2] : [1]);
    }
  });

  it('loses nothing to an heir, whenever that one comes', () => {
    fc.assert(
      fc.property(fc.nat({ max: 30 }), fc.boolean(), (at, isSplit) => {
        let steps = 0;
        const seen: (readonly number[])[] = [];
        const heirs = markOf(4, 8);
        const { log, file, mark } = start({
          say: () => {
            if (steps === at) raiseFence(file, heirs);
            if (steps === at + (isSplit ? 1 : 0)) seen.push(numbersOf(readLog(file, mark)));
            steps += 1;
            return 'whole';
          },
        });
        const taken: number[] = [];
        for (let number = 1; number <= 6; number += 1) {
          if (log.append(payment(number))) taken.push(number);
        }
        const [heard] = seen;
        if (heard === undefined) return;
        // At most the one that was refused on the way is there too.
        expect(heard.slice(0, taken.length)).toEqual(taken);
        expect(heard.length).toBeLessThanOrEqual(taken.length + (log.isDoubtful() ? 1 : 0));
      }),
    );
  });
});

describe('the file', () => {
  it('keeps who has the fence when two make it ready at a time', () => {
    const disk = createLogDisk();
    const first = disk.open();
    expect(prepareFile(first, 5)).toBe(5);
    raiseFence(first, markOf(0, 9));
    expect(prepareFile(disk.open(), 8)).toBe(5);
    const log = createLog({
      ...{ file: first, mark: markOf(0, 9), madeAt: 5, clock: createManualClock() },
      limits: QUICK_LIMITS,
    });
    expect(log.append(payment(1))).toBe(true);
  });

  it('of a newer version is left alone', () => {
    const file = createLogDisk().open();
    file.write(new TextEncoder().encode('RWL3'), 0);
    expect(() => prepareFile(file, 1)).toThrow(/newer version/);
  });

  it('of the first version is read, and closed to that version', () => {
    const file = createLogDisk().open();
    expect(prepareFile(file, 5)).toBe(5);
    // Its sessions had one slot each.
    const old = markOf(15, 7);
    raiseFence(file, old);
    const log = createLog({
      ...{ file, mark: old, madeAt: 5, clock: createManualClock(), limits: QUICK_LIMITS },
    });
    for (const number of [8, 9]) expect(log.append(payment(number))).toBe(true);
    file.write(new TextEncoder().encode('RWL1'), 0);
    expect(prepareFile(file, 6)).toBe(5);
    const name = new Uint8Array(4);
    file.read(name, 0);
    expect(new TextDecoder().decode(name)).toBe('RWL2');
    expect(numbersOf(readLog(file, old))).toEqual([8, 9]);
    expect(nextMark(old, new Uint8Array(8)).slot).toBe(16);
  });

  it('gives each session a mark and other slots than the last', () => {
    let mark = nextMark(null, new Uint8Array(8));
    const slots = Array.from({ length: 16 }, (_, n) => {
      const { slot } = mark;
      mark = nextMark(mark, new Uint8Array(8).fill(n));
      return [slot, slot + 1];
    });
    expect(new Set(slots.flat()).size).toBe(32);
    expect(readMark(packMark(mark))).toEqual(mark);
    for (const bytes of [[], [0], [32, 1, 2, 3, 4, 5, 6, 7, 8], [0, 1, 2, 3, 4, 5, 6, 7]]) {
      expect(readMark(Uint8Array.from(bytes))).toBeNull();
    }
  });
});
