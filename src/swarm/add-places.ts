import type { LibTorrent } from './library.ts';

const union = (known: readonly string[] = [], more: readonly string[]): string[] => [
  ...new Set([...known, ...more]),
];

/**
 * Gives a torrent that is open already more trackers and web seeds: nobody who waits for it notices,
 * and its peers stay. The new trackers live and end with those that it has.
 */
export const addPlaces = (
  torrent: Pick<LibTorrent, 'announce' | 'urlList' | 'discovery' | 'destroyed'>,
  trackers: readonly string[],
  webSeeds: readonly string[],
): void => {
  if (torrent.destroyed) return;
  // What the library opens later, it opens with these; it also writes them into the torrent file.
  torrent.announce = union(torrent.announce, trackers);
  torrent.urlList = union(torrent.urlList, webSeeds);
  const { discovery } = torrent;
  const client = discovery?.tracker ?? null;
  if (discovery === null || client === null || trackers.length === 0) return;
  const before = discovery._announce;
  discovery._announce = trackers;
  const added = discovery._createTracker();
  discovery._announce = union(before, trackers);
  added.removeAllListeners('update');
  added.on('update', (answer) => client.emit('update', answer));
  client._trackers.push(...added._trackers);
};
