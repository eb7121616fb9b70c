import { decodeTrackers, loadRuntimeConfig } from './network/config.ts';
import { closeNode } from './node/closing.ts';
import { createHealth } from './node/health.ts';
import { healthJson } from './node/health-json.ts';
import { takeLease } from './node/lease.ts';
import { onIntent } from './node/intent.ts';
import { createKeptLinks } from './node/kept-links.ts';
import { createIntents, encodeIntent } from './node/library.ts';
import { createNode } from './node/node.ts';
import { createOwnFiles } from './node/own-files.ts';
import { createReaderPlaces } from './node/reader-places.ts';
import { createRestoring, reopen, restoreLibrary } from './node/restore.ts';
import { createKeptSpeed } from './node/speed.ts';
import { createSampleSeller, notifyOpener, SAMPLE_NAME, SAMPLE_URL } from './node/trial.ts';
import { createTrackerChoice } from './node/tracker-choice.ts';
import { probeTracker } from './node/tracker-probe.ts';
import { createWebSeedChoice } from './node/web-seeds.ts';
import { createPaymentsClient } from './payments/client.ts';
import { DEFAULT_PRICE } from './protocol/policy.ts';
import { systemClock, webRandom } from './shared/clock.ts';
import type { RivuletNode } from './shared/ports/node.ts';
import type { TorrentView } from './shared/ports/torrents.ts';
import { fail, failureOf, unwrap } from './shared/result.ts';
import { nextTurn } from './shared/turn.ts';
import type { InfoHash } from './shared/units.ts';
import {
  createChunkStore,
  createFullDisk,
  createStoreClient,
  keepStorage,
} from './store/client.ts';
import { createStreamServer, pingServiceWorker, serviceWorkerHealth } from './stream/client.ts';
import { createSwarm } from './swarm/swarm.ts';
import { openThreads, type Threads } from './threads.ts';

/**
 * The composition root: opens the threads and joins the rooms to one node. Loaded by main.ts once
 * the shell is on screen.
 */

export interface StartedNode extends RivuletNode {
  /**
   * Leaves the swarms, writes everything down and ends the threads, all within some seconds:
   * afterwards another tab may run the node of this profile.
   */
  stop(): Promise<void>;
}

/**
 * Opens a node in `threads`, which it ends when it is stopped; a caller that is thrown at ends them.
 * @throws FailureError when a worker or the configuration cannot be opened.
 */
export const startNode = async (profile: string, threads: Threads): Promise<StartedNode> => {
  const money = createPaymentsClient(threads.money);
  const { payments } = money;
  const store = createStoreClient(threads.store);
  const opening = store.call('open', { profile });
  const config = unwrap(
    await loadRuntimeConfig('/config.json', {
      fetch: globalThis.fetch.bind(globalThis),
      clock: systemClock,
    }),
  );
  const [, opened] = await Promise.all([
    money.open({ config, profile }).then(unwrap),
    opening.then(unwrap),
  ]);
  await nextTurn();

  const describe = (view: TorrentView): void => {
    void payments.call('torrent', {
      infoHash: view.infoHash,
      name: view.name,
      length: view.length,
      pieceLength: view.pieceLength,
      sellPrice: view.sellPrice,
    });
  };
  const trackers = createTrackerChoice({
    profile,
    usual: config.trackers,
    storage: () => localStorage,
    decode: decodeTrackers,
  });
  const fullDisk = createFullDisk(systemClock, (infoHash, why) => swarm.stall(infoHash, why));
  const forgotten = new Set<InfoHash>();
  const forget = (infoHash: InfoHash) => {
    forgotten.add(infoHash);
    return store.call('remove', { infoHash });
  };
  const links = createKeptLinks(() => localStorage, profile, systemClock);
  const restoring = createRestoring(
    [...opened.torrents, ...links.all()].map(({ infoHash }) => infoHash),
  );
  const swarm = createSwarm({
    payments: money.wire,
    trackers: trackers.running,
    iceServers: config.iceServers,
    createStore: (request) => createChunkStore(store, { ...request, fullDisk }),
    onTorrent: describe,
    onLink: links.keep,
    fetch: globalThis.fetch.bind(globalThis),
    ownAddress: location,
    async kept(infoHash) {
      const kept = await store.call('stored', { infoHash });
      if (!kept.ok || kept.value === null) return null;
      await reopen(kept.value, intents);
      return kept.value;
    },
    discard: forget,
    onLost: (infoHash, piece) => store.post('held', { infoHash, pieces: [piece], held: false }),
    onFound: (infoHash, piece) => store.post('held', { infoHash, pieces: [piece], held: true }),
    onFault: (error) => console.warn('swarm:', error),
    clock: systemClock,
    random: webRandom,
    defaultSellPrice: () => payments.snapshot().settings.defaultSellPrice,
  });

  const places = createReaderPlaces(swarm.ensure, restoring.of);
  const stream = createStreamServer({
    profile,
    engine: {
      async lookup(infoHash, file) {
        await restoring.of(infoHash);
        const found = swarm.get(infoHash)?.files[file];
        return found === undefined ? null : { name: found.name, length: found.length };
      },
      ensure: places.ensure,
      released: places.release,
    },
    connectStore: (port) => store.call('connect', { port }, { transfer: [port] }),
    restoring,
  });

  const trackerTools = {
    connect: (url: string) => new WebSocket(url),
    random: webRandom,
    clock: systemClock,
  };
  const container = 'serviceWorker' in navigator ? navigator.serviceWorker : null;
  const health = createHealth({
    clock: systemClock,
    stopwatch: () => performance.now(),
    payments: payments.call,
    store: {
      usage: (options) => store.call('usage', undefined, options),
      probe: (options) => store.call('probe', undefined, options),
    },
    trackers: () => swarm.trackers(),
    probeTracker: (url, signal) => probeTracker(url, trackerTools, signal),
    serviceWorker: {
      health: () => serviceWorkerHealth(container),
      ping: (signal) => pingServiceWorker(globalThis.fetch.bind(globalThis), signal),
    },
    requests: () => stream.requests(),
    metricsUrl: `/api/metrics?profile=${profile}`,
  });

  const seller = createSampleSeller(window);
  const intents = createIntents({
    async save(infoHash, intent) {
      const saved = await store.call('note', { infoHash, note: encodeIntent(intent) });
      if (!saved.ok && saved.error.code !== 'not-found') console.warn('library:', saved.error);
      return saved;
    },
  });
  const ownFiles = createOwnFiles({
    handles: {
      keep: (infoHash, handles) => store.call('keepHandles', { infoHash, handles }),
      find: (infoHash) => store.call('handles', { infoHash }),
    },
    serve: swarm.serveAgain,
    remove: forget,
  });
  const node = createNode({
    profile,
    origin: location.origin,
    config,
    torrents: swarm,
    payments,
    intents,
    links,
    ownFiles,
    speed: createKeptSpeed(() => localStorage, profile),
    webSeeds: createWebSeedChoice(() => localStorage, profile),
    health,
    trackers,
    clock: systemClock,
    notices:
      opened.mode === 'memory'
        ? ['This browser gives no private storage here: what you download is gone after a reload.']
        : [],
    keepStorage,
    storageUse: () => store.call('usage', undefined),
    forget,
    streaming: stream.ready,
    streamUrl: stream.streamUrl,
    sampleSeller: seller.magnet,
  });
  stream.serveApi(node, async () => healthJson(await health.read(), payments.snapshot()));
  // The first click should not wait for the library to be loaded and compiled, nor the start for it.
  const stayCold = onIntent(window, systemClock, () => void swarm.warm());

  // What was under way goes on while the person looks around already.
  let isStopped = false;
  const add: typeof swarm.add = (source, options) =>
    isStopped
      ? Promise.resolve(fail('aborted', 'The node has stopped.'))
      : swarm.add(source, options);
  void restoreLibrary(opened.torrents, {
    add,
    addLink: ({ link, addedAt }) => add(link, { addedAt }),
    watch: node.watch,
    intents,
    links,
    serveOwn: ownFiles.restore,
    isForgotten: (infoHash) => forgotten.has(infoHash),
    onRestored: restoring.settle,
    onFault: (error) => console.warn('library:', error),
  });
  // A page that goes has no time to wait for anything, and may be gone before the store is asked. What
  // the store notes as held must be noted as owed by then: else it is kept and never paid for.
  const leave = (): void => {
    void money.close().then(() => store.call('close', undefined));
  };
  addEventListener('pagehide', leave);
  return {
    ...node,
    async stop() {
      isStopped = true;
      stayCold();
      removeEventListener('pagehide', leave);
      stream.stop();
      seller.close();
      await closeNode({
        clock: systemClock,
        async write() {
          // The wires go first: what came on them last is then signed and written down.
          await swarm.destroy();
          // What the store then notes as held is noted as owed by now.
          unwrap(await money.close());
          unwrap(await store.call('close', undefined));
        },
        end: () => threads.end(),
        onFault: (error) => console.warn('closing:', error),
      });
    },
  };
};

/** A page without views: seeds the sample film for the page that opened it in a frame. */
export const sellSample = async (profile: string): Promise<void> => {
  try {
    await takeLease(profile, navigator.locks, { onWait: () => undefined });
    const node = await startNode(profile, openThreads(profile));
    const film = await (await fetch(SAMPLE_URL)).blob();
    const seeded = unwrap(
      await node.seed({
        files: [new File([film], SAMPLE_NAME, { type: 'video/mp4' })],
        name: SAMPLE_NAME,
        satPerMiB: DEFAULT_PRICE,
      }),
    );
    const magnet = node.torrents.get(seeded)?.magnet;
    if (magnet === undefined) throw new Error('The sample film is not in the library.');
    notifyOpener(window, { rivulet: 'seller', magnet });
  } catch (thrown) {
    notifyOpener(window, { rivulet: 'seller', failure: failureOf(thrown).message });
  }
};
