import type { ChannelRecord, OutboxRecord } from '../../shared/ports/ledger.ts';
import type { Context } from '../context.ts';

/**
 * Gives up a settlement of several channels, durably: it is sent no more, and its channels are to be
 * settled anew. Such a settlement is mined whole or not at all: a single funding that the network has
 * lost, or a single payer who spends its output first, would keep all the others from their money
 * until the refund time.
 */
export const createReplacement =
  ({ book, clock }: Pick<Context, 'book' | 'clock'>) =>
  async (entry: OutboxRecord): Promise<void> => {
    const updatedAt = clock.now();
    const channels = entry.cids.flatMap((cid): ChannelRecord[] => {
      const record = book.channel(cid);
      const isIts =
        record?.closingTxid === entry.txid &&
        (record.status === 'closing' || record.status === 'settled');
      if (!isIts) return [];
      return [{ ...record, status: 'closing', closingTxid: null, closingFee: null, updatedAt }];
    });
    await book.write({ channels, outbox: [{ ...entry, status: 'REPLACED', updatedAt }] });
  };
