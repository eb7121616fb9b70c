import type { ChannelRecord } from '../../shared/ports/ledger.ts';
import type { SettleReport } from '../../shared/ports/payments.ts';
import { failureOf } from '../../shared/result.ts';
import { satoshi, type ChannelId, type TxId } from '../../shared/units.ts';
import { spenderOf, validSpend } from '../channel-spender.ts';
import type { Context } from '../context.ts';
import type { ChannelSpend } from '../transactions.ts';
import { createClaims } from './claims.ts';
import { createFinality } from './finality.ts';
import type { Homecoming } from './homecoming.ts';

/** Statuses of ARC for a transaction that the network holds. */
const HELD = new Set(['SEEN_ON_NETWORK', 'MINED']);

export type Settled = SettleReport['settled'][number];

/** Learns that channels in which we pay have ended, and brings what comes back home. */
export interface Closer {
  /** The payee says it has settled; null when it does not show the transaction. */
  claimed(cid: ChannelId, rawTx: Uint8Array | null): Promise<void>;
  /** Asks the chain whether a channel is spent. */
  check(record: ChannelRecord): Promise<void>;
  /** Looks at ended channels until they have ended for good. */
  follow(): Promise<void>;
  /** The payee says why it does not settle now. */
  refused(cid: ChannelId, reason: string): void;
  /** Resolves when the channel is settled, with a sentence when it will not be, with null after `ms`. */
  wait(cid: ChannelId, ms: number): Promise<Settled | string | null>;
}

export interface CloserHooks {
  readonly onEnded: (record: ChannelRecord) => void;
  /** What had ended is to be settled or refunded again. */
  readonly onReopened: (record: ChannelRecord) => void;
}

export const createCloser = (
  context: Context,
  homecoming: Homecoming,
  hooks: CloserHooks,
): Closer => {
  const { book, chain, clock } = context;
  const waiting = new Map<ChannelId, Set<(outcome: Settled | string) => void>>();

  const isLive = ({ role, status }: ChannelRecord): boolean =>
    role === 'payer' && (status === 'open' || status === 'closing' || status === 'opening');

  const settledOf = (record: ChannelRecord, txid: TxId): Settled => ({
    cid: record.cid,
    txid,
    payout: satoshi(record.capacity - record.paid),
    fee: satoshi(0),
  });

  const noteOf = ({ capacity, paid }: ChannelRecord, spend: ChannelSpend): string | null => {
    const settledAt = capacity - (spend.change ?? 0);
    if (settledAt === paid) return null;
    return `The payee settled ${settledAt} of ${paid} satoshi that were signed.`;
  };

  /** Writes down how the channel has ended. */
  const end = async (record: ChannelRecord, spend: ChannelSpend): Promise<ChannelRecord> => {
    const isRefund = await homecoming.isRefund(record, spend);
    const ended: ChannelRecord = {
      ...(book.channel(record.cid) ?? record),
      status: isRefund ? 'refunded' : 'settled',
      closingTxid: spend.txid,
      closingFee: spend.fee,
      updatedAt: clock.now(),
      note: isRefund ? null : noteOf(record, spend),
    };
    await book.write({ channels: [ended] });
    return ended;
  };

  const finality = createFinality(context, homecoming, {
    onReplaced: end,
    onReopened: hooks.onReopened,
  });

  const finish = async ({ cid }: ChannelRecord, spend: ChannelSpend): Promise<void> => {
    const current = book.channel(cid);
    if (current === undefined || !isLive(current)) return;
    const ended = await end(current, spend);
    hooks.onEnded(ended);
    for (const resolve of waiting.get(cid) ?? []) resolve(settledOf(ended, spend.txid));
    waiting.delete(cid);
    await homecoming.bring(ended, spend);
  };

  /** Whether the network holds the transaction; sends it along when it does not. */
  const isHeld = async (spend: ChannelSpend, rawTx: Uint8Array): Promise<boolean> => {
    const status = await chain.status(spend.txid);
    if (status.ok && HELD.has(status.value.status)) return true;
    return (await chain.broadcastBytes(rawTx)).ok;
  };

  const check = async (record: ChannelRecord): Promise<void> => {
    if (!isLive(record) || record.fundingTxid === null) return;
    const spend = await spenderOf(chain, record);
    if (spend !== null && spend !== 'unknown') await finish(record, spend);
  };

  const hasEnded = (cid: ChannelId): boolean => {
    const record = book.channel(cid);
    return record === undefined || !isLive(record);
  };

  const judge = async (cid: ChannelId, rawTx: Uint8Array | null): Promise<boolean> => {
    const record = book.channel(cid);
    if (record === undefined || hasEnded(cid)) return true;
    const spend = rawTx === null ? null : validSpend(rawTx, record);
    // Without our own signature over this very change nobody can settle for less.
    const fair = spend !== null && (spend.change ?? 0) >= record.capacity - record.paid;
    if (rawTx !== null && fair && (await isHeld(spend, rawTx))) {
      await finish(record, spend);
    } else await check(record);
    return hasEnded(cid);
  };

  return {
    claimed: createClaims(clock, judge, (thrown) => context.problem(failureOf(thrown).message)),
    check,
    follow: () => finality.tick(),
    refused(cid, reason) {
      for (const resolve of waiting.get(cid) ?? []) resolve(reason);
      waiting.delete(cid);
    },
    wait: (cid, ms) =>
      new Promise((resolve) => {
        const waiters = waiting.get(cid) ?? new Set();
        waiting.set(cid, waiters);
        const answer = (outcome: Settled | string | null): void => {
          cancel();
          waiters.delete(answer);
          resolve(outcome);
        };
        const cancel = clock.after(ms, () => answer(null));
        waiters.add(answer);
      }),
  };
};

/** How long a person waits for a settlement that the payee has to make. */
export const SETTLE_WAIT_MS = 10_000;
