import { afterEach, describe, expect, it } from 'vitest';
import type { LibTorrent } from './library.ts';
import { TRACKER_RETRY_MS } from './limits.ts';
import { manualClock } from './testing/clock.ts';
import { keepTrackers } from './trackers.ts';

/** A tracker whose socket is gone, as the library leaves it while it waits to reconnect. */
const lostTracker = () => {
  const tracker = {
    reconnecting: true,
    destroyed: true,
    retries: 0,
    reconnectTimer: null,
    opened: 0,
    _openSocket() {
      tracker.opened += 1;
    },
  };
  return tracker;
};
const torrentOf = (...trackers: ReturnType<typeof lostTracker>[]): LibTorrent =>
  ({ discovery: { tracker: { _trackers: trackers } } }) as unknown as LibTorrent;

let stop = (): void => undefined;
afterEach(() => stop());

describe('lost trackers', () => {
  it('are tried again soon, then ever more seldom', () => {
    const clock = manualClock();
    const tracker = lostTracker();
    ({ stop } = keepTrackers(() => [torrentOf(tracker)], clock));
    clock.advance(TRACKER_RETRY_MS);
    expect(tracker.opened).toBe(1);
    clock.advance(3 * TRACKER_RETRY_MS);
    expect(tracker.opened).toBe(3);
    clock.advance(3_600_000);
    expect(tracker.opened).toBeGreaterThan(10);
    expect(tracker.opened).toBeLessThan(30);
  });

  it('are tried at once when the network comes back', () => {
    const tracker = lostTracker();
    const trackers = keepTrackers(() => [torrentOf(tracker)], manualClock());
    ({ stop } = trackers);
    trackers.retryNow();
    expect(tracker.opened).toBe(1);
  });

  it('are told from those that are connected or are connecting', () => {
    const clock = manualClock();
    const connected = { ...lostTracker(), reconnecting: false, destroyed: false };
    const connecting = { ...lostTracker(), destroyed: false };
    const torrent = torrentOf(connected, connecting);
    const trackers = keepTrackers(() => [torrent, {} as LibTorrent], clock);
    ({ stop } = trackers);
    trackers.retryNow();
    clock.advance(TRACKER_RETRY_MS);
    expect([connected.opened, connecting.opened]).toEqual([0, 0]);
  });
});
