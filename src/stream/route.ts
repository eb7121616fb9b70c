import type { FileRef } from '../shared/ports/range-port.ts';
import { infoHash as asInfoHash, type InfoHash } from '../shared/units.ts';

/** URLs that the service worker answers. */

export const STREAM_PATH = '/stream/';
export const API_PATH = '/api/';

/** The profile of a page that names none in its URL. */
export const DEFAULT_PROFILE = 'main';

const PROFILE = /^[a-z0-9][a-z0-9-]{0,31}$/;

/** Profile in the `profile` query parameter of a URL, null when there is none or it is malformed. */
export const profileIn = (url: URL): string | null => {
  const name = url.searchParams.get('profile');
  return name !== null && PROFILE.test(name) ? name : null;
};

export interface StreamRoute extends FileRef {
  /** Whether the file is to be saved rather than shown. */
  readonly download: boolean;
}

/**
 * `/stream/<info hash>/<file index>[/<name>][?profile=<name>][&download]`. Only hash and index say
 * which file it is; the name is for people who look at the URL.
 */
export const parseStreamUrl = (url: URL): StreamRoute | null => {
  if (!url.pathname.startsWith(STREAM_PATH)) return null;
  const [hash = '', index = '', ...rest] = url.pathname.slice(STREAM_PATH.length).split('/');
  if (!/^[0-9a-fA-F]{40}$/.test(hash) || !/^\d{1,6}$/.test(index) || rest.length > 1) return null;
  return {
    infoHash: asInfoHash(hash.toLowerCase()),
    file: Number(index),
    download: url.searchParams.has('download'),
  };
};

/** Relative URL under which the service worker serves a file, playable while it downloads. */
export const streamUrl = (
  profile: string,
  infoHash: InfoHash,
  file: number,
  name: string,
): string => {
  // A lone surrogate cannot be encoded; a torrent may hold anything.
  const safe = encodeURIComponent(name.replace(/[\p{Cs}/]/gu, '_'));
  // A dot name would be resolved away by the URL parser.
  const suffix = safe === '' || safe === '.' || safe === '..' ? '' : `/${safe}`;
  const query = profile === DEFAULT_PROFILE ? '' : `?profile=${profile}`;
  return `${STREAM_PATH}${infoHash}/${file}${suffix}${query}`;
};
