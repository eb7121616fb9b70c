import type { FeedItem, HistoryQuery } from '../shared/ports/payments.ts';
import type { Backend } from './backend.ts';
import { readHead, slabSize, type BatchHead } from './slab.ts';

/** Ids that are read at a time: some 60 kB of heads. */
const WINDOW = 512;

const matches = (head: BatchHead, query: HistoryQuery): boolean =>
  (query.before === undefined || head.id < query.before) &&
  (query.direction === undefined || head.direction === query.direction) &&
  (query.infoHash === undefined || head.infoHash === query.infoHash) &&
  (query.peer === undefined || head.peer === query.peer);

const feedItem = ({ paidAfter: _paidAfter, ...item }: BatchHead): FeedItem => item;

/** Newest first, at most `query.limit`. Reads backwards in windows until enough was found. */
export const readHistory = async (
  backend: Pick<Backend, 'heads'>,
  lastId: number,
  query: HistoryQuery,
): Promise<readonly FeedItem[]> => {
  const found: FeedItem[] = [];
  let end = Math.min(query.before ?? Number.MAX_SAFE_INTEGER, lastId + 1);
  while (end > 1 && found.length < query.limit) {
    const start = Math.max(1, end - WINDOW);
    for (const slab of (await backend.heads(start, end)).toReversed()) {
      for (let index = slabSize(slab.head) - 1; index >= 0; index -= 1) {
        const head = readHead(slab, index);
        if (found.length < query.limit && matches(head, query)) found.push(feedItem(head));
      }
    }
    end = start;
  }
  return found;
};

/** Every batch up to `lastId`, oldest first, window by window. */
export const eachHead = async (
  backend: Pick<Backend, 'heads'>,
  lastId: number,
  visit: (head: BatchHead) => void,
): Promise<void> => {
  for (let start = 1; start <= lastId; start += WINDOW) {
    for (const slab of await backend.heads(start, Math.min(start + WINDOW, lastId + 1))) {
      for (let index = 0; index < slabSize(slab.head); index += 1) visit(readHead(slab, index));
    }
  }
};
