import type { ChannelView, FeedItem } from '../../shared/ports/payments.ts';
import type { ChannelId, InfoHash, TxId } from '../../shared/units.ts';

/** How far the channels that paid for one title are: nothing, signed, on their way, on chain. */
export type SettlementState = 'none' | 'open' | 'settling' | 'settled';

export interface Settlement {
  readonly state: SettlementState;
  /** Transactions that closed them, each once. */
  readonly txids: readonly TxId[];
}

/** The state of all channels in `cids`; one that could not be opened does not count. */
export const settlementOf = (
  channels: readonly ChannelView[],
  cids: ReadonlySet<ChannelId>,
): Settlement => {
  const counted = channels.filter(({ cid, status }) => cids.has(cid) && status !== 'failed');
  const txids = [...new Set(counted.flatMap(({ closingTxid }) => closingTxid ?? []))];
  if (counted.length === 0) return { state: 'none', txids };
  if (counted.some(({ status }) => status === 'closing')) return { state: 'settling', txids };
  const over = counted.every(({ status }) => status === 'settled' || status === 'refunded');
  return { state: over ? 'settled' : 'open', txids };
};

/** No channel yet. */
export const NO_CHANNELS: ReadonlySet<ChannelId> = new Set();

/** `cids` with the channels through which these rows paid for `infoHash`; the same set when none is new. */
export const withChannels = (
  cids: ReadonlySet<ChannelId>,
  rows: readonly FeedItem[],
  infoHash: InfoHash,
): ReadonlySet<ChannelId> => {
  const fresh = rows.filter(
    (row) => row.direction === 'sent' && row.infoHash === infoHash && !cids.has(row.cid),
  );
  return fresh.length === 0 ? cids : new Set([...cids, ...fresh.map(({ cid }) => cid)]);
};
