import { createHash } from 'node:crypto';
import type { Page } from '@playwright/test';
import { bencode, sha1 } from './odd-torrent.ts';
import type { StockHost } from './stock.ts';

/** One file of many GiB whose pieces are all alike: described, served and checked without being there. */
export interface HugeTorrent {
  readonly infoHash: string;
  /** The `.torrent` file. */
  readonly torrent: Buffer;
  readonly pieceLength: number;
  readonly length: number;
  /** SHA-256 (hex) of this stretch of the file. */
  sha256(start: number, end: number): string;
}

/** The byte at `place` of every piece: 251 is prime, so no power of two repeats it. */
const byteAt = (place: number): number => place % 251;

export const makeHuge = (options: {
  readonly name: string;
  readonly length: number;
  readonly pieceLength: number;
  readonly tracker: string;
}): HugeTorrent => {
  const { name, length, pieceLength, tracker } = options;
  const piece = Buffer.alloc(pieceLength);
  for (let place = 0; place < pieceLength; place += 1) piece[place] = byteAt(place);
  const whole = Math.floor(length / pieceLength);
  const rest = length % pieceLength;
  const hashes = [Buffer.alloc(whole * 20, sha1(piece))];
  if (rest > 0) hashes.push(sha1(piece.subarray(0, rest)));
  const info = { name, length, 'piece length': pieceLength, pieces: Buffer.concat(hashes) };
  return {
    infoHash: sha1(bencode(info)).toString('hex'),
    torrent: bencode({ announce: tracker, info }),
    pieceLength,
    length,
    sha256(start, end) {
      const part = Buffer.alloc(end - start);
      for (let at = start; at < end; at += 1) part[at - start] = byteAt(at % pieceLength);
      return createHash('sha256').update(part).digest('hex');
    },
  };
};

/** An unmodified WebTorrent that has all of it, and makes each piece when it is asked for. */
export const seedHuge = async (page: Page, host: StockHost, huge: HugeTorrent): Promise<void> => {
  await page.route(`${host.origin}/huge.torrent`, (route) => route.fulfill({ body: huge.torrent }));
  await page.evaluate(async (total) => {
    const torrent = new Uint8Array(await (await fetch('/huge.torrent')).arrayBuffer());
    type Done = (error: Error | null, chunk?: Uint8Array) => void;
    class PatternStore {
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
        const size = Math.min(this.chunkLength, total - index * this.chunkLength);
        const bytes = new Uint8Array(length ?? size - offset);
        for (let at = 0; at < bytes.length; at += 1) bytes[at] = (offset + at) % 251;
        queueMicrotask(() => done?.(null, bytes));
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
      client.add(torrent, { store: PatternStore, storeCacheSlots: 0, skipVerify: true }, ready);
    });
  }, huge.length);
  await page.unrouteAll();
};
