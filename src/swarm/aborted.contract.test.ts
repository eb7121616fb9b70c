import { EventEmitter } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { unwrap } from '../shared/result.ts';
import type { LibConnection } from './library.ts';
import { memoryStore, openNode, type TestNode } from './testing/engine.ts';

const nodes: TestNode[] = [];
afterEach(async () => {
  await Promise.all(nodes.splice(0).map(({ swarm }) => swarm.destroy()));
});

/** A connection with a peer that is still being made. */
const waiting = (id: string) =>
  Object.assign(new EventEmitter(), {
    id,
    connected: false,
    ended: 0,
    destroy() {
      this.ended += 1;
    },
  });

it.each(['connect', 'error'] as const)(
  'a connection that was given up while it was made may still say “%s”',
  async (event) => {
    const node = openNode(memoryStore(null));
    nodes.push(node);
    unwrap(await node.swarm.add(`magnet:?xt=urn:btih:${'c'.repeat(40)}`));
    const torrent = node.torrent();
    const conn = waiting('d'.repeat(40));
    torrent._addPeer(conn as unknown as LibConnection, 'webrtc');
    expect(torrent._peers?.has(conn.id)).toBe(true);
    expect(conn.listenerCount(event)).toBeGreaterThan(0);
    torrent.removePeer(conn.id);
    expect(torrent._peers?.has(conn.id)).toBe(false);
    expect(conn.ended).toBe(1);
    expect(() => conn.emit(event, new Error('too late'))).not.toThrow();
  },
);
