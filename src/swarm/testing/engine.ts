import { Duplex } from 'node:stream';
import type { ChunkStoreConstructor } from '../../shared/ports/chunk-store.ts';
import { systemClock, webRandom } from '../../shared/clock.ts';
import { satPerMiB } from '../../shared/units.ts';
import {
  loadWebTorrent,
  type LibClient,
  type LibClientClass,
  type LibTorrent,
} from '../library.ts';
import { createSwarm } from '../swarm.ts';
import type { Swarm, SwarmDeps } from '../swarm-port.ts';
import type { TickSchedule } from '../ticker.ts';
import { scriptedPayments, type ScriptedPayments } from './payments.ts';

/** The real library in Node: it asks for a few names that only browsers have. */
const loadInNode = async (): Promise<LibClientClass> => {
  const names: Record<string, unknown> = {
    self: globalThis,
    WebSocket: class {},
    navigator: { hardwareConcurrency: 2 },
  };
  for (const [name, value] of Object.entries(names)) {
    if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value });
  }
  return loadWebTorrent();
};

/** Ticks that are as quick as the event loop. */
const soon: TickSchedule = {
  isHidden: () => true,
  after: (_ms, task) => void setImmediate(task),
  soon: (task) => void setImmediate(task),
};

/** Pieces in memory; `corrupt` changes what is read. */
export const memoryStore = (
  data: Uint8Array | null,
  corrupt: (index: number, chunk: Uint8Array) => Uint8Array = (_index, chunk) => chunk,
): ChunkStoreConstructor =>
  class {
    readonly chunkLength: number;
    readonly #chunks = new Map<number, Uint8Array>();
    constructor(chunkLength: number) {
      this.chunkLength = chunkLength;
      if (data === null) return;
      for (let index = 0; index * chunkLength < data.length; index += 1) {
        this.#chunks.set(index, data.slice(index * chunkLength, (index + 1) * chunkLength));
      }
    }
    put(index: number, chunk: Uint8Array, done?: (error: Error | null) => void): void {
      this.#chunks.set(index, chunk.slice());
      setImmediate(() => done?.(null));
    }
    get(index: number, ...rest: unknown[]): void {
      const done = rest.at(-1) as (error: Error | null, chunk?: Uint8Array) => void;
      const options = (rest.length > 1 ? rest[0] : null) as {
        offset?: number;
        length?: number;
      } | null;
      const chunk = this.#chunks.get(index);
      setImmediate(() => {
        if (chunk === undefined) done(new Error('missing'));
        else {
          const offset = options?.offset ?? 0;
          const length = options?.length ?? chunk.length - offset;
          done(null, corrupt(index, chunk).slice(offset, offset + length));
        }
      });
    }
    close(done?: (error: Error | null) => void): void {
      done?.(null);
    }
    destroy(done?: (error: Error | null) => void): void {
      this.#chunks.clear();
      done?.(null);
    }
  };

export interface TestNode {
  readonly swarm: Swarm;
  readonly payments: ScriptedPayments;
  client(): LibClient;
  torrent(): LibTorrent;
}

/** A swarm over the real library, without network. */
export const openNode = (
  store: ChunkStoreConstructor,
  changes: Partial<SwarmDeps> = {},
): TestNode => {
  const payments = scriptedPayments();
  let client: LibClient | null = null;
  const remember = (opened: LibClient): void => {
    client = opened;
  };
  const swarm = createSwarm({
    payments,
    trackers: [],
    iceServers: [],
    createStore: () => store,
    clock: systemClock,
    random: webRandom,
    defaultSellPrice: () => satPerMiB(0),
    schedule: soon,
    async loadWebTorrent() {
      const Library = await loadInNode();
      return class extends Library {
        constructor(...options: ConstructorParameters<LibClientClass>) {
          super(...options);
          remember(this);
        }
      };
    },
    ...changes,
  });
  const opened = (): LibClient => {
    if (client === null) throw new Error('the library is not loaded yet');
    return client;
  };
  return {
    swarm,
    payments,
    client: opened,
    torrent() {
      const [torrent] = opened().torrents;
      if (torrent === undefined) throw new Error('there is no torrent');
      return torrent;
    },
  };
};

/** One end of a connection in memory, shaped like a connected simple-peer. */
class Link extends Duplex {
  other: Link | null = null;
  readonly connected = true;
  readonly id: string;
  constructor(id: string) {
    super({ highWaterMark: 1 << 20, allowHalfOpen: false });
    this.id = id;
  }
  override _read(): void {}
  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    const copy = Uint8Array.from(chunk);
    setImmediate(() => {
      if (this.other?.destroyed === false) this.other.push(copy);
      done();
    });
  }
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    setImmediate(() => this.other?.destroy());
    done(error);
  }
  override _final(done: () => void): void {
    this.other?.push(null);
    done();
  }
}

let links = 0;

const pair = (): readonly [Link, Link] => {
  links += 1;
  const left = new Link(`left-${links}`);
  const right = new Link(`right-${links}`);
  left.other = right;
  right.other = left;
  return [left, right];
};

const give = (node: TestNode, link: Link): void => {
  const torrent = node.torrent() as LibTorrent & { addPeer(conn: Link, source: string): void };
  torrent.addPeer(link, 'manual');
};

/** Connects two nodes that have the same torrent. */
export const connect = async (a: TestNode, b: TestNode): Promise<{ readonly cut: () => void }> => {
  await until(() => [a, b].every((one) => typeof one.torrent().infoHash === 'string'));
  const [left, right] = pair();
  give(a, left);
  give(b, right);
  return {
    cut() {
      left.destroy();
      right.destroy();
    },
  };
};

/** Gives one end of a connection to a node; the other end. */
export const attach = (node: TestNode): Duplex => {
  const [near, far] = pair();
  give(node, near);
  return far;
};

/** Resolves once `check` holds; looks after every turn of the event loop. Vitest's limit ends it. */
export const until = async (check: () => boolean): Promise<void> => {
  while (!check()) await new Promise((resolve) => setImmediate(resolve));
};
