import type { Clock } from '../shared/clock.ts';
import type { TorrentView } from '../shared/ports/torrents.ts';
import type { Failure } from '../shared/result.ts';
import type { InfoHash } from '../shared/units.ts';
import { REST_AFTER_MS, REST_LOOK_MS } from './limits.ts';
import type { TorrentSession } from './session-parts.ts';
import { mergeSources, readSource, type Source } from './source.ts';
import type { AddOptions, ResumeData } from './swarm-port.ts';

/** A torrent of the library that is open. */
export interface Entry {
  /** More may be learnt of it. */
  source: Source;
  readonly session: TorrentSession;
  trackers: readonly string[];
  readonly addedAt: number;
  /** Files of the user that are served: they stay, somebody may come for them. */
  readonly isOwn: boolean;
}

/**
 * Torrents that nobody has had anything to do with for long leave memory and the swarm: those that are
 * complete or stopped, and those that were only looked at. They stay in the library and on disk, and
 * are open again at once when something is wanted of them; one that failed, when it is added anew.
 */
export interface Resting {
  /** Looks after the open torrents from now on. */
  watch(): void;
  readonly views: readonly TorrentView[];
  /** Something is wanted of it, or someone looks at it. */
  wake(infoHash: InfoHash): void;
  /** Someone waits for this: it does not rest meanwhile. */
  during<Value>(infoHash: InfoHash, wait: () => Promise<Value>): Promise<Value>;
  /** Of one that failed before it went to rest; null for any other. */
  failureOf(infoHash: InfoHash): Failure | null;
  /** Whether it was resting. */
  forget(infoHash: InfoHash): boolean;
  stop(): void;
}

export interface RestingParts {
  readonly clock: Clock;
  readonly entries: Map<InfoHash, Entry>;
  readonly view: (infoHash: InfoHash, entry: Entry) => TorrentView;
  readonly reopen: (source: Source, options: AddOptions) => void;
  readonly onChange: () => void;
}

interface Rested {
  readonly view: TorrentView;
  readonly failure: Failure | null;
  readonly source: Source;
  readonly options: AddOptions;
}

/** Null until the metadata is known. */
export const resumeDataOf = ({ torrent }: TorrentSession): ResumeData | null => {
  const { torrentFile, bitfield } = torrent;
  if (torrentFile === undefined || bitfield === undefined) return null;
  return {
    torrentFile,
    bitfield: bitfield.buffer.slice(0, Math.ceil(torrent.pieces.length / 8)),
  };
};

export const createResting = (parts: RestingParts): Resting => {
  const { clock, entries } = parts;
  const rested = new Map<InfoHash, Rested>();
  /** Since when nobody has had anything to do with an open torrent; ms. */
  const idleSince = new Map<InfoHash, number>();
  /** How many wait for something of it. */
  const waited = new Map<InfoHash, number>();
  let stopTimer: (() => void) | null = null;
  let stopped = false;

  const isIdle = (infoHash: InfoHash, entry: Entry): boolean => {
    const { session, isOwn } = entry;
    const { wires, isRead, checking, stalled, started, held } = session;
    if (isOwn || isRead || checking !== null || stalled !== null) return false;
    if (waited.has(infoHash)) return false;
    const { status } = parts.view(infoHash, entry);
    if (status === 'failed') return true;
    if (status === 'metadata') return started === null || started.length === 0;
    // Peers of what holds nothing want nothing of us.
    if (wires.length > 0 && (held?.total ?? 0) > 0) return false;
    return status === 'ready' || status === 'seeding' || status === 'paused';
  };

  /** The torrent file with what was learnt since; before there is one, the link. Null: it cannot rest. */
  const sourceOf = async ({ source, session }: Entry): Promise<Source | null> => {
    const data = resumeDataOf(session);
    if (data === null) return session.held === null || session.failure !== null ? source : null;
    const read = await readSource(data.torrentFile);
    if (!read.ok) return session.failure === null ? null : source;
    // Its file also names the trackers of the configuration.
    return { ...mergeSources(read.value, source), trackers: source.trackers };
  };

  const rest = async (infoHash: InfoHash, entry: Entry): Promise<void> => {
    const data = resumeDataOf(entry.session);
    const source = await sourceOf(entry);
    const isStill = entries.get(infoHash) === entry && isIdle(infoHash, entry);
    if (source === null || !isStill || stopped) return;
    const { session, addedAt } = entry;
    const { started, paused, sellPrice, priorities, failure } = session;
    const view = parts.view(infoHash, entry);
    rested.set(infoHash, {
      view: { ...view, peers: [], status: view.status === 'seeding' ? 'resting' : view.status },
      failure,
      source,
      options: {
        ...(data === null ? {} : { bitfield: data.bitfield }),
        addedAt,
        sellPrice,
        paused,
        priorities: new Map(priorities),
        ...(started === null ? {} : { started }),
      },
    });
    entries.delete(infoHash);
    parts.onChange();
    await session.close(false);
  };

  const look = (): void => {
    stopTimer = null;
    const now = clock.now();
    for (const [infoHash, entry] of entries) {
      if (!isIdle(infoHash, entry)) {
        idleSince.delete(infoHash);
        continue;
      }
      const since = idleSince.get(infoHash) ?? now;
      idleSince.set(infoHash, since);
      if (now - since < REST_AFTER_MS) continue;
      idleSince.delete(infoHash);
      void rest(infoHash, entry);
    }
    if (entries.size > 0) watch();
  };
  const watch = (): void => {
    if (!stopped) stopTimer ??= clock.after(REST_LOOK_MS, look);
  };

  return {
    watch,
    get views() {
      return [...rested.values()].map(({ view }) => view);
    },
    wake(infoHash) {
      idleSince.delete(infoHash);
      const one = rested.get(infoHash);
      if (one === undefined || one.failure !== null) return;
      rested.delete(infoHash);
      parts.reopen(one.source, one.options);
      watch();
    },
    async during(infoHash, wait) {
      waited.set(infoHash, (waited.get(infoHash) ?? 0) + 1);
      try {
        return await wait();
      } finally {
        const left = (waited.get(infoHash) ?? 1) - 1;
        if (left > 0) waited.set(infoHash, left);
        else waited.delete(infoHash);
      }
    },
    failureOf: (infoHash) => rested.get(infoHash)?.failure ?? null,
    forget: (infoHash) => rested.delete(infoHash),
    stop() {
      stopped = true;
      stopTimer?.();
    },
  };
};
