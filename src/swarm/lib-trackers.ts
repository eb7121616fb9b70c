/** The part of bittorrent-tracker and torrent-discovery that is used here, in our own types. */

/** One WebSocket tracker of bittorrent-tracker's client. */
export interface LibTracker {
  readonly announceUrl: string;
  /** Whose it is: the torrent's info hash, a character for each of its 20 bytes. */
  readonly client: { readonly _infoHashBinary: string };
  readonly reconnecting: boolean;
  readonly destroyed: boolean;
  retries: number;
  reconnectTimer: ReturnType<typeof setTimeout> | null;
  /** Shared by all torrents that use the tracker; null while there is none. */
  readonly socket: {
    readonly connected: boolean;
    once(event: 'connect', listener: () => void): unknown;
  } | null;
  /** Announces again and again; `ms` is a tracker's word, times a thousand. */
  setInterval(ms?: number | null): void;
  /**
   * A message of the tracker: what it answers, and what peers say through it. All torrents that share the
   * socket hear each, and let go what is about another one.
   */
  _onAnnounceResponse(data: { readonly info_hash?: unknown; readonly offer?: unknown }): void;
  _openSocket(): void;
  /** Announces when it was reconnecting, does nothing otherwise. */
  _onSocketConnect(): void;
  /** Lets go of the socket and waits to reconnect; the last that does closes it. */
  _onSocketClose(): void;
}

/** A tracker has answered an announce; `announce` is its URL, all else is what it says. */
export interface LibAnnounceAnswer {
  readonly announce: string;
  readonly complete?: unknown;
  readonly incomplete?: unknown;
}

/** Those of one torrent; `update` tells them that we are here now, with offers to new peers. */
interface LibTrackerClient {
  readonly _trackers: LibTracker[];
  update(): void;
  on(event: 'update', listener: (answer: LibAnnounceAnswer) => void): unknown;
  emit(event: 'update', answer: LibAnnounceAnswer): unknown;
  removeAllListeners(event: 'update'): unknown;
}

/** torrent-discovery: how peers are found, in a page by trackers alone. */
export interface LibDiscovery {
  readonly tracker: LibTrackerClient | null;
  /** What {@link _createTracker} takes. */
  _announce: readonly string[];
  /** Opens a client, which announces at once and hands in the peers that it hears of. */
  _createTracker(): LibTrackerClient;
}
