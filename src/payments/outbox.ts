import { Transaction } from '@bsv/sdk';
import type { OutboxRecord } from '../shared/ports/ledger.ts';
import type { Failure } from '../shared/result.ts';
import type { TxId } from '../shared/units.ts';
import type { Context } from './context.ts';
import { eachInTurn } from './each.ts';
import { withSources } from './transactions.ts';

/** Nothing more happens with a transaction in one of these states. */
const FINAL = new Set(['MINED', 'REJECTED', 'REPLACED']);
/** Failures after which another try may succeed. */
const TRANSIENT = new Set(['network', 'timeout', 'busy', 'not-ready', 'aborted', 'internal']);

export interface OutboxHooks {
  /** The network has it. Called again, also after a restart, until it answers true. */
  readonly onAccepted: (entry: OutboxRecord) => Promise<boolean>;
  /** It will never be mined as it is. */
  readonly onRefused: (entry: OutboxRecord, failure: Failure) => Promise<void>;
  /**
   * The network is there and neither takes nor refuses it, for one of the several channels that it
   * spends: a parent is missing, or another transaction has come first.
   */
  readonly onHeld: (entry: OutboxRecord) => Promise<void>;
}

type Outcome = 'accepted' | 'refused' | 'held' | 'later';

/** Signed transactions on their way: written down first, then sent until the network has them. */
export interface Outbox {
  /** Writes the transaction, with the changes that go with it, then sends it. */
  post(entry: OutboxRecord): Promise<Outcome>;
  /** Sends again what is not accepted, asks about what is not mined. */
  tick(): Promise<void>;
}

export const createOutbox = (context: Context, hooks: OutboxHooks): Outbox => {
  const { book, chain, clock } = context;
  const finished = new Set<TxId>();
  const sending = new Map<TxId, Promise<Outcome>>();

  const note = (entry: OutboxRecord, status: string): OutboxRecord => {
    const attempts = entry.attempts + 1;
    const next = { ...entry, status, attempts, updatedAt: clock.now() };
    void book.write({ outbox: [next] });
    return next;
  };

  /** As the book has it now: it may have been given up while it was on its way. */
  const current = (entry: OutboxRecord): OutboxRecord =>
    [...book.outbox()].find(({ txid }) => txid === entry.txid) ?? entry;

  const accepted = async (entry: OutboxRecord): Promise<void> => {
    if (finished.has(entry.txid)) return;
    if (await hooks.onAccepted(entry)) finished.add(entry.txid);
  };

  /** With what it spends, as far as we have it: where the network has lost that, it is sent along. */
  const broadcast = (entry: OutboxRecord): ReturnType<typeof chain.broadcast> => {
    try {
      const records = entry.cids.flatMap((cid) => book.channel(cid) ?? []);
      return chain.broadcast(withSources(Transaction.fromEF(entry.tx), records));
    } catch {
      return chain.broadcastBytes(entry.tx);
    }
  };

  /**
   * Whether the network knows it and holds it back. Of two that spend the same coins one that was
   * taken before is likely to win, and is left alone.
   */
  const isHeld = async ({ txid, cids, status }: OutboxRecord): Promise<boolean> => {
    if (cids.length < 2 || FINAL.has(status)) return false;
    const known = await chain.status(txid);
    if (!known.ok) return false;
    const word = known.value.status;
    return (
      word === 'SEEN_IN_ORPHAN_MEMPOOL' ||
      (word === 'DOUBLE_SPEND_ATTEMPTED' && status === 'queued')
    );
  };

  const attempt = async (entry: OutboxRecord): Promise<Outcome> => {
    const result = await broadcast(entry);
    if (result.ok) {
      await accepted(note(entry, result.value.status));
      return 'accepted';
    }
    if (TRANSIENT.has(result.error.code)) {
      const tried = note(current(entry), current(entry).status);
      if (!(await isHeld(tried))) return 'later';
      await hooks.onHeld(tried);
      return 'held';
    }
    await hooks.onRefused(note(entry, 'REJECTED'), result.error);
    return 'refused';
  };

  const send = (entry: OutboxRecord): Promise<Outcome> => {
    const running = sending.get(entry.txid);
    if (running !== undefined) return running;
    const started = attempt(entry).finally(() => sending.delete(entry.txid));
    sending.set(entry.txid, started);
    return started;
  };

  /** Only what is also in the wallet is done with. */
  const mined = async (entry: OutboxRecord): Promise<void> => {
    await accepted(entry);
    if (finished.has(entry.txid)) note(entry, 'MINED');
  };

  return {
    async post(entry) {
      await book.write({ outbox: [entry] });
      return send(entry);
    },
    async tick() {
      await eachInTurn(context, book.outbox(), async (entry) => {
        if (FINAL.has(entry.status)) return;
        const asked = entry.status === 'queued' ? null : await chain.status(entry.txid);
        const status = asked?.ok === true ? asked.value.status : null;
        if (status === 'MINED') await mined(entry);
        else if (status === 'SEEN_ON_NETWORK') await accepted(entry);
        else await send(entry);
      });
    },
  };
};
