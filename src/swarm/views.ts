import type { FileView, TorrentStatus, TorrentView } from '../shared/ports/torrents.ts';
import type { InfoHash } from '../shared/units.ts';
import { cleanPath, kindOf } from './paths.ts';
import { magnetOf } from './source.ts';
import type { TorrentSession } from './session-parts.ts';

/** What a view needs beside the session. */
export interface ViewSource {
  readonly infoHash: InfoHash;
  readonly session: TorrentSession;
  /** Display name until the metadata is there. */
  readonly name: string;
  readonly trackers: readonly string[];
  readonly addedAt: number;
  readonly isOwn: boolean;
  readonly suggested: readonly number[] | null;
}

const NO_PIECES = new Uint8Array();

const filesOf = ({ torrent, held, wanted, priorities }: TorrentSession): FileView[] => {
  if (held === null) return [];
  return torrent.files.map((file, index) => {
    const path = cleanPath(file.path);
    const name = path.slice(path.lastIndexOf('/') + 1);
    return {
      index,
      path,
      name,
      length: file.length,
      held: held.of(index),
      selected: wanted?.has(index) ?? false,
      priority: priorities.get(index) ?? 'normal',
      kind: kindOf(name),
    };
  });
};

const statusOf = (session: TorrentSession, files: readonly FileView[]): TorrentStatus => {
  const { torrent, failure, held, paused, wanted } = session;
  if (failure !== null) return 'failed';
  if (held === null) return paused ? 'paused' : 'metadata';
  if (!torrent.ready) return 'checking';
  if (paused) return 'paused';
  const chosen = wanted === null ? files : files.filter((file) => file.selected);
  const isDone = chosen.length > 0 && chosen.every((file) => file.held === file.length);
  if (isDone) return 'seeding';
  return chosen.length === 0 || wanted === null ? 'ready' : 'downloading';
};

/** A snapshot of one torrent. O(files + peers × pieces / 8). */
export const viewOf = (source: ViewSource): TorrentView => {
  const { infoHash, session } = source;
  const { torrent, held, failure, stalled } = session;
  const files = filesOf(session);
  const name = held === null ? source.name : cleanPath(torrent.name);
  const isKnown = held !== null;
  const peers = session.wires.map((wire) => wire.view());
  return {
    infoHash,
    name: name === '' ? infoHash : name,
    magnet: magnetOf(infoHash, name, source.trackers, torrent.urlList),
    own: source.isOwn,
    status: statusOf(session, files),
    failure: (failure ?? stalled)?.message ?? null,
    length: isKnown ? torrent.length : 0,
    pieceLength: isKnown ? torrent.pieceLength : 0,
    pieceCount: isKnown ? torrent.pieces.length : 0,
    files,
    suggested: source.suggested?.filter((index) => index < files.length) ?? null,
    checking: session.checking,
    held: held?.total ?? 0,
    pieces: torrent.bitfield?.buffer.slice(0, Math.ceil(torrent.pieces.length / 8)) ?? NO_PIECES,
    downloadSpeed: peers.reduce((sum, peer) => sum + peer.downloadSpeed, 0),
    uploadSpeed: peers.reduce((sum, peer) => sum + peer.uploadSpeed, 0),
    downloaded: session.downloaded,
    uploaded: session.uploaded,
    wasted: session.wasted,
    peers,
    webSeeds: session.webSeeds,
    sellPrice: session.sellPrice,
    addedAt: source.addedAt,
  };
};
