import { serveBridge, type BridgeServer, type Endpoint } from '../../shared/bridge.ts';
import type { FileFacts, FileRef } from '../../shared/ports/range-port.ts';
import { done, fail, failureOf, ok, type Result } from '../../shared/result.ts';
import type { InfoHash } from '../../shared/units.ts';
import type { ApiReply, ApiRequest, RequestRecord } from '../api.ts';
import { isWho, type EngineMessage, type EngineSpec, type EnsureRequest } from '../messages.ts';

/** What the stream server needs of the torrent engine. */
export interface StreamEngine {
  /** Null when the engine does not have the file (yet). */
  lookup(infoHash: InfoHash, file: number): FileFacts | null | Promise<FileFacts | null>;
  /**
   * Gets bytes for a reader: resolves once the byte at `offset` is held, and may go on towards `end`
   * until the reader asks again or is released. `signal`: nobody waits for this call any more.
   */
  ensure(request: EnsureRequest, signal: AbortSignal): Promise<Result<void>>;
  /** The reader is done: undo what {@link ensure} selected for it. */
  released(reader: number): void;
}

export interface EngineServerParts {
  readonly profile: string;
  readonly engine: StreamEngine;
  /** Hands the store worker its end of a channel to the service worker. */
  readonly connectStore: (port: MessagePort) => Promise<Result<void>>;
  readonly api: (request: ApiRequest, signal: AbortSignal) => Promise<Result<ApiReply>>;
  readonly answered: (records: readonly RequestRecord[]) => void;
}

/** One service worker at the other end of a port: its readers die with the link. */
const serveLink = (
  port: Endpoint,
  { engine, api, answered }: EngineServerParts,
  newReader: () => number,
): BridgeServer<EngineSpec> => {
  /** The service worker counts from 1 after each restart; the engine sees numbers used once. */
  const readers = new Map<number, number>();

  const release = (reader: number): void => {
    const own = readers.get(reader);
    if (own !== undefined && readers.delete(reader)) engine.released(own);
  };

  const server = serveBridge<EngineSpec>(
    port,
    {
      async lookup({ infoHash, file }: FileRef) {
        const facts = await engine.lookup(infoHash, file);
        return facts ? ok(facts) : fail('not-found', 'This file is not in the library.');
      },
      async ensure(request, signal) {
        const own = readers.get(request.reader) ?? newReader();
        readers.set(request.reader, own);
        return engine.ensure({ ...request, reader: own }, signal);
      },
      api,
    },
    {
      released: ({ reader }) => release(reader),
      answered,
    },
  );
  return {
    ...server,
    close() {
      server.close();
      for (const reader of [...readers.keys()]) release(reader);
    },
  };
};

/** Service workers of before an update whose players are still answered. */
const MAX_OLD_WORKERS = 3;

/**
 * Answers the service worker for the engine of this page: at once, and whenever it asks again after
 * a restart. Returns a function that stops.
 */
export const serveEngine = (
  container: ServiceWorkerContainer,
  parts: EngineServerParts,
): (() => void) => {
  let lastReader = 0;
  /** One for each service worker: an old one still feeds the players that began with it. */
  const links = new Map<ServiceWorker, { server: BridgeServer<EngineSpec>; port: MessagePort }>();
  let announcing = false;
  let stopped = false;

  const dropLink = (worker: ServiceWorker): void => {
    const link = links.get(worker);
    links.delete(worker);
    link?.server.close();
    link?.port.close();
  };

  const announce = async (worker: ServiceWorker): Promise<Result<void>> => {
    const engine = new MessageChannel();
    const store = new MessageChannel();
    const connected = await parts.connectStore(store.port1);
    if (!connected.ok || stopped) return connected;
    dropLink(worker);
    for (const old of [...links.keys()].slice(0, -MAX_OLD_WORKERS)) dropLink(old);
    const newReader = (): number => (lastReader += 1);
    const server = serveLink(engine.port1, parts, newReader);
    links.set(worker, { server, port: engine.port1 });
    const message: EngineMessage = { rivulet: 'engine', profile: parts.profile };
    worker.postMessage(message, [engine.port2, store.port2]);
    return done;
  };

  /** The service worker asks again until it is answered, so one answer at a time is enough. */
  const announceOnce = (worker: ServiceWorker | null): void => {
    if (!worker || announcing || stopped) return;
    announcing = true;
    announce(worker)
      .catch((thrown: unknown) => ({ ok: false, error: failureOf(thrown) }) as const)
      .finally(() => {
        announcing = false;
      });
  };

  const onMessage = (event: MessageEvent): void => {
    const data: unknown = event.data;
    if (!isWho(data) || data.profile !== parts.profile) return;
    if (event.source instanceof ServiceWorker) announceOnce(event.source);
  };
  const onController = (): void => announceOnce(container.controller);

  container.addEventListener('message', onMessage);
  container.addEventListener('controllerchange', onController);
  container.startMessages();
  onController();
  return () => {
    stopped = true;
    container.removeEventListener('message', onMessage);
    container.removeEventListener('controllerchange', onController);
    for (const worker of [...links.keys()]) dropLink(worker);
  };
};
