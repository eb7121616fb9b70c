import type { Clock } from '../shared/clock.ts';
import type {
  AccountRecord,
  BatchRecord,
  ChannelRecord,
  Commit,
  Ledger,
  OutboxRecord,
} from '../shared/ports/ledger.ts';
import type { ChannelRole } from '../shared/ports/payments.ts';
import { satoshi, type ChannelId, type IdentityKey, type TxId } from '../shared/units.ts';

/** After a failed write the same one is tried again this much later; nothing is sent meanwhile. */
const RETRY_MS = 1_000;

/**
 * Transactions begin no closer to one another: each costs the browser the same however much it
 * carries, and its remains stop the whole thread when they are collected, all at once. What is
 * written after a pause is written without delay.
 */
const COMMIT_EVERY_MS = 3;

export type Committed = Required<Commit>;

/**
 * The ledger as the engine works on it: the latest records in memory, one write under way at a time,
 * everything that comes meanwhile in the next one. A write that fails (a full disk) is kept and tried
 * again, so what waits for it is late, never lost.
 */
export interface Book {
  channel(cid: ChannelId): ChannelRecord | undefined;
  channels(): IterableIterator<ChannelRecord>;
  accounts(role: ChannelRole): readonly AccountRecord[];
  /** A record of zeros when there was no trade yet. */
  account(role: ChannelRole, peer: IdentityKey): AccountRecord;
  outbox(): IterableIterator<OutboxRecord>;
  /** Shows at once in this book; resolves when it is durable. */
  write(commit: Commit): Promise<void>;
  /** Resolves when nothing is being written. */
  idle(): Promise<void>;
  /** Why writing fails at present, or null. */
  problem(): string | null;
}

interface Pending {
  readonly batches: BatchRecord[];
  readonly channels: Map<ChannelId, ChannelRecord>;
  readonly accounts: Map<string, AccountRecord>;
  readonly outbox: Map<TxId, OutboxRecord>;
  readonly waiting: (() => void)[];
}

const nothing = (): Pending => ({
  batches: [],
  channels: new Map(),
  accounts: new Map(),
  outbox: new Map(),
  waiting: [],
});

const accountKey = ({ role, peer }: Pick<AccountRecord, 'role' | 'peer'>): string => role + peer;

const emptyAccount = (role: ChannelRole, peer: IdentityKey): AccountRecord => ({
  role,
  peer,
  costSat: satoshi(0),
  costRemainder: 0,
  bytes: 0,
  paid: satoshi(0),
  forgivenSat: satoshi(0),
  forgivenBytes: 0,
  updatedAt: 0,
});

export interface BookParts {
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** Called after every durable write with what it held and how long it took, in ms. */
  readonly onCommitted: (written: Committed, tookMs: number) => void;
  /** Writing has begun to fail, or works again. */
  readonly onProblem: () => void;
}

/** Loads channels, accounts and outbox, and keeps them. */
export const openBook = async ({
  ledger,
  clock,
  onCommitted,
  onProblem,
}: BookParts): Promise<Book> => {
  const [channelList, accountList, outboxList] = await Promise.all([
    ledger.channels(),
    ledger.accounts(),
    ledger.outbox(),
  ]);
  const channels = new Map(channelList.map((one) => [one.cid, one]));
  const accounts = {
    payer: new Map<IdentityKey, AccountRecord>(),
    payee: new Map<IdentityKey, AccountRecord>(),
  };
  for (const one of accountList) accounts[one.role].set(one.peer, one);
  const outbox = new Map(outboxList.map((one) => [one.txid, one]));
  let pending = nothing();
  let running: Promise<void> | null = null;
  let problem: string | null = null;
  let startedAt = -Infinity;

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => void clock.after(ms, resolve));

  const report = (message: string | null): void => {
    if (message === problem) return;
    problem = message;
    onProblem();
  };

  const store = async ({ waiting, ...parts }: Pending): Promise<void> => {
    const written: Committed = {
      batches: parts.batches,
      channels: [...parts.channels.values()],
      accounts: [...parts.accounts.values()],
      outbox: [...parts.outbox.values()],
    };
    for (;;) {
      const startedAt = clock.now();
      const result = await ledger.commit(written);
      if (result.ok) {
        report(null);
        onCommitted(written, clock.now() - startedAt);
        for (const resolve of waiting) resolve();
        return;
      }
      report(result.error.message);
      await pause(RETRY_MS);
    }
  };

  const run = async (): Promise<void> => {
    // One turn of the microtask queue: whatever is signed in the same breath is written together.
    await Promise.resolve();
    while (pending.waiting.length > 0) {
      const early = startedAt + COMMIT_EVERY_MS - clock.now();
      // Never longer than that: the machine's clock may have been set back meanwhile.
      if (early > 0) await pause(Math.min(early, COMMIT_EVERY_MS));
      startedAt = clock.now();
      const now = pending;
      pending = nothing();
      await store(now);
    }
    running = null;
  };

  return {
    channel: (cid) => channels.get(cid),
    channels: () => channels.values(),
    account: (role, peer) => accounts[role].get(peer) ?? emptyAccount(role, peer),
    accounts: (role) => [...accounts[role].values()],
    outbox: () => outbox.values(),
    write: (commit) =>
      new Promise((resolve) => {
        for (const batch of commit.batches ?? []) pending.batches.push(batch);
        for (const one of commit.channels ?? []) {
          channels.set(one.cid, one);
          pending.channels.set(one.cid, one);
        }
        for (const one of commit.accounts ?? []) {
          accounts[one.role].set(one.peer, one);
          pending.accounts.set(accountKey(one), one);
        }
        for (const one of commit.outbox ?? []) {
          outbox.set(one.txid, one);
          pending.outbox.set(one.txid, one);
        }
        pending.waiting.push(resolve);
        running ??= run();
      }),
    idle: async () => {
      while (running !== null) await running;
    },
    problem: () => problem,
  };
};
