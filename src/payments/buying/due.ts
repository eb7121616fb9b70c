import type { AccountRecord, DueBytes } from '../../shared/ports/ledger.ts';
import { UNKNOWN_PIECE } from '../batcher/cut.ts';
import type { BlockQueue } from '../batcher/block-queue.ts';
import { MIB, type Satoshi } from '../../shared/units.ts';
import type { Context } from '../context.ts';
import type { PayerAccount } from './account.ts';

/** A row's length is 32 bits wide. */
const MAX_ROW = 0xffffffff;

/** Everything that was received and is not signed for, verified or not. */
export const unsigned = ({ ready, unverified }: PayerAccount): readonly BlockQueue[] => [
  ready,
  ...unverified.queues(),
];

/** What stands in the queues, summed by torrent and price: almost always one entry. */
export const dueOf = (
  { registry }: Pick<Context, 'registry'>,
  queues: readonly BlockQueue[],
): readonly DueBytes[] => {
  if (queues.every(({ size }) => size === 0)) return [];
  const sums = new Map<string, DueBytes>();
  const add = (torrent: number, price: number, bytes: number): void => {
    const infoHash = registry.torrentAt(torrent)?.infoHash;
    if (infoHash === undefined) return;
    const key = `${infoHash} ${price}`;
    sums.set(key, { infoHash, price, bytes: bytes + (sums.get(key)?.bytes ?? 0) });
  };
  const count = (queue: BlockQueue): void => {
    // Neighbours are mostly alike: a run of them is one addition to the sums.
    let bytes = 0;
    for (let row = 0; row < queue.size; row += 1) {
      bytes += queue.length(row);
      const torrent = queue.torrent(row);
      const price = queue.price(row);
      const next = row + 1;
      if (next < queue.size && queue.torrent(next) === torrent && queue.price(next) === price) {
        continue;
      }
      add(torrent, price, bytes);
      bytes = 0;
    }
  };
  queues.forEach(count);
  return [...sums.values()];
};

/** Puts what the last session owed back in line; which blocks it was is not remembered. */
export const restoreDue = (
  { registry }: Pick<Context, 'registry'>,
  { due = [] }: AccountRecord,
  queue: BlockQueue,
  now: number,
): void => {
  for (const { infoHash, price, bytes } of due) {
    const { index } = registry.torrent(infoHash);
    for (let left = bytes; left > 0; left -= MAX_ROW) {
      queue.push(index, UNKNOWN_PIECE, 0, Math.min(left, MAX_ROW), price, now);
    }
  }
};

/** Takes out of the queue what a state of the channel that we had forgotten has paid already. */
export const strikePaid = (queue: BlockQueue, paid: Satoshi): void => {
  let units = paid * MIB;
  while (queue.size > 0 && units > 0) {
    const price = queue.price(0);
    const cost = queue.length(0) * price;
    if (cost > units) {
      queue.trim(Math.floor(units / price));
      return;
    }
    queue.drop(1);
    units -= cost;
  }
};
