import { Transaction } from '@bsv/sdk';
import { buildRefund } from '../../channel/refund.ts';
import type { ChannelRecord, OutboxRecord } from '../../shared/ports/ledger.ts';
import type { ChannelId } from '../../shared/units.ts';
import { channelOutput } from '../channel-output.ts';
import type { Context } from '../context.ts';
import { eachInTurn } from '../each.ts';
import type { Outbox } from '../outbox.ts';
import { readSpend, withSources } from '../transactions.ts';
import { channelPayerKey } from '../wallet/channel-key.ts';
import { refundPurpose, type Homecoming } from './homecoming.ts';

/** How often the chain is asked for its time while our own clock says that nothing is due. */
const LOOK_EVERY_MS = 3_600_000;

/** Takes the capacity of channels back that nobody settled in time. */
export interface Refunds {
  /** Refunds every channel whose time has come by the chain's own clock. */
  tick(outbox: Outbox): Promise<void>;
  /** @returns whether the money is in the wallet; if not, it is tried again. */
  onAccepted(entry: OutboxRecord): Promise<boolean>;
}

export const createRefunds = (
  context: Context,
  homecoming: Homecoming,
  onEnded: (record: ChannelRecord) => void,
): Refunds => {
  const { book, chain, wallet, keys, curve, clock } = context;

  const refund = async (record: ChannelRecord, outbox: Outbox): Promise<void> => {
    const output = channelOutput(record);
    const script = await wallet.payoutScript(refundPurpose(record));
    if (output === null || !script.ok) return;
    const built = buildRefund(curve, {
      ...output,
      payerPrivateKey: Uint8Array.from(channelPayerKey(keys, record.cid).toArray('be', 32)),
      payoutScript: script.value.lockingScript,
      satoshisPerKb: await chain.feeRate(),
    });
    if (!built.ok) {
      await book.write({ channels: [{ ...record, note: built.error.message }] });
      return;
    }
    const { tx, txid, fee } = built.value;
    const now = clock.now();
    await book.write({
      channels: [
        { ...record, status: 'closing', closingTxid: txid, closingFee: fee, updatedAt: now },
      ],
    });
    await outbox.post({
      txid,
      kind: 'refund',
      tx: withSources(tx, [record]).toEFUint8Array(),
      cids: [record.cid],
      status: 'queued',
      attempts: 0,
      createdAt: now,
      updatedAt: now,
    });
  };

  let lookedAt = -LOOK_EVERY_MS;

  /** Our own clock may be wrong by years, so it only says how often the chain's is looked at. */
  const isTimeToLook = (open: readonly ChannelRecord[]): boolean => {
    const now = clock.now();
    const looked = Math.abs(now - lookedAt) < LOOK_EVERY_MS;
    if (looked && open.every(({ refundAt }) => refundAt * 1000 > now)) return false;
    lookedAt = now;
    return open.length > 0;
  };

  return {
    async tick(outbox) {
      const pending = new Set<ChannelId>();
      for (const { kind, cids, status } of book.outbox()) {
        if (kind === 'refund' && status !== 'REJECTED') for (const cid of cids) pending.add(cid);
      }
      const open = [...book.channels()].filter(
        ({ role, status, cid, fundingTxid }) =>
          role === 'payer' &&
          (status === 'open' || status === 'closing') &&
          fundingTxid !== null &&
          !pending.has(cid),
      );
      if (!isTimeToLook(open)) return;
      const median = await chain.medianTime();
      if (!median.ok) return;
      const due = open.filter(({ refundAt }) => refundAt < median.value);
      await eachInTurn(context, due, (record) => refund(record, outbox));
    },

    async onAccepted(entry) {
      const [cid] = entry.cids;
      const record = cid === undefined ? undefined : book.channel(cid);
      if (record === undefined || cid === undefined) return true;
      const spend = readSpend(Transaction.fromEF(entry.tx).toUint8Array(), record);
      // Not before the money is in the wallet: what is refunded is only looked at until it is mined.
      if (spend === null || !(await homecoming.bring(record, spend))) return false;
      if (record.status === 'refunded') return true;
      const ended: ChannelRecord = { ...record, status: 'refunded', updatedAt: clock.now() };
      await book.write({ channels: [ended] });
      onEnded(ended);
      return true;
    },
  };
};
