import type { FileView, TorrentView } from '../../shared/ports/torrents.ts';

/** JSON of the API: names and figures, no bit maps. Lengths are bytes, speeds bytes per second. */

export const fileJson = (file: FileView) => ({
  index: file.index,
  name: file.name,
  path: file.path,
  length: file.length,
  held: file.held,
  progress: file.length === 0 ? 1 : file.held / file.length,
  selected: file.selected,
  kind: file.kind,
});

/** What an info hash fixes for ever; safe to keep. */
export const metadataJson = (torrent: TorrentView) => ({
  infoHash: torrent.infoHash,
  name: torrent.name,
  length: torrent.length,
  pieceLength: torrent.pieceLength,
  pieceCount: torrent.pieceCount,
  files: torrent.files.map(({ index, name, path, length, kind }) => ({
    index,
    name,
    path,
    length,
    kind,
  })),
});

export const torrentJson = (torrent: TorrentView) => ({
  infoHash: torrent.infoHash,
  name: torrent.name,
  magnet: torrent.magnet,
  status: torrent.status,
  failure: torrent.failure,
  length: torrent.length,
  held: torrent.held,
  progress: torrent.length === 0 ? 0 : torrent.held / torrent.length,
  downloadSpeed: torrent.downloadSpeed,
  uploadSpeed: torrent.uploadSpeed,
  downloaded: torrent.downloaded,
  uploaded: torrent.uploaded,
  /** Paid for, and never of use. */
  wasted: torrent.wasted,
  peers: torrent.peers.length,
  paidPeers: torrent.peers.filter((peer) => peer.paid).length,
  sellPrice: torrent.sellPrice,
  addedAt: torrent.addedAt,
});

export const detailsJson = (torrent: TorrentView) => ({
  ...torrentJson(torrent),
  pieceLength: torrent.pieceLength,
  pieceCount: torrent.pieceCount,
  files: torrent.files.map(fileJson),
  webSeeds: torrent.webSeeds,
});

/** The file that a person most likely means: the largest video, else the largest file. */
export const mainFile = (torrent: TorrentView): FileView | null => {
  const videos = torrent.files.filter((file) => file.kind === 'video');
  const candidates = videos.length > 0 ? videos : torrent.files;
  return candidates.reduce<FileView | null>(
    (best, file) => (best && best.length >= file.length ? best : file),
    null,
  );
};

/** A file by index, path or name, as a path segment of the API gives it. */
export const findFile = (torrent: TorrentView, wanted: string): FileView | null =>
  torrent.files.find((file) => file.path === wanted) ??
  torrent.files.find((file) => file.name === wanted) ??
  (/^\d{1,6}$/.test(wanted) ? (torrent.files[Number(wanted)] ?? null) : null);
