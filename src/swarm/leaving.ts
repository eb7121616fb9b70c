import type { InfoHash } from '../shared/units.ts';
import type { SwarmDeps } from './swarm-port.ts';
import type { TorrentSession } from './session-parts.ts';

/** Torrents that are being removed. It takes a farewell to the trackers, and so some seconds. */
export interface Leaving {
  /** Resolves once nothing of this torrent is left that a new one could be taken for. */
  over(infoHash: InfoHash): Promise<void>;
  /** Closes it; with `data`, also deletes what is stored of it. */
  leave(infoHash: InfoHash, session: TorrentSession | undefined, data: boolean): Promise<void>;
}

export const createLeaving = ({ discard }: Pick<SwarmDeps, 'discard'>): Leaving => {
  const underWay = new Map<InfoHash, Promise<void>>();
  return {
    over: async (infoHash) => underWay.get(infoHash),
    async leave(infoHash, session, data) {
      const close = async (): Promise<void> => {
        await session?.close(data);
        // Also of a torrent that failed, whose store the library has let go of.
        if (data) await discard?.(infoHash);
      };
      const closed = close();
      underWay.set(infoHash, closed);
      try {
        await closed;
      } finally {
        if (underWay.get(infoHash) === closed) underWay.delete(infoHash);
      }
    },
  };
};
