import { afterEach, describe, expect, it } from 'vitest';
import type { LibTorrent } from './library.ts';
import { TRACKER_RETRY_MS } from './limits.ts';
import { manualClock } from './testing/clock.ts';
import { keepTrackers } from './trackers.ts';

const openingSocket = () => {
  const socket = {
    connected: false,
    listeners: [] as (() => void)[],
    once: (_event: 'connect', listener: () => void) => socket.listeners.push(listener),
    open() {
      socket.connected = true;
      for (const listener of socket.listeners) listener();
    },
  };
  return socket;
};

/** A tracker whose socket is gone, as the library leaves it while it waits to reconnect. */
const lostTracker = () => {
  const tracker = {
    reconnecting: true,
    destroyed: true,
    retries: 0,
    reconnectTimer: null,
    opened: 0,
    closed: 0,
    announced: 0,
    socket: null as ReturnType<typeof openingSocket> | null,
    _openSocket() {
      tracker.opened += 1;
    },
    _onSocketClose() {
      tracker.closed += 1;
      tracker.destroyed = true;
      tracker.reconnecting = true;
    },
    _onSocketConnect() {
      if (!tracker.reconnecting) return;
      tracker.reconnecting = false;
      tracker.announced += 1;
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

  it('are all announced to once the socket that they share is open', () => {
    const clock = manualClock();
    const socket = openingSocket();
    const [first, second] = [lostTracker(), lostTracker()];
    for (const tracker of [first, second]) {
      tracker._openSocket = () => {
        tracker.destroyed = false;
        tracker.socket = socket;
      };
    }
    const trackers = keepTrackers(() => [torrentOf(first), torrentOf(second)], clock);
    ({ stop } = trackers);
    trackers.retryNow();
    expect([first.announced, second.announced]).toEqual([0, 0]);
    socket.open();
    expect([first.announced, second.announced]).toEqual([1, 1]);
  });

  it('do not count as connected when the network was gone: all let go, then all open anew', () => {
    const log: string[] = [];
    const stale = openingSocket();
    stale.open();
    const [first, second] = ['first', 'second'].map((name) => {
      const tracker = { ...lostTracker(), reconnecting: false, destroyed: false, socket: stale };
      tracker._onSocketClose = () => {
        log.push(`${name} closed`);
        tracker.reconnecting = true;
        tracker.destroyed = true;
      };
      tracker._openSocket = () => void log.push(`${name} opened`);
      return tracker;
    });
    if (first === undefined || second === undefined) throw new Error('two trackers');
    const trackers = keepTrackers(() => [torrentOf(first), torrentOf(second)], manualClock());
    ({ stop } = trackers);
    trackers.retryNow();
    expect(log).toEqual(['first closed', 'second closed', 'first opened', 'second opened']);
  });

  it('are tried as soon as ever after they were connected in between', () => {
    const clock = manualClock();
    const tracker = lostTracker();
    ({ stop } = keepTrackers(() => [torrentOf(tracker)], clock));
    clock.advance(20 * TRACKER_RETRY_MS);
    const slow = tracker.opened;
    expect(slow).toBeLessThan(8);
    tracker.socket = openingSocket();
    tracker.socket.open();
    tracker.reconnecting = false;
    tracker.destroyed = false;
    clock.advance(TRACKER_RETRY_MS);
    tracker.socket = null;
    tracker.reconnecting = true;
    tracker.destroyed = true;
    clock.advance(TRACKER_RETRY_MS);
    expect(tracker.opened).toBe(slow + 1);
  });

  it('are announced to when the library has opened them itself', () => {
    const clock = manualClock();
    const socket = openingSocket();
    socket.open();
    const tracker = { ...lostTracker(), destroyed: false, socket };
    let announced = 0;
    tracker._onSocketConnect = () => {
      announced += 1;
      tracker.reconnecting = false;
    };
    ({ stop } = keepTrackers(() => [torrentOf(tracker)], clock));
    clock.advance(3 * TRACKER_RETRY_MS);
    expect(announced).toBe(1);
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
