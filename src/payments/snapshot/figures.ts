import { addToTotals, noTotals } from '../../ledger/totals.ts';
import type { Clock } from '../../shared/clock.ts';
import type { BatchRecord, ChannelRecord, TorrentTotals } from '../../shared/ports/ledger.ts';
import type { FeedItem, TorrentTrade, TradeTotals } from '../../shared/ports/payments.ts';
import type { IdentityKey, InfoHash } from '../../shared/units.ts';
import type { Committed } from '../book.ts';

const FEED_LENGTH = 50;
const BUCKETS = 60;

const plus = (totals: TradeTotals, batch: BatchRecord): TradeTotals =>
  addToTotals(totals, { ...batch, blocks: batch.pieces.length });

/** Satoshi of the last minute, second by second, in one direction. */
const createMinute = (clock: Clock) => {
  const seconds = new Float64Array(BUCKETS);
  let last = 0;
  const turn = (): number => {
    const now = Math.floor(clock.now() / 1000);
    for (let at = Math.max(last + 1, now - BUCKETS + 1); at <= now; at += 1)
      seconds[at % BUCKETS] = 0;
    last = Math.max(last, now);
    return now % BUCKETS;
  };
  return {
    add(sat: number): void {
      const at = turn();
      seconds[at] = (seconds[at] ?? 0) + sat;
    },
    sum(): number {
      turn();
      return seconds.reduce((sum, value) => sum + value, 0);
    },
  };
};

/** Figures of what is on disk, kept up to date with every write. */
export interface Figures {
  committed(written: Committed): void;
  totals(): TradeTotals;
  torrents(): readonly TorrentTrade[];
  /** With one peer over one torrent, in this session. */
  trade(peer: IdentityKey | null, infoHash: InfoHash): TradeTotals;
  /** Newest first. */
  feed(): readonly FeedItem[];
  channels(): readonly ChannelRecord[];
}

export const createFigures = (
  clock: Clock,
  start: {
    readonly all: TradeTotals;
    readonly torrents: readonly TorrentTotals[];
    readonly feed: readonly FeedItem[];
    readonly channels: readonly ChannelRecord[];
  },
): Figures => {
  let all = start.all;
  let lastId = start.feed[0]?.id ?? 0;
  /** Oldest first, with up to as many again that are too old: they go together. */
  const feed: FeedItem[] = start.feed.toReversed();
  const torrents = new Map<InfoHash, TradeTotals>(
    start.torrents.map(({ infoHash, ...totals }) => [infoHash, totals]),
  );
  const trades = new Map<string, TradeTotals>();
  const channels = new Map(start.channels.map((one) => [one.cid, one]));
  const minutes = new Map<string, ReturnType<typeof createMinute>>();

  const minute = (infoHash: InfoHash, direction: string): ReturnType<typeof createMinute> => {
    const key = direction + infoHash;
    const known = minutes.get(key) ?? createMinute(clock);
    minutes.set(key, known);
    return known;
  };

  const count = (batch: BatchRecord): void => {
    const { infoHash, peer, direction } = batch;
    all = plus(all, batch);
    torrents.set(infoHash, plus(torrents.get(infoHash) ?? noTotals, batch));
    trades.set(peer + infoHash, plus(trades.get(peer + infoHash) ?? noTotals, batch));
    minute(infoHash, direction).add(batch.sat);
    lastId += 1;
    const { time, cid, bytes, sat } = batch;
    const blocks = batch.pieces.length;
    feed.push({ id: lastId, time, direction, infoHash, peer, cid, blocks, bytes, sat });
    if (feed.length > 2 * FEED_LENGTH) feed.splice(0, feed.length - FEED_LENGTH);
  };

  return {
    committed(written) {
      for (const one of written.channels) channels.set(one.cid, one);
      written.batches.forEach(count);
    },
    totals: () => all,
    torrents: () =>
      [...torrents].map(([infoHash, totals]) => ({
        infoHash,
        ...totals,
        paidSatPerMinute: minutes.get(`sent${infoHash}`)?.sum() ?? 0,
        earnedSatPerMinute: minutes.get(`received${infoHash}`)?.sum() ?? 0,
      })),
    trade: (peer, infoHash) =>
      peer === null ? noTotals : (trades.get(peer + infoHash) ?? noTotals),
    feed: () => feed.slice(-FEED_LENGTH).reverse(),
    channels: () => [...channels.values()],
  };
};
