import type {
  AccountRecord,
  ChannelRecord,
  DayTotal,
  Ledger,
  OutboxRecord,
} from '../shared/ports/ledger.ts';
import { FailureError } from '../shared/result.ts';
import type { Backend, WriteSet } from './backend.ts';
import { createLedger } from './ledger.ts';
import { slabSize, type FullSlab } from './slab.ts';
import type { TotalsRow } from './totals.ts';

/** What survives a crash. */
export interface MemoryDisk {
  readonly slabs: Map<number, FullSlab>;
  readonly days: Map<number, DayTotal>;
  readonly totals: Map<string, TotalsRow>;
  readonly channels: Map<string, ChannelRecord>;
  readonly accounts: Map<string, AccountRecord>;
  readonly outbox: Map<string, OutboxRecord>;
  readonly settings: Map<string, unknown>;
}

export const createMemoryDisk = (): MemoryDisk => ({
  slabs: new Map(),
  days: new Map(),
  totals: new Map(),
  channels: new Map(),
  accounts: new Map(),
  outbox: new Map(),
  settings: new Map(),
});

/** What becomes of a transaction, decided before it runs. */
export type WriteFate =
  | 'kept'
  /** Fails with code `quota`; the ledger goes on. */
  | 'quota'
  /** Fails with code `storage`; the ledger goes on. */
  | 'failed'
  /** The process dies before anything is on disk: nobody hears of it. */
  | 'killed-before'
  /** The process dies after everything is on disk, before anybody hears of it. */
  | 'killed-after';

export interface MemoryLedgerOptions {
  /** What there is already; a fresh one when omitted. Open it again after a crash. */
  readonly disk?: MemoryDisk;
  /** Decides about transaction number `index`, from 0. Every one is kept when omitted. */
  readonly fate?: (index: number, set: WriteSet) => WriteFate;
  /** When a write reaches the disk: at once, or when this resolves, to have commits gather. */
  readonly latency?: () => Promise<void>;
}

const never = new Promise<never>(() => undefined);

const failures = {
  quota: () => new DOMException('full', 'QuotaExceededError'),
  failed: () => new FailureError({ code: 'storage', message: 'The disk failed.' }),
};

const put = (disk: MemoryDisk, set: WriteSet): void => {
  const { slab, totals, channels, accounts, outbox, settings, fold } = structuredClone(set);
  if (slab !== null) disk.slabs.set(slab.first, slab);
  for (const row of totals) disk.totals.set(row.key, row);
  for (const one of channels) disk.channels.set(one.cid, one);
  for (const one of accounts) disk.accounts.set(one.role + one.peer, one);
  for (const one of outbox) disk.outbox.set(one.txid, one);
  for (const [key, value] of settings ?? []) {
    if (value === undefined) disk.settings.delete(key);
    else disk.settings.set(key, value);
  }
  if (fold === undefined) return;
  for (const id of fold.replaced) disk.days.delete(id);
  for (const day of fold.days) disk.days.set(day.id, day);
  for (const first of [...disk.slabs.keys()]) if (first <= fold.upTo) disk.slabs.delete(first);
  if (fold.rest !== null) disk.slabs.set(fold.rest.first, fold.rest);
};

const copies = <T>(values: Iterable<T>): T[] => structuredClone([...values]);

const createMemoryBackend = (options: MemoryLedgerOptions): Backend => {
  const { disk = createMemoryDisk(), fate = () => 'kept', latency } = options;
  let writes = 0;
  let state: 'alive' | 'dead' | 'closed' = 'alive';

  /** A killed process answers nothing; a closed ledger says so. */
  const alive = async (): Promise<void> => {
    if (state === 'dead') await never;
    if (state === 'closed') {
      throw new FailureError({ code: 'storage', message: 'The ledger is closed.' });
    }
  };
  const slabs = (from: number, to: number): FullSlab[] =>
    [...disk.slabs.values()]
      .filter(({ first }) => first >= from && first < to)
      .sort((a, b) => a.first - b.first);

  const days = (): DayTotal[] => copies(disk.days.values()).sort((a, b) => a.id - b.id);

  return {
    async write(set) {
      await alive();
      await latency?.();
      const verdict = fate(writes, set);
      writes += 1;
      if (verdict === 'quota' || verdict === 'failed') throw failures[verdict]();
      if (verdict !== 'killed-before') {
        if (set.slab !== null && disk.slabs.has(set.slab.first)) {
          throw new DOMException('taken', 'ConstraintError');
        }
        put(disk, set);
      }
      if (verdict !== 'kept') {
        state = 'dead';
        await never;
      }
    },
    checkpoint: alive,
    async snapshot() {
      await alive();
      const last = slabs(0, Infinity).at(-1);
      const foldedTo = days().at(-1)?.id ?? 0;
      return {
        channels: copies(disk.channels.values()),
        accounts: copies(disk.accounts.values()),
        totals: copies(disk.totals.values()),
        lastId: last === undefined ? foldedTo : last.first + slabSize(last.head) - 1,
        foldedTo,
      };
    },
    async outbox() {
      await alive();
      return copies(disk.outbox.values());
    },
    async heads(from, to) {
      await alive();
      return slabs(from, to);
    },
    async slabs(from, to) {
      await alive();
      return slabs(from, to);
    },
    async days() {
      await alive();
      return days();
    },
    async setting(key) {
      await alive();
      return structuredClone(disk.settings.get(key));
    },
    close: async () => {
      state = 'closed';
    },
  };
};

/**
 * The ledger in memory, for model tests: the same logic as over IndexedDB, with a disk that outlives
 * it and a say in what becomes of each transaction.
 */
export const openMemoryLedger = (options: MemoryLedgerOptions = {}): Promise<Ledger> =>
  createLedger(createMemoryBackend(options));
