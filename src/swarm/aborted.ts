import type { LibPeer, LibTorrent } from './library.ts';

type Added = Pick<LibTorrent, '_peers' | '_addPeer'>;

/**
 * A peer may be dropped while its connection is still being made: another one is kept, or it takes too
 * long. The library then forgets the connection and goes on listening to it, and what the connection
 * says last would throw. Its listeners go before it does.
 */
export const hushAborted = (torrent: Added): void => {
  const add = torrent._addPeer.bind(torrent);
  torrent._addPeer = (peer, type, source) => {
    const added = add(peer, type, source);
    const known = typeof peer === 'string' ? undefined : torrent._peers?.get(peer.id ?? '');
    if (known !== undefined && known.conn === peer) hushWhenDropped(known);
    return added;
  };
};

const hushWhenDropped = (peer: LibPeer): void => {
  const destroy = peer.destroy.bind(peer);
  peer.destroy = (reason) => {
    if (!peer.connected) {
      peer.conn?.removeAllListeners('connect');
      peer.conn?.removeAllListeners('error');
    }
    // Listens to errors again, and ends the connection.
    destroy(reason);
  };
};
