import type { SettleReport } from '../../shared/ports/payments.ts';
import type { ChannelId } from '../../shared/units.ts';

/** What became of each channel that was to be settled, as it comes in. */
export interface Report extends SettleReport {
  readonly settled: SettleReport['settled'][number][];
  readonly skipped: SettleReport['skipped'][number][];
  skip(cid: ChannelId, reason: string): void;
}

export const createReport = (): Report => {
  const skipped: Report['skipped'] = [];
  return { settled: [], skipped, skip: (cid, reason) => void skipped.push({ cid, reason }) };
};
