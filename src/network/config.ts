import type { Clock } from '../shared/clock.ts';
import type { Network, RuntimeConfig } from '../shared/config.ts';
import { FailureError, fail, failureOf, ok, unwrap, type Result } from '../shared/result.ts';
import { createHttp, type Fetch } from './http.ts';
import {
  CONFIG_TIMEOUT_MS,
  MAX_CONFIG_BYTES,
  MAX_CREDENTIAL_LENGTH,
  MAX_ICE_SERVERS,
  MAX_ICE_URLS,
  MAX_TRACKERS,
  MAX_URL_LENGTH,
} from './limits.ts';

type IceServer = RuntimeConfig['iceServers'][number];

const NETWORKS: readonly string[] = ['main', 'test', 'devnet'] satisfies Network[];
const HTTP = ['http:', 'https:'];
const SOCKET = ['ws:', 'wss:'];
const ICE = /^(stun|stuns|turn|turns):[^\s]+$/;

const bad = (what: string): FailureError =>
  new FailureError({ code: 'bad-input', message: `The configuration's ${what}.` });

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text = (value: unknown, what: string, max: number): string => {
  if (typeof value !== 'string' || value.length === 0 || value.length > max) {
    throw bad(`${what} must be a text of 1 to ${max} characters`);
  }
  return value;
};

const list = (value: unknown, what: string, max: number): readonly unknown[] => {
  if (!Array.isArray(value) || value.length > max) {
    throw bad(`${what} must be a list of at most ${max}`);
  }
  return value;
};

const address = (value: unknown, what: string, schemes: readonly string[]): string => {
  const given = text(value, what, MAX_URL_LENGTH);
  if (!URL.canParse(given)) throw bad(`${what} is not a URL`);
  const url = new URL(given);
  if (!schemes.includes(url.protocol)) throw bad(`${what} must start with ${schemes.join(' or ')}`);
  // Credentials in a URL are refused by fetch, a fragment never reaches the server.
  if (url.username !== '' || url.password !== '' || url.hash !== '') {
    throw bad(`${what} must have neither credentials nor a fragment`);
  }
  return url.href;
};

/** An address that paths are appended to. */
const base = (value: unknown, what: string): string => {
  const href = address(value, what, HTTP);
  if (href.includes('?')) throw bad(`${what} must have no query`);
  return href.replace(/\/+$/, '');
};

const iceUrl = (value: unknown): string => {
  const url = text(value, 'ICE server', MAX_URL_LENGTH);
  if (!ICE.test(url)) throw bad('ICE server must be a stun: or turn: address');
  return url;
};

const iceServer = (value: unknown): IceServer => {
  if (!isRecord(value)) throw bad('ICE server must be an object');
  const { urls, username, credential } = value;
  return {
    urls: Array.isArray(urls) ? list(urls, 'ICE urls', MAX_ICE_URLS).map(iceUrl) : iceUrl(urls),
    ...(username !== undefined && {
      username: text(username, 'ICE username', MAX_CREDENTIAL_LENGTH),
    }),
    ...(credential !== undefined && {
      credential: text(credential, 'ICE credential', MAX_CREDENTIAL_LENGTH),
    }),
  };
};

const decode = (json: unknown): RuntimeConfig => {
  if (!isRecord(json)) throw bad('JSON must be an object');
  const { network, trackers, arc, chain, faucet, iceServers = [] } = json;
  if (typeof network !== 'string' || !NETWORKS.includes(network)) {
    throw bad('network must be main, test or devnet');
  }
  if (network === 'main' && faucet !== undefined) throw bad('faucet has no place on main');
  return {
    network: network as Network,
    trackers: list(trackers, 'trackers', MAX_TRACKERS).map((url) =>
      address(url, 'tracker', SOCKET),
    ),
    arc: base(arc, 'arc'),
    chain: base(chain, 'chain'),
    ...(faucet !== undefined && { faucet: address(faucet, 'faucet', HTTP) }),
    iceServers: list(iceServers, 'iceServers', MAX_ICE_SERVERS).map(iceServer),
  };
};

/**
 * Decodes `/config.json`. Unknown fields are ignored, so that an older app reads a newer file.
 * @returns `bad-input` with a sentence that names the field.
 */
export const decodeRuntimeConfig = (json: unknown): Result<RuntimeConfig> => {
  try {
    return ok(decode(json));
  } catch (error) {
    return { ok: false, error: failureOf(error, 'bad-input') };
  }
};

/**
 * A list of trackers that a user has written, within the bounds of the configuration's own.
 * @returns `bad-input` with a sentence that says which line is wrong.
 */
export const decodeTrackers = (value: unknown): Result<readonly string[]> => {
  if (!Array.isArray(value) || value.length > MAX_TRACKERS) {
    return fail('bad-input', `A list of at most ${MAX_TRACKERS} trackers, please.`);
  }
  const decoded: string[] = [];
  for (const [index, line] of value.entries()) {
    try {
      decoded.push(address(line, 'tracker', SOCKET));
    } catch {
      const message = `Line ${index + 1} is no tracker: a whole address is needed that starts with wss:// or ws://. Nothing was changed.`;
      return fail('bad-input', message);
    }
  }
  return ok(decoded);
};

/** Fetches and decodes the configuration. @returns `network`, `timeout` or `bad-input`. */
export const loadRuntimeConfig = async (
  url: string,
  tools: { readonly fetch: Fetch; readonly clock: Clock },
): Promise<Result<RuntimeConfig>> => {
  const answer = await createHttp(tools).send({
    url,
    timeoutMs: CONFIG_TIMEOUT_MS,
    maxBytes: MAX_CONFIG_BYTES,
  });
  if (!answer.ok) return answer;
  const { status } = answer.value;
  if (status !== 200) return fail('network', `The configuration could not be read (${status}).`);
  try {
    return decodeRuntimeConfig(unwrap(answer.value.json()));
  } catch (error) {
    return { ok: false, error: failureOf(error, 'bad-input') };
  }
};
