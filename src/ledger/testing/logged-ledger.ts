import { setImmediate } from 'node:timers';
import { vi } from 'vitest';
import { systemClock } from '../../shared/clock.ts';
import type { Ledger } from '../../shared/ports/ledger.ts';
import { unwrap } from '../../shared/result.ts';
import type { WalTools } from '../beginning.ts';
import { openDatabase } from '../database.ts';
import { openIndexedBackend } from '../indexed.ts';
import { isEmptyEntry } from '../journal.ts';
import { createLedger } from '../ledger.ts';
import { JOURNAL_LIMITS } from '../session.ts';
import { createLogDisk, createManualClock, toolsOn, type Say } from './log-disk.ts';
import { createBooks, type Payment } from './records.ts';

/** A ledger over IndexedDB with a log in front of it, as its tests work it. */

export const openRaw = async () =>
  unwrap(await openDatabase({ name: 'logged', clock: systemClock }));
export const openOn = async (wal: WalTools, limits = JOURNAL_LIMITS): Promise<Ledger> =>
  createLedger(await openIndexedBackend(await openRaw(), limits, wal));
export const start = (parts: { readonly say?: Say } & Partial<WalTools> = {}) => {
  const { say, ...rest } = parts;
  const disk = createLogDisk();
  const clock = createManualClock();
  const tools = toolsOn(disk, { clock, openFile: async () => disk.open(say), ...rest });
  return { disk, clock, tools, books: createBooks() };
};
export const one: Payment = { channel: 0, torrent: 1, sats: [1] };

/** Transactions that write, from now on. */
export const countWrites = (): (() => number) => {
  const commit = vi.spyOn(IDBTransaction.prototype, 'commit');
  return () => commit.mock.calls.length;
};
/** Has every transaction on the journal that comes from now on wait, until the returned function is called. */
export const blockJournal = async (): Promise<() => void> => {
  const raw = await openRaw();
  const { store } = raw.use().transaction('journal', 'readwrite');
  let isBlocked = true;
  const block = async (): Promise<void> => {
    while (isBlocked) await store.count();
    raw.close();
  };
  await store.count();
  void block();
  return () => {
    isBlocked = false;
  };
};
export const turns = async (count: number): Promise<void> => {
  for (let n = 0; n < count; n += 1) await new Promise(setImmediate);
};
/** A ledger with three payments; what its log has handed over waits for IndexedDB until it is released. */
export const startHandOver = async () => {
  const started = start();
  const ledger = await openOn(started.tools);
  for (let n = 0; n < 3; n += 1) unwrap(await ledger.commit(started.books.pay(one)));
  const release = await blockJournal();
  started.clock.pass(500);
  await turns(5);
  return { ...started, ledger, release };
};
/** What IndexedDB holds of the journal, but for beginnings. */
export const journalLength = async (): Promise<number> => {
  const raw = await openRaw();
  const entries = await raw.use().getAll('journal');
  raw.close();
  return entries.filter((entry) => !isEmptyEntry(entry)).length;
};
