import type { WireId } from '../shared/units.ts';
import type { Judge } from './judge.ts';
import type { LibTorrent, LibWire } from './library.ts';
import type { TorrentSessionParts } from './session-parts.ts';
import type { SpareBlocks } from './spare.ts';
import { createWireSession, type WireSession } from './wire-session.ts';

/** The connections of one torrent: those that are open, and what all that there were have carried. */
export interface WireBook {
  readonly all: readonly WireSession[];
  of(wire: LibWire): WireSession | undefined;
  byId(id: WireId): WireSession | undefined;
  /** Payload bytes. */
  carried(what: 'downloaded' | 'uploaded'): number;
}

export interface WireBookParts extends Pick<
  TorrentSessionParts,
  'infoHash' | 'report' | 'clock' | 'bans' | 'wire' | 'onChange'
> {
  readonly torrent: LibTorrent;
  readonly judge: Judge;
  readonly spare: SpareBlocks;
  readonly isPaused: () => boolean;
  /** The host behind a wire; null for a peer. */
  readonly hostOf: (wire: LibWire) => string | null;
  readonly onWasted: (length: number) => void;
}

/** Takes in every wire that the library opens from now on, unless its peer is banned. */
export const createWireBook = (parts: WireBookParts): WireBook => {
  const { torrent, infoHash, bans, judge } = parts;
  const { desk, ...context } = parts.wire;
  const open = new Map<LibWire, WireSession>();
  const gone = { downloaded: 0, uploaded: 0 };

  torrent.on('wire', (wire) => {
    if (bans.has(wire.peerId, wire.remoteAddress)) {
      wire.destroy();
      return;
    }
    wire.once('piece', () => performance.mark('rivulet:first-block', { detail: infoHash }));
    const peers = [...(torrent._peers?.values() ?? [])];
    const conn = peers.find((peer) => peer.wire === wire)?.conn ?? null;
    const id = desk.nextId();
    const session = createWireSession({
      ...context,
      id,
      wire,
      conn,
      torrent,
      infoHash,
      report: parts.report,
      gate: desk.gate,
      clock: parts.clock,
      isPaused: parts.isPaused,
      webSeed: parts.hostOf(wire),
      spare: parts.spare,
      mayUse: (origin, index) => judge.mayRequest(index, origin),
      onWasted: parts.onWasted,
      onUsed: (piece, index, offset, block) => judge.supplied(id, piece, index, offset, block),
      onTrade(traded) {
        if (!traded.mayRequest) judge.released(id);
        if (!torrent.destroyed) torrent._update();
        parts.onChange();
      },
      onClose(closed) {
        desk.leave(id);
        judge.released(id);
        if (!open.delete(wire)) return;
        gone.downloaded += closed.downloaded;
        gone.uploaded += closed.uploaded;
        parts.onChange();
      },
    });
    open.set(wire, session);
    desk.enter(session, infoHash);
    parts.onChange();
  });

  return {
    get all() {
      return [...open.values()];
    },
    of: (wire) => open.get(wire),
    byId: (id) => [...open.values()].find((session) => session.id === id),
    carried: (what) =>
      [...open.values()].reduce((total, session) => total + session[what], gone[what]),
  };
};
