import { UNCONFIRMED_CAP } from '../../protocol/policy.ts';
import type { ChannelRecord } from '../../shared/ports/ledger.ts';
import { satoshi, type Satoshi } from '../../shared/units.ts';

/** A settlement dies with the funding as well: what was paid goes on to count. */
const takenBy = ({ status, capacity, paid }: ChannelRecord): Satoshi =>
  status === 'open' || status === 'closing' ? capacity : paid;

/**
 * Most of a channel that earns credit while its funding is not in a block. One transaction may fund
 * many channels, of many identities, and all of them die with it: they share the bound, the first ones
 * first.
 * @param before channels that were there first.
 */
export const unconfirmedCap = (record: ChannelRecord, before: Iterable<ChannelRecord>): Satoshi => {
  let left: number = UNCONFIRMED_CAP;
  for (const other of before) {
    const isShared = other.role === 'payee' && other.fundingTxid === record.fundingTxid;
    if (isShared) left -= takenBy(other);
  }
  return satoshi(Math.max(record.paid, Math.min(record.capacity, Math.max(0, left))));
};
