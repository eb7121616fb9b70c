import { describe, expect, it } from 'vitest';
import type { LibTracker } from './lib-trackers.ts';
import {
  ANNOUNCE_MS,
  MAX_ANNOUNCE_MS,
  MIN_ANNOUNCE_MS,
  OFFERS_AT_ONCE,
  OFFERS_PER_SECOND,
} from './limits.ts';
import { createTrackerBounds } from './tracker-bounds.ts';

const ACTIVE = { paused: false };

const HASH = 'h'.repeat(20);
const offer = { offer: {}, info_hash: HASH, peer_id: 'x' };

const trackerThat = (infoHash = HASH) => {
  const set: unknown[] = [];
  const heard: unknown[] = [];
  const double = {
    client: { _infoHashBinary: infoHash },
    setInterval: (ms: unknown): unknown => set.push(ms),
    _onAnnounceResponse: (data: unknown): unknown => heard.push(data),
  };
  return { set, heard, tracker: double as unknown as LibTracker };
};

describe('what a tracker says', () => {
  it.each([
    [0.001, MIN_ANNOUNCE_MS],
    [-5_000, MIN_ANNOUNCE_MS],
    [1e15, MAX_ANNOUNCE_MS],
    [Number.POSITIVE_INFINITY, MAX_ANNOUNCE_MS],
    [Number.NaN, ANNOUNCE_MS],
    [null, ANNOUNCE_MS],
    [undefined, ANNOUNCE_MS],
    [120_000, 120_000],
  ])('makes us announce every %s ms no other than every %s', (asked, held) => {
    const { set, tracker } = trackerThat();
    createTrackerBounds({ now: () => 0 })(tracker, ACTIVE);
    tracker.setInterval(asked);
    expect(set).toEqual([held]);
  });

  it('brings so many offers and no more, over all trackers; all else is heard', () => {
    let now = 0;
    const bound = createTrackerBounds({ now: () => now });
    const [one, two] = [trackerThat(), trackerThat()];
    bound(one.tracker, ACTIVE);
    bound(two.tracker, ACTIVE);
    for (let at = 0; at < OFFERS_AT_ONCE; at += 1) {
      (at % 2 === 0 ? one : two).tracker._onAnnounceResponse(offer);
    }
    expect(one.heard.length + two.heard.length).toBe(OFFERS_AT_ONCE);
    one.tracker._onAnnounceResponse(offer);
    two.tracker._onAnnounceResponse(offer);
    expect(one.heard.length + two.heard.length).toBe(OFFERS_AT_ONCE);
    const answer = { complete: 3, offer: undefined };
    one.tracker._onAnnounceResponse(answer);
    expect(one.heard.at(-1)).toBe(answer);
    now += 1_000;
    const before = one.heard.length;
    for (let at = 0; at < 2 * OFFERS_PER_SECOND; at += 1) one.tracker._onAnnounceResponse(offer);
    expect(one.heard.length - before).toBe(OFFERS_PER_SECOND);
  });

  it('brings an offer to the titles that share a tracker, and counts it once', () => {
    const bound = createTrackerBounds({ now: () => 0 });
    const titles = Array.from({ length: 60 }, (_, at) => trackerThat(String(at).padStart(20, 't')));
    const sought = trackerThat();
    for (const { tracker } of [...titles, sought]) bound(tracker, ACTIVE);
    for (let at = 0; at < 2 * OFFERS_AT_ONCE; at += 1) {
      for (const { tracker } of [...titles, sought]) tracker._onAnnounceResponse(offer);
    }
    expect(sought.heard).toHaveLength(OFFERS_AT_ONCE);
    // The library lets it go there.
    expect(titles[0]?.heard).toHaveLength(2 * OFFERS_AT_ONCE);
  });

  it('brings a paused title no offer, and counts none for it', () => {
    const bound = createTrackerBounds({ now: () => 0 });
    const { tracker, heard } = trackerThat();
    const title = { paused: true };
    bound(tracker, title);
    for (let at = 0; at < 2 * OFFERS_AT_ONCE; at += 1) tracker._onAnnounceResponse(offer);
    expect(heard).toEqual([]);
    tracker._onAnnounceResponse({ offer: undefined });
    title.paused = false;
    tracker._onAnnounceResponse(offer);
    expect(heard).toHaveLength(2);
  });
});
