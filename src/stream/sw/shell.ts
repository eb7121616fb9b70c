import {
  addRoute,
  cleanupOutdatedCaches,
  matchPrecache,
  precache,
  type PrecacheEntry,
} from 'workbox-precaching';

/** The app itself, offline: files of the build are precached under their hashes. */

/** Every view of the app is this page; which view is in the URL. */
const PAGE = '/index.html';

/** Fetched fresh, always: answered by others, or telling where the network is. */
const NEVER_SHELL = ['/stream/', '/api/', '/sample/', '/config.json'];

/** Whether a navigation is to a view of the app, which the page answers, and not to a file. */
export const isViewPath = (pathname: string): boolean =>
  !NEVER_SHELL.some((path) => pathname.startsWith(path)) &&
  !(pathname.split('/').at(-1) ?? '').includes('.');

/** Answers a navigation to a view: from the cache, or from the host where nothing is cached. */
export const viewResponse = async (request: Request): Promise<Response> =>
  (await matchPrecache(PAGE)) ?? fetch(request);

/**
 * Installs what the build lists. The profile and what a link carries are in the query, so that the
 * query is ignored when a file is looked up.
 */
export const installShell = (manifest: (PrecacheEntry | string)[]): void => {
  precache(manifest);
  addRoute({ ignoreURLParametersMatching: [/.*/] });
  cleanupOutdatedCaches();
};
