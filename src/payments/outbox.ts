import type { OutboxRecord } from '../shared/ports/ledger.ts';
import type { Failure } from '../shared/result.ts';
import type { TxId } from '../shared/units.ts';
import type { Context } from './context.ts';
import { eachInTurn } from './each.ts';

/** Nothing more happens with a transaction in one of these states. */
const FINAL = new Set(['MINED', 'REJECTED']);
/** Failures after which another try may succeed. */
const TRANSIENT = new Set(['network', 'timeout', 'busy', 'not-ready', 'aborted', 'internal']);

export interface OutboxHooks {
  /** The network has it. Called again, also after a restart, until it answers true. */
  readonly onAccepted: (entry: OutboxRecord) => Promise<boolean>;
  /** It will never be mined as it is. */
  readonly onRefused: (entry: OutboxRecord, failure: Failure) => Promise<void>;
}

/** Signed transactions on their way: written down first, then sent until the network has them. */
export interface Outbox {
  /** Writes the transaction, with the changes that go with it, then sends it. */
  post(entry: OutboxRecord): Promise<'accepted' | 'refused' | 'later'>;
  /** Sends again what is not accepted, asks about what is not mined. */
  tick(): Promise<void>;
}

export const createOutbox = (context: Context, hooks: OutboxHooks): Outbox => {
  const { book, chain, clock } = context;
  const finished = new Set<TxId>();
  const sending = new Map<TxId, Promise<'accepted' | 'refused' | 'later'>>();

  const note = (entry: OutboxRecord, status: string): OutboxRecord => {
    const attempts = entry.attempts + 1;
    const next = { ...entry, status, attempts, updatedAt: clock.now() };
    void book.write({ outbox: [next] });
    return next;
  };

  const accepted = async (entry: OutboxRecord): Promise<void> => {
    if (finished.has(entry.txid)) return;
    if (await hooks.onAccepted(entry)) finished.add(entry.txid);
  };

  const attempt = async (entry: OutboxRecord): Promise<'accepted' | 'refused' | 'later'> => {
    const result = await chain.broadcastBytes(entry.tx);
    if (result.ok) {
      await accepted(note(entry, result.value.status));
      return 'accepted';
    }
    if (TRANSIENT.has(result.error.code)) {
      note(entry, entry.status);
      return 'later';
    }
    await hooks.onRefused(note(entry, 'REJECTED'), result.error);
    return 'refused';
  };

  const send = (entry: OutboxRecord): Promise<'accepted' | 'refused' | 'later'> => {
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
