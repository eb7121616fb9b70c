import type { Clock } from '../../../shared/clock.ts';
import type { FileView, TorrentView } from '../../../shared/ports/torrents.ts';
import { NO_METRICS } from '../../../shared/ports/engine-metrics.ts';
import type { PaymentsSnapshot } from '../../../shared/ports/payments.ts';
import { done, fail, ok, type Result } from '../../../shared/result.ts';
import { infoHash, satPerMiB, satoshi, type InfoHash } from '../../../shared/units.ts';
import type { ApiRoute } from '../../api.ts';
import { createApi, type ApiNode } from '../api.ts';
import { createRequestLog } from '../request-log.ts';

/** The API over a node that only notes what it is told. */

export const HASH = infoHash('ab'.repeat(20));
const never = new AbortController().signal;

export const file = (
  index: number,
  name: string,
  length: number,
  kind: FileView['kind'],
): FileView => ({
  index,
  path: `Film/${name}`,
  name,
  length,
  held: index === 0 ? length : 0,
  selected: true,
  priority: 'normal',
  kind,
});

export const view = (hash: InfoHash, files: readonly FileView[]): TorrentView => ({
  infoHash: hash,
  name: 'Film "A"',
  magnet: `magnet:?xt=urn:btih:${hash}`,
  own: false,
  status: files.length > 0 ? 'ready' : 'metadata',
  failure: null,
  length: 600,
  pieceLength: 100,
  pieceCount: 6,
  files,
  suggested: null,
  checking: null,
  held: 150,
  pieces: new Uint8Array(1),
  downloadSpeed: 5,
  uploadSpeed: 6,
  downloaded: 7,
  uploaded: 8,
  wasted: 3,
  webSeeds: [],
  peers: [],
  sellPrice: satPerMiB(9),
  addedAt: 10,
});

export const FILES = [
  file(0, 'cover.jpg', 100, 'image'),
  file(1, 'film.mp4', 200, 'video'),
  file(2, 'extras.zip', 300, 'other'),
];

const zero = satoshi(0);
export const snapshot: PaymentsSnapshot = {
  identity: null,
  network: 'devnet',
  wallet: {
    status: 'ready',
    failure: null,
    available: satoshi(77),
    locked: zero,
    lockedPaid: zero,
    pending: zero,
    backup: { madeAt: null, checked: false, channelsSince: 0 },
  },
  totals: {
    paidSat: satoshi(17),
    paidBytes: 16_384,
    paidBlocks: 1,
    earnedSat: zero,
    earnedBytes: 0,
    earnedBlocks: 0,
  },
  torrents: [],
  peers: [],
  channels: [],
  feed: [],
  settings: {
    budget: { maxSatPerMiB: satPerMiB(1), maxSatPerTitle: zero, maxSatPerDay: zero },
    batcher: { mode: 'adaptive', maxEvents: 1, maxWaitMs: 10 },
    defaultSellPrice: satPerMiB(1),
  },
  engine: {
    ...NO_METRICS,
    batches: 2,
    events: 5,
    flushes: { ...NO_METRICS.flushes, full: 2 },
    sizes: NO_METRICS.sizes.map((_, at) => (at === 0 || at === 2 ? 1 : 0)),
    latencyP50: 1,
    latencyP95: 2,
    latencyP99: 3,
    income: { ...NO_METRICS.income, payments: 4, refused: { 'over-capacity': 2 }, latencyP95: 9 },
  },
};

export const openApi = (
  library: readonly TorrentView[],
  found?: (hash: InfoHash) => Promise<Result<TorrentView>>,
  restored: Promise<void> = Promise.resolve(),
) => {
  const log: string[] = [];
  const views = new Map(library.map((each) => [each.infoHash, each]));
  const timers = new Set<() => void>();
  const clock: Clock = {
    now: () => 5_000,
    after(_ms, task) {
      timers.add(task);
      return () => timers.delete(task);
    },
  };
  const unused = (): never => {
    throw new Error('not part of the API');
  };
  const node: ApiNode = {
    torrents: {
      list: () => [...views.values()],
      get: (hash) => views.get(hash) ?? null,
      async add(source) {
        log.push(`add ${String(source)}`);
        return ok(infoHash(String(source).slice(-40)));
      },
      async metadata(hash, signal) {
        log.push('metadata');
        if (found) return found(hash);
        return new Promise((resolve) => {
          signal?.addEventListener('abort', () => resolve(fail('aborted', 'gave up')));
        });
      },
      deselect: unused,
      start: unused,
      pause: unused,
      wake: unused,
      opening: unused,
      prioritize: unused,
      recheck: unused,
      limitSpeed: unused,
      useWebSeeds: unused,
      seed: unused,
      setSellPrice: unused,
      remove: unused,
      subscribe: unused,
    },
    payments: { snapshot: () => snapshot },
    async watch(hash, files) {
      log.push(`watch ${hash} ${files?.join() ?? 'all'}`);
      return done;
    },
    async deselect(hash, index) {
      log.push(`deselect ${hash} ${index}`);
      return done;
    },
    async remove(hash, data) {
      log.push(`remove ${hash} ${data}`);
      return done;
    },
  };
  const api = createApi({
    profile: 'main',
    node,
    log: createRequestLog(),
    clock,
    restoring: { of: () => restored, all: () => restored },
    health: async () => ({ storage: 'opfs' }),
  });
  const ask = (route: ApiRoute, magnet = '', wanted = '', isHead = false) =>
    api({ route, magnet, file: wanted, isHead }, never);
  const fire = (): void => [...timers].forEach((task) => task());
  return { ask, log, fire };
};

export const bodyOf = (result: Awaited<ReturnType<ReturnType<typeof openApi>['ask']>>): unknown =>
  result.ok ? result.value.body : result.error;
