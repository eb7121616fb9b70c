import { sameBytes } from '../../channel/bytes.ts';
import { proofOf } from '../../network/proof.ts';
import type { ChannelRecord } from '../../shared/ports/ledger.ts';
import type { TxId } from '../../shared/units.ts';
import type { Context } from '../context.ts';
import { withSources, type ChannelSpend } from '../transactions.ts';

/** Name of the wallet script that takes a refund: derived again after a restart, or from a backup. */
export const refundPurpose = ({ cid }: Pick<ChannelRecord, 'cid'>): string => `refund ${cid}`;

/** Brings what a payer gets back from an ended channel into its wallet. */
export interface Homecoming {
  /** Whether the payer itself has taken the capacity back with this transaction. */
  isRefund(record: ChannelRecord, spend: ChannelSpend): Promise<boolean>;
  /**
   * Takes change or refund in. Doing it twice is harmless.
   * @returns whether it is in the wallet, or nothing was to be brought; if not, it is tried again.
   */
  bring(record: ChannelRecord, spend: ChannelSpend): Promise<boolean>;
  /** The wallet forgets the channel's output once a block holds what has spent it, not before. */
  release(record: ChannelRecord, txid: TxId): Promise<void>;
}

export const createHomecoming = ({ chain, wallet, changed }: Context): Homecoming => {
  /** The wallet can only take in what it can prove: the parents when they are all ours, else the block. */
  const beefOf = async (record: ChannelRecord, spend: ChannelSpend): Promise<Uint8Array | null> => {
    if (spend.tx.inputs.length === 1 && record.funding !== null) {
      return Uint8Array.from(withSources(spend.tx, [record]).toAtomicBEEF());
    }
    const beef = await chain.beef(spend.txid);
    return beef.ok ? beef.value : null;
  };

  const refundScript = async (record: ChannelRecord) => {
    const script = await wallet.payoutScript(refundPurpose(record));
    return script.ok ? script.value : null;
  };

  const isRefund = async (record: ChannelRecord, { tx }: ChannelSpend): Promise<boolean> => {
    const script = await refundScript(record);
    const [output] = tx.outputs;
    if (script === null || output === undefined || tx.inputs.length > 1) return false;
    return sameBytes(output.lockingScript.toUint8Array(), script.lockingScript);
  };

  const take = async (record: ChannelRecord, spend: ChannelSpend): Promise<boolean> => {
    const isOwn = await isRefund(record, spend);
    if (!isOwn && spend.change === null) return true;
    const beef = await beefOf(record, spend);
    if (beef === null) return false;
    if (!isOwn) {
      const { cid } = record;
      const settlement = { cid, settlementBeef: beef, vout: spend.vin };
      return (await wallet.recoverChange(settlement)).ok;
    }
    const script = await refundScript(record);
    if (script === null) return false;
    const { derivationPrefix, derivationSuffix } = script;
    const outputs = [{ vout: 0, derivationPrefix, derivationSuffix }];
    return (await wallet.internalize({ beef, outputs, purpose: 'refund' })).ok;
  };

  return {
    isRefund,
    async bring(record, spend) {
      const isHome = await take(record, spend);
      if (isHome) changed();
      return isHome;
    },
    async release({ fundingTxid, vout }, txid) {
      if (fundingTxid === null || (await proofOf(chain, txid)) === undefined) return;
      await wallet.relinquish({ txid: fundingTxid, vout });
    },
  };
};
