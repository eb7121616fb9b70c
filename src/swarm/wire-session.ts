import { NONCE_BYTES } from '../protocol/limits.ts';
import type { Clock, RandomBytes } from '../shared/clock.ts';
import type { PeerView } from '../shared/ports/torrents.ts';
import type { TradeState, WireEvents, WirePayments } from '../shared/ports/wire-payments.ts';
import { satPerMiB, type InfoHash, type SatPerMiB, type WireId } from '../shared/units.ts';
import { speakPayments } from './extension.ts';
import type { SpeedBuckets } from './bucket.ts';
import { hasAll } from './extent.ts';
import type { Gate } from './gate.ts';
import { gatherWrites } from './gather.ts';
import { guardMessages } from './guard.ts';
import type { LibConnection, LibPiece, LibTorrent, LibWire } from './library.ts';
import { REQUEST_TIMEOUT_MS } from './limits.ts';
import { boundMetadata } from './metadata-exchange.ts';
import type { Report } from './report.ts';
import { createServer } from './serve.ts';
import { shortenSlowStart } from './slow-start.ts';
import type { SpareBlocks } from './spare.ts';
import { createTap, type Waiting } from './tap.ts';
import { openTransport } from './transport.ts';

/** One peer connection: what is bought from it, what is sold to it. */
export interface WireSession {
  readonly id: WireId;
  readonly wire: LibWire;
  /** Whether blocks may be asked for. */
  readonly mayRequest: boolean;
  /** What its blocks cost; 0 while none may be asked for. */
  readonly price: SatPerMiB;
  /** Whether the peer has everything. */
  readonly isSeeder: boolean;
  /** Payload bytes. */
  readonly downloaded: number;
  readonly uploaded: number;
  /** Requests that are not answered yet, oldest first. */
  readonly waiting: readonly Waiting[];
  onBuy(event: WireEvents['wireBuy']): void;
  onSell(event: WireEvents['wireSell']): void;
  send(data: Uint8Array): void;
  /** Credit, price, pause or readiness changed. */
  update(): void;
  /** Withdraws outstanding requests that `which` picks, oldest first. */
  cancel(which: (piece: number, place: number) => boolean): void;
  cancelTaken(piece: number): void;
  view(): PeerView;
}

export interface WireSessionParts {
  readonly id: WireId;
  readonly wire: LibWire;
  readonly conn: LibConnection | null;
  readonly torrent: LibTorrent;
  readonly infoHash: InfoHash;
  readonly ourPeerId: Uint8Array;
  readonly payments: Pick<WirePayments, 'hello'>;
  readonly report: Report;
  readonly gate: Gate;
  readonly speed: SpeedBuckets;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly isPaused: () => boolean;
  /** The host behind it, when it is a web seed. */
  readonly webSeed: string | null;
  readonly spare: SpareBlocks;
  readonly mayUse: (wire: WireId, index: number) => boolean;
  /** Bytes that were paid for and will never be used. */
  readonly onWasted: (length: number) => void;
  readonly onUsed: (piece: LibPiece, index: number, offset: number, block: Uint8Array) => void;
  /** Requests may be made now that could not be before, or no more. */
  readonly onTrade: (session: WireSession) => void;
  readonly onClose: (session: WireSession) => void;
  readonly onFault: (error: unknown) => void;
}

/** Takes over a wire while the torrent's `wire` event is handled. */
export const createWireSession = (parts: WireSessionParts): WireSession => {
  const { id, wire, torrent, report, clock } = parts;
  let known = false;
  let paid = false;
  let buyState: TradeState = 'negotiating';
  let buyAllowed = false;
  let buyPrice: SatPerMiB | null = null;

  guardMessages(wire, parts.onFault);
  wire.setTimeout(REQUEST_TIMEOUT_MS, true);
  // The library asks a wire that has sent nothing for one block from the end of the selection, to
  // try it out. That block is paid, useless to a player, and costs a round trip.
  wire.downloaded = 1;

  const pass = parts.gate.pass(id);
  gatherWrites(wire, clock);
  const transport = openTransport(wire, parts.conn, () => {
    // Few bytes, for which somebody waits before anything else.
    metadata.pump();
    server.pump();
  });
  const metadata = boundMetadata({ wire, transport, speed: parts.speed.up, clock });
  const server = createServer({
    wire,
    torrent,
    pass,
    transport,
    speed: parts.speed.up,
    clock,
    isOpen: () => known && !parts.isPaused(),
    onSent({ index, offset, length }) {
      if (paid) report.sent(id, index, offset, length);
    },
  });
  // The requests of a web seed have a pace of their own.
  const downloadSpeed =
    parts.webSeed === null ? shortenSlowStart(wire, torrent, clock) : () => wire.downloadSpeed();
  const tap = createTap({
    id,
    wire,
    torrent,
    clock,
    speed: parts.speed.down,
    onBlock(index, offset, length) {
      if (paid) report.received(id, index, offset, length);
    },
    spare: parts.spare,
    mayUse: parts.mayUse,
    onWasted(length) {
      if (paid && buyPrice !== 0) parts.onWasted(length);
    },
    onUsed: parts.onUsed,
  });

  const ourNonce = parts.random(NONCE_BYTES);
  const send = speakPayments({
    wire,
    clock,
    hello: parts.payments.hello(ourNonce),
    onKnown(hello) {
      known = true;
      const theirPeerId = wire.peerIdBuffer;
      if (hello === null || theirPeerId === null) {
        buyState = 'free';
        buyAllowed = true;
      } else {
        paid = true;
        report.post('wireOpened', {
          wire: id,
          infoHash: parts.infoHash,
          ourPeerId: parts.ourPeerId.slice(),
          theirPeerId: theirPeerId.slice(),
          ourNonce,
          theirHello: hello,
        });
      }
      // The library is still inside the handshake: it goes on first.
      queueMicrotask(() => {
        server.update();
        parts.onTrade(session);
      });
    },
    onMessage(data) {
      report.post('wireMessage', { wire: id, data });
    },
  });

  wire.on('close', () => {
    server.close();
    metadata.close();
    if (paid) report.post('wireClosed', { wire: id });
    parts.onClose(session);
  });

  const session: WireSession = {
    id,
    wire,
    get mayRequest() {
      return buyAllowed;
    },
    get price() {
      return buyPrice ?? satPerMiB(0);
    },
    get isSeeder() {
      return hasAll(wire.peerPieces, torrent.pieces.length);
    },
    get downloaded() {
      return tap.received;
    },
    get uploaded() {
      return pass.sentBytes;
    },
    get waiting() {
      return tap.waiting;
    },
    onBuy({ allowed, state, satPerMiB: price }) {
      const was = buyAllowed;
      buyAllowed = allowed;
      buyState = state;
      // Before the peer has told its terms, the price that comes along means nothing.
      buyPrice = state === 'negotiating' || state === 'refused' ? null : price;
      if (was && !allowed) tap.cancel(() => true);
      parts.onTrade(session);
    },
    onSell({ account, satPerMiB: price, fromBytes }) {
      pass.bind(account, price, fromBytes);
      server.update();
    },
    send,
    update: () => server.update(),
    cancel: (which) => tap.cancel(which),
    cancelTaken: (piece) => tap.cancelTaken(piece),
    view: () => ({
      wire: id,
      webSeed: parts.webSeed,
      paid,
      seeder: session.isSeeder,
      buyState,
      satPerMiB: paid ? buyPrice : known ? satPerMiB(0) : null,
      downloaded: tap.received,
      uploaded: pass.sentBytes,
      downloadSpeed: downloadSpeed(),
      uploadSpeed: wire.uploadSpeed(),
      gated: server.gated,
    }),
  };
  return session;
};
