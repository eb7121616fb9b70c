import type { CallOptions } from '../bridge.ts';
import type { RuntimeConfig } from '../config.ts';
import type { Result } from '../result.ts';
import type { InfoHash, SatPerMiB } from '../units.ts';
import type { NodeHealth } from './health.ts';
import type { AwaySeeds } from './own-files.ts';
import type { PaymentsSnapshot, PaymentsSpec } from './payments.ts';
import type { Storage } from './storage.ts';
import type { FilePriority, SeedRequest, SpeedLimits, TorrentView, Torrents } from './torrents.ts';
import type { TrackerChoice } from './trackers.ts';

/** What the user interface is given: one node of this profile, ready or on its way. */

export type NodePhase =
  /** Workers, wallet keys and the library are being opened. */
  | { readonly phase: 'starting' }
  /**
   * Another tab of this profile runs the node; this one waits and takes over when that tab closes,
   * or hands over because `takeOver` asked it to.
   */
  | { readonly phase: 'elsewhere'; readonly takeOver: () => void }
  | { readonly phase: 'ready'; readonly node: RivuletNode }
  | { readonly phase: 'failed'; readonly message: string };

export type PaymentCall = <K extends keyof PaymentsSpec['calls']>(
  name: K,
  arg: PaymentsSpec['calls'][K]['arg'],
  options?: CallOptions,
) => Promise<Result<PaymentsSpec['calls'][K]['value']>>;

export interface Payments {
  /** The latest figures, all from committed state. */
  snapshot(): PaymentsSnapshot;
  subscribe(listener: () => void): () => void;
  readonly call: PaymentCall;
}

/** Steps of "Try it", in order; the last one resolves with the torrent. */
export type TrialStep = 'coins' | 'seller' | 'peers';

export interface RivuletNode {
  readonly profile: string;
  readonly config: RuntimeConfig;
  readonly torrents: Torrents;
  /** Own titles that wait for their files; each is removed with {@link RivuletNode.remove}. */
  readonly awaySeeds: AwaySeeds;
  readonly payments: Payments;
  readonly storage: Storage;
  readonly health: NodeHealth;
  readonly trackers: TrackerChoice;
  /** Notices that hold for the whole session (no OPFS, for example), as sentences. */
  readonly notices: readonly string[];
  /** Resolves once {@link streamUrl} is answered: on a first visit the service worker comes late. */
  readonly streaming: Promise<void>;
  /** URL under which the service worker serves a file, playable while it downloads. */
  streamUrl(infoHash: InfoHash, file: number): string;
  /** Link that opens Watch with this torrent in any browser. */
  shareLink(torrent: TorrentView): string;
  /** Downloads and pays for these files (all when omitted), within the budget. */
  watch(infoHash: InfoHash, files?: readonly number[]): Promise<Result<void>>;
  /** Stops requesting and paying; what is held stays playable. */
  stopPaying(infoHash: InfoHash): Promise<Result<void>>;
  /** Wants this file no more: nothing of it is asked for or paid, now and after a restart. */
  deselect(infoHash: InfoHash, file: number): Promise<Result<void>>;
  seed(request: SeedRequest): Promise<Result<InfoHash>>;
  setSellPrice(infoHash: InfoHash, price: SatPerMiB): Promise<Result<void>>;
  /** Which files are fetched first; kept across restarts. */
  prioritize(infoHash: InfoHash, file: number, priority: FilePriority): Promise<Result<void>>;
  /** Forgets the title; without `data`, what was bought stays on disk until it is opened again. */
  remove(infoHash: InfoHash, data: boolean): Promise<Result<void>>;
  /** The speed limits of this profile; they outlive the session. */
  speedLimits(): SpeedLimits;
  /** Sets them at once for all torrents; gives them as they hold (a limit that is too low is raised). */
  limitSpeed(limits: SpeedLimits): SpeedLimits;
  /** Whether data is fetched from web seeds too; kept for this profile. */
  webSeeds(): boolean;
  useWebSeeds(wanted: boolean): void;
  /** Test coins if needed, a second node of its own in a hidden frame, the sample film from it. */
  tryIt(onStep: (step: TrialStep) => void): Promise<Result<InfoHash>>;
  /** Shows whether this network has a faucet and a sample seller. */
  readonly canTry: boolean;
}

/** Where the UI learns of the node's life. */
export interface NodeHost {
  current(): NodePhase;
  subscribe(listener: () => void): () => void;
  /** A newer version of the app waits; `apply` reloads into it. */
  onUpdate(listener: (apply: () => void) => void): void;
}
