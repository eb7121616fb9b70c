import type {
  AccountRecord,
  BatchRecord,
  ChannelRecord,
  Commit,
} from '../../shared/ports/ledger.ts';
import type { ChannelRole } from '../../shared/ports/payments.ts';
import { satoshi, type ChannelId, type IdentityKey } from '../../shared/units.ts';
import type { Book } from '../book.ts';

/** A book whose disk is slow or broken when a test wants it to be. */
export interface PaperBook extends Book {
  /** Batches of writes that are durable, in order. */
  readonly batches: readonly BatchRecord[];
  /** What of an account is durable. */
  onDisk(role: ChannelRole, peer: IdentityKey): AccountRecord | undefined;
  /** Writes that wait for the disk. */
  readonly waiting: number;
  /** Whether writes become durable by themselves, or only by {@link store}. */
  automatic: boolean;
  /** Makes the oldest waiting write durable, or all of them. */
  store(all?: boolean): void;
  /** Puts a channel in, durable. */
  admit(record: ChannelRecord): void;
  /** What writing fails of at present. */
  failure: string | null;
}

/** A book with nothing in it. */
export const createPaperBook = (): PaperBook => {
  const channels = new Map<ChannelId, ChannelRecord>();
  const accounts = new Map<string, AccountRecord>();
  const batches: BatchRecord[] = [];
  const onDisk = new Map<string, AccountRecord>();
  const queue: { readonly commit: Commit; readonly done: () => void }[] = [];
  const storeOne = (): void => {
    const next = queue.shift();
    if (next === undefined) return;
    batches.push(...(next.commit.batches ?? []));
    for (const one of next.commit.accounts ?? []) onDisk.set(one.role + one.peer, one);
    next.done();
  };
  const book: PaperBook = {
    batches,
    onDisk: (role, peer) => onDisk.get(role + peer),
    automatic: true,
    failure: null,
    get waiting() {
      return queue.length;
    },
    store(all = false) {
      do storeOne();
      while (all && queue.length > 0);
    },
    admit: (record) => void channels.set(record.cid, record),
    channel: (cid) => channels.get(cid),
    channels: () => channels.values(),
    accounts: (role) => [...accounts.values()].filter((one) => one.role === role),
    account: (role, peer) =>
      accounts.get(role + peer) ?? {
        ...{ role, peer, costSat: satoshi(0), costRemainder: 0, bytes: 0, paid: satoshi(0) },
        ...{ forgivenSat: satoshi(0), forgivenBytes: 0, updatedAt: 0 },
      },
    outbox: () => new Map().values(),
    write: (commit) =>
      new Promise((resolve) => {
        for (const one of commit.channels ?? []) channels.set(one.cid, one);
        for (const one of commit.accounts ?? []) accounts.set(one.role + one.peer, one);
        queue.push({ commit, done: resolve });
        if (book.automatic) queueMicrotask(storeOne);
      }),
    idle: () => Promise.resolve(),
    problem: () => book.failure,
  };
  return book;
};
