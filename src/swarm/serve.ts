import { HOLD_MS } from '../protocol/policy.ts';
import type { Clock } from '../shared/clock.ts';
import { BLOCK_LENGTH } from '../shared/units.ts';
import type { Bucket } from './bucket.ts';
import type { GatePass } from './gate.ts';
import type { LibTorrent, LibWire } from './library.ts';
import { MAX_BLOCK_LENGTH, MAX_QUEUED_REQUESTS } from './limits.ts';
import { planBatch, PIECE_HEADER, writeBlock, type BlockRequest, type Run } from './batch.ts';
import type { Transport } from './transport.ts';

/**
 * Answers one peer's requests. It stands where the library's `_onRequest` stood: a request waits in
 * a queue until the gate has credit and the channel has room, then blocks are read and sent
 * together. It alone chokes and unchokes the peer.
 */
export interface Server {
  /** Something changed (credit, price, pause, interest): open, hold or close, and go on. */
  update(): void;
  /** Room in the channel. */
  pump(): void;
  /** Whether the peer is held or choked for want of credit. */
  readonly gated: boolean;
  close(): void;
}

export interface ServerParts {
  readonly wire: LibWire;
  readonly torrent: LibTorrent;
  readonly pass: GatePass;
  readonly transport: Transport;
  /** The upload limit. */
  readonly speed: Bucket;
  readonly clock: Clock;
  /** False while the torrent is paused or the peer is not known yet. */
  readonly isOpen: () => boolean;
  /** A block was handed to the wire. */
  readonly onSent: (request: BlockRequest) => void;
}

/** Reads under way for one wire: the next is read while the last is sent. */
const READS_AT_ONCE = 2;

interface Batch {
  readonly requests: Set<BlockRequest>;
  readonly release: () => void;
}

export const createServer = (parts: ServerParts): Server => {
  const { wire, torrent, pass, transport, speed, clock } = parts;
  const choke = wire.choke.bind(wire);
  const unchoke = wire.unchoke.bind(wire);
  let queue: BlockRequest[] = [];
  const reading = new Set<Batch>();
  let stopHold: (() => void) | null = null;
  let closed = false;

  const refuse = ({ index, offset, length }: BlockRequest): void => {
    if (wire.hasFast && !wire._finished) wire.reject(index, offset, length);
  };

  const stopHolding = (): void => {
    stopHold?.();
    stopHold = null;
  };

  /** Chokes; BEP-6 wants every request answered, so what waits is rejected. */
  const shut = (): void => {
    stopHolding();
    choke();
    const waiting = [...queue, ...[...reading].flatMap((batch) => [...batch.requests])];
    queue = [];
    for (const batch of reading) batch.requests.clear();
    waiting.forEach(refuse);
  };

  const pieceLengthOf = (index: number): number =>
    index === torrent.pieces.length - 1 ? torrent.lastPieceLength : torrent.pieceLength;

  const isServable = ({ index, offset, length }: BlockRequest): boolean =>
    torrent.ready &&
    index >= 0 &&
    index < torrent.pieces.length &&
    torrent.pieces[index] === null &&
    offset >= 0 &&
    length > 0 &&
    offset + length <= pieceLengthOf(index);

  const send = (batch: Batch, runs: readonly Run[]): void => {
    const sendable = runs.flatMap((run) =>
      run.requests
        .filter((request) => batch.requests.has(request))
        .map((request) => ({ request, data: run.data, start: request.offset - run.offset })),
    );
    const total = sendable.reduce((sum, { request }) => sum + PIECE_HEADER + request.length, 0);
    if (total === 0 || wire._finished || closed) return;
    const message = new Uint8Array(total);
    let at = 0;
    for (const { request, data, start } of sendable) {
      at = writeBlock(message, at, request, data.subarray(start, start + request.length));
    }
    wire._push(message);
    for (const { request } of sendable) {
      // What the library's own piece() counts.
      wire.uploaded += request.length;
      wire.uploadSpeed(request.length);
      wire.emit('upload', request.length);
      pass.sent(request.length);
      parts.onSent(request);
    }
  };

  const readRun = (store: NonNullable<LibTorrent['store']>, requests: readonly BlockRequest[]) =>
    new Promise<Run | null>((resolve) => {
      const [first] = requests;
      const last = requests.at(-1);
      if (first === undefined || last === undefined) {
        resolve(null);
        return;
      }
      const length = last.offset + last.length - first.offset;
      store.get(first.index, { offset: first.offset, length }, (error, data) => {
        const whole = error === null || error === undefined ? data : undefined;
        resolve(whole?.length === length ? { requests, offset: first.offset, data: whole } : null);
      });
    });

  const start = async (runs: readonly (readonly BlockRequest[])[]): Promise<void> => {
    const { store } = torrent;
    const requests = runs.flat();
    const bytes = requests.reduce((sum, request) => sum + request.length, 0);
    speed.spend(bytes);
    const batch: Batch = { requests: new Set(requests), release: pass.reserve(bytes) };
    reading.add(batch);
    const found = store === null ? [] : await Promise.all(runs.map((run) => readRun(store, run)));
    reading.delete(batch);
    batch.release();
    const read = found.filter((run) => run !== null);
    const held = new Set(read.flatMap((run) => run.requests));
    for (const request of batch.requests) if (!held.has(request)) refuse(request);
    send(batch, read);
    pump();
  };

  const hold = (): void => {
    stopHold ??= clock.after(HOLD_MS, () => {
      stopHold = null;
      if (!closed && queue.length > 0 && !allowsNext()) shut();
    });
  };

  const allowsNext = (): boolean => pass.allows(queue[0]?.length ?? BLOCK_LENGTH);

  const pump = (): void => {
    if (closed || wire.amChoking) return;
    while (queue.length > 0 && reading.size < READS_AT_ONCE && transport.hasRoom()) {
      // Credit before room: who may not be served does not stand in line.
      if (!allowsNext() || !speed.admits(pump)) break;
      const most = Math.min(transport.maxMessage, speed.share);
      const { runs, taken } = planBatch(queue, most, (bytes) => pass.allows(bytes));
      if (taken === 0) break;
      queue = queue.slice(taken);
      void start(runs);
    }
    if (queue.length > 0 && !allowsNext()) hold();
    else stopHolding();
  };

  const update = (): void => {
    if (closed || wire.destroyed) return;
    if (!parts.isOpen() || (!pass.bound && !pass.allows(BLOCK_LENGTH))) {
      if (!wire.amChoking) shut();
      return;
    }
    if (wire.amChoking && wire.peerInterested && torrent.ready && allowsNext()) unchoke();
    pump();
  };

  // The library's tit-for-tat neither opens nor closes: a peer is open while it may be served.
  wire.choke = () => undefined;
  wire.unchoke = update;
  wire._onRequest = (index, offset, length) => {
    const request: BlockRequest = { index, offset, length };
    if (length > MAX_BLOCK_LENGTH) wire.destroy();
    else if (closed || wire.amChoking || !isServable(request)) refuse(request);
    else if (queue.length >= MAX_QUEUED_REQUESTS) refuse(request);
    else {
      queue.push(request);
      pump();
    }
  };
  const isSame = (a: BlockRequest, b: BlockRequest): boolean =>
    a.index === b.index && a.offset === b.offset && a.length === b.length;
  wire.on('cancel', (index, offset, length) => {
    const cancelled: BlockRequest = { index, offset, length };
    const at = queue.findIndex((request) => isSame(request, cancelled));
    if (at >= 0) {
      queue.splice(at, 1);
      refuse(cancelled);
      return;
    }
    for (const batch of reading) {
      for (const request of batch.requests) {
        if (!isSame(request, cancelled)) continue;
        batch.requests.delete(request);
        refuse(cancelled);
        return;
      }
    }
  });
  wire.on('interested', update);

  return {
    update,
    pump,
    get gated() {
      return !pass.allows(BLOCK_LENGTH);
    },
    close() {
      closed = true;
      stopHolding();
      speed.leave(pump);
      queue = [];
      for (const batch of reading) batch.requests.clear();
    },
  };
};
