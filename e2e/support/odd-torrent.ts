import { createHash } from 'node:crypto';
import type { StockHost } from './stock.ts';
import type { Page } from '@playwright/test';

/** Torrents that no well-behaved program makes: names and lengths as the test says. */

export interface OddFile {
  /** Path segments as they stand in the metainfo, unsafe ones too. */
  readonly path: readonly string[];
  readonly content: Buffer;
}

export interface OddTorrent {
  readonly infoHash: string;
  /** The `.torrent` file. */
  readonly torrent: Buffer;
  readonly payload: Buffer;
  readonly files: readonly OddFile[];
}

type Bencodable =
  string | number | Buffer | readonly Bencodable[] | { readonly [key: string]: Bencodable };

/** BEP-3, keys sorted as they come. */
export const bencode = (value: Bencodable): Buffer => {
  if (typeof value === 'number') return Buffer.from(`i${value}e`);
  if (typeof value === 'string') return bencode(Buffer.from(value));
  if (Buffer.isBuffer(value)) return Buffer.concat([Buffer.from(`${value.length}:`), value]);
  if (Array.isArray(value)) {
    const items = value as readonly Bencodable[];
    return Buffer.concat([Buffer.from('l'), ...items.map(bencode), Buffer.from('e')]);
  }
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = entries.flatMap(([key, item]) => [bencode(key), bencode(item)]);
  return Buffer.concat([Buffer.from('d'), ...parts, Buffer.from('e')]);
};

export const sha1 = (data: Buffer) => createHash('sha1').update(data).digest();

export const makeTorrent = (
  name: string,
  files: readonly OddFile[],
  pieceLength: number,
  tracker: string,
): OddTorrent => {
  const payload = Buffer.concat(files.map(({ content }) => content));
  const count = Math.ceil(payload.length / pieceLength);
  const pieces = Buffer.concat(
    Array.from({ length: count }, (_, at) =>
      sha1(payload.subarray(at * pieceLength, (at + 1) * pieceLength)),
    ),
  );
  const info = {
    name,
    'piece length': pieceLength,
    pieces,
    files: files.map(({ path, content }) => ({ path: [...path], length: content.length })),
  };
  return {
    infoHash: sha1(bencode(info)).toString('hex'),
    torrent: bencode({ announce: tracker, info }),
    payload,
    files,
  };
};

/** An unmodified WebTorrent serves the payload under exactly this metainfo. */
export const seedOdd = async (page: Page, host: StockHost, odd: OddTorrent): Promise<void> => {
  await page.route(`${host.origin}/odd.torrent`, (route) => route.fulfill({ body: odd.torrent }));
  await page.route(`${host.origin}/odd.payload`, (route) => route.fulfill({ body: odd.payload }));
  await page.evaluate(async () => {
    const load = async (path: string): Promise<Uint8Array> =>
      new Uint8Array(await (await fetch(path)).arrayBuffer());
    const [torrent, payload] = await Promise.all([load('/odd.torrent'), load('/odd.payload')]);
    type Done = (error: Error | null, chunk?: Uint8Array) => void;
    class PayloadStore {
      readonly chunkLength: number;
      constructor(chunkLength: number) {
        this.chunkLength = chunkLength;
      }
      put(_index: number, _chunk: Uint8Array, done: Done): void {
        done(null);
      }
      get(index: number, options: { offset?: number; length?: number } | null | Done, last?: Done) {
        const done = typeof options === 'function' ? options : last;
        const { offset = 0, length } = (typeof options === 'function' ? null : options) ?? {};
        const start = index * this.chunkLength + offset;
        const end = length === undefined ? (index + 1) * this.chunkLength : start + length;
        queueMicrotask(() => done?.(null, payload.slice(start, end)));
      }
      close(done: Done): void {
        done(null);
      }
      destroy(done: Done): void {
        done(null);
      }
    }
    interface Client {
      add(source: Uint8Array, options: object, ready: () => void): unknown;
    }
    const client = window.stock as unknown as Client;
    await new Promise<void>((ready) => {
      client.add(torrent, { store: PayloadStore, skipVerify: true }, ready);
    });
  });
  await page.unrouteAll();
};
