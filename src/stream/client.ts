import { systemClock } from '../shared/clock.ts';
import { fail, type Result } from '../shared/result.ts';
import type { InfoHash } from '../shared/units.ts';
import type { RequestRecord } from './api.ts';
import { createApi, type ApiNode, type ApiParts, type LibraryReturn } from './page/api.ts';
import { serveEngine, type StreamEngine } from './page/engine-server.ts';
import { createRequestLog } from './page/request-log.ts';
import { streamUrl } from './route.ts';

/** What the page that runs an engine gives the service worker. */

export { streamUrl } from './route.ts';
export type { EnsureRequest } from './messages.ts';
export type { RequestRecord } from './api.ts';
export type { StreamEngine } from './page/engine-server.ts';
export { pingServiceWorker, serviceWorkerHealth } from './page/worker-health.ts';

export interface StreamServer {
  /** Resolves once requests of this page are answered by the service worker, or never will be. */
  readonly ready: Promise<void>;
  /** URL under which the service worker serves a file to pages of any profile. */
  streamUrl(infoHash: InfoHash, file: number, name: string): string;
  /** The last 500 requests to the API, oldest first. */
  requests(): readonly RequestRecord[];
  /** Gives the API its node; until then it answers `not-ready`. */
  serveApi(node: ApiNode, health?: ApiParts['health']): void;
  stop(): void;
}

/** A first visit downloads the whole app before it is answered from here. */
const CONTROL_WAIT_MS = 30_000;

const untilControlled = (): Promise<void> =>
  new Promise((resolve) => {
    if (!('serviceWorker' in navigator)) {
      resolve();
      return;
    }
    const container = navigator.serviceWorker;
    const settle = (): void => {
      container.removeEventListener('controllerchange', settle);
      stop();
      resolve();
    };
    const stop = systemClock.after(CONTROL_WAIT_MS, settle);
    container.addEventListener('controllerchange', settle);
    if (container.controller !== null) settle();
  });

/**
 * Serves the engine of this page through the service worker: to be made by the tab that runs the
 * engine of `profile`, once its store is open. Works from the moment the host is ready.
 */
export const createStreamServer = (options: {
  readonly profile: string;
  readonly engine: StreamEngine;
  /** Passes the port to the store worker (`connect`), with transfer. */
  readonly connectStore: (port: MessagePort) => Promise<Result<void>>;
  readonly restoring: LibraryReturn;
}): StreamServer => {
  const { profile, engine, connectStore, restoring } = options;
  const log = createRequestLog();
  let api: ReturnType<typeof createApi> | null = null;
  const stop =
    'serviceWorker' in navigator
      ? serveEngine(navigator.serviceWorker, {
          profile,
          engine,
          connectStore,
          api: async (request, signal) =>
            api ? api(request, signal) : fail('not-ready', 'Rivulet is still starting.'),
          answered: (records) => log.add(records),
        })
      : () => undefined;
  return {
    ready: untilControlled(),
    streamUrl: (infoHash, file, name) => streamUrl(profile, infoHash, file, name),
    requests: () => log.list(),
    serveApi(node, health) {
      const parts = { profile, node, log, clock: systemClock, restoring };
      api = createApi({ ...parts, ...(health ? { health } : {}) });
    },
    stop,
  };
};
