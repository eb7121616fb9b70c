import type { TorrentView } from '../shared/ports/torrents.ts';
import { done, fail, ok, type Result } from '../shared/result.ts';
import type { InfoHash, SatPerMiB } from '../shared/units.ts';
import { createAdding } from './adding.ts';
import { createBans } from './blame.ts';
import { createBucket } from './bucket.ts';
import { createCreditors } from './creditors.ts';
import { createDesk } from './desk.ts';
import { createLeaving } from './leaving.ts';
import { createClientHolder, FIXED_OPTIONS } from './lib-client.ts';
import type { LibClient } from './library.ts';
import * as limits from './limits.ts';
import { keepMeeting } from './meeting.ts';
import { createOffers } from './offers.ts';
import { createPublishing } from './publishing.ts';
import { createReport } from './report.ts';
import { createResting, resumeDataOf, type Entry } from './resting.ts';
import { magnetOf, usableTrackers, type Source } from './source.ts';
import type { AddOptions, ResumeData, Swarm, SwarmDeps } from './swarm-port.ts';
import { createPromptTicker, createTicker, pageSchedule } from './ticker.ts';
import { createTorrentSession } from './torrent-session.ts';
import { createTrackerReport } from './tracker-report.ts';
import { keepTrackers } from './trackers.ts';
import { viewOf } from './views.ts';
import { createWatchers } from './watchers.ts';
import { webSeedingOf } from './web-seeds.ts';

const unknown = fail('not-found', 'This torrent is not in the library.');

/** Builds the engine; the library is loaded with the first torrent. */
export const createSwarm = (deps: SwarmDeps): Swarm => {
  const { payments, clock } = deps;
  const schedule = deps.schedule ?? pageSchedule();
  const planTicker = createTicker(schedule, limits.PLAN_MS);
  const report = createReport(payments, createPromptTicker(schedule, clock, limits.REPORT_MS));
  const offers = createOffers(clock);
  const speed = { down: createBucket(clock), up: createBucket(clock) };
  const bans = createBans(limits.BANS_PER_ADDRESS);
  const entries = new Map<InfoHash, Entry>();
  const leaving = createLeaving(deps);
  let wantsWebSeeds = true;
  const web = webSeedingOf(deps, () => wantsWebSeeds);
  const desk = createDesk(payments, bans, (hash) => entries.get(hash)?.session.sellPrice === 0);
  const creditors = createCreditors(payments, clock, (infoHash) =>
    entries.get(infoHash)?.session.announce(),
  );
  const defaultTrackers = usableTrackers(deps.trackers);
  const client = createClientHolder({
    iceServers: deps.iceServers,
    load: deps.loadWebTorrent,
    onFault: (error) => deps.onFault?.(error),
  });

  const view = (infoHash: InfoHash, entry: Entry): TorrentView =>
    viewOf({ ...entry, infoHash, name: entry.source.name, suggested: entry.source.only });
  const watchers = createWatchers(
    clock,
    () => [...[...entries].map(([infoHash, entry]) => view(infoHash, entry)), ...resting.views],
    (views) => views.some((one) => one.downloadSpeed > 0 || one.uploadSpeed > 0),
  );
  const describe = (infoHash: InfoHash): void => {
    const entry = entries.get(infoHash);
    if (entry !== undefined) deps.onTorrent?.(view(infoHash, entry));
    watchers.invalidate();
  };
  const torrents = () => [...entries.values()].map(({ session }) => session.torrent);
  const trackers = keepTrackers(torrents, clock);
  const trackerReport = createTrackerReport(torrents, defaultTrackers, clock);
  const stopMeeting = keepMeeting(
    () =>
      [...entries.values()]
        .filter(({ session, isOwn }) => !isOwn && !session.paused && !session.torrent.done)
        .map(({ session }) => ({
          key: session.torrent,
          offered: () => trackerReport.offered(session.torrent, { isOwn: false, owed: 0 }),
          announce: () => session.announce(),
        })),
    clock,
  );
  const retryWebSeeds = (): void => {
    for (const { session } of entries.values()) session.retryWebSeeds();
  };
  const onOnline = (): void => {
    trackers.retryNow();
    retryWebSeeds();
  };
  globalThis.addEventListener?.('online', onOnline);

  const openSession = (lib: LibClient, source: Source, options: AddOptions): Entry => {
    const { infoHash } = source;
    const announce = usableTrackers([...defaultTrackers, ...source.trackers]);
    const isOwn = options.source !== undefined;
    const torrent = lib.add(source.torrent ?? magnetOf(infoHash, source.name, []), {
      announce,
      urlList: source.webSeeds,
      store: deps.createStore({ noted: report.noted, source: options.source }),
      ...(options.bitfield === undefined ? {} : { bitfield: options.bitfield }),
      ...FIXED_OPTIONS,
      getAnnounceOpts() {
        // Whoever took one would wait for a connection that is turned away, and know no other of us.
        if (torrent.paused) return { numwant: 0 };
        const owed = creditors.count(infoHash);
        return { numwant: offers.next(trackerReport.offered(torrent, { isOwn, owed })) };
      },
    });
    trackerReport.follow(torrent);
    const session = createTorrentSession({
      infoHash,
      torrent,
      sellPrice: options.sellPrice ?? deps.defaultSellPrice(),
      wanted: options.started ?? null,
      paused: options.paused ?? false,
      // A copy: the library clears in its own what it finds bad.
      bitfield: options.bitfield?.slice() ?? null,
      bans,
      report,
      clock,
      planTicker,
      wire: {
        desk,
        payments,
        random: deps.random,
        speed,
        ourPeerId: lib.peerIdBuffer,
        onFault: (error) => deps.onFault?.(error),
      },
      onChange: () => watchers.changed(),
      onMetadata: () => describe(infoHash),
      // Somebody waits to see what it is and costs.
      onReady() {
        watchers.invalidate();
        // Its torrent file is in the store, and tells all of it.
        if (source.torrent === null) deps.onLink?.(infoHash, null);
      },
      onVerified: (piece) => deps.onVerified?.(infoHash, piece),
      onComplete() {
        // On the page's timeline (User Timing), for developer tools and benchmarks.
        performance.mark('rivulet:complete', { detail: infoHash });
        creditors.hurry(infoHash);
      },
      onLost: (piece) => deps.onLost?.(infoHash, piece),
      onFound: (piece) => deps.onFound?.(infoHash, piece),
      isOwn,
      priorities: options.priorities ?? new Map(),
      onFailed: () => watchers.invalidate(),
      web,
    });
    const addedAt = options.addedAt ?? Math.floor(clock.now() / 1000);
    resting.watch();
    return { source, session, trackers: announce, addedAt, isOwn };
  };

  const resting = createResting({
    clock,
    entries,
    view,
    reopen(source, options) {
      if (client.opened !== null) adding.open(client.opened, source, options);
    },
    onChange: () => watchers.invalidate(),
  });
  /** An open torrent; one that rests is opened. */
  const entryOf = (infoHash: InfoHash): Entry | undefined => {
    resting.wake(infoHash);
    return entries.get(infoHash);
  };
  /** Why there is no entry. */
  const missing = (infoHash: InfoHash): Result<never> => {
    const error = resting.failureOf(infoHash);
    return error === null ? unknown : { ok: false, error };
  };
  const adding = createAdding({
    deps,
    client,
    leaving,
    entries,
    entryOf,
    openSession,
    web,
    onTrackers: (torrent) => trackerReport.notice(torrent),
    onAdded(infoHash) {
      resting.forget(infoHash);
      describe(infoHash);
    },
  });

  const within = (infoHash: InfoHash, act: (entry: Entry) => Result<void>): Result<void> => {
    const entry = entryOf(infoHash);
    if (entry === undefined) return missing(infoHash);
    const result = act(entry);
    watchers.invalidate();
    return result;
  };

  const metadata = async (
    infoHash: InfoHash,
    signal?: AbortSignal,
  ): Promise<Result<TorrentView>> => {
    const entry = entryOf(infoHash);
    if (entry === undefined) return missing(infoHash);
    const known = await resting.during(infoHash, () => entry.session.metadata(signal));
    return known.ok ? ok(view(infoHash, entry)) : known;
  };
  const publishing = createPublishing({
    trackers: defaultTrackers,
    random: deps.random,
    add: adding.add,
    metadata,
  });

  return {
    list: () => watchers.read(),
    get: (infoHash) => watchers.read().find((one) => one.infoHash === infoHash) ?? null,
    add: adding.add,
    wake: (infoHash) => resting.wake(infoHash),
    opening: (infoHash) => entryOf(infoHash)?.session.opening() ?? (() => undefined),
    metadata,
    start: (infoHash, files) => within(infoHash, ({ session }) => session.start(files)),
    pause: (infoHash) =>
      within(infoHash, ({ session }) => {
        session.pause();
        return done;
      }),
    deselect: (infoHash, file) => within(infoHash, ({ session }) => session.deselect(file)),
    prioritize: (infoHash, file, priority) =>
      within(infoHash, ({ session }) => session.prioritize(file, priority)),
    async recheck(infoHash, signal) {
      const entry = entryOf(infoHash);
      if (entry === undefined) return missing(infoHash);
      const report = await entry.session.recheck(signal);
      watchers.invalidate();
      return report;
    },

    ...publishing,

    setSellPrice: (infoHash: InfoHash, price: SatPerMiB) =>
      within(infoHash, ({ session }) => {
        session.sellPrice = price;
        session.updateGates();
        describe(infoHash);
        return done;
      }),

    async remove(infoHash, data) {
      const entry = entries.get(infoHash);
      if (!resting.forget(infoHash) && entry === undefined) return unknown;
      entries.delete(infoHash);
      watchers.invalidate();
      await leaving.leave(infoHash, entry?.session, data);
      return done;
    },

    limitSpeed(limits) {
      speed.down.limit(limits.down);
      speed.up.limit(limits.up);
    },
    useWebSeeds(wanted) {
      wantsWebSeeds = wanted;
      retryWebSeeds();
      watchers.invalidate();
    },
    subscribe: (listener) => watchers.subscribe(listener),

    async ensure(infoHash, stretch, signal) {
      const entry = entryOf(infoHash);
      return entry === undefined ? missing(infoHash) : entry.session.ensure(stretch, signal);
    },
    stall(infoHash, why) {
      entries.get(infoHash)?.session.stall(why);
      watchers.invalidate();
    },
    held: (infoHash, fileIndex, offset) =>
      entries.get(infoHash)?.session.heldFrom(fileIndex, offset) ?? 0,
    async warm() {
      await client.open();
    },
    trackers: () => trackerReport.read(),
    resumeData(infoHash): ResumeData | null {
      const entry = entries.get(infoHash);
      return entry === undefined ? null : resumeDataOf(entry.session);
    },

    async destroy() {
      globalThis.removeEventListener?.('online', onOnline);
      creditors.stop();
      trackers.stop();
      stopMeeting();
      resting.stop();
      const open = [...entries.values()];
      entries.clear();
      await Promise.all(open.map(({ session }) => session.close(false)));
      report.flush();
      desk.close();
      watchers.close();
      await client.close();
    },
  };
};
