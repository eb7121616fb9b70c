import { failureOf, ok } from '../shared/result.ts';
import type { InfoHash } from '../shared/units.ts';
import { findExact } from './exact.ts';
import { keptOf } from './kept.ts';
import type { Leaving } from './leaving.ts';
import type { ClientHolder } from './lib-client.ts';
import type { LibClient, LibTorrent } from './library.ts';
import type { Entry } from './resting.ts';
import { linkOf, mergeSources, readSource, usableTrackers, type Source } from './source.ts';
import type { AddOptions, Swarm, SwarmDeps } from './swarm-port.ts';
import type { WebRules } from './web-address.ts';

/** How torrents come into the swarm, and how what more is learnt of one that is there is taken in. */
export interface AddingParts {
  readonly deps: Pick<SwarmDeps, 'kept' | 'fetch' | 'clock' | 'onFault' | 'onLink'>;
  readonly client: ClientHolder;
  readonly leaving: Leaving;
  readonly entries: Map<InfoHash, Entry>;
  /** An open torrent; one that rests is opened. */
  readonly entryOf: (infoHash: InfoHash) => Entry | undefined;
  readonly openSession: (lib: LibClient, source: Source, options: AddOptions) => Entry;
  readonly web: WebRules;
  /** It has trackers that it had not. */
  readonly onTrackers: (torrent: LibTorrent) => void;
  /** It is there, or more is known of it. */
  readonly onAdded: (infoHash: InfoHash) => void;
}

export interface Adding {
  readonly add: Swarm['add'];
  /** Opens one of which nobody needs to be asked anything, and looks for its metadata if that is missing. */
  open(lib: LibClient, source: Source, options: AddOptions): void;
}

export const createAdding = (parts: AddingParts): Adding => {
  const { deps, client, leaving, entries, entryOf, web } = parts;

  const open = (lib: LibClient, source: Source, options: AddOptions): void => {
    const entry = parts.openSession(lib, source, options);
    entries.set(source.infoHash, entry);
    parts.onAdded(source.infoHash);
    if (source.torrent === null) deps.onLink?.(source.infoHash, linkOf(source));
    void findExact(entry, source.infoHash, deps, web);
  };

  /** Goes on with the same session: who waits for it or is connected to it stays. */
  const enrich = (entry: Entry, more: Source): void => {
    const { infoHash } = more;
    const { source, session } = entry;
    const merged = mergeSources(source, more);
    const trackers = usableTrackers([...entry.trackers, ...more.trackers]);
    const added = trackers.filter((url) => !entry.trackers.includes(url));
    const webSeeds = merged.webSeeds.filter((url) => !source.webSeeds.includes(url));
    const isSame = linkOf(merged) === linkOf(source) && added.length === 0;
    const isSought = session.held === null;
    if (!isSame) {
      entry.source = merged;
      entry.trackers = trackers;
      session.enrich(added, webSeeds);
      parts.onTrackers(session.torrent);
      parts.onAdded(infoHash);
      deps.onLink?.(infoHash, linkOf(merged));
    }
    if (!isSought) return;
    if (more.torrent !== null) void session.torrent._onMetadata(more.torrent);
    else if (!isSame) void findExact({ source: more, session }, infoHash, deps, web);
  };

  /** A download makes way for the user's own files of the same title; what was bought stays on disk. */
  const closeDownload = async (infoHash: InfoHash): Promise<void> => {
    for (;;) {
      const other = entryOf(infoHash);
      if (other === undefined || other.isOwn) return;
      entries.delete(infoHash);
      await leaving.leave(infoHash, other.session, false);
    }
  };

  const add: Swarm['add'] = async (from, options = {}) => {
    const read = await readSource(from);
    if (!read.ok) return read;
    const source = read.value;
    const { infoHash } = source;
    try {
      const lib = await client.open();
      // Its data is about to be deleted: what is bought now would go with it.
      await leaving.over(infoHash);
      if (options.source !== undefined) await closeDownload(infoHash);
      const known = entryOf(infoHash);
      if (known?.session.failure === null) {
        enrich(known, source);
        return ok(infoHash);
      }
      await known?.session.close(false);
      const kept = options.bitfield === undefined ? await keptOf(deps, infoHash) : null;
      const before = entries.get(infoHash);
      if (before !== undefined && before !== known) {
        enrich(before, source);
        return ok(infoHash);
      }
      if (kept === null) open(lib, source, options);
      else {
        open(lib, { ...kept.source, only: source.only }, { ...options, bitfield: kept.bitfield });
        const opened = entries.get(infoHash);
        if (opened !== undefined) enrich(opened, source);
      }
      return ok(infoHash);
    } catch (error) {
      return { ok: false, error: failureOf(error) };
    }
  };

  return { add, open };
};
