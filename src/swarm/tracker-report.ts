import type { Clock } from '../shared/clock.ts';
import type { TrackerHealth } from '../shared/ports/health.ts';
import type { LibTorrent, LibTracker } from './library.ts';

/** Listens to what trackers answer, and tells how each of them does. */
export interface TrackerReport {
  /** From now on answers to this torrent's announces are noticed. */
  follow(torrent: LibTorrent): void;
  read(): readonly TrackerHealth[];
}

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
  const answered = new Map<string, number>();

  const listen = (torrent: LibTorrent): void => {
    const client = torrent.discovery?.tracker;
    if (client === null || client === undefined || followed.has(client)) return;
    followed.add(client);
    client.on('update', ({ announce }) => void answered.set(plain(announce), clock.now()));
  };

  return {
    follow(torrent) {
      // The library makes the connection in the same breath as one of these.
      for (const event of ['infoHash', 'metadata', 'ready'] as const) {
        torrent.once(event, () => queueMicrotask(() => listen(torrent)));
      }
    },
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
  };
};
