import { MAX_WEB_SEEDS } from './limits.ts';

/**
 * Addresses of web seeds (BEP 19). A torrent is a stranger's word: what it names must not make the
 * page knock at the doors of the user's own network, nor carry anything of the user there.
 */

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
/** Names that mean something in the user's own network only. */
const LOCAL_NAMES = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|home\.arpa)$/u;

export const isLoopback = (hostname: string): boolean => LOOPBACK.has(hostname);

/** A name of the public DNS. Addresses in figures are refused whole: no public host has to use them. */
const isPublicName = (hostname: string): boolean =>
  hostname.includes('.') &&
  !hostname.startsWith('[') &&
  !/^[\d.]+$/u.test(hostname) &&
  !LOCAL_NAMES.test(hostname.replace(/\.$/u, ''));

/** What a page may fetch from. */
export interface WebRules {
  /** Whether this page itself lies on this machine (development): only then may a web seed, over http too. */
  readonly loopback: boolean;
  /** Of the page: its own host is no web seed. */
  readonly ownOrigin: string;
}

/** Whether what lies at this address may be asked for. */
export const mayFetch = (url: string, { loopback, ownOrigin }: WebRules): boolean => {
  if (url.length > 2_048 || !URL.canParse(url)) return false;
  const { protocol, hostname, username, password, origin } = new URL(url);
  if (username !== '' || password !== '' || origin === ownOrigin) return false;
  if (isLoopback(hostname)) return loopback && (protocol === 'http:' || protocol === 'https:');
  return protocol === 'https:' && isPublicName(hostname);
};

/** The first few addresses that could be web seeds of any page, each once, without fragments. */
export const usableWebSeeds = (urls: readonly string[]): string[] => {
  const kept = new Set<string>();
  for (const url of urls) {
    if (!mayFetch(url, { loopback: true, ownOrigin: '' })) continue;
    const address = new URL(url);
    address.hash = '';
    kept.add(address.href);
    if (kept.size === MAX_WEB_SEEDS) break;
  }
  return [...kept];
};

const encodePath = (path: string): string | null => {
  const segments = path.split('/').filter((segment) => segment !== '');
  if (segments.some((segment) => segment === '.' || segment === '..')) return null;
  try {
    return segments.map(encodeURIComponent).join('/');
  } catch {
    // Half a surrogate pair: no address has it.
    return null;
  }
};

/**
 * Where a file of a torrent lies at a web seed (BEP 19): a torrent of one file at the address itself,
 * or in it when it is a folder; a file of several below it, under the torrent's name.
 * @param path of the file, the torrent's name first, `/` between. Null when no address can say it.
 */
export const fileAddress = (seed: string, path: string, isOnly: boolean): string | null => {
  const address = new URL(seed);
  if (isOnly && !address.pathname.endsWith('/')) return address.href;
  const encoded = encodePath(path);
  if (encoded === null) return null;
  if (!address.pathname.endsWith('/')) address.pathname += '/';
  address.pathname += encoded;
  return address.href;
};
