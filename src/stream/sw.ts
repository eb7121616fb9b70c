import type { PrecacheEntry } from 'workbox-precaching';
import { systemClock } from '../shared/clock.ts';
import { isClaim, isEngine, isSkipWaiting, type WhoMessage } from './messages.ts';
import { API_PATH, DEFAULT_PROFILE, parseStreamUrl, profileIn, STREAM_PATH } from './route.ts';
import { ownPage, type Asker } from './sw/access.ts';
import { createApiServer } from './sw/api-server.ts';
import { CONFIG_PATH, createConfigCache } from './sw/config-cache.ts';
import { failureResponse } from './sw/failures.ts';
import { createFileServer } from './sw/file-response.ts';
import { createLinks } from './sw/links.ts';
import { createMetadataShelf } from './sw/metadata-db.ts';
import { installShell, isViewPath, viewResponse } from './sw/shell.ts';

declare const self: ServiceWorkerGlobalScope & {
  /** Put in by the build: the files of the app and their revisions. */
  __WB_MANIFEST: (PrecacheEntry | string)[];
};

const links = createLinks({
  clock: systemClock,
  ask(profile) {
    const message: WhoMessage = { rivulet: 'who', profile };
    void self.clients
      .matchAll({ type: 'window', includeUncontrolled: true })
      .then((windows) => windows.forEach((window) => window.postMessage(message)));
  },
  alive: async (clientId) => (await self.clients.get(clientId)) !== undefined,
});
const files = createFileServer(links, systemClock);
const api = createApiServer({ links, files, clock: systemClock, shelf: createMetadataShelf() });
const config = createConfigCache({
  caches: self.caches,
  clock: systemClock,
  fetch: (request) => self.fetch(request),
});

/** The URL of a client never changes, and asking for it costs as much as a small answer. */
const clientUrls = new Map<string, string>();
const MAX_CLIENTS = 64;

const clientUrl = async (id: string): Promise<string | null> => {
  const known = clientUrls.get(id);
  if (known !== undefined || id === '') return known ?? null;
  const url = (await self.clients.get(id))?.url;
  if (url === undefined) return null;
  if (clientUrls.size >= MAX_CLIENTS) clientUrls.clear();
  clientUrls.set(id, url);
  return url;
};

const askerOf = async ({ clientId, request }: FetchEvent): Promise<Asker> => ({
  clientUrl: await clientUrl(clientId),
  navigation: request.mode === 'navigate',
  referrer: request.referrer,
});

const respond = async (event: FetchEvent, url: URL): Promise<Response> => {
  const asker = await askerOf(event);
  const page = ownPage(self.location.origin, asker);
  const profile = profileIn(url) ?? (page && profileIn(page)) ?? DEFAULT_PROFILE;
  if (url.pathname.startsWith(API_PATH)) {
    return api.answer(profile, event.request, url, { own: page !== null, ...asker });
  }
  if (!page) {
    return failureResponse({ code: 'rejected', message: 'Open this file from inside Rivulet.' });
  }
  const route = parseStreamUrl(url);
  if (!route) return failureResponse({ code: 'not-found', message: 'There is no such file.' });
  return files.serve(profile, route, event.request);
};

// Before the shell installs its own listener: whoever answers first wins.
self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== self.location.origin) return;
  if (url.pathname.startsWith(STREAM_PATH) || url.pathname.startsWith(API_PATH)) {
    event.respondWith(respond(event, url));
  } else if (url.pathname === CONFIG_PATH && event.request.method === 'GET') {
    event.respondWith(config.answer(event.request));
  } else if (event.request.mode === 'navigate' && isViewPath(url.pathname)) {
    event.respondWith(viewResponse(event.request));
  }
});
installShell(self.__WB_MANIFEST);
// The page of a first visit reads it before a service worker controls it.
self.addEventListener('install', (event) => event.waitUntil(config.prefetch()));

// A first visit must be able to stream at once, without a reload.
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('message', (event) => {
  const data: unknown = event.data;
  const { source } = event;
  if (isSkipWaiting(data)) event.waitUntil(self.skipWaiting());
  else if (isClaim(data)) event.waitUntil(self.clients.claim());
  else if (isEngine(data) && source instanceof WindowClient) {
    const [enginePort, storePort] = event.ports;
    if (enginePort && storePort) links.accept(data.profile, source.id, enginePort, storePort);
  }
});
