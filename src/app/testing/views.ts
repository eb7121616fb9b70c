import type { PeerTrade, TorrentTrade } from '../../shared/ports/payments.ts';
import type { FileView, PeerView, TorrentView } from '../../shared/ports/torrents.ts';
import { identityKey, infoHash, satoshi, satPerMiB, wireId } from '../../shared/units.ts';

/** Views for tests, complete and boring; a test names only what it is about. */

export const HASH = infoHash('ab'.repeat(20));
export const KEY = identityKey(`02${'cd'.repeat(32)}`);

export const fileView = (change: Partial<FileView> = {}): FileView => ({
  index: 0,
  path: 'film.mp4',
  name: 'film.mp4',
  length: 1_048_576,
  held: 0,
  selected: false,
  priority: 'normal',
  kind: 'video',
  ...change,
});

export const peerView = (change: Partial<PeerView> = {}): PeerView => ({
  wire: wireId(1),
  webSeed: null,
  paid: true,
  seeder: true,
  buyState: 'buying',
  satPerMiB: satPerMiB(1088),
  downloaded: 0,
  uploaded: 0,
  downloadSpeed: 0,
  uploadSpeed: 0,
  gated: false,
  ...change,
});

export const torrentView = (change: Partial<TorrentView> = {}): TorrentView => ({
  infoHash: HASH,
  name: 'film',
  magnet: `magnet:?xt=urn:btih:${HASH}`,
  own: false,
  status: 'ready',
  failure: null,
  length: 1_048_576,
  pieceLength: 262_144,
  pieceCount: 4,
  files: [fileView()],
  suggested: null,
  checking: null,
  held: 0,
  pieces: new Uint8Array(1),
  downloadSpeed: 0,
  uploadSpeed: 0,
  downloaded: 0,
  uploaded: 0,
  wasted: 0,
  peers: [],
  webSeeds: [],
  sellPrice: satPerMiB(0),
  addedAt: 0,
  ...change,
});

const NOTHING = {
  paidSat: satoshi(0),
  paidBytes: 0,
  paidBlocks: 0,
  earnedSat: satoshi(0),
  earnedBytes: 0,
  earnedBlocks: 0,
};

export const torrentTrade = (change: Partial<TorrentTrade> = {}): TorrentTrade => ({
  ...NOTHING,
  infoHash: HASH,
  paidSatPerMinute: 0,
  earnedSatPerMinute: 0,
  ...change,
});

export const peerTrade = (change: Partial<PeerTrade> = {}): PeerTrade => ({
  ...NOTHING,
  peer: KEY,
  infoHash: HASH,
  wire: 1,
  buyState: 'buying',
  buyPrice: null,
  sellPrice: null,
  window: 0,
  owedSat: satoshi(0),
  ...change,
});
