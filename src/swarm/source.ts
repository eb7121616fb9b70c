import { fail, ok, type Result } from '../shared/result.ts';
import { toHex } from '../shared/hex.ts';
import { infoHash as infoHashOf, type InfoHash } from '../shared/units.ts';
import { MAX_EXACT_SOURCES, MAX_FILES, MAX_NAME_LENGTH, MAX_TRACKERS } from './limits.ts';
import { readMetainfo, rebuildTorrent, type Metainfo } from './metainfo.ts';
import { cleanText } from './paths.ts';
import { usableWebSeeds } from './web-address.ts';

/**
 * What a user, a link or a library entry hands in, reduced to what is safe to give to the library:
 * peer addresses would make the page call hosts of a stranger's choice again and again.
 */
export interface Source {
  readonly infoHash: InfoHash;
  /** Cleaned, for display until metadata comes; empty when unknown. */
  readonly name: string;
  readonly trackers: readonly string[];
  /** Files that a magnet link means (`so`, BEP-53); null when it does not say. */
  readonly only: readonly number[] | null;
  /** Where the torrent file of a magnet link lies (`xs`, `as`): http(s) only. */
  readonly exact: readonly string[];
  /** Where its data lies on the web (`ws`, `url-list`; BEP 19). */
  readonly webSeeds: readonly string[];
  /** A rebuilt `.torrent` file when the metadata is known. */
  readonly torrent: Uint8Array | null;
  readonly metainfo: Metainfo | null;
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

const fromBase32 = (text: string): Uint8Array => {
  const data = new Uint8Array((text.length * 5) / 8);
  let buffer = 0;
  let bits = 0;
  let at = 0;
  for (const char of text.toLowerCase()) {
    buffer = (buffer << 5) | BASE32.indexOf(char);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    data[at] = (buffer >>> bits) & 0xff;
    at += 1;
    buffer &= (1 << bits) - 1;
  }
  return data;
};

const readHash = (text: string): InfoHash | null => {
  if (/^[0-9a-f]{40}$/i.test(text)) return infoHashOf(text.toLowerCase());
  if (/^[a-z2-7]{32}$/i.test(text)) return infoHashOf(toHex(fromBase32(text)));
  return null;
};

/** WebSocket trackers, each once and not too many; pages reach no other kind. */
export const usableTrackers = (urls: readonly string[]): string[] => {
  const kept = new Set<string>();
  for (const url of urls) {
    if (!URL.canParse(url) || url.length > 1024) continue;
    const { protocol, href } = new URL(url);
    if (protocol === 'ws:' || protocol === 'wss:') kept.add(href.replace(/\/$/, ''));
    if (kept.size === MAX_TRACKERS) break;
  }
  return [...kept];
};

/** `0,2,4-7` of BEP-53 as file indexes in order; null for anything else. */
const readSelectOnly = (text: string | null): readonly number[] | null => {
  if (text === null || text.length > 4_096 || !/^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(text)) return null;
  const files = new Set<number>();
  for (const part of text.split(',')) {
    const [from = 0, to = from] = part.split('-').map(Number);
    if (from > to || to >= MAX_FILES) return null;
    for (let index = from; index <= to; index += 1) files.add(index);
  }
  return [...files].sort((a, b) => a - b);
};

/**
 * Addresses of a magnet link under which the torrent file itself lies (`xs` and `as`). Only http(s):
 * what the page's own policy and the host's CORS headers allow beyond that is the browser's matter.
 */
const exactSources = (fields: URLSearchParams): string[] =>
  [...fields.getAll('xs'), ...fields.getAll('as')]
    .filter((url) => url.length <= 2_048 && URL.canParse(url))
    .filter((url) => /^https?:$/.test(new URL(url).protocol))
    .slice(0, MAX_EXACT_SOURCES);

const badMagnet = fail('bad-magnet', 'This is not a magnet link or info hash of a v1 torrent.');

const readMagnet = (text: string): Result<Source> => {
  const plain = readHash(text);
  if (plain !== null) {
    const nothing = {
      name: '',
      trackers: [],
      only: null,
      exact: [],
      webSeeds: [],
      torrent: null,
      metainfo: null,
    };
    return ok({ infoHash: plain, ...nothing });
  }
  if (!/^magnet:\?/i.test(text) || text.length > 65_536) return badMagnet;
  const fields = new URLSearchParams(text.slice(text.indexOf('?') + 1));
  const [hash] = fields
    .getAll('xt')
    .filter((topic) => /^urn:btih:/i.test(topic))
    .map((topic) => readHash(topic.slice('urn:btih:'.length)))
    .filter((found) => found !== null);
  if (hash === undefined) return badMagnet;
  return ok({
    infoHash: hash,
    name: cleanText(fields.get('dn') ?? '').slice(0, MAX_NAME_LENGTH),
    trackers: usableTrackers(fields.getAll('tr')),
    only: readSelectOnly(fields.get('so')),
    exact: exactSources(fields),
    webSeeds: usableWebSeeds(fields.getAll('ws')),
    torrent: null,
    metainfo: null,
  });
};

/** What two links of one torrent tell together; what the newer one suggests holds. Within the same bounds. */
export const mergeSources = (known: Source, more: Source): Source => ({
  ...known,
  name: known.name === '' ? more.name : known.name,
  trackers: usableTrackers([...known.trackers, ...more.trackers]),
  only: more.only ?? known.only,
  exact: [...new Set([...more.exact, ...known.exact])].slice(0, MAX_EXACT_SOURCES),
  webSeeds: usableWebSeeds([...known.webSeeds, ...more.webSeeds]),
});

const sha1 = async (data: Uint8Array): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-1', Uint8Array.from(data)));

/** Reads a magnet URI, 40 hex or 32 base-32 digits, or the bytes of a `.torrent` file. */
export const readSource = async (source: string | Uint8Array): Promise<Result<Source>> => {
  if (typeof source === 'string') return readMagnet(source.trim());
  const metainfo = readMetainfo(source);
  if (!metainfo.ok) return metainfo;
  const trackers = usableTrackers(metainfo.value.trackers);
  const webSeeds = usableWebSeeds(metainfo.value.webSeeds);
  return ok({
    infoHash: infoHashOf(toHex(await sha1(metainfo.value.info))),
    name: cleanText(metainfo.value.name).slice(0, MAX_NAME_LENGTH),
    trackers,
    only: null,
    exact: [],
    webSeeds,
    torrent: rebuildTorrent(metainfo.value, trackers, webSeeds),
    metainfo: metainfo.value,
  });
};

/** Magnet URI with exact topic, display name, trackers (BEP-9) and web seeds (BEP 19). */
export const magnetOf = (
  hash: InfoHash,
  name: string,
  trackers: readonly string[],
  webSeeds: readonly string[] = [],
): string => {
  const parts = [`xt=urn:btih:${hash}`];
  if (name !== '') parts.push(`dn=${encodeURIComponent(name)}`);
  for (const url of trackers) parts.push(`tr=${encodeURIComponent(url)}`);
  for (const url of webSeeds) parts.push(`ws=${encodeURIComponent(url)}`);
  return `magnet:?${parts.join('&')}`;
};

/** All that {@link readSource} read of a link, as a link again. */
export const linkOf = ({ infoHash, name, trackers, webSeeds, exact, only }: Source): string =>
  [
    magnetOf(infoHash, name, trackers, webSeeds),
    ...exact.map((url) => `&xs=${encodeURIComponent(url)}`),
    ...(only === null ? [] : [`&so=${only.join(',')}`]),
  ].join('');
