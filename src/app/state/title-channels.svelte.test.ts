import { describe, expect, it } from 'vitest';
import type { FeedItem, HistoryQuery } from '../../shared/ports/payments.ts';
import { channelId, satoshi } from '../../shared/units.ts';
import { emptySnapshot, stubPayments } from '../testing/payments.ts';
import { HASH, KEY } from '../testing/views.ts';
import { TitleChannels } from './title-channels.svelte.ts';

const row = (id: number, digit: string): FeedItem => ({
  id,
  time: 0,
  direction: 'sent',
  infoHash: HASH,
  peer: KEY,
  cid: channelId(digit.repeat(32)),
  blocks: 1,
  bytes: 16_384,
  sat: satoshi(17),
});

/** A ledger whose history and feed (its newest 3 rows) follow from one list, oldest first. */
const ledger = (rows: FeedItem[]) => {
  const queries: HistoryQuery[] = [];
  const newest = (): FeedItem[] => [...rows].reverse();
  const payments = stubPayments(
    {
      history: (query) => {
        queries.push(query);
        const older = newest().filter(({ id }) => id < (query.before ?? Infinity));
        return older.slice(0, query.limit);
      },
    },
    () => emptySnapshot({ feed: newest().slice(0, 3) }),
  );
  return { payments, queries, feed: () => newest().slice(0, 3) };
};
/** Lets every promise that can be kept now be kept. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const digits = (channels: TitleChannels): string =>
  [...channels.cids]
    .map((cid) => cid[0])
    .sort()
    .join('');

describe('TitleChannels', () => {
  it('finds the channels of earlier sessions, page by page', async () => {
    const rows = Array.from({ length: 700 }, (_, id) => row(id, id < 100 ? 'a' : 'b'));
    const { payments, queries, feed } = ledger(rows);
    const channels = new TitleChannels(payments, HASH);
    channels.follow(feed());
    await turn();
    expect(digits(channels)).toBe('ab');
    expect(queries.map(({ before }) => before)).toEqual([undefined, 200]);
  });

  it('follows the feed without asking again, and closes a gap by asking', async () => {
    const rows = [row(0, 'a')];
    const { payments, queries, feed } = ledger(rows);
    const channels = new TitleChannels(payments, HASH);
    channels.follow(feed());
    await turn();
    rows.push(row(1, 'b'));
    channels.follow(feed());
    expect([digits(channels), queries.length]).toEqual(['ab', 1]);
    // Four rows between two samples: the one that carried `c` has left the feed already.
    rows.push(row(2, 'c'), row(3, 'b'), row(4, 'b'), row(5, 'b'));
    channels.follow(feed());
    await turn();
    expect([digits(channels), queries.length]).toEqual(['abc', 2]);
  });

  it('asks again after a failure', async () => {
    let broken = true;
    const payments = stubPayments({ history: () => (broken ? null : [row(0, 'a')]) });
    const channels = new TitleChannels(payments, HASH);
    channels.follow([]);
    await turn();
    expect(digits(channels)).toBe('');
    broken = false;
    channels.follow([]);
    await turn();
    expect(digits(channels)).toBe('a');
  });
});
