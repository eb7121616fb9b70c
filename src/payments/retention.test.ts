import { describe, expect, it, vi } from 'vitest';
import { openMemoryLedger } from '../ledger/memory.ts';
import { createBooks } from '../ledger/testing/records.ts';
import type { Clock } from '../shared/clock.ts';
import { unwrap } from '../shared/result.ts';
import { createTidying } from './retention.ts';

const DAY_MS = 86_400_000;

/** Payments of a channel that is over, and a clock that a test turns. */
const setUp = async () => {
  const ledger = await openMemoryLedger();
  const books = createBooks();
  for (const torrent of [1, 1, 2]) {
    unwrap(await ledger.commit(books.pay({ channel: 0, torrent, sats: [5, 5] })));
  }
  const over = books.change(0, { status: 'settled' });
  unwrap(await ledger.commit({ channels: over === null ? [] : [over] }));
  let now = Date.UTC(2026, 0, 1, 12);
  let due: (() => void)[] = [];
  const clock: Clock = {
    now: () => now,
    after: (_ms, task) => {
      due.push(task);
      return () => {
        due = due.filter((one) => one !== task);
      };
    },
  };
  let busy = false;
  const tidying = createTidying({ ledger, clock, isBusy: () => busy });
  tidying.start();
  return {
    ledger,
    tidying,
    rows: async () => (await ledger.history({ limit: 9 })).length,
    setBusy: (value: boolean) => (busy = value),
    pass: (days: number) => (now += days * DAY_MS),
    /** Runs what is due, and waits until the next look is planned. */
    async look() {
      const tasks = due;
      due = [];
      for (const task of tasks) task();
      await vi.waitFor(() => expect(due).toHaveLength(1));
    },
    planned: () => due.length,
  };
};

describe('old payments', () => {
  it('are added up after a month, when nobody pays', async () => {
    const { look, pass, rows, setBusy, ledger } = await setUp();
    pass(30);
    await look();
    expect(await rows()).toBe(3);
    pass(1);
    setBusy(true);
    await look();
    expect(await rows()).toBe(3);
    setBusy(false);
    await look();
    expect(await rows()).toBe(2);
    expect(await ledger.audit()).toMatchObject({ ok: true, batches: 3 });
  });

  it('stay as long as the user says, or for ever', async () => {
    const { look, pass, rows, tidying } = await setUp();
    unwrap(await tidying.set({ keepDays: null }));
    pass(1_000);
    await look();
    expect(await rows()).toBe(3);
    unwrap(await tidying.set({ keepDays: 1 }));
    expect(await tidying.get()).toEqual({ keepDays: 1 });
    await look();
    expect(await rows()).toBe(2);
  });

  it('are not touched by what is no rule, nor after the end', async () => {
    const { tidying, planned } = await setUp();
    for (const keepDays of [0, -1, 1.5, 4_000, Number.NaN]) {
      expect(await tidying.set({ keepDays })).toMatchObject({ error: { code: 'bad-input' } });
    }
    expect(await tidying.get()).toEqual({ keepDays: 30 });
    tidying.stop();
    expect(planned()).toBe(0);
  });
});
