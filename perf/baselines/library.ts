/** The part of WebTorrent's public interface that the baseline uses. */

interface StockWire {
  once(event: 'piece', listener: () => void): void;
}

export interface StockFile {
  readonly length: number;
  readonly streamURL: string;
  streamTo(element: HTMLMediaElement): void;
}

export interface StockTorrent {
  readonly infoHash: string;
  readonly magnetURI: string;
  readonly length: number;
  /** Bytes of verified pieces and of blocks that wait for theirs; O(pieces). */
  readonly downloaded: number;
  readonly files: readonly StockFile[];
  once(event: 'done', listener: () => void): void;
  on(event: 'wire', listener: (wire: StockWire) => void): void;
}

export interface StockClient {
  add(source: string, options: object, ready: (torrent: StockTorrent) => void): StockTorrent;
  seed(files: readonly File[], options: object, ready: (torrent: StockTorrent) => void): unknown;
  createServer(options: { controller: ServiceWorkerRegistration }): unknown;
}

export type StockClass = new (options: object) => StockClient;

/** The library as it is published, not bundled anew. */
export const loadStock = async (): Promise<StockClass> => {
  const url = '/webtorrent.min.js';
  return ((await import(/* @vite-ignore */ url)) as { default: StockClass }).default;
};
