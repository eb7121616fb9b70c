import type { Clock } from '../shared/clock.ts';
import type { RuntimeConfig } from '../shared/config.ts';
import type { NodeHealth } from '../shared/ports/health.ts';
import type { Payments, RivuletNode, TrialStep } from '../shared/ports/node.ts';
import type { StorageUse } from '../shared/ports/storage.ts';
import type { SeedRequest, TorrentView, Torrents } from '../shared/ports/torrents.ts';
import type { TrackerChoice } from '../shared/ports/trackers.ts';
import { done, fail, type Result } from '../shared/result.ts';
import { satoshi, type InfoHash, type SatPerMiB } from '../shared/units.ts';
import type { KeptLinks } from './kept-links.ts';
import type { Intent, Intents } from './library.ts';
import { watchLink } from './link.ts';
import type { OwnFiles } from './own-files.ts';
import { createPurchases, wantedOf } from './purchases.ts';
import type { KeptSpeed } from './speed.ts';
import type { WebSeedChoice } from './web-seeds.ts';

/** Enough for the sample film six times over; asked for when the wallet holds less than half. */
const TRIAL_COINS = satoshi(50_000);

export interface NodeParts {
  readonly profile: string;
  readonly origin: string;
  readonly config: RuntimeConfig;
  readonly torrents: Torrents;
  readonly payments: Payments;
  readonly intents: Intents;
  readonly links: Pick<KeptLinks, 'keep'>;
  readonly ownFiles: OwnFiles;
  readonly speed: KeptSpeed;
  readonly webSeeds: WebSeedChoice;
  readonly health: NodeHealth;
  readonly trackers: TrackerChoice;
  readonly clock: Clock;
  readonly notices: readonly string[];
  readonly streaming: Promise<void>;
  streamUrl(infoHash: InfoHash, file: number, name: string): string;
  /** Asks the browser not to evict what is stored; called from a user's action. */
  keepStorage(): Promise<boolean>;
  storageUse(): Promise<Result<StorageUse>>;
  /** Deletes what the store holds of a torrent that is not in the library. */
  forget(infoHash: InfoHash): Promise<Result<void>>;
  /** Starts (or finds) the sample seller and gives the magnet of its film. */
  sampleSeller(): Promise<Result<string>>;
}

const selectedOf = (view: TorrentView | null): readonly number[] =>
  (view?.files ?? []).flatMap(({ index, selected }) => (selected ? [index] : []));

/** One node of Rivulet: what the user interface acts on. */
export const createNode = (parts: NodeParts): RivuletNode => {
  const { torrents, payments, intents, ownFiles, clock } = parts;
  const purchases = createPurchases(parts);
  torrents.limitSpeed(parts.speed.read());
  torrents.useWebSeeds(parts.webSeeds.read());

  const unknown = fail('not-found', 'This torrent is not in the library.');

  const keepIntent = (view: TorrentView, change: Partial<Intent>): Promise<Result<void>> =>
    intents.change(view.infoHash, change, {
      addedAt: view.addedAt || Math.floor(clock.now() / 1000),
      sellPrice: view.sellPrice,
    });

  const watch = async (infoHash: InfoHash, files?: readonly number[]): Promise<Result<void>> => {
    const view = torrents.get(infoHash);
    if (view === null) return unknown;
    // Bought data and the keys to money lie in this storage; a refusal changes nothing.
    void parts.keepStorage();
    const wanted = wantedOf(view, files);
    // The worker learns first: it must be willing to pay before the first block is asked for.
    const buying = await purchases.begin(view, files);
    if (!buying.ok) return buying;
    const started = torrents.start(infoHash, wanted);
    if (!started.ok) return started;
    // What was wanted before is still, so that a restart goes on with all of it.
    const all = selectedOf(torrents.get(infoHash));
    const kept = { wanted: all.length > 0 ? all : wanted, paused: false, removed: false };
    // Bought, and so not served from the user's files, although it may have been in another session.
    if (!view.own) ownFiles.drop(infoHash);
    // It plays now, whether or not a restart will know of it.
    await keepIntent(view, { ...kept, ...(!view.own && { own: false }) });
    return started;
  };

  const stopPaying = async (infoHash: InfoHash): Promise<Result<void>> => {
    const view = torrents.get(infoHash);
    if (view === null) return unknown;
    const paused = torrents.pause(infoHash);
    const stopped = await purchases.end(infoHash);
    const kept = await keepIntent(view, { paused: true });
    if (!stopped.ok) return stopped;
    // A restart would go on paying: that is not to be found out then.
    return kept.ok ? paused : kept;
  };

  const remove = async (infoHash: InfoHash, data: boolean): Promise<Result<void>> => {
    const stopped = await purchases.end(infoHash);
    if (!stopped.ok) return stopped;
    const view = torrents.get(infoHash);
    const isAway = view === null && ownFiles.has(infoHash);
    const fresh = isAway ? intents.get(infoHash) : view;
    // Kept data is found again when the title is opened again, and not before.
    if (!data && fresh !== null) {
      const gone = { wanted: null, paused: false, own: false, removed: true };
      const kept = await intents.change(infoHash, gone, fresh);
      if (!kept.ok) return kept;
    }
    intents.forget(infoHash);
    parts.links.keep(infoHash, null);
    if (isAway && data) return ownFiles.forget(infoHash);
    // What waits for its files may be open as a download: then that is what goes.
    ownFiles.drop(infoHash);
    return isAway ? done : torrents.remove(infoHash, data);
  };

  const ensureCoins = async (): Promise<Result<void>> => {
    const { wallet } = payments.snapshot();
    if (wallet.status === 'ready' && wallet.available >= TRIAL_COINS / 2) return done;
    const coins = await payments.call('testCoins', { sat: TRIAL_COINS });
    return coins.ok ? done : coins;
  };

  return {
    profile: parts.profile,
    config: parts.config,
    torrents,
    payments,
    health: parts.health,
    trackers: parts.trackers,
    notices: parts.notices,
    canTry: parts.config.faucet !== undefined,
    streaming: parts.streaming,
    awaySeeds: ownFiles,

    streamUrl(infoHash, file) {
      const name = torrents.get(infoHash)?.files[file]?.name ?? '';
      return parts.streamUrl(infoHash, file, name);
    },

    shareLink: (view) => watchLink(parts.origin, view.magnet),

    watch,

    stopPaying,

    async deselect(infoHash, file) {
      const view = torrents.get(infoHash);
      if (view === null) return unknown;
      const left = torrents.deselect(infoHash, file);
      if (!left.ok) return left;
      const wanted = selectedOf(view).filter((other) => other !== file);
      if (view.status === 'downloading') {
        return wanted.length === 0 ? stopPaying(infoHash) : watch(infoHash, wanted);
      }
      const before = intents.get(infoHash)?.wanted ?? null;
      return before === null ? left : keepIntent(view, { wanted });
    },

    async seed(request: SeedRequest) {
      const seeded = await torrents.seed(request);
      const view = seeded.ok ? torrents.get(seeded.value) : null;
      if (view !== null) {
        const own = { own: true, wanted: null, paused: false, removed: false };
        // It may have been a download: that is over.
        if ((intents.get(view.infoHash)?.wanted ?? null) !== null)
          await purchases.end(view.infoHash);
        await keepIntent(view, { sellPrice: request.satPerMiB, ...own });
        await ownFiles.keep(view.infoHash, request.handles ?? []);
      }
      return seeded;
    },

    async setSellPrice(infoHash: InfoHash, price: SatPerMiB) {
      const set = torrents.setSellPrice(infoHash, price);
      const view = torrents.get(infoHash);
      if (!set.ok || view === null) return set;
      const kept = await keepIntent(view, { sellPrice: price });
      const told = await payments.call('torrent', {
        infoHash,
        name: view.name,
        length: view.length,
        pieceLength: view.pieceLength,
        sellPrice: price,
      });
      return told.ok ? kept : told;
    },

    remove,

    storage: {
      use: () => parts.storageUse(),
      keep: () => parts.keepStorage(),
      discard: (infoHash) =>
        torrents.get(infoHash) === null && !ownFiles.has(infoHash)
          ? parts.forget(infoHash)
          : remove(infoHash, true),
    },

    async prioritize(infoHash, file, priority) {
      const view = torrents.get(infoHash);
      if (view === null) return unknown;
      const set = torrents.prioritize(infoHash, file, priority);
      if (!set.ok) return set;
      const priorities = new Map(intents.get(infoHash)?.priorities);
      if (priority === 'normal') priorities.delete(file);
      else priorities.set(file, priority);
      return keepIntent(view, { priorities });
    },

    speedLimits: () => parts.speed.read(),
    limitSpeed(limits) {
      const kept = parts.speed.write(limits);
      torrents.limitSpeed(kept);
      return kept;
    },

    webSeeds: () => parts.webSeeds.read(),
    useWebSeeds(wanted) {
      parts.webSeeds.write(wanted);
      torrents.useWebSeeds(wanted);
    },

    async tryIt(onStep: (step: TrialStep) => void) {
      onStep('coins');
      const coins = ensureCoins();
      onStep('seller');
      const seller = await parts.sampleSeller();
      if (!seller.ok) return seller;
      onStep('peers');
      const added = await torrents.add(seller.value);
      if (!added.ok) return added;
      const [funded, known] = await Promise.all([coins, torrents.metadata(added.value)]);
      if (!funded.ok) return funded;
      if (!known.ok) return known;
      const started = await watch(added.value);
      return started.ok ? added : started;
    },
  };
};
