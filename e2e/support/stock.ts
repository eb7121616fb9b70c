import { createReadStream, existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join, normalize, resolve } from 'node:path';
import type { Page } from '@playwright/test';

const ROOT = resolve('node_modules/webtorrent/dist');
const PAGE = `<!doctype html><meta charset="utf-8"><title>stock</title>
<script type="module">
  import WebTorrent from '/webtorrent.min.js';
  window.WebTorrent = WebTorrent;
  window.ready = true;
</script>`;

/** Serves an unmodified WebTorrent: a page that imports the library as it is published, and nothing else. */
export interface StockHost {
  readonly origin: string;
  stop(): Promise<void>;
}

const listen = (server: Server): Promise<number> =>
  new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') fail(new Error('no port'));
      else done(address.port);
    });
  });

export const startStockHost = async (): Promise<StockHost> => {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path === '/') {
      response.setHeader('content-type', 'text/html');
      response.end(PAGE);
      return;
    }
    const file = normalize(join(ROOT, path));
    if (!file.startsWith(ROOT) || !existsSync(file)) {
      response.statusCode = 404;
      response.end();
      return;
    }
    response.setHeader('content-type', 'text/javascript');
    createReadStream(file).pipe(response);
  });
  const port = await listen(server);
  return {
    origin: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
};

/** The part of WebTorrent's public API that the specs use on the stock page. */
interface StockTorrent {
  readonly infoHash: string;
  readonly magnetURI: string;
  readonly done: boolean;
  readonly downloaded: number;
  readonly files: readonly { blob(): Promise<Blob> }[];
  on(event: 'done', listener: () => void): void;
}
interface StockClient {
  add(source: string, options: object, ready: (torrent: StockTorrent) => void): StockTorrent;
  seed(input: File, options: object, ready: (torrent: StockTorrent) => void): StockTorrent;
}
declare global {
  interface Window {
    WebTorrent: new (options: object) => StockClient;
    ready?: boolean;
    stock?: StockClient;
    stockTorrent?: StockTorrent | undefined;
  }
}

const NO_ICE_SERVERS = { tracker: { rtcConfig: { iceServers: [] } } };

/** A page that runs the stock library, with its defaults but for the local network's trackers. */
export class StockPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(host: StockHost): Promise<void> {
    await this.page.goto(host.origin);
    await this.page.waitForFunction(() => window.ready === true);
    await this.page.evaluate((options) => {
      window.stock = new window.WebTorrent(options);
    }, NO_ICE_SERVERS);
  }

  /** Joins a swarm; resolves when the library has the metadata. */
  async add(magnet: string): Promise<void> {
    await this.page.evaluate(
      (source) =>
        new Promise<void>((done) => {
          window.stockTorrent = window.stock?.add(source, {}, () => done());
        }),
      magnet,
    );
  }

  downloaded(): Promise<number> {
    return this.page.evaluate(() => window.stockTorrent?.downloaded ?? 0);
  }

  /** Waits for the whole torrent and gives the SHA-256 (hex) of its first file. */
  sha256(): Promise<string> {
    return this.page.evaluate(async () => {
      const torrent = window.stockTorrent;
      if (torrent === undefined) throw new Error('nothing was added');
      if (!torrent.done) await new Promise<void>((done) => torrent.on('done', done));
      const [file] = torrent.files;
      if (file === undefined) throw new Error('no file');
      const digest = await crypto.subtle.digest('SHA-256', await (await file.blob()).arrayBuffer());
      return [...new Uint8Array(digest)].map((b) => b.toString(16).padStart(2, '0')).join('');
    });
  }

  /** Seeds bytes that the page makes itself, so that nothing large crosses the test's pipe. */
  seed(name: string, length: number, tracker: string) {
    return this.page.evaluate(
      async ([fileName, size, announce]) => {
        const data = new Uint8Array(size);
        for (let at = 0; at < size; at += 65_536) {
          crypto.getRandomValues(data.subarray(at, Math.min(at + 65_536, size)));
        }
        const digest = await crypto.subtle.digest('SHA-256', data);
        const sha256 = [...new Uint8Array(digest)]
          .map((b) => b.toString(16).padStart(2, '0'))
          .join('');
        const torrent = await new Promise<StockTorrent>((done) => {
          window.stock?.seed(new File([data], fileName), { announce: [announce] }, done);
        });
        return { magnet: torrent.magnetURI, infoHash: torrent.infoHash, sha256 };
      },
      [name, length, tracker] as const,
    );
  }
}
