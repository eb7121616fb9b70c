import type { ChannelRecord, Commit, OutboxRecord } from '../../shared/ports/ledger.ts';
import type { Failure } from '../../shared/result.ts';
import type { TxId } from '../../shared/units.ts';
import { proofOf } from '../../network/proof.ts';
import type { Chain } from '../../network/port.ts';
import { spenderOf } from '../channel-spender.ts';
import type { Context } from '../context.ts';
import type { ChannelSpend } from '../transactions.ts';
import { payoutOf, type Payout } from './payout.ts';

/** The transaction that has spent the channel for good, by the chain; null while there is none. */
const minedSpend = async (chain: Chain, record: ChannelRecord): Promise<ChannelSpend | null> => {
  const spend = await spenderOf(chain, record);
  if (spend === null || spend === 'unknown') return null;
  return (await proofOf(chain, spend.txid)) === undefined ? null : spend;
};

/**
 * What becomes of the channels of a settlement that the network will not mine.
 * @param find given another one only by tests.
 */
export const createRefusal = (
  { book, chain, clock, wallet }: Pick<Context, 'book' | 'chain' | 'clock' | 'wallet'>,
  find = minedSpend,
): ((entry: OutboxRecord, failure: Failure) => Promise<void>) => {
  const takeIn = async (txid: TxId, payout: Payout): Promise<boolean> => {
    const beef = await chain.beef(txid);
    if (!beef.ok) return false;
    const taken = await wallet.internalize({
      beef: beef.value,
      outputs: [payout],
      purpose: 'payout',
    });
    return taken.ok;
  };

  /** What becomes of a channel whose settlement the network will not mine: it is settled anew, unless it is spent. */
  const afterRefusal = async (
    record: ChannelRecord,
    spend: ChannelSpend | null,
    failure: Failure,
  ): Promise<Commit> => {
    const now = clock.now();
    const open = { ...record, status: 'closing', closingTxid: null, updatedAt: now } as const;
    if (spend === null) return { channels: [{ ...open, note: failure.message }] };
    const { txid: spender, tx } = spend;
    const closed = { ...record, closingTxid: spender, updatedAt: now };
    const own = [...book.outbox()].find(
      ({ kind, txid, cids }) =>
        kind === 'settlement' && txid === spender && cids.includes(record.cid),
    );
    if (own !== undefined) {
      // An earlier one of ours after all: looked at again, so that its payout comes into the wallet.
      const seen = { ...own, status: 'SEEN_ON_NETWORK', updatedAt: now };
      return { channels: [{ ...closed, status: 'settled', note: null }], outbox: [seen] };
    }
    const payout = await payoutOf(wallet, tx, [record.cid]);
    if (payout !== null) {
      // Ours, and unknown here: made by the copy of this wallet that a backup was taken of.
      if (!(await takeIn(spender, payout)))
        return { channels: [{ ...open, note: failure.message }] };
      return { channels: [{ ...closed, status: 'settled', note: null }] };
    }
    const note = 'The payer took the money back first.';
    return { channels: [{ ...closed, status: 'refunded', note }] };
  };

  return async (entry, failure) => {
    for (const cid of entry.cids) {
      const record = book.channel(cid);
      // The network had it, and has dropped it: another coin of the same transaction went elsewhere.
      const wasSettled = record?.status === 'settled' && record.closingTxid === entry.txid;
      if (record === undefined || !(record.status === 'closing' || wasSettled)) continue;
      const isAsked = wasSettled || failure.code === 'double-spend';
      const spend = isAsked ? await find(chain, record) : null;
      await book.write(await afterRefusal(record, spend, failure));
    }
  };
};
