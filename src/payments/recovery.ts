import type { ChannelRecord } from '../shared/ports/ledger.ts';
import { channelId, type ChannelId } from '../shared/units.ts';
import type { Context } from './context.ts';

const cidOf = (instructions: string): ChannelId | null => {
  try {
    const { cid } = JSON.parse(instructions) as { cid?: unknown };
    return typeof cid === 'string' ? channelId(cid) : null;
  } catch {
    return null;
  }
};

/**
 * Channels whose funding was under way when the last session ended: the wallet knows whether the
 * transaction was made. @returns those that turn out to be open.
 */
export const recoverOpening = async (context: Context): Promise<readonly ChannelRecord[]> => {
  const { book, wallet, chain, clock } = context;
  const lost = [...book.channels()].filter(
    ({ role, status, fundingTxid }) =>
      role === 'payer' && fundingTxid === null && (status === 'opening' || status === 'failed'),
  );
  if (lost.length === 0) return [];
  const listed = await wallet.listChannelOutputs();
  if (!listed.ok) return [];
  const outputs = new Map(listed.value.map((one) => [cidOf(one.instructions), one]));
  const found: ChannelRecord[] = [];
  for (const record of lost) {
    const output = outputs.get(record.cid);
    const now = clock.now();
    if (output === undefined) {
      if (record.status === 'failed') continue;
      const note = 'The funding transaction was never made.';
      await book.write({ channels: [{ ...record, status: 'failed', note, updatedAt: now }] });
      continue;
    }
    const funding = await chain.beef(output.txid);
    if (!funding.ok) continue;
    const { txid: fundingTxid, vout } = output;
    const open: ChannelRecord = {
      ...record,
      status: 'open',
      fundingTxid,
      vout,
      funding: funding.value,
      note: null,
      updatedAt: now,
    };
    await book.write({ channels: [open] });
    found.push(open);
  }
  return found;
};
