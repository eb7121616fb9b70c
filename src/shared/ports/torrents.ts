import type { Result } from '../result.ts';
import type { InfoHash, SatPerMiB, WireId } from '../units.ts';
import type { KeptFile } from './own-files.ts';
import type { TradeState } from './wire-payments.ts';

/** View models and commands of the torrent engine, as the UI and the stream server see it. */

export type TorrentStatus =
  /** Magnet added, metadata not there yet. */
  | 'metadata'
  /** Files known, nothing asked for yet: the price can be looked at. */
  | 'ready'
  | 'checking'
  | 'downloading'
  | 'paused'
  /** Everything selected is held; being served to others. */
  | 'seeding'
  /** Complete and left alone for long: on disk, out of the swarm until something is wanted of it. */
  | 'resting'
  | 'failed';

/** Which of the wanted files are fetched first; what is played comes before all of them. */
export type FilePriority = 'high' | 'normal' | 'low';

/** Pieces of a full check. */
export interface CheckProgress {
  readonly checked: number;
  readonly total: number;
}

export interface RecheckReport {
  readonly checked: number;
  /** Pieces that were held and are missing now. */
  readonly bad: number;
}

export interface FileView {
  readonly index: number;
  /** Sanitised path inside the torrent, `/` separated. */
  readonly path: string;
  readonly name: string;
  readonly length: number;
  /** Bytes held and verified. */
  readonly held: number;
  readonly selected: boolean;
  readonly priority: FilePriority;
  /** By name: what a player or viewer may do with it. */
  readonly kind: 'video' | 'audio' | 'image' | 'document' | 'subtitles' | 'other';
}

/** What is wrong with a web seed. */
export type WebSeedFault =
  /** No answer, or one that the host lets no page of ours read (CORS). */
  | 'unreachable'
  | 'busy'
  /** Sends nothing, or too little, for long. */
  | 'slow'
  /** The file is not there, or not for us. */
  | 'refused'
  | 'no-ranges'
  | 'wrong-length'
  /** What it sent is not what the torrent says. */
  | 'bad-data';

/** A host that a torrent names as a source of its data (BEP 19). */
export interface WebSeedView {
  readonly host: string;
  /** `off`: the user wants none; `idle`: nothing is wanted of it now. */
  readonly state: 'off' | 'idle' | 'open' | 'failed';
  readonly fault: WebSeedFault | null;
}

export interface PeerView {
  readonly wire: WireId;
  /** The host, when it is a web seed and no peer. */
  readonly webSeed: string | null;
  /** Whether the peer speaks `bsv_pay`. */
  readonly paid: boolean;
  readonly seeder: boolean;
  readonly buyState: TradeState;
  /** The peer's price when known. */
  readonly satPerMiB: SatPerMiB | null;
  readonly downloaded: number;
  readonly uploaded: number;
  /** Bytes per second. */
  readonly downloadSpeed: number;
  readonly uploadSpeed: number;
  /** Whether our gate holds or chokes this peer because it has not paid. */
  readonly gated: boolean;
}

export interface TorrentView {
  readonly infoHash: InfoHash;
  readonly name: string;
  readonly magnet: string;
  /** Served from files of the user, where they lie; nothing of it is bought. */
  readonly own: boolean;
  readonly status: TorrentStatus;
  readonly failure: string | null;
  readonly length: number;
  readonly pieceLength: number;
  readonly pieceCount: number;
  readonly files: readonly FileView[];
  /** Files that the magnet link means (`so`, BEP-53); null when it means all. */
  readonly suggested: readonly number[] | null;
  /** A full check that is under way. */
  readonly checking: CheckProgress | null;
  /** Bytes held and verified. */
  readonly held: number;
  /** One bit a piece, most significant first (BEP-3 bitfield): verified pieces. */
  readonly pieces: Uint8Array;
  readonly downloadSpeed: number;
  readonly uploadSpeed: number;
  /** Payload bytes in this session. */
  readonly downloaded: number;
  readonly uploaded: number;
  /** Of `downloaded`, what was paid for and will never be used (fetched twice after a seek or stop). */
  readonly wasted: number;
  readonly peers: readonly PeerView[];
  readonly webSeeds: readonly WebSeedView[];
  /** Price we ask from others for this torrent. */
  readonly sellPrice: SatPerMiB;
  /** Seconds since the epoch when it was added. */
  readonly addedAt: number;
}

export interface SeedRequest {
  readonly files: readonly File[];
  /** One for each file, where the browser gave them: they are served again after a restart. */
  readonly handles?: readonly KeptFile[];
  readonly name?: string;
  readonly satPerMiB: SatPerMiB;
  readonly signal?: AbortSignal;
  /** Bytes hashed so far of all. */
  readonly onProgress?: (hashed: number, total: number) => void;
}

/** Most that all torrents together may transfer, in bytes per second; null: no limit. */
export interface SpeedLimits {
  readonly down: number | null;
  readonly up: number | null;
}

/** The torrent engine of this page. */
export interface Torrents {
  /** Snapshot of every torrent; sampled, cheap enough for 4 Hz. */
  list(): readonly TorrentView[];
  get(infoHash: InfoHash): TorrentView | null;
  /**
   * Joins the swarm and fetches metadata; asks for no block before {@link start}.
   * `source`: magnet URI, 40 hex digits, or the bytes of a `.torrent` file. Adding twice is harmless.
   */
  add(source: string | Uint8Array): Promise<Result<InfoHash>>;
  /** Someone looks at it: a torrent that rests is open again at once. */
  wake(infoHash: InfoHash): void;
  /**
   * A player is about to show its first picture: no more is fetched than that takes, until the function
   * that is returned says that it is there, and for a few seconds at most.
   */
  opening(infoHash: InfoHash): () => void;
  /** Resolves once files are known. */
  metadata(infoHash: InfoHash, signal?: AbortSignal): Promise<Result<TorrentView>>;
  /** Starts downloading (and paying for) the files of these indexes; all when omitted. */
  start(infoHash: InfoHash, files?: readonly number[]): Result<void>;
  /** A pause that pauses: nothing is requested, nothing is served. */
  pause(infoHash: InfoHash): Result<void>;
  deselect(infoHash: InfoHash, file: number): Result<void>;
  prioritize(infoHash: InfoHash, file: number, priority: FilePriority): Result<void>;
  /**
   * Hashes all that is held again; `TorrentView.checking` tells how far it is. Bad pieces are missing
   * afterwards and can be fetched again; own files that were changed are no longer served.
   */
  recheck(infoHash: InfoHash, signal?: AbortSignal): Promise<Result<RecheckReport>>;
  /** Hashes without copying, then serves. */
  seed(request: SeedRequest): Promise<Result<InfoHash>>;
  setSellPrice(infoHash: InfoHash, price: SatPerMiB): Result<void>;
  /** Forgets the torrent; with `data`, also what was downloaded. */
  remove(infoHash: InfoHash, data: boolean): Promise<Result<void>>;
  /** Holds at once for all torrents; blocks that are paid or under way are not lost. */
  limitSpeed(limits: SpeedLimits): void;
  /** Whether data is fetched from web seeds too; holds at once for all torrents. */
  useWebSeeds(wanted: boolean): void;
  /** Called after every change worth drawing, at most 4 times a second. */
  subscribe(listener: () => void): () => void;
}
