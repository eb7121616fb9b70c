import { MAX_FUNDING_BYTES } from '../../protocol/limits.ts';
import type { ChannelRecord } from '../../shared/ports/ledger.ts';
import type { TxId } from '../../shared/units.ts';

/** Bytes that a channel adds to its funding transaction, and the transaction without channels, at most. */
const OUTPUT_BYTES = 242;
const OTHER_BYTES = 4_096;

/** Whether a channel's funding, with all that it rests on, is more than an `open` may carry. */
export const isTooHeavy = ({ funding }: Pick<ChannelRecord, 'funding'>): boolean =>
  (funding?.length ?? 0) > MAX_FUNDING_BYTES;

/**
 * Keeps fundings from resting on more unmined transactions than a payee takes: a channel of which
 * nobody can be told would lock its coins until the refund.
 */
export interface Ancestry {
  /** Whether so many channels may be funded now; a funding that was mined meanwhile counts no more. */
  mayFund(channels: number): Promise<boolean>;
  /** A transaction was made; `bytes` with all that it rests on back to what is mined. */
  funded(txid: TxId, bytes: number): void;
}

/** @param isMined when true, the wallet has the proof as well */
export const createAncestry = (isMined: (txid: TxId) => Promise<boolean>): Ancestry => {
  /** The largest that was not mined when last asked; the next one may spend its change. */
  let largest: { readonly txid: TxId; readonly bytes: number } | null = null;
  return {
    async mayFund(channels) {
      if (largest === null) return true;
      const next = largest.bytes + OTHER_BYTES + channels * OUTPUT_BYTES;
      if (next <= MAX_FUNDING_BYTES) return true;
      if (!(await isMined(largest.txid))) return false;
      largest = null;
      return true;
    },
    funded(txid, bytes) {
      if (bytes >= (largest?.bytes ?? 0)) largest = { txid, bytes };
    },
  };
};
