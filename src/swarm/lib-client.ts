import { loadWebTorrent, type LibClient, type LibClientClass } from './library.ts';

/** How each torrent is added, whatever it is. */
export const FIXED_OPTIONS = {
  // Blocks are read in runs of up to 256 KiB: a cache of whole pieces would only copy more.
  storeCacheSlots: 0,
  deselect: true,
  alwaysChokeSeeders: false,
  uploads: Number.MAX_SAFE_INTEGER,
  strategy: 'sequential',
} as const;

/** The one client of the library, which is fetched and opened when it is first wanted. */
export interface ClientHolder {
  /** A failed download of the library is tried again with the next call. */
  open(): Promise<LibClient>;
  /** Null until it is open. */
  readonly opened: LibClient | null;
  close(): Promise<void>;
}

export interface ClientHolderParts {
  readonly iceServers: readonly object[];
  readonly load?: (() => Promise<LibClientClass>) | undefined;
  readonly onFault: (error: unknown) => void;
}

export const createClientHolder = (parts: ClientHolderParts): ClientHolder => {
  let client: Promise<LibClient> | null = null;
  let opened: LibClient | null = null;

  const load = async (): Promise<LibClient> => {
    const WebTorrent = await (parts.load ?? loadWebTorrent)();
    opened = new WebTorrent({
      tracker: { rtcConfig: { iceServers: parts.iceServers } },
      // The library would fetch from any host that a torrent names; web-seeds.ts opens them instead.
      webSeeds: false,
    });
    opened.on('error', parts.onFault);
    return opened;
  };

  return {
    open() {
      client ??= load().catch((error: unknown) => {
        client = null;
        throw error;
      });
      return client;
    },
    get opened() {
      return opened;
    },
    async close() {
      const lib = await client?.catch(() => null);
      if (lib) await new Promise<void>((resolve) => lib.destroy(() => resolve()));
    },
  };
};
