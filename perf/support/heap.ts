import type { CDPSession, Page } from '@playwright/test';
import type { PerfBrowser } from './browsers.ts';

/** Memory of one JavaScript thread in bytes: heap, what the browser keeps for it, array buffers. */
interface HeapUsage {
  readonly usedSize: number;
  readonly embedderHeapUsedSize: number;
  readonly backingStorageSize: number;
}

const sumOf = ({ usedSize, embedderHeapUsedSize, backingStorageSize }: HeapUsage): number =>
  usedSize + embedderHeapUsedSize + backingStorageSize;

/** Sends DevTools commands to one thread. */
type Send = (method: string) => Promise<unknown>;

const usageOf = async (send: Send, collect: boolean): Promise<number> => {
  if (collect) await send('HeapProfiler.collectGarbage');
  return sumOf((await send('Runtime.getHeapUsage')) as HeapUsage);
};

/** Commands to a worker go through its page, as messages (DevTools protocol, Target domain). */
const sendTo = (session: CDPSession, sessionId: string): Send => {
  let lastId = 0;
  const waiting = new Map<number, (result: unknown) => void>();
  session.on('Target.receivedMessageFromTarget', (event) => {
    if (event.sessionId !== sessionId) return;
    const { id, result } = JSON.parse(event.message) as { id?: number; result?: unknown };
    if (id === undefined) return;
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  return async (method) => {
    lastId += 1;
    const id = lastId;
    const answer = new Promise<unknown>((resolve) => waiting.set(id, resolve));
    const message = JSON.stringify({ id, method });
    await session.send('Target.sendMessageToTarget', { sessionId, message });
    return answer;
  };
};

/** Looks at the memory of a page and of its workers. */
export interface HeapWatch {
  /** Bytes; `collect`: what is garbage does not count. */
  page(collect: boolean): Promise<number>;
  /** Of the worker whose name begins with `name`. */
  worker(name: string, collect: boolean): Promise<number>;
}

export const watchHeap = async (page: Page): Promise<HeapWatch> => {
  const session = await page.context().newCDPSession(page);
  const workers = new Map<string, Send>();
  session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
    if (targetInfo.type === 'worker') workers.set(targetInfo.title, sendTo(session, sessionId));
  });
  await session.send('Target.setAutoAttach', {
    autoAttach: true,
    waitForDebuggerOnStart: false,
    flatten: false,
  });
  const own: Send = (method) =>
    method === 'HeapProfiler.collectGarbage'
      ? session.send('HeapProfiler.collectGarbage')
      : session.send('Runtime.getHeapUsage');
  return {
    page: (collect) => usageOf(own, collect),
    worker(name, collect) {
      const found = [...workers].find(([title]) => title.startsWith(name));
      if (found === undefined) throw new Error(`There is no worker ${name}.`);
      return usageOf(found[1], collect);
    },
  };
};

/** Processor time of every process of a browser since it started, in seconds. */
export const processorSeconds = async ({ context }: PerfBrowser): Promise<number> => {
  const session = await context.browser()?.newBrowserCDPSession();
  if (session === undefined) return Number.NaN;
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
};
