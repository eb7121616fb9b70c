import type { RivuletNode } from '../../shared/ports/node.ts';
import type { AwaySeed } from '../../shared/ports/own-files.ts';
import type { PaymentsSnapshot, PeerTrade, TorrentTrade } from '../../shared/ports/payments.ts';
import type { TorrentView } from '../../shared/ports/torrents.ts';
import { systemClock } from '../../shared/clock.ts';
import { satoshi, type InfoHash } from '../../shared/units.ts';
import { haveTurned } from '../model/title.ts';
import type { AppDeps } from './deps.ts';
import { createPace, DRAW_EVERY_MS } from './pace.ts';
import { createPositions, type Positions } from './positions.ts';
import { Receiving } from './receiving.svelte.ts';
import { Seeding } from './seeding.svelte.ts';
import { StorageWatch } from './storage.svelte.ts';

const NONE = satoshi(0);

const noTrade = (infoHash: InfoHash): TorrentTrade => ({
  infoHash,
  paidSat: NONE,
  paidBytes: 0,
  paidBlocks: 0,
  earnedSat: NONE,
  earnedBytes: 0,
  earnedBlocks: 0,
  paidSatPerMinute: 0,
  earnedSatPerMinute: 0,
});

/**
 * The ready node as the views see it, drawn at the pace of {@link DRAW_EVERY_MS}; a hidden page draws
 * nothing and catches up when it is seen again.
 */
export class NodeState {
  readonly port: RivuletNode;
  torrents = $state.raw<readonly TorrentView[]>([]);
  /** Own titles that wait for their files. */
  away = $state.raw<readonly AwaySeed[]>([]);
  payments: PaymentsSnapshot;
  readonly positions: Positions;
  readonly seeding: Seeding;
  readonly receiving: Receiving;
  readonly storage: StorageWatch;
  /** The title that was just started elsewhere and should play as soon as it is shown. */
  playNext: InfoHash | null = null;
  readonly #draw: () => void;
  readonly #stop: (() => void)[] = [];

  constructor(port: RivuletNode, { page, drawer }: AppDeps) {
    this.port = port;
    this.payments = $state.raw(port.payments.snapshot());
    this.torrents = port.torrents.list();
    this.away = port.awaySeeds.list();
    this.positions = createPositions(drawer);
    this.seeding = new Seeding(port);
    this.receiving = new Receiving(port.payments);
    this.storage = new StorageWatch(port.storage, page);

    const { document } = page;
    this.#draw = () => {
      if (document.hidden) return;
      this.torrents = port.torrents.list();
      this.payments = port.payments.snapshot();
    };
    const pace = createPace(systemClock, DRAW_EVERY_MS, this.#draw);
    const changed = (): void => {
      if (!document.hidden) pace.wanted();
    };
    document.addEventListener('visibilitychange', changed);
    this.#stop.push(
      port.torrents.subscribe(() => {
        if (!document.hidden && haveTurned(this.torrents, port.torrents.list())) pace.urgent();
        else changed();
      }),
      port.payments.subscribe(changed),
      port.awaySeeds.subscribe(() => {
        this.away = port.awaySeeds.list();
      }),
      () => {
        document.removeEventListener('visibilitychange', changed);
      },
      pace.stop,
    );
  }

  /** Draws what a command of the user has just changed, without waiting for the next drawing. */
  look(): void {
    this.#draw();
  }

  torrent(infoHash: InfoHash): TorrentView | null {
    return this.torrents.find((torrent) => torrent.infoHash === infoHash) ?? null;
  }

  /** What was paid and earned with this title; zeroes when nothing was. */
  trade(infoHash: InfoHash): TorrentTrade {
    return this.payments.torrents.find((trade) => trade.infoHash === infoHash) ?? noTrade(infoHash);
  }

  peerTrades(infoHash: InfoHash): readonly PeerTrade[] {
    return this.payments.peers.filter((trade) => trade.infoHash === infoHash);
  }

  /** Name of a torrent for lists of payments; its hash when it left the library. */
  nameOf(infoHash: InfoHash): string {
    return this.torrent(infoHash)?.name ?? `${infoHash.slice(0, 12)}…`;
  }

  dispose(): void {
    for (const stop of this.#stop) stop();
  }
}
