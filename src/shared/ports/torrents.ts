import type { Result } from '../result.ts';
import type { InfoHash, SatPerMiB, WireId } from '../units.ts';
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
  | 'failed';

export interface FileView {
  readonly index: number;
  /** Sanitised path inside the torrent, `/` separated. */
  readonly path: string;
  readonly name: string;
  readonly length: number;
  /** Bytes held and verified. */
  readonly held: number;
  readonly selected: boolean;
  /** By name: what a player or viewer may do with it. */
  readonly kind: 'video' | 'audio' | 'image' | 'document' | 'subtitles' | 'other';
}

export interface PeerView {
  readonly wire: WireId;
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
  readonly status: TorrentStatus;
  readonly failure: string | null;
  readonly length: number;
  readonly pieceLength: number;
  readonly pieceCount: number;
  readonly files: readonly FileView[];
  /** Bytes held and verified. */
  readonly held: number;
  /** One bit a piece, most significant first (BEP-3 bitfield): verified pieces. */
  readonly pieces: Uint8Array;
  readonly downloadSpeed: number;
  readonly uploadSpeed: number;
  /** Payload bytes in this session. */
  readonly downloaded: number;
  readonly uploaded: number;
  readonly peers: readonly PeerView[];
  /** Price we ask from others for this torrent. */
  readonly sellPrice: SatPerMiB;
  /** Seconds since the epoch when it was added. */
  readonly addedAt: number;
}

export interface SeedRequest {
  readonly files: readonly File[];
  readonly name?: string;
  readonly satPerMiB: SatPerMiB;
  readonly signal?: AbortSignal;
  /** Bytes hashed so far of all. */
  readonly onProgress?: (hashed: number, total: number) => void;
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
  /** Resolves once files are known. */
  metadata(infoHash: InfoHash, signal?: AbortSignal): Promise<Result<TorrentView>>;
  /** Starts downloading (and paying for) the files of these indexes; all when omitted. */
  start(infoHash: InfoHash, files?: readonly number[]): Result<void>;
  /** A pause that pauses: nothing is requested, nothing is served. */
  pause(infoHash: InfoHash): Result<void>;
  deselect(infoHash: InfoHash, file: number): Result<void>;
  /** Hashes without copying, then serves. */
  seed(request: SeedRequest): Promise<Result<InfoHash>>;
  setSellPrice(infoHash: InfoHash, price: SatPerMiB): Result<void>;
  /** Forgets the torrent; with `data`, also what was downloaded. */
  remove(infoHash: InfoHash, data: boolean): Promise<Result<void>>;
  /** Called after every change worth drawing, at most 4 times a second. */
  subscribe(listener: () => void): () => void;
}
