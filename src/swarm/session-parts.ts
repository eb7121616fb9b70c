import type { Clock, RandomBytes } from '../shared/clock.ts';
import type {
  CheckProgress,
  FilePriority,
  RecheckReport,
  WebSeedView,
} from '../shared/ports/torrents.ts';
import type { Stretch } from '../shared/ports/range-port.ts';
import type { WirePayments } from '../shared/ports/wire-payments.ts';
import type { Failure, Result } from '../shared/result.ts';
import type { InfoHash, SatPerMiB } from '../shared/units.ts';
import type { Bans } from './blame.ts';
import type { SpeedBuckets } from './bucket.ts';
import type { Desk } from './desk.ts';
import type { LibTorrent } from './library.ts';
import type { HeldCount } from './plan.ts';
import type { Report } from './report.ts';
import type { Ticker } from './ticker.ts';
import type { WebSeeding } from './web-seeds.ts';
import type { WireSession } from './wire-session.ts';

/** What a torrent's session is made of. */
export interface TorrentSessionParts {
  readonly infoHash: InfoHash;
  readonly torrent: LibTorrent;
  readonly sellPrice: SatPerMiB;
  /** Files to download from the start on; null: none yet. */
  readonly wanted: readonly number[] | 'all' | null;
  readonly paused: boolean;
  /** Which pieces the store says it holds; without it, it is taken to be empty. */
  readonly bitfield: Uint8Array | null;
  readonly bans: Bans;
  readonly report: Report;
  readonly clock: Clock;
  readonly planTicker: Ticker;
  /** What wire sessions need beside their torrent. */
  readonly wire: {
    readonly desk: Desk;
    readonly payments: Pick<WirePayments, 'hello'>;
    readonly random: RandomBytes;
    readonly speed: SpeedBuckets;
    readonly ourPeerId: Uint8Array;
    readonly onFault: (error: unknown) => void;
  };
  /** Anything that a view shows. */
  readonly onChange: () => void;
  /** The files are known. */
  readonly onMetadata: () => void;
  /** The store is open and tells what is held: it can be started. */
  readonly onReady: () => void;
  readonly onVerified: (piece: number) => void;
  /** All that is wanted is here. */
  readonly onComplete: () => void;
  /** A piece that was held was found to be bad. */
  readonly onLost: (piece: number) => void;
  /** A piece that was taken for missing was found in the store. */
  readonly onFound: (piece: number) => void;
  /** Whether it serves the user's own files, which nothing is written to. */
  readonly isOwn: boolean;
  readonly priorities: ReadonlyMap<number, FilePriority>;
  readonly onFailed: () => void;
  readonly web: WebSeeding;
}

/** One torrent: its wires, what is wanted of it, what became of it. */
export interface TorrentSession {
  readonly torrent: LibTorrent;
  readonly wires: readonly WireSession[];
  readonly webSeeds: readonly WebSeedView[];
  /** The user's choice of web seeds changed, or the network is back. */
  retryWebSeeds(): void;
  /** More trackers and web seeds were learnt of: they are used from now on. */
  enrich(trackers: readonly string[], webSeeds: readonly string[]): void;
  /** Null before the first start. */
  readonly wanted: ReadonlySet<number> | null;
  /** The same as it is told to a session that takes its place; `all` also of files that are not known yet. */
  readonly started: readonly number[] | 'all' | null;
  readonly paused: boolean;
  readonly failure: Failure | null;
  /** Whether someone reads from it. */
  readonly isRead: boolean;
  /** Why nothing is asked for just now; it passes. */
  readonly stalled: Failure | null;
  /** Null until the files are known. */
  readonly held: HeldCount | null;
  /** Payload bytes in this session, over all wires that there were. */
  readonly downloaded: number;
  readonly uploaded: number;
  /** Of `downloaded`, what was paid for and will never be used. */
  readonly wasted: number;
  sellPrice: SatPerMiB;
  start(files?: readonly number[]): Result<void>;
  pause(): void;
  /** Tells the trackers that we are here, unless it is paused. */
  announce(): void;
  stall(why: Failure | null): void;
  deselect(file: number): Result<void>;
  readonly priorities: ReadonlyMap<number, FilePriority>;
  prioritize(file: number, priority: FilePriority): Result<void>;
  /** A full check that is under way. */
  readonly checking: CheckProgress | null;
  recheck(signal?: AbortSignal): Promise<Result<RecheckReport>>;
  /** The price changed: opens or closes the gate for peers without an account. */
  updateGates(): void;
  ensure(stretch: Stretch, signal: AbortSignal): Promise<Result<number>>;
  /** A player is about to show its first picture. Returns what says that it is there. */
  opening(): () => void;
  heldFrom(file: number, offset: number): number;
  /** Resolves once the files are known. */
  metadata(signal?: AbortSignal): Promise<Result<void>>;
  /** Leaves the swarm; with `data`, the store is destroyed. */
  close(data: boolean): Promise<void>;
}
