import type { Clock } from '../../shared/clock.ts';
import type { RivuletNode } from '../../shared/ports/node.ts';
import type { FileView, TorrentView } from '../../shared/ports/torrents.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { InfoHash } from '../../shared/units.ts';
import type { ApiReply, ApiRequest } from '../api.ts';
import { infoHashOf } from '../magnet.ts';
import {
  detailsJson,
  fileJson,
  findFile,
  mainFile,
  metadataJson,
  torrentJson,
} from './api-views.ts';
import { METRICS_TYPE, metricsText } from './metrics.ts';
import type { RequestLog } from './request-log.ts';
import { createTokenBucket } from '../../shared/token-bucket.ts';

/** What the API acts on: the same node as the views. */
export type ApiNode = Pick<RivuletNode, 'torrents' | 'watch' | 'deselect' | 'remove'> & {
  readonly payments: Pick<RivuletNode['payments'], 'snapshot'>;
};

/** Of the titles of the last session; resolved for all others. */
export interface LibraryReturn {
  of(infoHash: InfoHash): Promise<void>;
  all(): Promise<void>;
}

export interface ApiParts {
  readonly profile: string;
  readonly node: ApiNode;
  readonly log: RequestLog;
  readonly clock: Clock;
  /** Titles of the last session come back one after the other. */
  readonly restoring: LibraryReturn;
  /** More for `/api/health`: states of services, workers, storage. JSON values. */
  readonly health?: () => Promise<Readonly<Record<string, unknown>>>;
}

/**
 * Looking up a magnet that nobody asked for yet joins a swarm: it costs trackers and peers work.
 * A person's library loads in one burst; a program that walks a list is slowed to ten a second.
 */
const COLD_LOOKUPS = { burst: 60, perSecond: 10 } as const;
/** A swarm that is alive gives its metadata in a second or two. */
const METADATA_TIMEOUT_MS = 60_000;

type Handler = (request: ApiRequest, signal: AbortSignal) => Promise<Result<ApiReply>>;

const reply = (body: unknown): Result<ApiReply> => ok({ status: 200, body });

/** `signal`, or the passing of `ms`, whichever comes first. */
const within = (clock: Clock, signal: AbortSignal, ms: number) => {
  const controller = new AbortController();
  const onAbort = (): void => controller.abort();
  signal.addEventListener('abort', onAbort, { once: true });
  const stop = clock.after(ms, onAbort);
  return {
    signal: controller.signal,
    end(): void {
      stop();
      signal.removeEventListener('abort', onAbort);
    },
  };
};

/** Answers API requests for the engine of this page. */
export const createApi = (parts: ApiParts): Handler => {
  const { profile, node, log, clock, health, restoring } = parts;
  const { torrents, payments } = node;
  const bucket = createTokenBucket(clock, COLD_LOOKUPS);
  const lookingUp = new Map<InfoHash, Promise<Result<TorrentView>>>();
  const startedAt = clock.now();

  const known = async (magnet: string): Promise<Result<TorrentView>> => {
    const infoHash = infoHashOf(magnet);
    if (!infoHash) return fail('bad-magnet', 'This is neither a magnet link nor an info hash.');
    await restoring.of(infoHash);
    const view = torrents.get(infoHash);
    return view ? ok(view) : fail('not-found', 'This torrent is not in the library.');
  };

  const lookUp = async (magnet: string): Promise<Result<TorrentView>> => {
    const added = await torrents.add(magnet);
    if (!added.ok) return added;
    const limit = within(clock, new AbortController().signal, METADATA_TIMEOUT_MS);
    const found = await torrents.metadata(added.value, limit.signal);
    limit.end();
    if (found.ok || found.error.code !== 'aborted') return found;
    return fail('no-peers', 'Nobody sent the file list in time. Try again when peers are online.');
  };

  /** A torrent whose files are known; callers of one magnet share one look-up. */
  const withFiles = async (
    magnet: string,
    then: (view: TorrentView) => Result<ApiReply> | Promise<Result<ApiReply>>,
  ): Promise<Result<ApiReply>> => {
    const view = await known(magnet);
    if (view.ok && view.value.files.length > 0) return then(view.value);
    const infoHash = infoHashOf(magnet);
    if (!infoHash) return fail('bad-magnet', 'This is neither a magnet link nor an info hash.');
    let search = lookingUp.get(infoHash);
    if (!search) {
      const retryAfter = bucket.take();
      if (retryAfter > 0) {
        const error = { code: 'busy', message: 'Too many look-ups at once. Try again shortly.' };
        return ok({ status: 429, body: { error }, retryAfter });
      }
      search = lookUp(magnet).finally(() => lookingUp.delete(infoHash));
      lookingUp.set(infoHash, search);
    }
    const found = await search;
    return found.ok ? then(found.value) : found;
  };

  const withFile = (
    view: TorrentView,
    wanted: string,
    then: (file: FileView) => Result<ApiReply> | Promise<Result<ApiReply>>,
  ): Result<ApiReply> | Promise<Result<ApiReply>> => {
    const file = findFile(view, wanted);
    return file ? then(file) : fail('not-found', 'The torrent has no such file.');
  };

  /** Downloads and pays for the file as the Watch view would; the service worker then serves it. */
  const play = async (
    view: TorrentView,
    file: FileView | null,
    isHead: boolean,
  ): Promise<Result<ApiReply>> => {
    if (!file) return fail('not-found', 'The torrent has no such file.');
    if (file.held < file.length && !isHead) {
      const started = await node.watch(view.infoHash, [file.index]);
      if (!started.ok) return started;
    }
    return reply({ infoHash: view.infoHash, file: file.index });
  };

  const healthJson = async () => {
    const list = torrents.list();
    return {
      status: 'ok',
      profile,
      uptimeSeconds: Math.floor((clock.now() - startedAt) / 1_000),
      torrents: list.length,
      peers: list.reduce((sum, each) => sum + each.peers.length, 0),
      slowRequests: log.list().filter((line) => line.slow).length,
      ...(await health?.()),
    };
  };

  return async ({ route, magnet, file, isHead }) => {
    switch (route) {
      case 'ping':
        return reply({ pong: true, time: clock.now() });
      case 'health':
        return reply(await healthJson());
      case 'torrents':
        await restoring.all();
        return reply(torrents.list().map(torrentJson));
      case 'payments':
        return reply(payments.snapshot());
      case 'metrics': {
        const body = metricsText(torrents.list(), payments.snapshot(), log.counts());
        return ok({ status: 200, body, type: METRICS_TYPE });
      }
      case 'metadata':
        return withFiles(magnet, (view) => reply(metadataJson(view)));
      case 'add':
        return withFiles(magnet, (view) => reply(detailsJson(view)));
      case 'stream':
        return withFiles(magnet, (view) => play(view, mainFile(view), isHead));
      case 'streamfile':
        return withFiles(magnet, (view) => play(view, findFile(view, file), isHead));
      case 'details': {
        const view = await known(magnet);
        return view.ok ? reply(detailsJson(view.value)) : view;
      }
      case 'detailsepisode': {
        const view = await known(magnet);
        return view.ok ? withFile(view.value, file, (found) => reply(fileJson(found))) : view;
      }
      case 'deselect': {
        const view = await known(magnet);
        if (!view.ok) return view;
        return withFile(view.value, file, async (found) => {
          const result = await node.deselect(view.value.infoHash, found.index);
          return result.ok ? reply({ deselected: found.index }) : result;
        });
      }
      case 'remove': {
        const view = await known(magnet);
        if (!view.ok) return view;
        const removed = await node.remove(view.value.infoHash, true);
        return removed.ok ? reply({ removed: view.value.infoHash }) : removed;
      }
    }
  };
};
