import type { ChannelRecord } from '../../shared/ports/ledger.ts';
import type { SettleReport } from '../../shared/ports/payments.ts';
import { satoshi, type ChannelId, type TxId } from '../../shared/units.ts';
import type { Context } from '../context.ts';
import { eachInTurn } from '../each.ts';
import { readSpend, withSources, type ChannelSpend } from '../transactions.ts';

/** Statuses of ARC for a transaction that the network holds. */
const HELD = new Set(['SEEN_ON_NETWORK', 'MINED']);

export type Settled = SettleReport['settled'][number];

/** Learns that channels in which we pay are settled, and brings their change home. */
export interface Closer {
  /** The payee says it has settled; null when it does not show the transaction. */
  claimed(cid: ChannelId, rawTx: Uint8Array | null): Promise<void>;
  /** Asks the chain whether a channel is spent. */
  check(record: ChannelRecord): Promise<void>;
  /** Takes home the change of settled channels whose output the wallet still lists. */
  collect(): Promise<void>;
  /** The payee says why it does not settle now. */
  refused(cid: ChannelId, reason: string): void;
  /** Resolves when the channel is settled, with a sentence when it will not be, with null after `ms`. */
  wait(cid: ChannelId, ms: number): Promise<Settled | string | null>;
}

export const createCloser = (
  context: Context,
  onEnded: (record: ChannelRecord) => void,
): Closer => {
  const { book, chain, wallet, clock } = context;
  const waiting = new Map<ChannelId, Set<(outcome: Settled | string) => void>>();

  const isLive = ({ role, status }: ChannelRecord): boolean =>
    role === 'payer' && (status === 'open' || status === 'closing' || status === 'opening');

  const settledOf = (record: ChannelRecord, txid: TxId): Settled => ({
    cid: record.cid,
    txid,
    payout: satoshi(record.capacity - record.paid),
    fee: satoshi(0),
  });

  /** The wallet can only take in what it can prove: the parents when they are all ours, else the block. */
  const beefOf = async (record: ChannelRecord, spend: ChannelSpend): Promise<Uint8Array | null> => {
    if (spend.tx.inputs.length === 1 && record.funding !== null) {
      return Uint8Array.from(withSources(spend.tx, [record]).toAtomicBEEF());
    }
    const beef = await chain.beef(spend.txid);
    return beef.ok ? beef.value : null;
  };

  const bringHome = async (record: ChannelRecord, spend: ChannelSpend): Promise<void> => {
    const { fundingTxid: txid, vout, cid } = record;
    if (txid === null) return;
    if (spend.change !== null) {
      const settlementBeef = await beefOf(record, spend);
      if (settlementBeef === null) return;
      const recovered = await wallet.recoverChange({ cid, settlementBeef, vout: spend.vin });
      if (!recovered.ok) return;
    }
    await wallet.relinquish({ txid, vout });
    context.changed();
  };

  const finish = async (record: ChannelRecord, spend: ChannelSpend): Promise<void> => {
    const current = book.channel(record.cid);
    if (current === undefined || !isLive(current)) return;
    const settledAt = current.capacity - (spend.change ?? 0);
    const ended: ChannelRecord = {
      ...current,
      status: 'settled',
      closingTxid: spend.txid,
      closingFee: spend.fee,
      updatedAt: clock.now(),
      note:
        settledAt === current.paid
          ? null
          : `The payee settled ${settledAt} of ${current.paid} satoshi that were signed.`,
    };
    await book.write({ channels: [ended] });
    onEnded(ended);
    for (const resolve of waiting.get(record.cid) ?? []) resolve(settledOf(ended, spend.txid));
    waiting.delete(record.cid);
    await bringHome(ended, spend);
  };

  /** Whether the network holds the transaction; sends it along when it does not. */
  const isHeld = async (spend: ChannelSpend, rawTx: Uint8Array): Promise<boolean> => {
    const status = await chain.status(spend.txid);
    if (status.ok && HELD.has(status.value.status)) return true;
    return (await chain.broadcastBytes(rawTx)).ok;
  };

  const check = async (record: ChannelRecord): Promise<void> => {
    if (!isLive(record) || record.fundingTxid === null) return;
    const spender = await chain.spentBy(record.fundingTxid, record.vout);
    if (!spender.ok || spender.value === null) return;
    const rawTx = await chain.rawTx(spender.value.txid);
    const spend = rawTx.ok ? readSpend(rawTx.value, record) : null;
    if (spend !== null) await finish(record, spend);
  };

  return {
    async claimed(cid, rawTx) {
      const record = book.channel(cid);
      if (record === undefined || !isLive(record)) return;
      const spend = rawTx === null ? null : readSpend(rawTx, record);
      // Without our own signature over this very change nobody can settle for less.
      const fair = spend !== null && (spend.change ?? 0) >= record.capacity - record.paid;
      if (rawTx !== null && fair && (await isHeld(spend, rawTx))) {
        await finish(record, spend);
      } else await check(record);
    },
    check,
    async collect() {
      const listed = await wallet.listChannelOutputs();
      if (!listed.ok) return;
      const present = new Set(listed.value.map(({ txid, vout }) => `${txid}.${vout}`));
      await eachInTurn(context, book.channels(), async (record) => {
        const { role, status, closingTxid, fundingTxid, vout } = record;
        if (role !== 'payer' || status !== 'settled' || closingTxid === null) return;
        if (fundingTxid === null || !present.has(`${fundingTxid}.${vout}`)) return;
        const rawTx = await chain.rawTx(closingTxid);
        const spend = rawTx.ok ? readSpend(rawTx.value, record) : null;
        if (spend !== null) await bringHome(record, spend);
      });
    },
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
