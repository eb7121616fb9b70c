import { serveBridge, type Endpoint } from '../../shared/bridge.ts';
import { MAX_RANGE_READ, type RangeSpec } from '../../shared/ports/range-port.ts';
import { fail, failureOf, ok } from '../../shared/result.ts';
import type { InfoHash } from '../../shared/units.ts';
import type { TorrentStore } from './torrent.ts';

const unknown = () => fail('not-found', 'The store does not have this file.');

/** Answers the service worker: what a file is, and the bytes of it that are held. */
export const serveRanges = (
  port: Endpoint,
  torrentOf: (infoHash: InfoHash) => TorrentStore | null,
): void => {
  serveBridge<RangeSpec>(
    port,
    {
      async stat({ infoHash, file }) {
        const facts = torrentOf(infoHash)?.meta.files[file];
        if (!facts) return unknown();
        return ok({ name: facts.path.split('/').at(-1) ?? '', length: facts.length });
      },
      async read({ infoHash, file, offset, length }) {
        const torrent = torrentOf(infoHash);
        if (!torrent?.layout.file(file)) return unknown();
        try {
          const data = await torrent.readHeld(file, offset, Math.min(length, MAX_RANGE_READ));
          return { result: ok(data), transfer: [data.buffer] };
        } catch (thrown) {
          return { ok: false, error: failureOf(thrown, 'storage') };
        }
      },
    },
    {},
  );
};
