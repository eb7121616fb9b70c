import { API_PATH } from './route.ts';

/** The local HTTP API: which paths exist, and what the service worker passes on to the page. */

export type ApiRoute =
  | 'ping'
  | 'health'
  | 'torrents'
  | 'payments'
  | 'metrics'
  | 'metadata'
  | 'details'
  | 'detailsepisode'
  | 'add'
  | 'deselect'
  | 'remove'
  | 'stream'
  | 'streamfile';

export interface ApiRequest {
  readonly route: ApiRoute;
  /** Magnet URI or info hash as the caller wrote it, decoded from the path; '' for routes without. */
  readonly magnet: string;
  /** Index or name of a file, decoded from the path; '' for routes without. */
  readonly file: string;
  /** Only the head of the answer is wanted: nothing is begun for it. */
  readonly isHead: boolean;
}

export interface ApiReply {
  readonly status: number;
  /** JSON value, or text where `type` says so. */
  readonly body: unknown;
  /** Set for anything but JSON. */
  readonly type?: string;
  /** Seconds after which trying again makes sense. */
  readonly retryAfter?: number;
}

/** One line of the request log. */
export interface RequestRecord {
  readonly time: number;
  readonly method: string;
  /** Without the magnet: a log must not become a list of what was looked at. */
  readonly route: string;
  readonly status: number;
  readonly ms: number;
  /** Took longer than {@link SLOW_MS}. */
  readonly slow: boolean;
}

/** From here on a user notices the wait. */
export const SLOW_MS = 1_000;

interface RouteFacts {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Parameters after the name of the route, in order. */
  readonly params: 0 | 1 | 2;
  /** Whether it only tells what is known: it joins no swarm, buys nothing, changes nothing. */
  readonly passive: boolean;
}

const passive: RouteFacts = { method: 'GET', params: 0, passive: true };

const ROUTES: Readonly<Record<ApiRoute, RouteFacts>> = {
  ping: passive,
  health: passive,
  torrents: passive,
  payments: passive,
  metrics: passive,
  metadata: { method: 'GET', params: 1, passive: false },
  details: { method: 'GET', params: 1, passive: true },
  detailsepisode: { method: 'GET', params: 2, passive: true },
  add: { method: 'POST', params: 1, passive: false },
  deselect: { method: 'POST', params: 2, passive: false },
  remove: { method: 'DELETE', params: 1, passive: false },
  stream: { method: 'GET', params: 1, passive: false },
  streamfile: { method: 'GET', params: 2, passive: false },
};

/** Longest magnet that is looked at; real ones with twenty trackers stay below 3 kB. */
const MAX_PARAM = 16_384;

export type ParsedApi =
  | { readonly ok: true; readonly request: ApiRequest; readonly facts: RouteFacts }
  | { readonly ok: false; readonly status: 404 | 405; readonly allow?: string };

const isRoute = (name: string): name is ApiRoute => Object.hasOwn(ROUTES, name);

/**
 * Reads method and URL. A magnet must be percent-encoded to fit into a path; its `?` part, when the
 * caller forgot to encode it, is taken from the query.
 */
export const parseApi = (method: string, url: URL): ParsedApi => {
  const [name = '', ...raw] = url.pathname.slice(API_PATH.length).split('/');
  if (!url.pathname.startsWith(API_PATH) || !isRoute(name)) return { ok: false, status: 404 };
  const facts = ROUTES[name];
  if (method !== facts.method && !(method === 'HEAD' && facts.method === 'GET')) {
    return { ok: false, status: 405, allow: facts.method === 'GET' ? 'GET, HEAD' : facts.method };
  }
  if (raw.length !== facts.params || raw.some((part) => part === '' || part.length > MAX_PARAM)) {
    return { ok: false, status: 404 };
  }
  try {
    const [magnet = '', file = ''] = raw.map(decodeURIComponent);
    const whole = magnet === 'magnet:' ? magnet + url.search : magnet;
    return {
      ok: true,
      facts,
      request: { route: name, magnet: whole, file, isHead: method === 'HEAD' },
    };
  } catch {
    return { ok: false, status: 404 };
  }
};
