import type { Clock, RandomBytes } from '../shared/clock.ts';
import { fail, ok, type Result } from '../shared/result.ts';

/** What is used of a `WebSocket`. */
export interface ProbeSocket {
  send(text: string): void;
  close(): void;
  addEventListener(type: 'open' | 'error' | 'close', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

export interface TrackerProbeTools {
  readonly connect: (url: string) => ProbeSocket;
  readonly random: RandomBytes;
  readonly clock: Clock;
}

/** Half of this is a tracker that is overloaded; nobody waits longer. */
const TIMEOUT_MS = 6_000;
const ID_LENGTH = 20;
/** A tracker's answer is a line of JSON. */
const MAX_ANSWER = 65_536;

/** Bytes as the tracker protocol writes them into JSON: one character each. */
const binary = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

const answerOf = (data: unknown): { action?: unknown; info_hash?: unknown } | null => {
  if (typeof data !== 'string' || data.length > MAX_ANSWER) return null;
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
};

/**
 * Announces a torrent that nobody has to a WebSocket tracker and waits for its answer, with no
 * offers, so that no peer is made. Failures: `network`, `timeout`, `aborted`.
 */
export const probeTracker = (
  url: string,
  { connect, random, clock }: TrackerProbeTools,
  signal: AbortSignal,
): Promise<Result<null>> =>
  new Promise((resolve) => {
    const infoHash = binary(random(ID_LENGTH));
    let socket: ProbeSocket | null = null;
    const settle = (result: Result<null>): void => {
      stopClock();
      signal.removeEventListener('abort', onAbort);
      socket?.close();
      resolve(result);
    };
    const onAbort = (): void => settle(fail('aborted', 'Cancelled.'));
    const stopClock = clock.after(TIMEOUT_MS, () =>
      settle(fail('timeout', 'The tracker did not answer in time.')),
    );
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    const announce = (event: 'started' | 'stopped'): void =>
      socket?.send(
        JSON.stringify({
          action: 'announce',
          info_hash: infoHash,
          peer_id: binary(random(ID_LENGTH)),
          numwant: 0,
          uploaded: 0,
          downloaded: 0,
          left: 1,
          event,
          offers: [],
        }),
      );
    try {
      socket = connect(url);
    } catch {
      settle(fail('network', 'The tracker’s address cannot be opened.'));
      return;
    }
    const lost = (): void => settle(fail('network', 'The tracker could not be reached.'));
    socket.addEventListener('open', () => announce('started'));
    socket.addEventListener('error', lost);
    socket.addEventListener('close', lost);
    socket.addEventListener('message', ({ data }) => {
      const answer = answerOf(data);
      if (answer?.action !== 'announce' || answer.info_hash !== infoHash) return;
      announce('stopped');
      settle(ok(null));
    });
  });
