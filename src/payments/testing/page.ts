import type { WireEvents } from '../../shared/ports/wire-payments.ts';
import { BLOCK_LENGTH, wireId, type InfoHash } from '../../shared/units.ts';
import type { Emit } from '../context.ts';
import type { Engine } from '../engine.ts';

interface GateWire {
  account: number;
  price: number;
  sent: number;
}

/** The page of one node as the engine sees it: wires without WebRTC, blocks without bytes. */
export interface TestPage {
  readonly emit: Emit;
  readonly dropped: WireEvents['wireDrop'][];
  readonly buys: Map<number, WireEvents['wireBuy']>;
  /** By title, payees that are owed something and have no wire. */
  readonly owed: Map<InfoHash, number>;
  attach(engine: Engine): void;
  engine(): Engine;
  /** Whether the gate lets a block of this length go to the wire now; counts it if so. */
  serve(wire: number, length: number): boolean;
  onSend(wire: number, deliver: (data: Uint8Array) => void): void;
  forget(wire: number): void;
  /** Forgets gate and wires, as a reload does. */
  reload(): void;
  /** Resolves at the next event. */
  changed(): Promise<void>;
  /** Makes everything that waits for this page fail. */
  giveUp(): void;
  readonly gaveUp: () => boolean;
}

export const createTestPage = (): TestPage => {
  const wires = new Map<number, GateWire>();
  const limits = new Map<number, number>();
  const costs = new Map<number, number>();
  const delivery = new Map<number, (data: Uint8Array) => void>();
  const buys = new Map<number, WireEvents['wireBuy']>();
  const owed = new Map<InfoHash, number>();
  const dropped: WireEvents['wireDrop'][] = [];
  let waiting: (() => void)[] = [];
  let given = false;
  let engine: Engine | null = null;

  const handlers: { [K in keyof WireEvents]: (payload: WireEvents[K]) => void } = {
    wireSend: ({ wire, data }) => delivery.get(wire)?.(data),
    wireBuy: (buy) => void buys.set(buy.wire, buy),
    wireSell: ({ wire, account, satPerMiB }) => {
      wires.set(wire, { account, price: satPerMiB, sent: wires.get(wire)?.sent ?? 0 });
    },
    credit: ({ account, limit }) => void limits.set(account, limit),
    owed: ({ infoHash, payees }) => void owed.set(infoHash, payees),
    wireDrop: (drop) => void dropped.push(drop),
  };

  return {
    emit(name, payload) {
      handlers[name](payload);
      const now = waiting;
      waiting = [];
      for (const resolve of now) resolve();
    },
    dropped,
    buys,
    owed,
    attach: (started) => {
      engine = started;
    },
    engine: () => {
      if (engine === null) throw new Error('no engine');
      return engine;
    },
    serve(wire, length) {
      const gate = wires.get(wire);
      if (gate === undefined) return false;
      const cost = (costs.get(gate.account) ?? 0) + length * gate.price;
      if (gate.price > 0 && cost > (limits.get(gate.account) ?? 0)) return false;
      costs.set(gate.account, cost);
      gate.sent += length;
      return true;
    },
    onSend: (wire, deliver) => void delivery.set(wire, deliver),
    forget(wire) {
      wires.delete(wire);
      delivery.delete(wire);
      buys.delete(wire);
    },
    reload() {
      for (const map of [wires, limits, costs, delivery, buys]) map.clear();
    },
    giveUp: () => {
      given = true;
    },
    gaveUp: () => given,
    changed: () => new Promise((resolve) => void waiting.push(resolve)),
  };
};

let lastWire = 0;

/** Two pages joined by one wire. */
export interface Link {
  /** The wire's number in either page. */
  readonly wire: number;
  cut(): void;
}

const bytesOf = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);

/**
 * Connects two pages over one torrent, as their extended handshakes would. A page that was loaded
 * again, which has another peer id, is another `generation`.
 */
export const connect = (
  a: TestPage,
  b: TestPage,
  infoHash: InfoHash,
  helloOf: (page: TestPage, nonce: Uint8Array) => Uint8Array,
  generation = 0,
): Link => {
  lastWire += 1;
  const wire = wireId(lastWire);
  let up = true;
  const nonces = new Map([
    [a, bytesOf(16, 1 + (wire % 100))],
    [b, bytesOf(16, 101 + (wire % 100))],
  ]);
  const peerIds = new Map([
    [a, bytesOf(20, 1 + 2 * generation)],
    [b, bytesOf(20, 2 + 2 * generation)],
  ]);
  const none = new Uint8Array(0);
  const join = (us: TestPage, them: TestPage): void => {
    us.onSend(wire, (data) => {
      // Messages of a wire arrive in order, in a later turn.
      setImmediate(() => {
        if (up) them.engine().posts.wireMessage({ wire, data: data.slice() });
      });
    });
    us.engine().posts.wireOpened({
      wire,
      infoHash,
      ourPeerId: peerIds.get(us) ?? none,
      theirPeerId: peerIds.get(them) ?? none,
      ourNonce: nonces.get(us) ?? none,
      theirHello: helloOf(them, nonces.get(them) ?? none),
    });
  };
  join(a, b);
  join(b, a);
  return {
    wire,
    cut() {
      if (!up) return;
      up = false;
      for (const page of [a, b]) {
        page.forget(wire);
        page.engine().posts.wireClosed({ wire });
      }
    },
  };
};

/** Resolves once `ready` holds; looks again after every event of the page and every few milliseconds. */
export const until = async (page: TestPage, ready: () => boolean, what: string): Promise<void> => {
  const deadline = Date.now() + 20_000;
  while (!ready()) {
    if (Date.now() > deadline || page.gaveUp()) throw new Error(`gave up waiting: ${what}`);
    await Promise.race([page.changed(), new Promise((resolve) => setTimeout(resolve, 5))]);
  }
};

export interface Download {
  readonly seeder: TestPage;
  readonly leecher: TestPage;
  readonly link: Link;
  readonly infoHash: InfoHash;
  readonly pieceLength: number;
  readonly pieces: readonly number[];
  /** Length of the torrent, for the short last piece. */
  readonly length: number;
  /** Outcome of the hash check of a piece; good when omitted. */
  readonly verdict?: (piece: number) => boolean;
}

/** Moves pieces over a link as fast as gate and buyer allow. @returns the bytes moved. */
export const download = async (job: Download): Promise<number> => {
  const { seeder, leecher, link, infoHash, pieceLength, pieces, length } = job;
  const { wire } = link;
  let bytes = 0;
  for (const piece of pieces) {
    const size = Math.min(pieceLength, length - piece * pieceLength);
    for (let offset = 0; offset < size; offset += BLOCK_LENGTH) {
      const block = Math.min(BLOCK_LENGTH, size - offset);
      await until(leecher, () => leecher.buys.get(wire)?.allowed === true, 'permission to buy');
      await until(seeder, () => seeder.serve(wire, block), `credit at piece ${piece}`);
      const rows = Uint32Array.of(wire, piece, offset, block);
      seeder.engine().posts.blocksSent({ rows });
      // A block never overtakes a message that went before it on the wire, nor the other way round.
      setImmediate(() => leecher.engine().posts.blocksReceived({ rows: rows.slice() }));
      bytes += block;
    }
    await new Promise((resolve) => setImmediate(resolve));
    const good = job.verdict?.(piece) ?? true;
    leecher.engine().posts.pieceChecked({ infoHash, piece, good, wires: [wireId(wire)] });
  }
  return bytes;
};
