import { FailureError } from '../shared/result.ts';
import { toHex } from '../shared/hex.ts';
import { hushAborted } from './aborted.ts';
import { gatherAvailability } from './availability.ts';
import { settleGlare } from './glare.ts';
import type { LibTorrent, LibWire } from './library.ts';
import { readMetainfo } from './metainfo.ts';
import { sampleHeld } from './resume-check.ts';
import type { TorrentSessionParts } from './session-parts.ts';
import type { Ticker } from './ticker.ts';

export interface TakeoverParts {
  readonly torrent: LibTorrent;
  readonly wire: Pick<TorrentSessionParts['wire'], 'ourPeerId' | 'random' | 'speed'>;
  readonly planTicker: Ticker;
  /** Whether a block of this piece may be asked for on this wire. Every request passes here. */
  readonly mayRequest: (wire: LibWire, index: number) => boolean;
  /** A block of this wire was asked for. */
  readonly onRequested: (wire: LibWire) => void;
  /** Whether a bitfield says what the store holds; without one it is taken to be empty. */
  readonly hasBitfield: boolean;
}

/** Replaces the members of a torrent in which the library decides what we must decide. */
export const takeOver = ({
  torrent,
  wire: { ourPeerId, random, speed: limits },
  planTicker,
  mayRequest,
  onRequested,
  hasBitfield,
}: TakeoverParts): void => {
  const speed = limits.down;
  hushAborted(torrent);
  gatherAvailability(torrent, planTicker);
  sampleHeld(torrent, random);
  settleGlare(torrent, toHex(ourPeerId));

  // The library closes wires that choke us for 5 s while other peers wait, and looks at this for
  // it: a paid peer may choke until it is paid.
  Object.defineProperty(torrent, '_numQueued', { get: () => 0 });

  // Every finished block asks for a plan over all wires, in an idle callback that a hidden page
  // hardly gets: plan once a tick instead.
  const plan = (): void => {
    if (!torrent.destroyed && speed.admits(plan)) torrent._updateWireWrapper();
  };
  torrent._update = planTicker(plan);

  // A refusal must come before the library reserves the block: failing the request itself would
  // make it try the same block for ever.
  const request = torrent._request.bind(torrent);
  torrent._request = (wire, index, hotswap) => {
    const asked = mayRequest(wire, index) && speed.admits(plan) && request(wire, index, hotswap);
    if (asked) onRequested(wire);
    return asked;
  };

  const onMetadata = torrent._onMetadata.bind(torrent);
  torrent._onMetadata = async (metadata) => {
    try {
      let { length: pieceCount } = torrent.pieces;
      // Bytes come from peers; anything else is the torrent file that readSource has checked.
      if (metadata instanceof Uint8Array) {
        const metainfo = readMetainfo(metadata);
        if (!metainfo.ok) throw new FailureError(metainfo.error);
        ({ pieceCount } = metainfo.value);
      }
      // Without a bitfield the library would read every piece of the store to see what is there.
      if (!hasBitfield) torrent._startupBitfield = new Uint8Array(Math.ceil(pieceCount / 8));
      await onMetadata(metadata);
    } catch (error) {
      const reason = error instanceof Error ? error : new Error(String(error));
      if (!torrent.destroyed) torrent._destroy(reason);
    }
  };
};
