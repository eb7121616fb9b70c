import type { Chain } from '../network/port.ts';
import type { ChannelRecord } from '../shared/ports/ledger.ts';
import { channelOutput } from './channel-output.ts';
import { isSpend } from './coin-spend.ts';
import { readSpend, type ChannelSpend } from './transactions.ts';

/** What a transaction says of the channel, if its signatures satisfy the channel's script; else null. */
export const validSpend = (rawTx: Uint8Array, record: ChannelRecord): ChannelSpend | null => {
  const spend = readSpend(rawTx, record);
  const output = channelOutput(record);
  if (spend === null || output === null) return null;
  const { fundingTxid: txid, vout, capacity: satoshis, lockingScript } = output;
  return isSpend(spend.tx, spend.vin, { txid, vout, satoshis, lockingScript }) ? spend : null;
};

/**
 * What spends a channel's output, as the chain shows it.
 * @returns null when nothing does; `unknown` when that cannot be told now, or what is shown is no
 * valid spend: the service is wrong then, and asked again.
 */
export const spenderOf = async (
  chain: Pick<Chain, 'spentBy' | 'rawTx'>,
  record: ChannelRecord,
): Promise<ChannelSpend | null | 'unknown'> => {
  if (record.fundingTxid === null) return null;
  const spender = await chain.spentBy(record.fundingTxid, record.vout);
  if (!spender.ok) return 'unknown';
  if (spender.value === null) return null;
  const rawTx = await chain.rawTx(spender.value.txid);
  return (rawTx.ok ? validSpend(rawTx.value, record) : null) ?? 'unknown';
};
