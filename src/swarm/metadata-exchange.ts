import type { Clock } from '../shared/clock.ts';
import { createTokenBucket, type TokenBucket } from '../shared/token-bucket.ts';
import type { Bucket } from './bucket.ts';
import type { LibWire } from './library.ts';
import { METADATA_PER_SECOND, METADATA_PIECE, METADATA_TIMES } from './limits.ts';
import type { Transport } from './transport.ts';

/**
 * Bounds what a peer costs us with a torrent's metadata (BEP-9). The library answers each request of
 * 31 bytes with 16 KiB at once, whether any of it leaves or not; and each time that a peer tells a
 * size, it takes memory for all of it (10 MB) and asks for it from the beginning.
 */
export interface MetadataExchange {
  /** Room in the channel. */
  pump(): void;
  close(): void;
}

export interface MetadataExchangeParts {
  readonly wire: LibWire;
  readonly transport: Pick<Transport, 'hasRoom'>;
  /** The upload limit. */
  readonly speed: Pick<Bucket, 'admits' | 'spend' | 'leave'>;
  readonly clock: Pick<Clock, 'now'>;
}

const isIndex = (piece: unknown): piece is number =>
  typeof piece === 'number' && Number.isSafeInteger(piece) && piece >= 0;

/** Takes over a wire's exchange of metadata while the torrent's `wire` event is handled. */
export const boundMetadata = (parts: MetadataExchangeParts): MetadataExchange => {
  const { wire, transport, speed, clock } = parts;
  const exchange = wire.ut_metadata;
  /** Pieces that are asked for, each once, until they are sent. */
  const queue = new Set<number>();
  let allowance: TokenBucket | null = null;
  let closed = false;

  const pieceCount = (): number => Math.ceil((exchange.metadata?.length ?? 0) / METADATA_PIECE);

  const answer = exchange._onRequest.bind(exchange);
  const pump = (): void => {
    for (const piece of queue) {
      if (closed || wire.destroyed || !transport.hasRoom() || !speed.admits(pump)) return;
      queue.delete(piece);
      speed.spend(METADATA_PIECE);
      answer(piece);
    }
  };
  exchange._onRequest = (piece) => {
    if (closed || !isIndex(piece)) return;
    if (exchange._metadataComplete && piece < pieceCount()) {
      // How many pieces there are is not known before.
      allowance ??= createTokenBucket(clock, {
        burst: METADATA_TIMES * pieceCount(),
        perSecond: METADATA_PER_SECOND,
      });
      if (allowance.take() === 0) {
        queue.add(piece);
        pump();
        return;
      }
    }
    // Who does not read what we send is not told either.
    if (transport.hasRoom()) exchange._reject(piece);
  };

  const onHandshake = exchange.onExtendedHandshake.bind(exchange);
  exchange.onExtendedHandshake = (handshake) => {
    // A size is told once; a handshake without one may be followed by one that has it.
    if (exchange._remainingRejects === null) onHandshake(handshake);
  };

  const onData = exchange._onData.bind(exchange);
  exchange._onData = (piece, data, size) => {
    // The last piece has all of it decoded and hashed, each time that it comes.
    if (isIndex(piece) && !exchange._bitfield.get(piece)) onData(piece, data, size);
  };
  const onFailed = exchange._failedMetadata.bind(exchange);
  exchange._failedMetadata = () => {
    onFailed();
    // The library asks no more, but would go on hashing what such a peer sends.
    if ((exchange._remainingRejects ?? 0) <= 0) exchange.cancel();
  };

  return {
    pump,
    close() {
      closed = true;
      speed.leave(pump);
      queue.clear();
    },
  };
};
