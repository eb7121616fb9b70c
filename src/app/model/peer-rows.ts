import type { PeerTrade } from '../../shared/ports/payments.ts';
import type { PeerView } from '../../shared/ports/torrents.ts';
import type { TradeState } from '../../shared/ports/wire-payments.ts';

/** One connected peer: what the swarm sees of it beside what the ledger knows. */
export interface PeerRow {
  readonly wire: number;
  /** The host, when it is a web seed. */
  readonly webSeed: string | null;
  /** Identity key, when the peer speaks the payment protocol and has proved it. */
  readonly peer: string | null;
  /** Whether it speaks the payment protocol. */
  readonly pays: boolean;
  readonly seeder: boolean;
  readonly state: TradeState;
  readonly satPerMiB: number | null;
  readonly downloaded: number;
  readonly uploaded: number;
  readonly downloadSpeed: number;
  readonly uploadSpeed: number;
  /** Whether it gets nothing from us until it pays. */
  readonly gated: boolean;
  readonly paidSat: number;
  readonly earnedSat: number;
  readonly owedSat: number;
}

/** Rows of all connected peers; those that money or data flows with come first. */
export const peerRows = (
  peers: readonly PeerView[],
  trades: readonly PeerTrade[],
): readonly PeerRow[] => {
  const byWire = new Map(trades.map((trade) => [trade.wire, trade]));
  return peers
    .map((peer): PeerRow => {
      const trade = byWire.get(peer.wire);
      return {
        wire: peer.wire,
        webSeed: peer.webSeed,
        peer: trade?.peer ?? null,
        pays: peer.paid,
        seeder: peer.seeder,
        state: peer.buyState,
        satPerMiB: peer.satPerMiB ?? trade?.buyPrice ?? null,
        downloaded: peer.downloaded,
        uploaded: peer.uploaded,
        downloadSpeed: peer.downloadSpeed,
        uploadSpeed: peer.uploadSpeed,
        gated: peer.gated,
        paidSat: trade?.paidSat ?? 0,
        earnedSat: trade?.earnedSat ?? 0,
        owedSat: trade?.owedSat ?? 0,
      };
    })
    .sort((a, b) => b.downloaded + b.uploaded - (a.downloaded + a.uploaded) || a.wire - b.wire);
};
