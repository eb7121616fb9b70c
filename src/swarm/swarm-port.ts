import type { Clock, RandomBytes } from '../shared/clock.ts';
import type { RuntimeConfig } from '../shared/config.ts';
import type { ChunkStoreConstructor } from '../shared/ports/chunk-store.ts';
import type { TrackerHealth } from '../shared/ports/health.ts';
import type { Stretch } from '../shared/ports/range-port.ts';
import type { FilePriority, Torrents, TorrentView } from '../shared/ports/torrents.ts';
import type { WirePayments } from '../shared/ports/wire-payments.ts';
import type { Failure, Result } from '../shared/result.ts';
import type { InfoHash, SatPerMiB } from '../shared/units.ts';
import type { LibClientClass } from './library.ts';
import type { TickSchedule } from './ticker.ts';

export interface SwarmDeps {
  readonly payments: WirePayments;
  readonly trackers: readonly string[];
  readonly iceServers: RuntimeConfig['iceServers'];
  /**
   * `source`: local files that are seeded in place, not copied. `noted` resolves when what came until
   * now is on disk as paid or owed.
   */
  createStore(request: {
    readonly source: readonly File[] | undefined;
    readonly noted: () => Promise<void>;
  }): ChunkStoreConstructor;
  /** Told before any wire of the torrent is opened, and again when its name, lengths or price are known or change. */
  readonly onTorrent?: (view: TorrentView) => void;
  /** For torrent files that a magnet link points to and for web seeds; without it none is fetched. */
  readonly fetch?: typeof fetch;
  /** Where this page lies: its own host is no web seed, and only a page of this machine asks this machine. */
  readonly ownAddress?: { readonly origin: string; readonly hostname: string };
  /** What is left on disk of a torrent that is not open; null when nothing is. */
  kept?(infoHash: InfoHash): Promise<ResumeData | null>;
  /** Deletes what is on disk of a torrent. */
  discard?(infoHash: InfoHash): Promise<unknown>;
  /**
   * What a link told of a torrent that no torrent file in the store tells: keep it, to hand it in again
   * with the next start. Null: there is nothing of the kind any more.
   */
  readonly onLink?: (infoHash: InfoHash, link: string | null) => void;
  /** A piece that was held was found to be bad. */
  readonly onLost?: (infoHash: InfoHash, piece: number) => void;
  /** A piece that was taken for missing was found in the store, and checked. */
  readonly onFound?: (infoHash: InfoHash, piece: number) => void;
  readonly onVerified?: (infoHash: InfoHash, piece: number) => void;
  /** Something hostile or broken that was dealt with; for the log. */
  readonly onFault?: (error: unknown) => void;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly defaultSellPrice: () => SatPerMiB;
  readonly loadWebTorrent?: () => Promise<LibClientClass>;
  readonly schedule?: TickSchedule;
}

export interface AddOptions {
  /** What the store holds, as {@link Swarm.resumeData} gave it; checked by samples. */
  readonly bitfield?: Uint8Array;
  /** Unix seconds. */
  readonly addedAt?: number;
  readonly sellPrice?: SatPerMiB;
  /** Files to download at once; `all`, or none when omitted. */
  readonly started?: readonly number[] | 'all';
  readonly paused?: boolean;
  readonly priorities?: ReadonlyMap<number, FilePriority>;
  /** Local files that the store reads instead of its own. */
  readonly source?: readonly File[];
}

/** A title of one's own files that is served again, in this session or a later one. */
export interface ServeAgain {
  readonly torrentFile: Uint8Array;
  /** In the order of the torrent's files. */
  readonly files: readonly File[];
  readonly addedAt: number;
  readonly sellPrice: SatPerMiB;
}

/** What to keep to resume a torrent without hashing it again. */
export interface ResumeData {
  readonly torrentFile: Uint8Array;
  readonly bitfield: Uint8Array;
}

/** The torrent engine and what the stream server and the composition root need of it. */
export interface Swarm extends Torrents {
  add(source: string | Uint8Array, options?: AddOptions): Promise<Result<InfoHash>>;
  /**
   * Waits until the byte at `offset` of a file is held, fetching it and what follows first. Gives the
   * end (exclusive, file offset) of the held extent. Abort to give the reader's place up, also after
   * the answer, unless the reader has asked again since.
   */
  ensure(infoHash: InfoHash, stretch: Stretch, signal: AbortSignal): Promise<Result<number>>;
  /** Asks for no more blocks until it is called with null: what came cannot be put anywhere now. */
  stall(infoHash: InfoHash, why: Failure | null): void;
  /** Contiguous held bytes of a file from `offset` on. */
  held(infoHash: InfoHash, fileIndex: number, offset: number): number;
  /** Fetches the library ahead of the first torrent: worth doing once the page is idle. */
  warm(): Promise<void>;
  /**
   * Serves own files again without hashing them all: they are checked by length and samples.
   * `bad-input` when they were changed.
   */
  serveAgain(request: ServeAgain): Promise<Result<InfoHash>>;
  /** How the trackers of the configuration and of the torrents do. */
  trackers(): readonly TrackerHealth[];
  /** Null until the metadata is known. */
  resumeData(infoHash: InfoHash): ResumeData | null;
  destroy(): Promise<void>;
}
