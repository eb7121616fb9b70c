import type { DayTotal } from '../shared/ports/ledger.ts';
import type { FeedItem, HistoryQuery } from '../shared/ports/payments.ts';
import type { Backend } from './backend.ts';
import { readHead, slabSize, type BatchHead } from './slab.ts';

/** Ids that are read at a time: some 60 kB of heads. */
const WINDOW = 512;

const matches = (head: BatchHead | DayTotal, query: HistoryQuery): boolean =>
  (query.before === undefined || head.id < query.before) &&
  (query.direction === undefined || head.direction === query.direction) &&
  (query.infoHash === undefined || head.infoHash === query.infoHash) &&
  (query.peer === undefined || head.peer === query.peer);

const feedItem = ({ paidAfter: _paidAfter, ...item }: BatchHead | DayTotal): FeedItem => item;

type Shelved = Pick<Backend, 'heads' | 'days'>;

/** What stands on the shelf: batches above `foldedTo` up to `lastId`, sums of days below. */
export interface Extent {
  readonly lastId: number;
  readonly foldedTo: number;
}

/** Newest first, at most `query.limit`. Reads backwards in windows until enough was found. */
export const readHistory = async (
  backend: Shelved,
  { lastId, foldedTo }: Extent,
  query: HistoryQuery,
): Promise<readonly FeedItem[]> => {
  const found: FeedItem[] = [];
  let end = Math.min(query.before ?? Number.MAX_SAFE_INTEGER, lastId + 1);
  while (end > foldedTo + 1 && found.length < query.limit) {
    const start = Math.max(foldedTo + 1, end - WINDOW);
    for (const slab of (await backend.heads(start, end)).toReversed()) {
      for (let index = slabSize(slab.head) - 1; index >= 0; index -= 1) {
        const head = readHead(slab, index);
        if (found.length < query.limit && matches(head, query)) found.push(feedItem(head));
      }
    }
    end = start;
  }
  if (found.length < query.limit) {
    const days = (await backend.days()).toReversed().filter((day) => matches(day, query));
    found.push(...days.slice(0, query.limit - found.length).map(feedItem));
  }
  return found;
};

/** Every sum of a day, then every batch, oldest first, window by window. */
export const eachHead = async (
  backend: Shelved,
  { lastId, foldedTo }: Extent,
  visit: (head: BatchHead | DayTotal) => void,
): Promise<void> => {
  for (const day of await backend.days()) visit(day);
  for (let start = foldedTo + 1; start <= lastId; start += WINDOW) {
    for (const slab of await backend.heads(start, Math.min(start + WINDOW, lastId + 1))) {
      for (let index = 0; index < slabSize(slab.head); index += 1) visit(readHead(slab, index));
    }
  }
};
