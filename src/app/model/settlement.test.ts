import { describe, expect, it } from 'vitest';
import type { ChannelStatus, ChannelView, FeedItem } from '../../shared/ports/payments.ts';
import { channelId, infoHash, satoshi, txId, type ChannelId } from '../../shared/units.ts';
import { HASH, KEY } from '../testing/views.ts';
import { sortChannels } from './channels.ts';
import { NO_CHANNELS, settlementOf, withChannels } from './settlement.ts';

const cid = (digit: string): ChannelId => channelId(digit.repeat(32));
const channel = (id: ChannelId, status: ChannelStatus, openedAt = 0): ChannelView => ({
  cid: id,
  role: 'payer',
  peer: KEY,
  status,
  capacity: satoshi(1000),
  paid: satoshi(10),
  fundingTxid: null,
  refundAt: 0,
  openedAt,
  closingTxid: status === 'settled' ? txId('e'.repeat(64)) : null,
  closingFee: null,
});
const row = (id: number, change: Partial<FeedItem> = {}): FeedItem => ({
  id,
  time: 0,
  direction: 'sent',
  infoHash: HASH,
  peer: KEY,
  cid: cid('a'),
  blocks: 1,
  bytes: 16_384,
  sat: satoshi(17),
  ...change,
});

describe('settlementOf', () => {
  const own = new Set([cid('a'), cid('b')]);

  it.each<[string, ChannelStatus[], string]>([
    ['nothing', [], 'none'],
    ['one open', ['open'], 'open'],
    ['one opening', ['opening'], 'open'],
    ['one open, one settled', ['open', 'settled'], 'open'],
    ['one closing', ['closing', 'settled'], 'settling'],
    ['all settled', ['settled', 'settled'], 'settled'],
    ['one refunded', ['settled', 'refunded'], 'settled'],
    ['only one that failed to open', ['failed'], 'none'],
    ['a failed one beside a settled one', ['failed', 'settled'], 'settled'],
  ])('%s', (_, statuses, state) => {
    const channels = statuses.map((status, at) => channel(cid(at === 0 ? 'a' : 'b'), status));
    expect(settlementOf(channels, own).state).toBe(state);
  });

  it('looks at the channels of the title alone, and names each transaction once', () => {
    const channels = [
      channel(cid('a'), 'settled'),
      channel(cid('b'), 'settled'),
      channel(cid('c'), 'open'),
    ];
    expect(settlementOf(channels, own)).toEqual({
      state: 'settled',
      txids: ['e'.repeat(64)],
    });
  });
});

describe('withChannels', () => {
  it('collects the channels that this title was paid through', () => {
    const rows = [
      row(3, { cid: cid('b') }),
      row(2),
      row(1, { cid: cid('c'), direction: 'received' }),
      row(0, { cid: cid('d'), infoHash: infoHash('0'.repeat(40)) }),
    ];
    const cids = withChannels(NO_CHANNELS, rows, HASH);
    expect([...cids].sort()).toEqual([cid('a'), cid('b')]);
    expect(withChannels(cids, rows, HASH)).toBe(cids);
  });
});

describe('sortChannels', () => {
  it('puts those that still move money first, then the newest', () => {
    const channels = [
      channel(cid('1'), 'settled', 9),
      channel(cid('2'), 'open', 1),
      channel(cid('3'), 'closing', 5),
      channel(cid('4'), 'refunded', 2),
    ];
    expect(sortChannels(channels).map((view) => view.cid)).toEqual([
      cid('3'),
      cid('2'),
      cid('1'),
      cid('4'),
    ]);
  });
});
