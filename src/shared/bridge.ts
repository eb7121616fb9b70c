import { failureOf, type Result } from './result.ts';

/**
 * One typed bridge for every pair of threads. Calls answer with {@link Result} values, because a
 * thrown error loses its code when it is cloned. Posts and events made in one turn of the event
 * loop travel as one message, so that a busy wire does not flood the other thread's queue.
 */
export interface BridgeSpec {
  calls: Record<string, { arg: unknown; value: unknown }>;
  /** Caller to callee, no answer. */
  posts: object;
  /** Callee to caller, no answer. */
  events: object;
}

/** What a `Worker`, a `MessagePort` and a worker's global scope have in common. */
export interface Endpoint {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
  removeEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
  start?(): void;
}

type Frame =
  | { readonly kind: 'call'; readonly id: number; readonly name: string; readonly payload: unknown }
  | { readonly kind: 'abort'; readonly id: number }
  | { readonly kind: 'reply'; readonly id: number; readonly result: Result<unknown> }
  | { readonly kind: 'note'; readonly name: string; readonly payload: unknown };

interface Envelope {
  readonly rivulet: 'bridge';
  readonly frames: readonly Frame[];
}

const isEnvelope = (data: unknown): data is Envelope =>
  typeof data === 'object' && data !== null && (data as { rivulet?: unknown }).rivulet === 'bridge';

/** Collects frames and sends those of one microtask checkpoint together. */
const createOutbox = (endpoint: Endpoint) => {
  let frames: Frame[] = [];
  let transfers: Transferable[] = [];
  const flush = (): void => {
    if (frames.length === 0) return;
    const envelope: Envelope = { rivulet: 'bridge', frames };
    const transfer = transfers;
    frames = [];
    transfers = [];
    endpoint.postMessage(envelope, transfer);
  };
  return (frame: Frame, transfer: readonly Transferable[] = []): void => {
    if (frames.length === 0) queueMicrotask(flush);
    frames.push(frame);
    transfers.push(...transfer);
  };
};

const createListeners = () => {
  const byName = new Map<string, Set<(payload: unknown) => void>>();
  return {
    on(name: string, listener: (payload: never) => void): () => void {
      const set = byName.get(name) ?? new Set();
      byName.set(name, set);
      set.add(listener as (payload: unknown) => void);
      return () => set.delete(listener as (payload: unknown) => void);
    },
    notify(name: string, payload: unknown): void {
      for (const listener of byName.get(name) ?? []) listener(payload);
    },
  };
};

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly transfer?: readonly Transferable[];
}

export interface BridgeClient<S extends BridgeSpec> {
  call<K extends keyof S['calls'] & string>(
    name: K,
    arg: S['calls'][K]['arg'],
    options?: CallOptions,
  ): Promise<Result<S['calls'][K]['value']>>;
  post<K extends keyof S['posts'] & string>(
    name: K,
    payload: S['posts'][K],
    transfer?: readonly Transferable[],
  ): void;
  on<K extends keyof S['events'] & string>(
    name: K,
    listener: (payload: S['events'][K]) => void,
  ): () => void;
  /** Fails every call still under way, and each that comes later, with `aborted`; stops listening. */
  close(): void;
}

/** The side that calls. */
export const createBridgeClient = <S extends BridgeSpec>(endpoint: Endpoint): BridgeClient<S> => {
  const send = createOutbox(endpoint);
  const listeners = createListeners();
  const waiting = new Map<number, (result: Result<unknown>) => void>();
  let lastId = 0;
  let closed = false;

  const onMessage = (event: MessageEvent): void => {
    if (!isEnvelope(event.data)) return;
    for (const frame of event.data.frames) {
      if (frame.kind === 'reply') {
        const settle = waiting.get(frame.id);
        waiting.delete(frame.id);
        settle?.(frame.result);
      } else if (frame.kind === 'note') {
        listeners.notify(frame.name, frame.payload);
      }
    }
  };
  endpoint.addEventListener('message', onMessage);
  endpoint.start?.();

  const aborted: Result<never> = {
    ok: false,
    error: { code: 'aborted', message: 'Cancelled.' },
  };
  return {
    call: (name, arg, options = {}) =>
      new Promise((resolve) => {
        const { signal, transfer } = options;
        if (signal?.aborted || closed) {
          resolve(aborted);
          return;
        }
        lastId += 1;
        const id = lastId;
        const onAbort = (): void => {
          if (!waiting.delete(id)) return;
          send({ kind: 'abort', id });
          resolve(aborted);
        };
        waiting.set(id, (result) => {
          signal?.removeEventListener('abort', onAbort);
          resolve(result);
        });
        signal?.addEventListener('abort', onAbort, { once: true });
        send({ kind: 'call', id, name, payload: arg }, transfer);
      }),
    post: (name, payload, transfer) => send({ kind: 'note', name, payload }, transfer),
    on: (name, listener) => listeners.on(name, listener),
    close() {
      closed = true;
      endpoint.removeEventListener('message', onMessage);
      for (const settle of waiting.values()) settle(aborted);
      waiting.clear();
    },
  };
};

/** A handler may answer with a plain Result, or with one whose parts are moved, not copied. */
export type Reply<T> =
  Result<T> | { readonly result: Result<T>; readonly transfer: Transferable[] };

export type CallHandlers<S extends BridgeSpec> = {
  [K in keyof S['calls']]: (
    arg: S['calls'][K]['arg'],
    signal: AbortSignal,
  ) => Reply<S['calls'][K]['value']> | Promise<Reply<S['calls'][K]['value']>>;
};
export type PostHandlers<S extends BridgeSpec> = {
  [K in keyof S['posts']]: (payload: S['posts'][K]) => void;
};

export interface BridgeServer<S extends BridgeSpec> {
  emit<K extends keyof S['events'] & string>(
    name: K,
    payload: S['events'][K],
    transfer?: readonly Transferable[],
  ): void;
  close(): void;
}

/** The side that answers. A handler that throws answers with the code `internal`, or its own. */
export const serveBridge = <S extends BridgeSpec>(
  endpoint: Endpoint,
  calls: CallHandlers<S>,
  posts: PostHandlers<S>,
): BridgeServer<S> => {
  const send = createOutbox(endpoint);
  const running = new Map<number, AbortController>();

  const answer = async (id: number, name: string, payload: unknown): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    let reply: Reply<unknown>;
    try {
      const handler = Object.hasOwn(calls, name) ? calls[name] : undefined;
      reply = handler
        ? await handler(payload, controller.signal)
        : { ok: false, error: { code: 'unsupported', message: `No call named ${name}.` } };
    } catch (thrown) {
      reply = { ok: false, error: failureOf(thrown) };
    }
    running.delete(id);
    if ('result' in reply) send({ kind: 'reply', id, result: reply.result }, reply.transfer);
    else send({ kind: 'reply', id, result: reply });
  };

  const onNote = (name: string, payload: unknown): void => {
    const handlers = posts as Record<string, ((payload: unknown) => void) | undefined>;
    try {
      if (Object.hasOwn(posts, name)) handlers[name]?.(payload);
    } catch (thrown) {
      // What else came in the same envelope has nothing to do with it.
      console.error(thrown);
    }
  };

  const onMessage = (event: MessageEvent): void => {
    if (!isEnvelope(event.data)) return;
    for (const frame of event.data.frames) {
      if (frame.kind === 'call') void answer(frame.id, frame.name, frame.payload);
      else if (frame.kind === 'abort') running.get(frame.id)?.abort();
      else if (frame.kind === 'note') onNote(frame.name, frame.payload);
    }
  };
  endpoint.addEventListener('message', onMessage);
  endpoint.start?.();
  return {
    emit: (name, payload, transfer) => send({ kind: 'note', name, payload }, transfer),
    close() {
      endpoint.removeEventListener('message', onMessage);
      for (const controller of running.values()) controller.abort();
    },
  };
};
