import { infoHash, type InfoHash } from '../../shared/units.ts';
import { MAX_SOURCE_LENGTH, sourceOf } from '../model/source.ts';

/** Places inside the app; each is a hash, so that any static host serves them. */
export type Route =
  | { readonly view: 'home' }
  | { readonly view: 'watch'; readonly infoHash: InfoHash }
  /** A shared link: the torrent is added first, then shown. `null`: the link is damaged. */
  | { readonly view: 'link'; readonly source: string | null }
  | { readonly view: 'seed' }
  | { readonly view: 'payments' }
  | { readonly view: 'wallet' }
  | { readonly view: 'settings' }
  | { readonly view: 'health' }
  | { readonly view: 'unknown' };

/** Views that are there without a title, each under its own name. */
const PLACES = ['seed', 'payments', 'wallet', 'settings', 'health'] as const;

/** Views that the navigation leads to. */
export type Section = 'home' | (typeof PLACES)[number];

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
};

/** The route that `location.hash` names. Never throws: hashes come from anywhere. */
export const parseRoute = (hash: string): Route => {
  const path = hash.replace(/^#/, '');
  if (path === '' || path === '/') return { view: 'home' };
  if (path.length > MAX_SOURCE_LENGTH) return { view: 'unknown' };
  const place = PLACES.find((name) => path === `/${name}` || path === `/${name}/`);
  if (place !== undefined) return { view: place };
  const watched = /^\/watch\/([0-9a-f]{40})\/?$/i.exec(path)?.[1];
  if (watched !== undefined) return { view: 'watch', infoHash: infoHash(watched.toLowerCase()) };
  const shared = /^\/watch\/?\?magnet=(.*)$/s.exec(path)?.[1];
  if (shared !== undefined) {
    // Some programs decode a link before they open it, so a bare magnet is taken as well.
    const text = shared.startsWith('magnet:?') ? shared : decode(shared);
    return { view: 'link', source: sourceOf(text) };
  }
  return { view: 'unknown' };
};

/** The hash of a route, the reverse of {@link parseRoute}. */
export const formatRoute = (route: Route): string => {
  switch (route.view) {
    case 'home':
    case 'unknown':
      return '#/';
    case 'watch':
      return `#/watch/${route.infoHash}`;
    case 'link':
      return `#/watch?magnet=${encodeURIComponent(route.source ?? '')}`;
    case 'seed':
    case 'payments':
    case 'wallet':
    case 'settings':
    case 'health':
      return `#/${route.view}`;
  }
};

/** The navigation entry that a route belongs to. */
export const sectionOf = (route: Route): Section | null => {
  switch (route.view) {
    case 'home':
    case 'watch':
    case 'link':
      return 'home';
    case 'seed':
    case 'payments':
    case 'wallet':
    case 'settings':
    case 'health':
      return route.view;
    case 'unknown':
      return null;
  }
};
