import type { Clock } from '../shared/clock.ts';
import type { WebSeedFault } from '../shared/ports/torrents.ts';
import type { LibPeer, LibTorrent, LibWebConnection, LibWire } from './library.ts';
import { MAX_WEB_FAULTS } from './limits.ts';
import { fileAddress } from './web-address.ts';
import { createWebGaps } from './web-gaps.ts';
import { createWebReader, type WebFile } from './web-reader.ts';

/** An open web seed: a connection of the library behind which there is no peer but a host. */
export interface WebSeed {
  readonly wire: LibWire;
  close(): void;
}

export interface WebSeedParts {
  readonly torrent: LibTorrent;
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly mayFetch: (url: string) => boolean;
  /** The host is given up for this reason; null: the connection was closed for another. */
  readonly onClosed: (fault: WebSeedFault | null) => void;
}

/** More of these do not make it better. */
const LASTING: ReadonlySet<WebSeedFault> = new Set(['refused', 'no-ranges', 'wrong-length']);

/** The host may well have the other files, and have them right. */
const OF_ONE_FILE: ReadonlySet<WebSeedFault> = new Set(['refused', 'wrong-length']);

type Connection = NonNullable<LibPeer['conn']>;
const isWebConnection = (conn: Connection | null): conn is Connection & LibWebConnection =>
  conn?.httpRequest !== undefined;

/** Where each file lies; null when an address cannot say where. */
const filesAt = (torrent: LibTorrent, url: string): WebFile[] | null => {
  const [first] = torrent.files;
  const isOnly = torrent.files.length === 1 && first?.path.includes('/') === false;
  const files: WebFile[] = [];
  for (const { offset, length, path } of torrent.files) {
    const address = fileAddress(url, path, isOnly);
    if (address === null) return null;
    files.push({ offset, length, url: address });
  }
  return files;
};

/**
 * Opens a web seed. The library's own one is a peer of its wire protocol that answers with `fetch`,
 * but reads whatever comes: here the requests go to a reader that is bounded, and the wire passes for
 * an ordinary one, so that blame, speed limits and a player's hurry count its blocks as any other's.
 * Null when the library does not take it.
 */
export const openWebSeed = (parts: WebSeedParts): WebSeed | null => {
  const { torrent, url } = parts;
  const files = filesAt(torrent, url);
  if (files === null) return null;
  torrent.addWebSeed(url);
  const peer = torrent._peers?.get(url);
  const wire = peer?.wire ?? null;
  const conn = peer?.conn ?? null;
  if (wire === null || !isWebConnection(conn)) return null;

  const gaps = createWebGaps(files, torrent.pieceLength, conn);
  let faults = 0;
  let given: WebSeedFault | null = null;
  const reader = createWebReader({
    files,
    fetch: parts.fetch,
    clock: parts.clock,
    mayFetch: parts.mayFetch,
    onAnswer(fault, file) {
      faults = fault === null ? 0 : faults + 1;
      if (fault === null) return;
      const isLost = OF_ONE_FILE.has(fault) && gaps.lose(file) !== 'all';
      if (faults < MAX_WEB_FAULTS && (isLost || !LASTING.has(fault))) return;
      given ??= fault;
      torrent.removePeer(url);
    },
  });

  // The library asks its web seeds for the whole rest of a piece at once, and for one piece at a
  // time while they are slow.
  wire.type = 'webrtc';
  const withdrawals = new Map<string, () => void>();
  conn.httpRequest = (index, offset, length, done) => {
    if (gaps.has(index)) {
      done(new Error('the web seed lacks a file of this piece'), null);
      return;
    }
    const key = `${index}/${offset}`;
    let isAnswered = false;
    const withdraw = reader.read(index * torrent.pieceLength + offset, length, (data) => {
      isAnswered = true;
      withdrawals.delete(key);
      done(data === null ? new Error('the web seed does not answer') : null, data);
    });
    if (!isAnswered) withdrawals.set(key, withdraw);
  };
  conn.on('cancel', (index, offset) => {
    const key = `${index}/${offset}`;
    withdrawals.get(key)?.();
    withdrawals.delete(key);
  });
  wire.on('close', () => {
    reader.close();
    parts.onClosed(given);
  });
  return { wire, close: () => torrent.removePeer(url) };
};
