import type { Clock } from '../shared/clock.ts';
import type { TrackerHealth } from '../shared/ports/health.ts';
import { hasAll } from './extent.ts';
import type { LibAnnounceAnswer, LibTracker } from './lib-trackers.ts';
import type { LibTorrent } from './library.ts';
import type { Offered } from './offers.ts';
import { createTrackerBounds } from './tracker-bounds.ts';

/** Listens to what trackers answer, and tells how each of them does. */
export interface TrackerReport {
  /** From now on answers to this torrent's announces are noticed. */
  follow(torrent: LibTorrent): void;
  /** It has trackers that it had not. */
  notice(torrent: LibTorrent): void;
  read(): readonly TrackerHealth[];
  /**
   * Who is still to be met in this torrent's swarm. `isOwn`: it serves the user's own files; `owed`:
   * how many peers that are gone are owed something.
   */
  offered(torrent: LibTorrent, known: { readonly isOwn: boolean; readonly owed: number }): Offered;
}

/** A tracker's word about how many there are; what is no number counts for nobody. */
const countOf = (said: unknown): number =>
  typeof said === 'number' && said > 0 && said < 1e9 ? Math.floor(said) : 0;

/** Others than us. */
const othersIn = ({ complete, incomplete }: LibAnnounceAnswer): number =>
  Math.max(0, countOf(complete) + countOf(incomplete) - 1);

/** The library leaves the slash at the end away. */
const plain = (url: string): string => url.replace(/\/$/, '');

const stateOf = (connections: readonly LibTracker[]): TrackerHealth['state'] => {
  if (connections.length === 0) return 'unused';
  if (connections.some(({ socket }) => socket?.connected === true)) return 'connected';
  return connections.some(({ reconnecting }) => reconnecting) ? 'lost' : 'connecting';
};

/** `configured`: trackers that are told about even when no torrent uses them. */
export const createTrackerReport = (
  torrents: () => readonly LibTorrent[],
  configured: readonly string[],
  clock: Pick<Clock, 'now'>,
): TrackerReport => {
  const followed = new WeakSet<object>();
  const bound = createTrackerBounds(clock);
  const answered = new Map<string, number>();
  /** By torrent, what each tracker said last: they need not know the same peers. */
  const others = new WeakMap<LibTorrent, Map<string, number>>();

  const listen = (torrent: LibTorrent): void => {
    const client = torrent.discovery?.tracker;
    if (client === null || client === undefined) return;
    for (const tracker of client._trackers.filter((each) => !followed.has(each))) {
      followed.add(tracker);
      bound(tracker, torrent);
    }
    if (followed.has(client)) return;
    followed.add(client);
    const known = new Map<string, number>();
    others.set(torrent, known);
    client.on('update', (answer) => {
      answered.set(plain(answer.announce), clock.now());
      known.set(plain(answer.announce), othersIn(answer));
    });
  };

  return {
    follow(torrent) {
      // The library makes the connection in the same breath as one of these.
      for (const event of ['infoHash', 'metadata', 'ready'] as const) {
        torrent.once(event, () => queueMicrotask(() => listen(torrent)));
      }
    },
    notice: listen,
    read() {
      const open = torrents();
      open.forEach(listen);
      const connections = open.flatMap((torrent) => torrent.discovery?.tracker?._trackers ?? []);
      const urls = new Set(
        [...configured, ...connections.map((one) => one.announceUrl)].map(plain),
      );
      return [...urls].map((url) => ({
        url,
        state: stateOf(connections.filter(({ announceUrl }) => plain(announceUrl) === url)),
        answeredAt: answered.get(url) ?? null,
      }));
    },
    offered(torrent, { isOwn, owed }) {
      const known = [...(others.get(torrent)?.values() ?? [])];
      const { wires, pieces } = torrent;
      return {
        complete: isOwn || torrent.done,
        connected: wires.length,
        served:
          pieces.length > 0 && wires.some(({ peerPieces }) => hasAll(peerPieces, pieces.length)),
        owed,
        others: known.length === 0 ? null : known.reduce((sum, count) => sum + count, 0),
      };
    },
  };
};
