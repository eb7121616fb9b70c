import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { LibTorrent } from './library.ts';
import { createTrackerReport } from './tracker-report.ts';

const TRACKER = 'wss://tracker.example';

const trackerAt = (announceUrl: string, connected: boolean, reconnecting = false) => ({
  announceUrl,
  reconnecting,
  socket: { connected },
  setInterval: (): void => undefined,
  _onAnnounceResponse: (): void => undefined,
});
const torrentWith = (...trackers: ReturnType<typeof trackerAt>[]) => {
  const client = Object.assign(new EventEmitter(), { _trackers: trackers });
  const torrent = Object.assign(new EventEmitter(), { discovery: { tracker: client } });
  return { torrent: torrent as unknown as LibTorrent, emitter: torrent, client };
};

describe('the report about trackers', () => {
  it('names the configured ones before any torrent uses them', () => {
    const report = createTrackerReport(() => [], [`${TRACKER}/`], { now: () => 0 });
    expect(report.read()).toEqual([{ url: TRACKER, state: 'unused', answeredAt: null }]);
  });

  it.each([
    ['connected', [trackerAt(TRACKER, false, true), trackerAt(TRACKER, true)]],
    ['lost', [trackerAt(TRACKER, false, true)]],
    ['connecting', [trackerAt(TRACKER, false)]],
  ] as const)('tells that one is %s', (state, trackers) => {
    const { torrent } = torrentWith(...trackers);
    const report = createTrackerReport(() => [torrent], [], { now: () => 0 });
    expect(report.read()).toMatchObject([{ url: TRACKER, state }]);
  });

  it('remembers the last answer, also the one that came before anybody asked', async () => {
    let now = 5;
    const { torrent, emitter, client } = torrentWith(trackerAt(TRACKER, true));
    const report = createTrackerReport(() => [torrent], [TRACKER], { now: () => now });
    report.follow(torrent);
    emitter.emit('infoHash');
    await Promise.resolve();
    client.emit('update', { announce: `${TRACKER}/` });
    expect(report.read()).toEqual([{ url: TRACKER, state: 'connected', answeredAt: 5 }]);
    now = 9;
    client.emit('update', { announce: TRACKER });
    expect(report.read()[0]?.answeredAt).toBe(9);
    expect(client.listenerCount('update')).toBe(1);
  });

  it('adds up whom the trackers know of, whatever they say', async () => {
    const { torrent, emitter, client } = torrentWith(trackerAt(TRACKER, true));
    const seeder = { peerPieces: { buffer: new Uint8Array([0xc0]), get: () => false } };
    Object.assign(torrent, { pieces: [null, null], wires: [], done: false });
    const report = createTrackerReport(() => [torrent], [TRACKER], { now: () => 0 });
    report.follow(torrent);
    emitter.emit('infoHash');
    await Promise.resolve();
    const offered = () => report.offered(torrent, { isOwn: false, owed: 2 });
    expect(offered()).toEqual({
      complete: false,
      connected: 0,
      served: false,
      owed: 2,
      others: null,
    });
    client.emit('update', { announce: TRACKER, complete: 1, incomplete: 3 });
    expect(offered().others).toBe(3);
    client.emit('update', { announce: 'wss://other.example', complete: 2, incomplete: 0 });
    expect(offered().others).toBe(4);
    for (const said of ['7', -3, Number.NaN, Number.POSITIVE_INFINITY, null, {}]) {
      client.emit('update', { announce: TRACKER, complete: said, incomplete: said });
      expect(offered().others).toBe(1);
    }
    Object.assign(torrent, { wires: [seeder], done: true });
    expect(offered()).toMatchObject({ complete: true, connected: 1, served: true });
    expect(report.offered(torrent, { isOwn: true, owed: 0 }).complete).toBe(true);
  });
});
