import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { setImmediate } from 'node:timers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../shared/clock.ts';
import type { Ledger } from '../shared/ports/ledger.ts';
import { unwrap } from '../shared/result.ts';
import { openDatabase } from './database.ts';
import { openIndexedBackend } from './indexed.ts';
import { createLedger } from './ledger.ts';
import { JOURNAL_LIMITS } from './session.ts';
import {
  createLogDisk,
  createManualClock,
  QUICK_LIMITS,
  toolsOn,
  type Say,
} from './testing/log-disk.ts';
import { createBooks, outboxOf, type Payment } from './testing/records.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const openRaw = async () => unwrap(await openDatabase({ name: 'killed', clock: systemClock }));

describe('a ledger that is killed at any instant', () => {
  /** Several payments of one turn, or a write that is none. */
  const step = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.array(
        fc.record({
          channel: fc.nat({ max: 7 }),
          torrent: fc.nat({ max: 3 }),
          sats: fc.array(fc.nat({ max: 99 }), { minLength: 1, maxLength: 3 }),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    },
    fc.constantFrom<'outbox' | 'wait' | 'look'>('outbox', 'wait', 'look'),
  );
  const life = fc.record({
    steps: fc.array(step, { maxLength: 25 }),
    /** The step of the file at which the worker dies, and how much of it is done. */
    dies: fc.nat({ max: 150 }),
    share: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    /** The transaction that is not kept, with which it dies if it has not before. */
    diesIn: fc.nat({ max: 20 }),
    isPowerCut: fc.boolean(),
  });

  it('has every payment that it told of, and agrees with itself', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(life, { minLength: 1, maxLength: 5 }),
        fc.constantFrom(JOURNAL_LIMITS, { rows: 9, entries: 3, blocks: 12 }),
        fc.integer({ min: 1, max: 9 }),
        async (lives, limits, entries) => {
          vi.stubGlobal('indexedDB', new IDBFactory());
          const disk = createLogDisk();
          const clock = createManualClock();
          const tools = toolsOn(disk, { clock, limits: { ...QUICK_LIMITS, entries } });
          const kept: Payment[] = [];
          let underWay: readonly Payment[] = [];

          /** The books as far as the ledger got, which it is compared with. */
          const catchUp = async (ledger: Ledger) => {
            const report = await ledger.audit();
            expect(report.problems).toEqual([]);
            if (report.batches !== kept.length) kept.push(...underWay);
            expect(report.batches).toBe(kept.length);
            underWay = [];
            const books = createBooks();
            const states = new Map<string, unknown>();
            for (const payment of kept) {
              const { channels = [] } = books.pay(payment);
              for (const state of channels) states.set(state.cid, state);
            }
            const channels = await ledger.channels();
            expect(new Map(channels.map((state) => [state.cid as string, state]))).toEqual(states);
            return books;
          };

          for (const { steps, dies, share, diesIn, isPowerCut } of lives) {
            const raw = await openRaw();
            let left = dies;
            let isDead = false;
            const die = (): void => {
              isDead = true;
              raw.close();
            };
            const say: Say = () => {
              if (isDead) return 0;
              left -= 1;
              if (left >= 0) return 'whole';
              die();
              return share;
            };
            let transactions = diesIn;
            const commit = vi
              .spyOn(IDBTransaction.prototype, 'commit')
              .mockImplementation(function (this: IDBTransaction) {
                // It ends by itself when nothing more is asked of it.
                transactions -= 1;
                if (transactions >= 0) return;
                this.abort();
                die();
              });
            try {
              const openFile = async () => disk.open(say);
              const ledger = await createLedger(
                await openIndexedBackend(raw, limits, { ...tools, openFile }),
              );
              const books = await catchUp(ledger);
              for (const doing of steps) {
                if (isDead) break;
                if (doing === 'wait') {
                  clock.pass(500);
                  await new Promise(setImmediate);
                } else if (doing === 'look') {
                  expect((await ledger.audit()).problems).toEqual([]);
                } else if (doing === 'outbox') {
                  await ledger.commit({ outbox: [outboxOf(1)] });
                } else {
                  underWay = doing;
                  const commits = doing.map((payment) => ledger.commit(books.pay(payment)));
                  const told = await Promise.all(commits);
                  if (told.some(({ ok }) => !ok)) break;
                  kept.push(...doing);
                  underWay = [];
                }
              }
            } catch (thrown) {
              if (!isDead) throw thrown;
            }
            die();
            commit.mockRestore();
            if (isPowerCut) disk.cutPower((write) => (write % 2 === 0 ? share : 1 - share));
          }
          const ledger = await createLedger(
            await openIndexedBackend(await openRaw(), limits, tools),
          );
          await catchUp(ledger);
          await ledger.close();
        },
      ),
      { numRuns: 150 },
    );
  });
});
