import type { Clock } from '../shared/clock.ts';
import type { WebSeedFault, WebSeedView } from '../shared/ports/torrents.ts';
import type { Bans } from './blame.ts';
import type { LibTorrent, LibWire } from './library.ts';
import { WEB_LOOK_MS, WEB_REST_MS } from './limits.ts';
import type { SwarmDeps } from './swarm-port.ts';
import { isLoopback, mayFetch, usableWebSeeds, type WebRules } from './web-address.ts';
import { openWebSeed, type WebSeed } from './web-seed.ts';

/** What web seeds of any torrent share. */
export interface WebSeeding extends WebRules {
  /** Null: this page fetches from none. */
  readonly fetch: typeof fetch | null;
  /** The user's choice; it may change. */
  isWanted(): boolean;
}

export const webSeedingOf = (
  { fetch, ownAddress }: Pick<SwarmDeps, 'fetch' | 'ownAddress'>,
  isWanted: () => boolean,
): WebSeeding => ({
  fetch: fetch ?? null,
  loopback: isLoopback(ownAddress?.hostname ?? ''),
  ownOrigin: ownAddress?.origin ?? '',
  isWanted,
});

/** The web seeds of one torrent: open while something of it is missing that somebody wants. */
export interface WebSeeds {
  /** Opens or closes them as is needed now. */
  update(): void;
  /** The same, and hosts that may do better by now are not let rest. */
  retry(): void;
  /** The host behind a wire; null for a peer. */
  hostOf(wire: LibWire): string | null;
  readonly views: readonly WebSeedView[];
  stop(): void;
}

export interface WebSeedsParts {
  readonly torrent: LibTorrent;
  readonly web: WebSeeding;
  readonly clock: Clock;
  readonly bans: Pick<Bans, 'has'>;
  readonly isNeeded: () => boolean;
  readonly onChange: () => void;
}

interface Entry {
  seed: WebSeed | null;
  fault: WebSeedFault | null;
  /** When it was given up; ms. */
  since: number;
}

/** It may be better later: the host was busy, or the user's own network was gone. */
const PASSING: ReadonlySet<WebSeedFault> = new Set(['busy', 'slow', 'unreachable']);

export const createWebSeeds = (parts: WebSeedsParts): WebSeeds => {
  const { torrent, web, clock } = parts;
  const entries = new Map<string, Entry>();
  let stopTimer: (() => void) | null = null;
  let stopped = false;

  const addresses = (): readonly string[] =>
    usableWebSeeds(torrent.urlList ?? []).filter((url) => mayFetch(url, web));

  const open = (url: string, fetchFrom: typeof fetch): void => {
    const entry = entries.get(url) ?? { seed: null, fault: null, since: 0 };
    entries.set(url, entry);
    const rested = clock.now() - entry.since >= WEB_REST_MS;
    if (entry.seed !== null) return;
    if (entry.fault !== null && !(PASSING.has(entry.fault) && rested)) return;
    let wire: LibWire | null = null;
    const give = (fault: WebSeedFault): void => {
      entry.fault = fault;
      entry.since = clock.now();
    };
    entry.fault = null;
    entry.seed = openWebSeed({
      torrent,
      url,
      fetch: fetchFrom,
      clock,
      mayFetch: (address) => mayFetch(address, web),
      onClosed(fault) {
        const isOurs = entry.seed === null;
        entry.seed = null;
        if (parts.bans.has(wire?.peerId ?? null, undefined)) give('bad-data');
        else if (fault !== null) give(fault);
        // Neither we nor the host: a request was out for too long.
        else if (!isOurs) give('slow');
        parts.onChange();
      },
    });
    if (entry.seed === null) give('refused');
    else ({ wire } = entry.seed);
  };

  const close = (entry: Entry): void => {
    const { seed } = entry;
    entry.seed = null;
    seed?.close();
  };

  const update = (): void => {
    if (stopped || torrent.destroyed) return;
    const isOn = web.fetch !== null && web.isWanted() && parts.isNeeded();
    if (isOn && web.fetch !== null) for (const url of addresses()) open(url, web.fetch);
    else for (const entry of entries.values()) close(entry);
    stopTimer?.();
    stopTimer = null;
    if (isOn && entries.size > 0) stopTimer = clock.after(WEB_LOOK_MS, update);
  };

  return {
    update,
    retry() {
      for (const entry of entries.values()) {
        if (entry.fault !== null && PASSING.has(entry.fault)) entry.fault = null;
      }
      update();
    },
    hostOf(wire) {
      for (const [url, { seed }] of entries) if (seed?.wire === wire) return new URL(url).host;
      return null;
    },
    get views() {
      if (web.fetch === null) return [];
      return addresses().map((url): WebSeedView => {
        const { seed = null, fault = null } = entries.get(url) ?? {};
        const state = !web.isWanted() ? 'off' : fault !== null ? 'failed' : null;
        return {
          host: new URL(url).host,
          state: state ?? (seed === null ? 'idle' : 'open'),
          fault,
        };
      });
    },
    stop() {
      stopped = true;
      stopTimer?.();
      for (const entry of entries.values()) close(entry);
    },
  };
};
