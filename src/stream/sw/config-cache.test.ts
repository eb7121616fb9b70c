import { describe, expect, it } from 'vitest';
import type { Clock } from '../../shared/clock.ts';
import { CONFIG_PATH, createConfigCache } from './config-cache.ts';

const urlOf = (key: RequestInfo | URL): string =>
  key instanceof Request ? key.url : key.toString();

const createShelf = () => {
  const stored = new Map<string, string>();
  return {
    stored,
    open: () =>
      Promise.resolve({
        match: (key: RequestInfo | URL) => {
          const text = stored.get(urlOf(key));
          return Promise.resolve(text === undefined ? undefined : new Response(text));
        },
        put: async (key: RequestInfo | URL, response: Response) => {
          stored.set(urlOf(key), await response.text());
        },
      }),
  };
};

const createTimers = () => {
  let due: (() => void)[] = [];
  const clock: Clock = {
    now: () => 0,
    after: (_ms, task) => {
      due.push(task);
      return () => undefined;
    },
  };
  return {
    clock,
    pass(): void {
      const tasks = due;
      due = [];
      for (const task of tasks) task();
    },
  };
};

const request = new Request('http://app.test/config.json');

const setUp = (fetch: () => Promise<Response>) => {
  const shelf = createShelf();
  const timers = createTimers();
  const cache = createConfigCache({ caches: shelf, clock: timers.clock, fetch });
  return { shelf, timers, cache };
};

describe('the copy of the configuration', () => {
  it('is made of every good answer and prefers the host', async () => {
    let version = 0;
    const { cache, shelf } = setUp(() => Promise.resolve(new Response(`v${++version}`)));
    await cache.prefetch();
    expect(shelf.stored.get(CONFIG_PATH)).toBe('v1');
    expect(await (await cache.answer(request)).text()).toBe('v2');
    expect(shelf.stored.get(CONFIG_PATH)).toBe('v2');
  });

  it('stands in when the host cannot be reached or fails', async () => {
    const answers = [
      () => Promise.resolve(new Response('good')),
      () => Promise.reject(new TypeError('offline')),
      () => Promise.resolve(new Response('broken', { status: 502 })),
    ];
    const { cache } = setUp(() => answers.shift()?.() ?? Promise.reject(new Error('no more')));
    await cache.prefetch();
    expect(await (await cache.answer(request)).text()).toBe('good');
    expect(await (await cache.answer(request)).text()).toBe('good');
  });

  it('stands in for a host that does not answer in time', async () => {
    let reply: (response: Response) => void = () => undefined;
    const { cache, shelf, timers } = setUp(
      () =>
        new Promise((resolve) => {
          reply = resolve;
        }),
    );
    shelf.stored.set(CONFIG_PATH, 'old');
    const answer = cache.answer(request);
    timers.pass();
    expect(await (await answer).text()).toBe('old');
    reply(new Response('late'));
    await expect.poll(() => shelf.stored.get(CONFIG_PATH)).toBe('late');
  });

  it('tells the failure of the host when there is none', async () => {
    const refused = setUp(() => Promise.resolve(new Response('', { status: 404 })));
    expect((await refused.cache.answer(request)).status).toBe(404);
    const offline = setUp(() => Promise.reject(new TypeError('offline')));
    await expect(offline.cache.answer(request)).rejects.toThrow('offline');
    await expect(offline.cache.prefetch()).resolves.toBeUndefined();
  });
});
