import type { LibConnection, LibTorrent } from './library.ts';

type Added = Pick<LibTorrent, '_peers' | '_addPeer' | 'removePeer'>;

/** Whether `added` is to take the place of `known`, another connection with the same peer. */
const isBetter = (known: LibConnection, added: LibConnection, weOffer: boolean): boolean =>
  known.initiator !== added.initiator && added.initiator === weOffer;

/**
 * Two peers that announce in the same moment are offered to each other, and each gets two connections:
 * its own, and the other's. The library drops the second that it hears of. Each hears of the other's
 * first, so both are dropped, and as both announce again at the same time they never meet. Of two
 * connections that are not open yet the one stays that the peer with the greater id offered: both
 * sides come to the same (as in the collision rule of BGP, RFC 4271 §6.8).
 *
 * @param ourPeerId hex, as the library names peers.
 */
export const settleGlare = (torrent: Added, ourPeerId: string): void => {
  const add = torrent._addPeer.bind(torrent);
  torrent._addPeer = (peer, type, source) => {
    if (typeof peer !== 'string' && typeof peer.id === 'string') {
      const known = torrent._peers?.get(peer.id);
      const waits = known !== undefined && !known.connected ? known.conn : null;
      if (waits !== null && isBetter(waits, peer, ourPeerId > peer.id)) torrent.removePeer(peer.id);
    }
    return add(peer, type, source);
  };
};
