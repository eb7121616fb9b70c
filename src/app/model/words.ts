import type { ChannelStatus } from '../../shared/ports/payments.ts';
import type { FileView, TorrentStatus } from '../../shared/ports/torrents.ts';
import type { TradeState } from '../../shared/ports/wire-payments.ts';
import type { MessageKey } from '../i18n/translate.ts';
import type { SettlementState } from './settlement.ts';
import type { BuyingState } from './title.ts';

/** Plain words for every state that a person meets, and the tone in which a pill says them. */
export type Tone = 'plain' | 'flow' | 'money' | 'good' | 'bad';

export interface Wording {
  readonly key: MessageKey;
  readonly tone: Tone;
}

export const TORRENT_WORDS: Readonly<Record<TorrentStatus, Wording>> = {
  metadata: { key: 'status.metadata', tone: 'plain' },
  ready: { key: 'status.ready', tone: 'plain' },
  checking: { key: 'status.checking', tone: 'plain' },
  downloading: { key: 'status.downloading', tone: 'flow' },
  paused: { key: 'status.paused', tone: 'plain' },
  seeding: { key: 'status.seeding', tone: 'good' },
  resting: { key: 'status.resting', tone: 'plain' },
  failed: { key: 'status.failed', tone: 'bad' },
};

export const TRADE_WORDS: Readonly<Record<TradeState, Wording>> = {
  free: { key: 'trade.free', tone: 'good' },
  negotiating: { key: 'trade.negotiating', tone: 'plain' },
  buying: { key: 'trade.buying', tone: 'flow' },
  'catching-up': { key: 'trade.catchingUp', tone: 'plain' },
  'too-expensive': { key: 'trade.tooExpensive', tone: 'bad' },
  'not-buying': { key: 'trade.notBuying', tone: 'plain' },
  refused: { key: 'trade.refused', tone: 'bad' },
};

export const CHANNEL_WORDS: Readonly<Record<ChannelStatus, Wording>> = {
  opening: { key: 'channel.opening', tone: 'plain' },
  open: { key: 'channel.open', tone: 'flow' },
  closing: { key: 'channel.closing', tone: 'money' },
  settled: { key: 'channel.settled', tone: 'good' },
  refunded: { key: 'channel.refunded', tone: 'good' },
  failed: { key: 'channel.failed', tone: 'bad' },
};

export const SETTLEMENT_WORDS: Readonly<Record<SettlementState, Wording>> = {
  none: { key: 'settlement.none', tone: 'plain' },
  open: { key: 'settlement.open', tone: 'flow' },
  settling: { key: 'settlement.settling', tone: 'money' },
  settled: { key: 'settlement.settled', tone: 'good' },
};

export const BUYING_WORDS: Readonly<Record<BuyingState, Wording>> = {
  checking: { key: 'status.checking', tone: 'plain' },
  buying: { key: 'panel.buying', tone: 'flow' },
  stopped: { key: 'panel.stopped', tone: 'plain' },
  complete: { key: 'panel.complete', tone: 'good' },
  failed: { key: 'status.failed', tone: 'bad' },
};

export const KIND_WORDS: Readonly<Record<FileView['kind'], MessageKey>> = {
  video: 'kind.video',
  audio: 'kind.audio',
  image: 'kind.image',
  document: 'kind.document',
  subtitles: 'kind.subtitles',
  other: 'kind.other',
};
