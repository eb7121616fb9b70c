import type { ChannelRecord, Commit, OutboxRecord } from '../../shared/ports/ledger.ts';
import type { Failure } from '../../shared/result.ts';
import type { TxId } from '../../shared/units.ts';
import type { Context } from '../context.ts';

/** What becomes of the channels of a settlement that the network will not mine. */
export const createRefusal = ({
  book,
  chain,
  clock,
}: Pick<Context, 'book' | 'chain' | 'clock'>): ((
  entry: OutboxRecord,
  failure: Failure,
) => Promise<void>) => {
  /** The transaction that has spent the channel for good. */
  const minedSpender = async ({ fundingTxid, vout }: ChannelRecord): Promise<TxId | null> => {
    if (fundingTxid === null) return null;
    const spender = await chain.spentBy(fundingTxid, vout);
    if (!spender.ok || spender.value === null) return null;
    const { txid } = spender.value;
    const status = await chain.status(txid);
    return status.ok && status.value.status === 'MINED' ? txid : null;
  };

  /** What becomes of a channel whose settlement the network will not mine: it is settled anew, unless it is spent. */
  const afterRefusal = (record: ChannelRecord, spender: TxId | null, failure: Failure): Commit => {
    const now = clock.now();
    if (spender === null) {
      const open = { ...record, status: 'closing', closingTxid: null } as const;
      return { channels: [{ ...open, note: failure.message, updatedAt: now }] };
    }
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
      const spender = isAsked ? await minedSpender(record) : null;
      await book.write(afterRefusal(record, spender, failure));
    }
  };
};
