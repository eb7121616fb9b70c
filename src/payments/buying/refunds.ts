import { Transaction } from '@bsv/sdk';
import { buildRefund } from '../../channel/refund.ts';
import type { ChannelRecord, OutboxRecord } from '../../shared/ports/ledger.ts';
import type { ChannelId } from '../../shared/units.ts';
import { channelOutput } from '../channel-output.ts';
import type { Context } from '../context.ts';
import { eachInTurn } from '../each.ts';
import type { Outbox } from '../outbox.ts';
import { withSources } from '../transactions.ts';
import { channelPayerKey } from '../wallet/channel-key.ts';

/** Name of the wallet script that takes a refund: derived again after a restart. */
const purposeOf = (cid: ChannelId): string => `refund ${cid}`;

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
  onEnded: (record: ChannelRecord) => void,
): Refunds => {
  const { book, chain, wallet, keys, curve, clock } = context;

  const refund = async (record: ChannelRecord, outbox: Outbox): Promise<void> => {
    const output = channelOutput(record);
    const script = await wallet.payoutScript(purposeOf(record.cid));
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
      const script = await wallet.payoutScript(purposeOf(cid));
      if (!script.ok) return false;
      const { derivationPrefix, derivationSuffix } = script.value;
      const tx = withSources(Transaction.fromEF(entry.tx), [record]);
      const taken = await wallet.internalize({
        beef: Uint8Array.from(tx.toAtomicBEEF()),
        outputs: [{ vout: 0, derivationPrefix, derivationSuffix }],
        purpose: 'refund',
      });
      // Not before the money is in the wallet: what is refunded is never looked at again.
      if (!taken.ok) return false;
      if (record.fundingTxid !== null) {
        await wallet.relinquish({ txid: record.fundingTxid, vout: record.vout });
      }
      if (record.status === 'refunded') return true;
      const ended: ChannelRecord = { ...record, status: 'refunded', updatedAt: clock.now() };
      await book.write({ channels: [ended] });
      onEnded(ended);
      return true;
    },
  };
};
