import type { Transaction } from '@bsv/sdk';
import { sameBytes } from '../../channel/bytes.ts';
import type { ChannelRecord } from '../../shared/ports/ledger.ts';
import type { ChannelId } from '../../shared/units.ts';
import type { OwnScript, PaymentsWallet } from '../wallet/port.ts';

/**
 * Name of the wallet script that takes the payout of a settlement whose first input spends this output.
 * It can be derived from the transaction alone, so that even a restored backup that knows nothing of
 * the settlement finds its money.
 */
const purposeOf = (fundingTxid: string, vout: number): string =>
  `settlement ${fundingTxid}.${vout}`;

/** Where the payout of a settlement that begins with this channel goes. */
export const payoutScript = (
  wallet: PaymentsWallet,
  { fundingTxid, vout }: Pick<ChannelRecord, 'fundingTxid' | 'vout'>,
): ReturnType<PaymentsWallet['payoutScript']> =>
  wallet.payoutScript(purposeOf(fundingTxid ?? '', vout));

/** An output of ours in a settlement. */
export interface Payout extends OwnScript {
  readonly vout: number;
}

/**
 * The output of a settlement that pays us: always the last one.
 * @param cids channels of the settlement that are known; its script was once named after the first.
 * @returns null when it is none of ours.
 */
export const payoutOf = async (
  wallet: PaymentsWallet,
  tx: Transaction,
  cids: readonly ChannelId[],
): Promise<Payout | null> => {
  const vout = tx.outputs.length - 1;
  const [first] = tx.inputs;
  const paid = tx.outputs[vout]?.lockingScript.toUint8Array();
  if (first?.sourceTXID === undefined || paid === undefined) return null;
  const names = [
    purposeOf(first.sourceTXID, first.sourceOutputIndex),
    ...cids.map((cid) => `settlement ${cid}`),
  ];
  for (const name of names) {
    const script = await wallet.payoutScript(name);
    if (script.ok && sameBytes(script.value.lockingScript, paid)) return { ...script.value, vout };
  }
  return null;
};
