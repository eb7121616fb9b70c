import { describe, expect, it } from 'vitest';
import { readMetrics } from '../../../e2e/support/metrics-text.ts';
import type { Clock } from '../../shared/clock.ts';
import type { FileView, TorrentView } from '../../shared/ports/torrents.ts';
import { NO_METRICS } from '../../shared/ports/engine-metrics.ts';
import type { PaymentsSnapshot } from '../../shared/ports/payments.ts';
import { done, fail, ok, type Result } from '../../shared/result.ts';
import { infoHash, satPerMiB, satoshi, type InfoHash } from '../../shared/units.ts';
import type { ApiRoute } from '../api.ts';
import { createApi, type ApiNode } from './api.ts';
import { findFile, mainFile } from './api-views.ts';
import { metricsText } from './metrics.ts';
import { createRequestLog } from './request-log.ts';

const HASH = infoHash('ab'.repeat(20));
const never = new AbortController().signal;

const file = (index: number, name: string, length: number, kind: FileView['kind']): FileView => ({
  index,
  path: `Film/${name}`,
  name,
  length,
  held: index === 0 ? length : 0,
  selected: true,
  priority: 'normal',
  kind,
});

const view = (hash: InfoHash, files: readonly FileView[]): TorrentView => ({
  infoHash: hash,
  name: 'Film "A"',
  magnet: `magnet:?xt=urn:btih:${hash}`,
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
  wasted: 0,
  webSeeds: [],
  peers: [],
  sellPrice: satPerMiB(9),
  addedAt: 10,
});

const FILES = [
  file(0, 'cover.jpg', 100, 'image'),
  file(1, 'film.mp4', 200, 'video'),
  file(2, 'extras.zip', 300, 'other'),
];

const zero = satoshi(0);
const snapshot: PaymentsSnapshot = {
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
  },
};

const setUp = (
  library: readonly TorrentView[],
  found?: (hash: InfoHash) => Promise<Result<TorrentView>>,
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
      deselect(hash, index) {
        log.push(`deselect ${hash} ${index}`);
        return done;
      },
      start: unused,
      pause: unused,
      wake: unused,
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
    health: async () => ({ storage: 'opfs' }),
  });
  const ask = (route: ApiRoute, magnet = '', wanted = '') =>
    api({ route, magnet, file: wanted }, never);
  const fire = (): void => [...timers].forEach((task) => task());
  return { ask, log, fire };
};

const bodyOf = (result: Awaited<ReturnType<ReturnType<typeof setUp>['ask']>>): unknown =>
  result.ok ? result.value.body : result.error;

describe('API of the engine page', () => {
  it('tells what is in the library', async () => {
    const { ask, log } = setUp([view(HASH, FILES)]);
    expect(bodyOf(await ask('health'))).toMatchObject({
      status: 'ok',
      torrents: 1,
      storage: 'opfs',
    });
    expect(bodyOf(await ask('torrents'))).toMatchObject([{ infoHash: HASH, progress: 0.25 }]);
    expect(bodyOf(await ask('payments'))).toEqual(snapshot);
    expect(bodyOf(await ask('details', HASH))).toMatchObject({
      files: [{ progress: 1 }, { progress: 0 }, {}],
    });
    expect(bodyOf(await ask('detailsepisode', HASH, 'film.mp4'))).toMatchObject({
      index: 1,
      length: 200,
    });
    expect(bodyOf(await ask('detailsepisode', HASH, '9'))).toMatchObject({ code: 'not-found' });
    expect(bodyOf(await ask('details', 'cd'.repeat(20)))).toMatchObject({ code: 'not-found' });
    expect(bodyOf(await ask('details', 'nonsense'))).toMatchObject({ code: 'bad-magnet' });
    expect(JSON.stringify(bodyOf(await ask('details', HASH)))).not.toContain('pieces');
    expect(log).toEqual([]);
  });

  it('gives figures in the format of Prometheus', async () => {
    const text = String(bodyOf(await setUp([view(HASH, FILES)]).ask('metrics')));
    expect(text).toContain('\nrivulet_paid_satoshi 17\n');
    expect(text).toContain('rivulet_payment_latency_ms{quantile="0.95"} 2\n');
    expect(text).toContain('rivulet_payment_flushes{reason="full"} 2\n');
    expect(text).toContain('rivulet_payment_batch_blocks_bucket{le="2"} 1\n');
    expect(text).toContain('rivulet_payment_batch_blocks_bucket{le="4"} 2\n');
    expect(text).toContain('rivulet_payment_batch_blocks_sum 5\n');
    const families = readMetrics(text);
    expect([...families.keys()].every((name) => /^rivulet_[a-z_]+$/.test(name))).toBe(true);
    expect(families.get('rivulet_held_bytes')?.samples).toEqual([{ labels: {}, value: 150 }]);
    expect(families.get('rivulet_payment_latency_ms')?.samples).toContainEqual({
      labels: { quantile: '0.99' },
      value: 3,
    });
  });

  it('counts its answers by route and status, and whatever a route is called stays one line', () => {
    const route = 'a"b\\c\nd';
    const log = createRequestLog();
    const record = { time: 1, method: 'GET', status: 200, ms: 5, slow: false };
    log.add([
      { ...record, route },
      { ...record, route },
      { ...record, route: 'ping', status: 429 },
    ]);
    const families = readMetrics(metricsText([], snapshot, log.counts()));
    expect(families.get('rivulet_api_requests')?.samples).toEqual([
      { labels: { route, status: '200' }, value: 2 },
      { labels: { route: 'ping', status: '429' }, value: 1 },
    ]);
  });

  it('looks up a cold magnet once for all who ask, and starts nothing', async () => {
    const waiting: ((result: Result<TorrentView>) => void)[] = [];
    const { ask, log } = setUp([], () => new Promise((resolve) => waiting.push(resolve)));
    const magnet = `magnet:?xt=urn:btih:${HASH}`;
    const both = [ask('metadata', magnet), ask('add', HASH)];
    await new Promise((resolve) => queueMicrotask(() => resolve(null)));
    waiting.forEach((settle) => settle(ok(view(HASH, FILES))));
    const [metadata, added] = await Promise.all(both);
    expect(metadata && bodyOf(metadata)).toMatchObject({ name: 'Film "A"', files: [{}, {}, {}] });
    expect(added && bodyOf(added)).toMatchObject({ status: 'ready' });
    expect(log).toEqual([`add ${magnet}`, 'metadata']);
  });

  it('gives up a swarm that stays silent', async () => {
    const { ask, fire } = setUp([]);
    const asked = ask('metadata', HASH);
    await Promise.resolve();
    await Promise.resolve();
    fire();
    expect(bodyOf(await asked)).toMatchObject({ code: 'no-peers' });
  });

  it('slows a caller that walks a list of magnets', async () => {
    const { ask } = setUp([], async (hash) => ok(view(hash, FILES)));
    const statuses: number[] = [];
    for (let index = 0; index < 61; index += 1) {
      const result = await ask('metadata', index.toString(16).padStart(40, '0'));
      if (result.ok) statuses.push(result.value.status);
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(60);
    const refused = await ask('metadata', 'ff'.repeat(20));
    expect(refused).toMatchObject({ ok: true, value: { status: 429, retryAfter: 1 } });
  });

  it('acts on the same node as the views', async () => {
    const { ask, log } = setUp([view(HASH, FILES)]);
    expect(bodyOf(await ask('stream', HASH))).toEqual({ infoHash: HASH, file: 1 });
    expect(bodyOf(await ask('streamfile', HASH, 'Film/extras.zip'))).toEqual({
      infoHash: HASH,
      file: 2,
    });
    // All of it is held: nothing to buy.
    expect(bodyOf(await ask('streamfile', HASH, '0'))).toEqual({ infoHash: HASH, file: 0 });
    await ask('deselect', HASH, '2');
    await ask('remove', HASH);
    expect(log).toEqual([
      `watch ${HASH} 1`,
      `watch ${HASH} 2`,
      `deselect ${HASH} 2`,
      `remove ${HASH} true`,
    ]);
    expect(bodyOf(await ask('streamfile', HASH, 'nope'))).toMatchObject({ code: 'not-found' });
  });

  it('finds files by path, name and index, and the one that a person means', () => {
    const torrent = view(HASH, [...FILES, file(3, '1', 5, 'other')]);
    expect(findFile(torrent, 'Film/film.mp4')?.index).toBe(1);
    expect(findFile(torrent, '1')?.index).toBe(3);
    expect(findFile(torrent, '2')?.index).toBe(2);
    expect(findFile(torrent, '-1')).toBeNull();
    expect(mainFile(torrent)?.index).toBe(1);
    expect(
      mainFile(
        view(
          HASH,
          FILES.filter((each) => each.kind !== 'video'),
        ),
      )?.index,
    ).toBe(2);
    expect(mainFile(view(HASH, []))).toBeNull();
  });
});
