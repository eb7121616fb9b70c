import type { InfoHash } from '../shared/units.ts';
import { readSource, type Source } from './source.ts';
import type { SwarmDeps } from './swarm-port.ts';

/** A torrent that is not open but left pieces on disk. */
interface KeptTorrent {
  readonly source: Source;
  readonly bitfield: Uint8Array;
}

/** What is left on disk of a torrent that is not open, so that it is not bought again; null without. */
export const keptOf = async (
  deps: Pick<SwarmDeps, 'kept'>,
  infoHash: InfoHash,
): Promise<KeptTorrent | null> => {
  const kept = await deps.kept?.(infoHash);
  if (!kept) return null;
  const source = await readSource(kept.torrentFile);
  if (!source.ok || source.value.infoHash !== infoHash) return null;
  return { source: source.value, bitfield: kept.bitfield };
};
