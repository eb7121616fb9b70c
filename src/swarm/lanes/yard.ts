import type { RuntimeConfig } from '../../shared/config.ts';
import { MAX_LANES_OF_PAGE } from '../limits.ts';
import type { LinkConnection } from './link.ts';

/** Makes the connections of all lanes of the page, and bounds their number. */
export interface LaneYard {
  /** Null when there are enough, or none can be made here. */
  connect(): LinkConnection | null;
  /** A connection that was made is gone. */
  leave(): void;
}

export const createLaneYard = (servers: RuntimeConfig['iceServers']): LaneYard => {
  const iceServers = servers.map(({ urls, ...server }): RTCIceServer => ({
    ...server,
    urls: typeof urls === 'string' ? urls : [...urls],
  }));
  let count = 0;
  return {
    connect() {
      if (count >= MAX_LANES_OF_PAGE || typeof RTCPeerConnection === 'undefined') return null;
      count += 1;
      return new RTCPeerConnection({ iceServers });
    },
    leave() {
      count -= 1;
    },
  };
};
