import type { RandomBytes } from '../shared/clock.ts';
import type { SeedRequest } from '../shared/ports/torrents.ts';
import { fail, type Result } from '../shared/result.ts';
import type { InfoHash } from '../shared/units.ts';
import { fullBitfield } from './extent.ts';
import { hashFiles } from './hashing.ts';
import { sampleFiles } from './sampling.ts';
import { readSource } from './source.ts';
import type { ServeAgain, Swarm } from './swarm-port.ts';

/** Serving the user's own files: hashed at first, checked by samples later, never copied. */
export interface PublishingParts {
  readonly trackers: readonly string[];
  readonly random: RandomBytes;
  readonly add: Swarm['add'];
  readonly metadata: (infoHash: InfoHash, signal?: AbortSignal) => Promise<Result<unknown>>;
}

export const createPublishing = (parts: PublishingParts): Pick<Swarm, 'seed' | 'serveAgain'> => {
  const { trackers, random, add } = parts;
  return {
    async seed({ files, name, satPerMiB, signal, onProgress }: SeedRequest) {
      const torrent = await hashFiles({ files, name, trackers, signal, onProgress });
      if (!torrent.ok) return torrent;
      const source = await readSource(torrent.value);
      if (!source.ok) return source;
      const pieceCount = source.value.metainfo?.pieceCount ?? 0;
      const added = await add(torrent.value, {
        bitfield: fullBitfield(pieceCount),
        sellPrice: satPerMiB,
        started: 'all',
        source: files,
      });
      if (!added.ok) return added;
      const known = await parts.metadata(added.value, signal);
      return known.ok ? added : known;
    },

    async serveAgain({ torrentFile, files, addedAt, sellPrice }: ServeAgain) {
      const source = await readSource(torrentFile);
      if (!source.ok) return source;
      const { metainfo } = source.value;
      if (metainfo === null) return fail('bad-torrent', 'This is not a torrent file.');
      const same = await sampleFiles(metainfo, files, random);
      if (!same.ok) return same;
      const bitfield = fullBitfield(metainfo.pieceCount);
      return add(torrentFile, { bitfield, addedAt, sellPrice, started: 'all', source: files });
    },
  };
};
