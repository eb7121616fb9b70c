import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Listening } from '../http/server.ts';
import { openSocket } from '../testing/websocket.ts';
import { startTracker } from './tracker.ts';

const HASH = 'h'.repeat(20);
let tracker: Listening;

beforeEach(async () => {
  tracker = await startTracker({ host: '127.0.0.1', port: 0 });
});
afterEach(() => tracker.stop());

const url = (): string => `ws://127.0.0.1:${tracker.port}`;
const announce = (peer: string, more: Record<string, unknown> = {}) => ({
  action: 'announce',
  info_hash: HASH,
  peer_id: peer.repeat(20),
  uploaded: 0,
  downloaded: 0,
  left: 1,
  event: 'started',
  numwant: 5,
  offers: [],
  ...more,
});

describe('tracker', () => {
  it('brings two fresh peers together at the first announce of the second', async () => {
    const [first, second] = [await openSocket(url()), await openSocket(url())];
    first.send(announce('a'));
    expect(await first.next()).toMatchObject({ action: 'announce', incomplete: 1, interval: 8 });
    const offer = { type: 'offer', sdp: 'x' };
    second.send(announce('b', { offers: [{ offer, offer_id: 'o'.repeat(20) }] }));
    expect(await second.next()).toMatchObject({ action: 'announce', incomplete: 2 });
    expect(await first.next()).toMatchObject({ offer, peer_id: 'b'.repeat(20), info_hash: HASH });
    const answer = { type: 'answer', sdp: 'y' };
    first.send(
      announce('a', { answer, to_peer_id: 'b'.repeat(20), offer_id: 'o'.repeat(20), event: '' }),
    );
    expect(await second.next()).toMatchObject({ answer, peer_id: 'a'.repeat(20) });
    first.close();
    second.close();
  });

  it.each([
    { action: 'dance' },
    { action: 'scrape', info_hash: 5 },
    { action: 'scrape', info_hash: [{}] },
    announce('d', { offers: [null, null] }),
    announce('d', { offers: 'many' }),
    announce('d', { offers: [{ offer: 'x', offer_id: 5 }] }),
    announce('d', { info_hash: 7 }),
    announce('d', { event: 'dance' }),
    announce('d', { answer: {}, to_peer_id: 'nobody' }),
    'words',
    null,
  ])('answers %j with a reason and goes on', async (message) => {
    const [first, peer] = [await openSocket(url()), await openSocket(url())];
    first.send(announce('c'));
    await first.next();
    peer.send(message);
    expect(await peer.next()).toHaveProperty('failure reason');
    peer.send(announce('d'));
    expect(await peer.next()).toMatchObject({ action: 'announce', incomplete: 2 });
    first.close();
    peer.close();
  });

  it('speaks WebSocket only', async () => {
    const status = await new Promise((resolve, reject) => {
      request(url().replace('ws', 'http'), (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(404);
  });

  it('stops while peers are connected, and frees its port', async () => {
    const { port } = tracker;
    const peer = await openSocket(url());
    await tracker.stop();
    await peer.closed;
    tracker = await startTracker({ host: '127.0.0.1', port });
    expect(tracker.port).toBe(port);
  });

  it('says so when its port is taken, or takes another', async () => {
    const { port } = tracker;
    await expect(startTracker({ host: '127.0.0.1', port })).rejects.toThrow(
      `port ${port} for the tracker is in use`,
    );
    const other = await startTracker({ host: '127.0.0.1', port, fallback: true });
    expect(other.port).not.toBe(port);
    await other.stop();
  });
});
