import type { ChannelRecord } from '../../shared/ports/ledger.ts';
import type {
  ChannelView,
  EngineMetrics,
  PaymentsSnapshot,
  PeerTrade,
  WalletView,
} from '../../shared/ports/payments.ts';
import { satoshi, type Satoshi } from '../../shared/units.ts';
import type { Context } from '../context.ts';
import type { WireEntry } from '../wires/registry.ts';
import type { Figures } from './figures.ts';

export interface SnapshotParts {
  readonly context: Context;
  readonly figures: Figures;
  readonly wallet: () => Pick<WalletView, 'status' | 'failure' | 'available'>;
  readonly standing: (wire: WireEntry) => { readonly window: number; readonly owed: Satoshi };
  readonly metrics: () => EngineMetrics;
}

const PAST_SHOWN = 100;

const isLive = ({ status }: ChannelRecord): boolean =>
  status === 'opening' || status === 'open' || status === 'closing';

const viewOf = (record: ChannelRecord): ChannelView => {
  const { cid, role, peer, status, capacity, paid, fundingTxid } = record;
  const { openedAt, closingTxid, closingFee } = record;
  const refundAt = record.refundAt * 1000;
  return {
    cid,
    role,
    peer,
    status,
    capacity,
    paid,
    fundingTxid,
    refundAt,
    openedAt,
    closingTxid,
    closingFee,
  };
};

/** All that hold money, and the newest of the others: the history knows them all. */
const shown = (records: readonly ChannelRecord[]): readonly ChannelRecord[] => {
  const live = records.filter(isLive);
  const past = records.filter((one) => !isLive(one));
  return [...live, ...past.sort((a, b) => b.updatedAt - a.updatedAt).slice(0, PAST_SHOWN)];
};

const sumOf = (
  records: readonly ChannelRecord[],
  value: (record: ChannelRecord) => number,
): Satoshi => satoshi(records.reduce((sum, one) => sum + value(one), 0));

const walletOf = ({ context, figures, wallet }: SnapshotParts): WalletView => {
  const live = figures.channels().filter(isLive);
  const paying = live.filter(({ role }) => role === 'payer');
  const earning = live.filter(({ role }) => role === 'payee');
  return {
    ...wallet(),
    backup: context.backup(figures.channels()),
    locked: sumOf(paying, ({ capacity }) => capacity),
    lockedPaid: sumOf(paying, ({ paid }) => paid),
    pending: sumOf(earning, ({ paid }) => paid),
  };
};

const peerOf = ({ figures, standing }: SnapshotParts, wire: WireEntry): PeerTrade[] => {
  if (wire.identity === null) return [];
  const { window, owed } = standing(wire);
  return [
    {
      peer: wire.identity,
      infoHash: wire.torrent.infoHash,
      wire: wire.id,
      buyState: wire.told?.state ?? 'negotiating',
      buyPrice: wire.terms?.satPerMiB ?? null,
      sellPrice: wire.offered.at(-1)?.satPerMiB ?? null,
      window,
      owedSat: owed,
      ...figures.trade(wire.identity, wire.torrent.infoHash),
    },
  ];
};

/** Puts together what the page draws; every sum is of what is on disk. */
export const takeSnapshot = (parts: SnapshotParts): PaymentsSnapshot => {
  const { context, figures, metrics } = parts;
  return {
    identity: context.keys.identity,
    network: context.network,
    wallet: walletOf(parts),
    totals: figures.totals(),
    torrents: figures.torrents(),
    peers: [...context.registry.wires()].flatMap((wire) => peerOf(parts, wire)),
    channels: shown(figures.channels()).map(viewOf),
    feed: figures.feed(),
    settings: context.settings(),
    engine: metrics(),
  };
};
