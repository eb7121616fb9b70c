/** What a person gave us to add: typed, pasted, dropped, or through a link. All of it is hostile. */

/** Longest text that is looked at; real magnets with many trackers stay far below. */
export const MAX_SOURCE_LENGTH = 65_536;
/** Largest `.torrent` file that is read: some 400,000 pieces. */
export const MAX_TORRENT_BYTES = 16 * 2 ** 20;

const HEX_HASH = /^[0-9a-f]{40}$/i;
const MAGNET = /^magnet:\?/i;
const BTIH = /xt=urn:btih:([0-9a-f]{40}|[a-z2-7]{32})(?![0-9a-z])/i;
const OWN_SCHEME = /^web\+rivulet:(\/\/)?/i;

const decode = (text: string): string | null => {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
};

/**
 * The magnet URI or the info hash inside `text`, ready for the torrent engine; null when there is
 * none. Takes magnets, 40 hex digits, `web+rivulet:` links of either, and our own share links.
 */
export const sourceOf = (text: string): string | null => {
  if (text.length > MAX_SOURCE_LENGTH) return null;
  let source = text.trim();
  const shared = /#\/watch\?magnet=(.+)$/.exec(source);
  if (shared?.[1] !== undefined) source = decode(shared[1]) ?? '';
  if (OWN_SCHEME.test(source)) {
    source = source.replace(OWN_SCHEME, '').replace(/\/$/, '');
    if (/%[0-9a-f]{2}/i.test(source) && !MAGNET.test(source)) source = decode(source) ?? '';
    if (source.startsWith('?')) source = `magnet:${source}`;
  }
  const watched = /#\/watch\/([0-9a-f]{40})$/i.exec(source);
  if (watched?.[1] !== undefined) source = watched[1];
  if (HEX_HASH.test(source)) return source.toLowerCase();
  // Magnets are often percent-encoded once more on their way through other programs.
  if (/^magnet%3a/i.test(source)) source = decode(source) ?? '';
  return MAGNET.test(source) && BTIH.test(source) ? source : null;
};

/** Query parameters that carry a source: links, protocol handlers, the share target. */
const OPEN_PARAMETERS = ['open', 'add', 'url', 'text', 'title'] as const;

/** The source that this page was opened with, or null. */
export const sourceOfUrl = (url: URL): string | null => {
  for (const name of OPEN_PARAMETERS) {
    const value = url.searchParams.get(name);
    const source = value === null ? null : sourceOf(value);
    if (source !== null) return source;
  }
  return null;
};

/** The same URL without what {@link sourceOfUrl} reads, so that a reload does not add it again. */
export const withoutSource = (url: URL): URL => {
  const rest = new URL(url);
  for (const name of OPEN_PARAMETERS) rest.searchParams.delete(name);
  return rest;
};

export const isTorrentFile = (file: { readonly name: string; readonly type: string }): boolean =>
  file.type === 'application/x-bittorrent' || /\.torrent$/i.test(file.name);
