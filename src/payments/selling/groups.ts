import { feeFor } from '../../channel/fee.ts';
import { MAX_BATCH } from '../../channel/settlement.ts';
import { SETTLE_FEE_MULTIPLE } from '../../protocol/policy.ts';
import type { ChannelRecord } from '../../shared/ports/ledger.ts';

/** Bytes that one more channel adds to a settlement. */
export const BYTES_PER_CHANNEL = 223;

/**
 * Which channels share a transaction. One that does not earn its own input goes along where the
 * whole is still well worth its fee: its payer gets the change back now instead of in a week.
 * @param feeRate miner fee in sat per 1,000 bytes.
 * @param isAlone whether a channel could keep the others of its transaction from being mined.
 */
export const groupsOf = (
  records: readonly ChannelRecord[],
  feeRate: number,
  isAlone: (record: ChannelRecord) => boolean,
): readonly (readonly ChannelRecord[])[] => {
  const together = records.filter((one) => !isAlone(one));
  const alone = records.filter(isAlone).map((one) => [one]);
  const isRich = ({ paid }: ChannelRecord): boolean => paid > feeFor(BYTES_PER_CHANNEL, feeRate);
  const rich = together.filter(isRich);
  const chunks: ChannelRecord[][] = [];
  for (let at = 0; at < rich.length; at += MAX_BATCH) chunks.push(rich.slice(at, at + MAX_BATCH));
  for (const poor of together.filter((one) => !isRich(one))) {
    const host = chunks.find((chunk) => {
      const fee = feeFor((chunk.length + 2) * BYTES_PER_CHANNEL, feeRate);
      const sum = chunk.reduce((total, { paid }) => total + paid, 0);
      return chunk.length < MAX_BATCH && sum >= SETTLE_FEE_MULTIPLE * fee;
    });
    if (host === undefined) alone.push([poor]);
    else host.push(poor);
  }
  return [...chunks, ...alone];
};
