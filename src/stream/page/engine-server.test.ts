import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBridgeClient, type BridgeClient, type Endpoint } from '../../shared/bridge.ts';
import { done, fail } from '../../shared/result.ts';
import { infoHash } from '../../shared/units.ts';
import { isEngine, type EngineSpec, type EnsureRequest } from '../messages.ts';
import { serveEngine, type EngineServerParts } from './engine-server.ts';

const HASH = infoHash('ab'.repeat(20));

/** A service worker as a page sees it: keeps what it is sent. */
class WorkerDouble {
  readonly links: BridgeClient<EngineSpec>[] = [];
  readonly waiting: (() => void)[] = [];
  postMessage(message: unknown, ports: MessagePort[]): void {
    const [engine] = ports;
    if (!isEngine(message) || message.profile !== 'main' || !engine || ports.length !== 2) return;
    const endpoint: Endpoint = engine;
    this.links.push(createBridgeClient<EngineSpec>(endpoint));
    this.waiting.splice(0).forEach((settle) => settle());
  }
  linked(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}

class ContainerDouble extends EventTarget {
  controller: WorkerDouble | null = null;
  started = false;
  startMessages(): void {
    this.started = true;
  }
  ask(worker: WorkerDouble, profile: string): void {
    const event = new MessageEvent('message', { data: { rivulet: 'who', profile } });
    Object.defineProperty(event, 'source', { value: worker });
    this.dispatchEvent(event);
  }
}

beforeEach(() => void vi.stubGlobal('ServiceWorker', WorkerDouble));
afterEach(() => void vi.unstubAllGlobals());

const setUp = () => {
  const ensured: EnsureRequest[] = [];
  const released: number[] = [];
  const ports: MessagePort[] = [];
  const parts: EngineServerParts = {
    profile: 'main',
    engine: {
      lookup: (_hash, file) => (file === 0 ? { name: 'a.mp4', length: 5 } : null),
      async ensure(request) {
        ensured.push(request);
        return done;
      },
      released: (reader) => void released.push(reader),
    },
    async connectStore(port) {
      ports.push(port);
      return done;
    },
    api: async () => fail('not-ready', 'starting'),
    answered: () => undefined,
  };
  const container = new ContainerDouble();
  const worker = new WorkerDouble();
  const serve = () => serveEngine(container as unknown as ServiceWorkerContainer, parts);
  const stop = (): void => ports.forEach((port) => port.close());
  return { ensured, released, ports, container, worker, serve, stop };
};

const range = (reader: number) => ({ reader, infoHash: HASH, file: 0, offset: 0, end: 5 });

describe('engine server', () => {
  it('introduces itself to the controller, and to one that takes over', async () => {
    const { container, worker, serve, stop } = setUp();
    container.controller = worker;
    const linked = worker.linked();
    const end = serve();
    await linked;
    expect(container.started).toBe(true);
    const [link] = worker.links;
    expect(await link?.call('lookup', { infoHash: HASH, file: 0 })).toMatchObject({
      value: { length: 5 },
    });
    expect(await link?.call('lookup', { infoHash: HASH, file: 1 })).toMatchObject({
      error: { code: 'not-found' },
    });
    const next = new WorkerDouble();
    container.controller = next;
    const linkedNext = next.linked();
    container.dispatchEvent(new Event('controllerchange'));
    await linkedNext;
    expect(next.links).toHaveLength(1);
    end();
    stop();
  });

  it('still answers the service worker of before an update: a player may hang on it', async () => {
    const { container, worker, ensured, serve, stop } = setUp();
    container.controller = worker;
    const linked = worker.linked();
    const end = serve();
    await linked;
    await worker.links[0]?.call('lookup', { infoHash: HASH, file: 0 });
    const next = new WorkerDouble();
    container.controller = next;
    const linkedNext = next.linked();
    container.dispatchEvent(new Event('controllerchange'));
    await linkedNext;
    for (const [link] of [worker.links, next.links]) {
      expect(await link?.call('ensure', range(1))).toMatchObject({ ok: true });
    }
    expect(new Set(ensured.map(({ reader }) => reader)).size).toBe(2);
    end();
    stop();
  });

  it('answers the service worker that asks for its profile, and no other', async () => {
    const { container, worker, ports, serve, stop } = setUp();
    const end = serve();
    container.ask(worker, 'other');
    const linked = worker.linked();
    container.ask(worker, 'main');
    container.ask(worker, 'main');
    await linked;
    expect(worker.links).toHaveLength(1);
    expect(ports).toHaveLength(1);
    end();
    container.ask(worker, 'main');
    await Promise.resolve();
    expect(worker.links).toHaveLength(1);
    stop();
  });

  it('gives readers numbers of their own and releases them with their link', async () => {
    const { container, worker, ensured, released, serve, stop } = setUp();
    const end = serve();
    const relink = async () => {
      const linked = worker.linked();
      container.ask(worker, 'main');
      await linked;
      return worker.links.at(-1);
    };
    const first = await relink();
    await first?.call('ensure', range(1));
    await first?.call('ensure', range(1));
    await first?.call('ensure', range(2));
    first?.post('released', { reader: 2 });
    first?.post('released', { reader: 2 });
    await first?.call('lookup', { infoHash: HASH, file: 0 });
    expect(ensured.map(({ reader }) => reader)).toEqual([1, 1, 2]);
    expect(released).toEqual([2]);
    // The service worker was restarted and counts from 1 again.
    const second = await relink();
    expect(released).toEqual([2, 1]);
    await second?.call('ensure', range(1));
    expect(ensured.at(-1)?.reader).toBe(3);
    end();
    expect(released).toEqual([2, 1, 3]);
    stop();
  });
});
