import { describe, expect, it } from 'vitest';
import type { FeedItem, HistoryQuery } from '../../shared/ports/payments.ts';
import { channelId, satoshi } from '../../shared/units.ts';
import { stubPayments } from '../testing/payments.ts';
import { HASH, KEY } from '../testing/views.ts';
import { History } from './history.svelte.ts';

const row = (id: number): FeedItem => ({
  id,
  time: 0,
  direction: 'sent',
  infoHash: HASH,
  peer: KEY,
  cid: channelId('a'.repeat(32)),
  blocks: 1,
  bytes: 1,
  sat: satoshi(1),
});
const ids = (history: History): number[] => history.rows.map(({ id }) => id);
/** Lets every promise that can be kept now be kept. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('History', () => {
  it('pages on from the last row, until there is no full page', async () => {
    const all = Array.from({ length: 30 }, (_, at) => row(30 - at));
    const payments = stubPayments({
      history: ({ before = Infinity, limit }) =>
        all.filter(({ id }) => id < before).slice(0, limit),
    });
    const history = new History(payments);
    history.refresh();
    await turn();
    expect([history.rows.length, history.more]).toEqual([25, true]);
    history.next();
    await turn();
    expect(ids(history)).toEqual(all.map(({ id }) => id));
    expect(history.more).toBe(false);
  });

  it('passes its filter on and drops the answer to an older question', async () => {
    const asked: HistoryQuery[] = [];
    const payments = stubPayments({
      history: (query) => {
        asked.push(query);
        return [row(query.direction === 'sent' ? 1 : 2)];
      },
    });
    const history = new History(payments);
    history.refresh();
    history.filter('sent', HASH);
    await turn();
    expect(asked.at(-1)).toEqual({ limit: 25, direction: 'sent', infoHash: HASH });
    expect(ids(history)).toEqual([1]);
  });

  it('keeps what it has when a page fails', async () => {
    let broken = false;
    const payments = stubPayments({ history: () => (broken ? null : [row(5)]) });
    const history = new History(payments);
    history.refresh();
    await turn();
    broken = true;
    history.next();
    await turn();
    expect([history.status, history.failure?.code, ids(history)]).toEqual([
      'failed',
      'not-ready',
      [5],
    ]);
  });
});
