import type { Clock } from '../shared/clock.ts';
import type { LibTracker } from './lib-trackers.ts';
import type { LibTorrent } from './library.ts';
import { TRACKER_RETRY_MAX_MS, TRACKER_RETRY_MS } from './limits.ts';

/**
 * Reconnects trackers sooner than the library, whose first retry may come five minutes after a short
 * interruption. Returns functions to retry all at once (the network came back) and to stop.
 */
export const keepTrackers = (
  torrents: () => readonly LibTorrent[],
  clock: Clock,
): { readonly retryNow: () => void; readonly stop: () => void } => {
  const waits = new WeakMap<LibTracker, { ms: number; at: number }>();
  let cancel: (() => void) | null = null;

  const all = (): LibTracker[] =>
    torrents().flatMap((torrent) => torrent.discovery?.tracker?._trackers ?? []);
  const lost = (): LibTracker[] => all().filter((each) => each.reconnecting && each.destroyed);

  const reopen = (tracker: LibTracker): void => {
    if (tracker.reconnectTimer !== null) clearTimeout(tracker.reconnectTimer);
    tracker.retries += 1;
    tracker._openSocket();
    // The library tells a new connection only to the torrent that opened it; others share its
    // socket and would wait for ever.
    if (tracker.socket?.connected === false) {
      tracker.socket.once('connect', () => tracker._onSocketConnect());
    }
  };

  /** For those that the library itself opened again. */
  const wake = (tracker: LibTracker): void => {
    if (tracker.reconnecting && !tracker.destroyed && tracker.socket?.connected === true) {
      tracker._onSocketConnect();
    }
  };

  const check = (): void => {
    const now = clock.now();
    for (const tracker of all()) {
      wake(tracker);
      // The next loss is tried again as soon as the first was.
      if (tracker.socket?.connected === true) waits.delete(tracker);
    }
    for (const tracker of lost()) {
      const wait = waits.get(tracker) ?? { ms: TRACKER_RETRY_MS, at: now };
      waits.set(tracker, wait);
      if (now < wait.at) continue;
      wait.at = now + wait.ms;
      wait.ms = Math.min(2 * wait.ms, TRACKER_RETRY_MAX_MS);
      reopen(tracker);
    }
    cancel = clock.after(TRACKER_RETRY_MS, check);
  };
  cancel = clock.after(TRACKER_RETRY_MS, check);

  return {
    retryNow() {
      // A connection of before the interruption may look open for minutes. All let go of it first:
      // they share it, and one that opens again would be given the same.
      for (const tracker of all()) if (tracker.socket?.connected === true) tracker._onSocketClose();
      for (const tracker of lost()) {
        waits.delete(tracker);
        reopen(tracker);
      }
    },
    stop: () => cancel?.(),
  };
};
