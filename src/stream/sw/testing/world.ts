import { serveBridge, type Endpoint } from '../../../shared/bridge.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { FileFacts, RangeSpec } from '../../../shared/ports/range-port.ts';
import { done, fail, ok, type Result } from '../../../shared/result.ts';
import { infoHash } from '../../../shared/units.ts';
import type { ApiReply, ApiRequest, RequestRecord } from '../../api.ts';
import type { EngineSpec, EnsureRequest } from '../../messages.ts';
import { createLinks, type Links } from '../links.ts';

/** An engine page and a store worker in the test's own thread, behind real message channels. */

export const HASH = infoHash('ab'.repeat(20));

/** Timers that fire when the test says so. */
export const createManualClock = (): Clock & { fire(): void; advance(ms: number): void } => {
  const tasks = new Set<() => void>();
  let now = 1_700_000_000_000;
  return {
    now: () => now,
    after(_ms, task) {
      tasks.add(task);
      return () => tasks.delete(task);
    },
    fire() {
      const due = [...tasks];
      tasks.clear();
      for (const task of due) task();
    },
    advance(ms) {
      now += ms;
    },
  };
};

/** Fires as soon as the event loop turns: waits happen, and take no time. */
export const eagerClock: Clock = {
  now: () => Date.now(),
  after(_ms, task) {
    const timer = setImmediate(task);
    return () => clearImmediate(timer);
  },
};

/** A promise that the test settles. */
export const deferred = <T = void>(): { promise: Promise<T>; resolve: (value: T) => void } => {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
};

export interface WorldFile {
  readonly name: string;
  readonly content: Uint8Array<ArrayBuffer>;
  /** One flag a piece. */
  readonly held: boolean[];
}

export interface World {
  readonly links: Links;
  readonly ensured: EnsureRequest[];
  readonly released: number[];
  readonly logged: RequestRecord[];
  /** Profiles that the service worker asked all windows for. */
  readonly asked: string[];
  /** The page goes away and is back with new ports. */
  reconnect(): void;
  stop(): void;
}

export const createWorld = (options: {
  readonly files: readonly WorldFile[];
  readonly pieceLength: number;
  readonly clock?: Clock;
  /** What the engine does when it is asked for a missing byte; gets the piece by default. */
  readonly ensure?: (request: EnsureRequest, signal: AbortSignal) => Promise<Result<void>>;
  readonly api?: (request: ApiRequest, signal: AbortSignal) => Result<ApiReply>;
  /** Called before each read of the store. */
  readonly onRead?: () => void;
  readonly alive?: () => boolean;
}): World => {
  const { files, pieceLength } = options;
  const ensured: EnsureRequest[] = [];
  const released: number[] = [];
  const logged: RequestRecord[] = [];
  const asked: string[] = [];
  const ports: MessagePort[] = [];

  const get = async ({ file, offset }: EnsureRequest): Promise<Result<void>> => {
    const held = files[file]?.held;
    if (held) held[Math.floor(offset / pieceLength)] = true;
    return done;
  };
  const facts = (file: number): Result<FileFacts> => {
    const found = files[file];
    return found
      ? ok({ name: found.name, length: found.content.length })
      : fail('not-found', 'no such file');
  };

  const links = createLinks({
    clock: options.clock ?? eagerClock,
    ask: (profile) => void asked.push(profile),
    alive: async () => options.alive?.() ?? true,
  });

  const reconnect = (): void => {
    const engine = new MessageChannel();
    const store = new MessageChannel();
    ports.push(engine.port1, store.port1, engine.port2, store.port2);
    const engineEnd: Endpoint = engine.port1;
    const storeEnd: Endpoint = store.port1;
    serveBridge<EngineSpec>(
      engineEnd,
      {
        lookup: ({ file }) => facts(file),
        ensure(request, signal) {
          ensured.push(request);
          return (options.ensure ?? get)(request, signal);
        },
        api: (request, signal) => options.api?.(request, signal) ?? fail('not-ready', 'no API'),
      },
      {
        released: ({ reader }) => void released.push(reader),
        answered: (records) => void logged.push(...records),
      },
    );
    serveBridge<RangeSpec>(
      storeEnd,
      {
        stat: ({ file }) => facts(file),
        read({ file, offset, length }) {
          options.onRead?.();
          const found = files[file];
          if (!found) return fail('not-found', 'no such file');
          const limit = Math.min(offset + length, found.content.length);
          let end = offset;
          while (end < limit && found.held[Math.floor(end / pieceLength)]) {
            end = Math.min(limit, (Math.floor(end / pieceLength) + 1) * pieceLength);
          }
          const data = found.content.slice(offset, end);
          return { result: ok(data), transfer: [data.buffer] };
        },
      },
      {},
    );
    const [enginePort, storePort]: [Endpoint, Endpoint] = [engine.port2, store.port2];
    links.accept('main', 'page', enginePort, storePort);
  };
  reconnect();
  return {
    links,
    ensured,
    released,
    logged,
    asked,
    reconnect,
    stop: () => ports.forEach((port) => port.close()),
  };
};

/** A file of `length` recognisable bytes. */
export const fileOf = (name: string, length: number, held: boolean[]): WorldFile => ({
  name,
  content: Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 8)) % 256),
  held,
});
