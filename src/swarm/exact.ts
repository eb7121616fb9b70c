import type { Clock } from '../shared/clock.ts';
import { fail, failureOf, ok, type Result } from '../shared/result.ts';
import type { InfoHash } from '../shared/units.ts';
import { EXACT_TIMEOUT_MS, MAX_TORRENT_FILE } from './limits.ts';
import type { LibTorrent } from './library.ts';
import { readSource, type Source } from './source.ts';
import type { SwarmDeps } from './swarm-port.ts';
import { mayFetch, type WebRules } from './web-address.ts';

const refused = fail(
  'rejected',
  'Nothing is asked for at this address: it is not on the open web.',
);

/** The body, or a failure once it is longer than any torrent file. */
const readBody = async (response: Response): Promise<Result<Uint8Array>> => {
  const parts: Uint8Array[] = [];
  let length = 0;
  if (response.body === null) return fail('bad-torrent', 'There is nothing there.');
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > MAX_TORRENT_FILE) {
      await reader.cancel();
      return fail('bad-torrent', 'What lies there is no torrent file: it is too large.');
    }
    parts.push(value);
  }
  const data = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    data.set(part, at);
    at += part.length;
  }
  return ok(data);
};

export interface ExactParts {
  /** Where a page may fetch from at a stranger's word: never from its own local API. */
  readonly web: WebRules;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The torrent file of `infoHash` at `url`, rebuilt; tells no one who asks. Bounded in time and size. */
export const fetchExact = async (
  url: string,
  infoHash: InfoHash,
  { fetch, clock, signal, web }: ExactParts,
): Promise<Result<Uint8Array>> => {
  if (!mayFetch(url, web)) return refused;
  const limit = new AbortController();
  const stop = clock.after(EXACT_TIMEOUT_MS, () => limit.abort());
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([signal, limit.signal]),
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
    });
    if (response.url !== '' && !mayFetch(response.url, web)) return refused;
    if (!response.ok) return fail('network', `The host answered ${response.status}.`);
    const body = await readBody(response);
    if (!body.ok) return body;
    const source = await readSource(body.value);
    if (!source.ok) return source;
    if (source.value.infoHash !== infoHash || source.value.torrent === null) {
      return fail('bad-torrent', 'What lies there is another torrent.');
    }
    return ok(source.value.torrent);
  } catch (thrown) {
    if (limit.signal.aborted) return fail('timeout', 'The host did not answer in time.');
    return { ok: false, error: failureOf(thrown, 'network') };
  } finally {
    stop();
  }
};

/** What is used of a torrent that is looked up. */
export interface Sought {
  readonly source: Pick<Source, 'torrent' | 'exact'>;
  readonly session: {
    metadata(): Promise<Result<void>>;
    readonly torrent: Pick<LibTorrent, 'destroyed' | '_onMetadata'>;
  };
}

/** Fetches the torrent file that a magnet link points to, while peers are looked for. */
export const findExact = async (
  { source, session }: Sought,
  infoHash: InfoHash,
  { fetch, clock, onFault }: Pick<SwarmDeps, 'fetch' | 'clock' | 'onFault'>,
  web: WebRules,
): Promise<void> => {
  if (source.torrent !== null || fetch === undefined) return;
  const found = new AbortController();
  void session.metadata().then(() => found.abort());
  for (const url of source.exact) {
    const { signal } = found;
    const file = await fetchExact(url, infoHash, { fetch, clock, signal, web });
    if (signal.aborted || session.torrent.destroyed) return;
    if (file.ok) return session.torrent._onMetadata(file.value);
    onFault?.(new Error(`The torrent file at ${url} is of no use: ${file.error.message}`));
  }
};
