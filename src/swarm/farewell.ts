import type { Clock } from '../shared/clock.ts';
import type { LibTorrent } from './library.ts';
import { FAREWELL_MS } from './limits.ts';

/** Leaves the swarm and tells the trackers, but waits for none for long; with `data`, the store is destroyed. */
export const farewell = (
  torrent: Pick<LibTorrent, 'destroy'>,
  clock: Clock,
  data: boolean,
): Promise<void> =>
  new Promise((resolve) => {
    const giveUp = clock.after(FAREWELL_MS, resolve);
    torrent.destroy({ destroyStore: data }, () => {
      giveUp();
      resolve();
    });
  });
