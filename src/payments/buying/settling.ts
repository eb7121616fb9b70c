import type { ChannelRecord } from '../../shared/ports/ledger.ts';
import type { Context } from '../context.ts';
import { SETTLE_WAIT_MS, type Closer } from './closer.ts';
import type { Report } from './settle-report.ts';

export interface SettlingParts {
  readonly book: Context['book'];
  readonly closer: Closer;
  /** Pays what is due on the channel, then nothing more; answers whether the payee is here. */
  readonly close: (record: ChannelRecord) => Promise<boolean>;
}

/** Has one channel settled by its payee, and tells how that ended. */
export const createSettling =
  ({ book, closer, close }: SettlingParts) =>
  async (record: ChannelRecord, report: Report): Promise<void> => {
    const { cid } = record;
    const settled = closer.wait(cid, SETTLE_WAIT_MS);
    if (!(await close(record))) {
      const current = book.channel(cid);
      if (current !== undefined) await closer.check(current);
      if (book.channel(cid)?.status !== 'settled') {
        report.skip(
          cid,
          'The payee is not here; it settles when it is, or the rest comes back at the refund time.',
        );
        return;
      }
    }
    const done = await settled;
    if (typeof done === 'string') report.skip(cid, done);
    else if (done !== null) report.settled.push(done);
    else
      report.skip(cid, 'The payee has not settled yet; the change arrives by itself once it has.');
  };
