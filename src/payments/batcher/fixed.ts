import { MIB } from '../../shared/units.ts';
import type { BlockQueue } from './block-queue.ts';
import { Census } from './census.ts';
import type { Decision } from './decision.ts';

const census = new Census();

/**
 * The fixed rule, for each torrent by itself: a batch is exactly `maxEvents` blocks of one torrent, or
 * what there is of it once its oldest block has waited `maxWaitMs`. What fell due first goes first, so
 * that a busy torrent holds no other up. Blocks that do not cost a whole satoshi yet wait for more;
 * those of several torrents that make one only together share a signature, by time alone.
 * @param remainder units by which the account's cost exceeds whole satoshi; the rest is paid ahead.
 */
export const fixedDecision = (
  queue: BlockQueue,
  remainder: number,
  { maxEvents, maxWaitMs }: { readonly maxEvents: number; readonly maxWaitMs: number },
  now: number,
): Decision => {
  const ahead = remainder === 0 ? 0 : MIB - remainder;
  census.take(queue, maxEvents);
  let first = -1;
  let firstDue = Infinity;
  let oldest = Infinity;
  for (let at = 0; at < census.size; at += 1) {
    oldest = Math.min(oldest, census.oldest(at));
    if (census.units(at) <= ahead) continue;
    const due = Math.min(census.filled(at), census.oldest(at) + maxWaitMs);
    if (due >= firstDue) continue;
    first = at;
    firstDue = due;
  }
  if (first < 0) {
    if (queue.units <= ahead) return { type: 'idle' };
    const until = oldest + maxWaitMs;
    if (now < until) return { type: 'wait', until };
    return { type: 'sign', torrent: null, rows: queue.size, reason: 'waited' };
  }
  const torrent = census.torrent(first);
  if (census.count(first) >= maxEvents) {
    return { type: 'sign', torrent, rows: maxEvents, reason: 'full' };
  }
  if (now < firstDue) return { type: 'wait', until: firstDue };
  return { type: 'sign', torrent, rows: census.count(first), reason: 'waited' };
};
