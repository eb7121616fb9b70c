import type { ChannelOutput } from '../channel/preimage.ts';
import { channelLockingScript } from '../channel/script.ts';
import type { ChannelRecord } from '../shared/ports/ledger.ts';

/** The funding output of a recorded channel; null before it is funded. */
export const channelOutput = (record: ChannelRecord): ChannelOutput | null => {
  const { fundingTxid, vout, capacity } = record;
  if (fundingTxid === null) return null;
  return { fundingTxid, vout, capacity, lockingScript: channelLockingScript(record) };
};
