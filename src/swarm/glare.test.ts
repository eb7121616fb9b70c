import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settleGlare } from './glare.ts';
import type { LibConnection, LibPeer, LibTorrent } from './library.ts';

interface Conn extends LibConnection {
  readonly id: string;
  readonly initiator: boolean;
  readonly pair: string;
  dead: boolean;
}

/** One side of two peers: what the library does with connections of the same peer. */
const side = (ourId: string) => {
  const peers = new Map<string, LibPeer>();
  const end = (conn: LibConnection | null): void => {
    if (conn !== null) (conn as Conn).dead = true;
  };
  const torrent: Pick<LibTorrent, '_peers' | '_addPeer' | 'removePeer'> = {
    _peers: peers,
    removePeer(id) {
      end(peers.get(id)?.conn ?? null);
      peers.delete(id);
    },
    _addPeer(peer) {
      if (typeof peer === 'string' || peer.id === undefined) return null;
      if (peers.has(peer.id)) {
        end(peer);
        return null;
      }
      peers.set(peer.id, { wire: null, conn: peer, connected: false, destroy: () => undefined });
      return peer;
    },
  };
  settleGlare(torrent, ourId);
  return { torrent, peers };
};

const conn = (id: string, initiator: boolean, pair: string): Conn => ({
  id,
  initiator,
  pair,
  dead: false,
  _write: () => undefined,
  removeAllListeners: () => undefined,
});

describe('two peers that offer themselves to each other at once', () => {
  it('keep the same one of the two connections, in whatever order they hear of them', () => {
    const id = fc.stringMatching(/^[0-9a-f]{40}$/);
    fc.assert(
      fc.property(id, id, fc.boolean(), fc.boolean(), (a, b, aLate, bLate) => {
        fc.pre(a !== b);
        const [left, right] = [side(a), side(b)];
        const ours = { mine: conn(b, true, 'from a'), theirs: conn(b, false, 'from b') };
        const others = { mine: conn(a, true, 'from b'), theirs: conn(a, false, 'from a') };
        const inOrder = (late: boolean, { mine, theirs }: typeof ours): Conn[] =>
          late ? [mine, theirs] : [theirs, mine];
        for (const one of inOrder(aLate, ours)) left.torrent._addPeer(one, 'tcp');
        for (const one of inOrder(bLate, others)) right.torrent._addPeer(one, 'tcp');
        const kept = [left.peers.get(b)?.conn, right.peers.get(a)?.conn] as (Conn | undefined)[];
        expect(kept.map((one) => [one?.pair, one?.dead])).toEqual([
          [kept[0]?.pair, false],
          [kept[0]?.pair, false],
        ]);
        const all = [ours.mine, ours.theirs, others.mine, others.theirs];
        expect(all.filter(({ dead }) => dead)).toHaveLength(2);
      }),
    );
  });

  it('keep a connection that is open, and drop a second one of the same kind', () => {
    const { torrent, peers } = side('ff');
    const open = conn('aa', false, 'first');
    peers.set('aa', { wire: null, conn: open, connected: true, destroy: () => undefined });
    const late = conn('aa', true, 'second');
    torrent._addPeer(late, 'tcp');
    expect([open.dead, late.dead]).toEqual([false, true]);

    const waiting = conn('bb', true, 'third');
    const again = conn('bb', true, 'fourth');
    torrent._addPeer(waiting, 'tcp');
    torrent._addPeer(again, 'tcp');
    expect([waiting.dead, again.dead]).toEqual([false, true]);
  });

  it('leave addresses to the library', () => {
    const { torrent, peers } = side('ff');
    expect(torrent._addPeer('127.0.0.1:1', 'tcp')).toBeNull();
    expect(peers.size).toBe(0);
  });
});
