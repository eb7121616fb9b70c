import type { Clock, RandomBytes } from '../shared/clock.ts';
import type { WirePayments } from '../shared/ports/wire-payments.ts';
import type { InfoHash, SatPerMiB } from '../shared/units.ts';
import type { Bans } from './blame.ts';
import type { Desk } from './desk.ts';
import type { LibTorrent } from './library.ts';
import type { Report } from './report.ts';
import type { Ticker } from './ticker.ts';

/** What a torrent's session is made of. */
export interface TorrentSessionParts {
  readonly infoHash: InfoHash;
  readonly torrent: LibTorrent;
  readonly sellPrice: SatPerMiB;
  /** Files to download from the start on; null: none yet. */
  readonly wanted: readonly number[] | 'all' | null;
  readonly paused: boolean;
  /** Whether a bitfield says what the store holds; without one it is taken to be empty. */
  readonly hasBitfield: boolean;
  readonly bans: Bans;
  readonly report: Report;
  readonly clock: Clock;
  readonly planTicker: Ticker;
  /** What wire sessions need beside their torrent. */
  readonly wire: {
    readonly desk: Desk;
    readonly payments: Pick<WirePayments, 'hello'>;
    readonly random: RandomBytes;
    readonly ourPeerId: Uint8Array;
    readonly onFault: (error: unknown) => void;
  };
  /** Anything that a view shows. */
  readonly onChange: () => void;
  /** The files are known. */
  readonly onMetadata: () => void;
  readonly onVerified: (piece: number) => void;
  readonly onFailed: () => void;
}
