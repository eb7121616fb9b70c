import type { Clock } from '../shared/clock.ts';
import type { TorrentView } from '../shared/ports/torrents.ts';
import type { InfoHash } from '../shared/units.ts';
import { REST_AFTER_MS, REST_LOOK_MS } from './limits.ts';
import type { TorrentSession } from './session-parts.ts';
import { readSource, type Source } from './source.ts';
import type { AddOptions, ResumeData } from './swarm-port.ts';

/** A torrent of the library that is open. */
export interface Entry {
  readonly source: Source;
  readonly session: TorrentSession;
  readonly trackers: readonly string[];
  readonly addedAt: number;
  /** Files of the user that are served: they stay, somebody may come for them. */
  readonly isOwn: boolean;
}

/**
 * Torrents that nobody has had anything to do with for long leave memory and the swarm. They stay in
 * the library and on disk, and are open again at once when something is wanted of them.
 */
export interface Resting {
  /** Looks after the open torrents from now on. */
  watch(): void;
  readonly views: readonly TorrentView[];
  wake(infoHash: InfoHash): void;
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
  let stopTimer: (() => void) | null = null;
  let stopped = false;

  const isIdle = (infoHash: InfoHash, entry: Entry): boolean => {
    const { session, isOwn } = entry;
    const { wires, isRead, checking, stalled } = session;
    if (isOwn || wires.length > 0 || isRead || checking !== null || stalled !== null) return false;
    const { status } = parts.view(infoHash, entry);
    return status === 'seeding' || status === 'paused';
  };

  const rest = async (infoHash: InfoHash, entry: Entry): Promise<void> => {
    const data = resumeDataOf(entry.session);
    const source = data === null ? null : await readSource(data.torrentFile);
    const isStill = entries.get(infoHash) === entry && isIdle(infoHash, entry);
    if (data === null || source?.ok !== true || !isStill || stopped) return;
    const { session, addedAt } = entry;
    const { wanted, paused, sellPrice, priorities } = session;
    const view = parts.view(infoHash, entry);
    rested.set(infoHash, {
      view: { ...view, status: view.status === 'seeding' ? 'resting' : view.status },
      source: { ...source.value, trackers: entry.source.trackers, only: entry.source.only },
      options: {
        bitfield: data.bitfield,
        addedAt,
        sellPrice,
        paused,
        priorities: new Map(priorities),
        ...(wanted === null ? {} : { started: [...wanted] }),
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
      const one = rested.get(infoHash);
      if (one === undefined) return;
      rested.delete(infoHash);
      parts.reopen(one.source, one.options);
      watch();
    },
    forget: (infoHash) => rested.delete(infoHash),
    stop() {
      stopped = true;
      stopTimer?.();
    },
  };
};
