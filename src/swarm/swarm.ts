import type { TorrentView } from '../shared/ports/torrents.ts';
import { done, fail, failureOf, ok, type Result } from '../shared/result.ts';
import type { InfoHash, SatPerMiB } from '../shared/units.ts';
import { createBans } from './blame.ts';
import { createDesk } from './desk.ts';
import { fullBitfield } from './extent.ts';
import { hashFiles } from './hashing.ts';
import { loadWebTorrent, type LibClient } from './library.ts';
import * as limits from './limits.ts';
import { createOffers } from './offers.ts';
import { createReport } from './report.ts';
import { magnetOf, readSource, usableTrackers, type Source } from './source.ts';
import type { AddOptions, ResumeData, Swarm, SwarmDeps } from './swarm-port.ts';
import { createTicker, pageSchedule } from './ticker.ts';
import { createTorrentSession, type TorrentSession } from './torrent-session.ts';
import { keepTrackers } from './trackers.ts';
import { viewOf } from './views.ts';
import { createWatchers } from './watchers.ts';

interface Entry {
  readonly source: Source;
  readonly session: TorrentSession;
  readonly trackers: readonly string[];
  readonly addedAt: number;
}

const unknown = fail('not-found', 'This torrent is not in the library.');

/** Builds the engine; the library is loaded with the first torrent. */
export const createSwarm = (deps: SwarmDeps): Swarm => {
  const { payments, clock } = deps;
  const schedule = deps.schedule ?? pageSchedule();
  const planTicker = createTicker(schedule, limits.PLAN_MS);
  const report = createReport(payments, createTicker(schedule, limits.REPORT_MS));
  const offers = createOffers(clock);
  const bans = createBans(limits.BANS_PER_ADDRESS);
  const entries = new Map<InfoHash, Entry>();
  const desk = createDesk(payments, bans, (hash) => entries.get(hash)?.session.sellPrice === 0);
  const defaultTrackers = usableTrackers(deps.trackers);
  let client: Promise<LibClient> | null = null;

  const view = (infoHash: InfoHash, entry: Entry): TorrentView =>
    viewOf({ ...entry, infoHash, name: entry.source.name });
  const watchers = createWatchers(
    clock,
    () => [...entries].map(([infoHash, entry]) => view(infoHash, entry)),
    (views) => views.some((one) => one.downloadSpeed > 0 || one.uploadSpeed > 0),
  );
  const describe = (infoHash: InfoHash): void => {
    const entry = entries.get(infoHash);
    if (entry !== undefined) deps.onTorrent?.(view(infoHash, entry));
    watchers.invalidate();
  };
  const trackers = keepTrackers(
    () => [...entries.values()].map(({ session }) => session.torrent),
    clock,
  );
  const onOnline = (): void => trackers.retryNow();
  globalThis.addEventListener?.('online', onOnline);

  const loadClient = async (): Promise<LibClient> => {
    const WebTorrent = await (deps.loadWebTorrent ?? loadWebTorrent)();
    const opened = new WebTorrent({
      tracker: { rtcConfig: { iceServers: deps.iceServers } },
      // A torrent must not make the page fetch from hosts of a stranger's choice.
      webSeeds: false,
    });
    opened.on('error', (error) => deps.onFault?.(error));
    return opened;
  };

  /** The one client; a failed download of the library is tried again. */
  const openClient = (): Promise<LibClient> => {
    client ??= loadClient().catch((error: unknown) => {
      client = null;
      throw error;
    });
    return client;
  };

  const openSession = (lib: LibClient, source: Source, options: AddOptions): Entry => {
    const { infoHash } = source;
    const announce = usableTrackers([...defaultTrackers, ...source.trackers]);
    const torrent = lib.add(source.torrent ?? magnetOf(infoHash, source.name, []), {
      announce,
      store: deps.createStore(options.source === undefined ? {} : { source: options.source }),
      // Blocks are read in runs of up to 256 KiB: a cache of whole pieces would only copy more.
      storeCacheSlots: 0,
      ...(options.bitfield === undefined ? {} : { bitfield: options.bitfield }),
      deselect: true,
      alwaysChokeSeeders: false,
      uploads: Number.MAX_SAFE_INTEGER,
      strategy: 'sequential',
      getAnnounceOpts: () => ({
        numwant: offers.next(options.source !== undefined || torrent.done),
      }),
    });
    const session = createTorrentSession({
      infoHash,
      torrent,
      sellPrice: options.sellPrice ?? deps.defaultSellPrice(),
      wanted: options.started ?? null,
      paused: options.paused ?? false,
      hasBitfield: options.bitfield !== undefined,
      bans,
      report,
      clock,
      planTicker,
      wire: {
        desk,
        payments,
        random: deps.random,
        ourPeerId: lib.peerIdBuffer,
        onFault: (error) => deps.onFault?.(error),
      },
      onChange: () => watchers.changed(),
      onMetadata: () => describe(infoHash),
      onVerified: (piece) => deps.onVerified?.(infoHash, piece),
      onFailed: () => watchers.invalidate(),
    });
    const addedAt = options.addedAt ?? Math.floor(clock.now() / 1000);
    return { source, session, trackers: announce, addedAt };
  };

  const add = async (
    from: string | Uint8Array,
    options: AddOptions = {},
  ): Promise<Result<InfoHash>> => {
    const source = await readSource(from);
    if (!source.ok) return source;
    const { infoHash } = source.value;
    try {
      const lib = await openClient();
      const known = entries.get(infoHash);
      if (known?.session.failure === null) return ok(infoHash);
      await known?.session.close(false);
      entries.set(infoHash, openSession(lib, source.value, options));
    } catch (error) {
      return { ok: false, error: failureOf(error) };
    }
    describe(infoHash);
    return ok(infoHash);
  };

  const within = (infoHash: InfoHash, act: (entry: Entry) => Result<void>): Result<void> => {
    const entry = entries.get(infoHash);
    if (entry === undefined) return unknown;
    const result = act(entry);
    watchers.invalidate();
    return result;
  };

  return {
    list: () => watchers.read(),
    get: (infoHash) => watchers.read().find((one) => one.infoHash === infoHash) ?? null,
    add,
    async metadata(infoHash, signal) {
      const entry = entries.get(infoHash);
      if (entry === undefined) return unknown;
      const known = await entry.session.metadata(signal);
      return known.ok ? ok(view(infoHash, entry)) : known;
    },
    start: (infoHash, files) => within(infoHash, ({ session }) => session.start(files)),
    pause: (infoHash) =>
      within(infoHash, ({ session }) => {
        session.pause();
        return done;
      }),
    deselect: (infoHash, file) => within(infoHash, ({ session }) => session.deselect(file)),

    async seed({ files, name, satPerMiB, signal, onProgress }) {
      const torrent = await hashFiles({
        files,
        name,
        trackers: defaultTrackers,
        signal,
        onProgress,
      });
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
      const known = await entries.get(added.value)?.session.metadata(signal);
      return known?.ok === false ? known : added;
    },

    setSellPrice: (infoHash: InfoHash, price: SatPerMiB) =>
      within(infoHash, ({ session }) => {
        session.sellPrice = price;
        session.updateGates();
        describe(infoHash);
        return done;
      }),

    async remove(infoHash, data) {
      const entry = entries.get(infoHash);
      if (entry === undefined) return unknown;
      entries.delete(infoHash);
      watchers.invalidate();
      await entry.session.close(data);
      return done;
    },

    subscribe: (listener) => watchers.subscribe(listener),

    async ensure(infoHash, fileIndex, start, end, signal) {
      const entry = entries.get(infoHash);
      return entry === undefined ? unknown : entry.session.ensure(fileIndex, start, end, signal);
    },
    stall(infoHash, why) {
      entries.get(infoHash)?.session.stall(why);
      watchers.invalidate();
    },
    held: (infoHash, fileIndex, offset) =>
      entries.get(infoHash)?.session.heldFrom(fileIndex, offset) ?? 0,
    async warm() {
      await openClient();
    },
    resumeData(infoHash): ResumeData | null {
      const torrent = entries.get(infoHash)?.session.torrent;
      if (torrent?.torrentFile === undefined || torrent.bitfield === undefined) return null;
      const length = Math.ceil(torrent.pieces.length / 8);
      return {
        torrentFile: torrent.torrentFile,
        bitfield: torrent.bitfield.buffer.slice(0, length),
      };
    },

    async destroy() {
      globalThis.removeEventListener?.('online', onOnline);
      trackers.stop();
      const open = [...entries.values()];
      entries.clear();
      await Promise.all(open.map(({ session }) => session.close(false)));
      report.flush();
      desk.close();
      watchers.close();
      const lib = await client?.catch(() => null);
      if (lib) await new Promise<void>((resolve) => lib.destroy(() => resolve()));
    },
  };
};
