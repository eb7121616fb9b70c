import { describe, expect, it } from 'vitest';
import { pingServiceWorker, serviceWorkerHealth } from './worker-health.ts';

type Container = NonNullable<Parameters<typeof serviceWorkerHealth>[0]>;
const workerIn = (state: ServiceWorkerState) => ({ state }) as ServiceWorker;
const containerOf = (
  controller: ServiceWorker | null,
  registration: { readonly active?: ServiceWorker; readonly waiting?: ServiceWorker } | undefined,
): Container => ({
  controller,
  getRegistration: async () => registration as ServiceWorkerRegistration | undefined,
});

describe('the state of the service worker', () => {
  it('is that of the one that answers this page', async () => {
    const active = workerIn('activated');
    const waiting = workerIn('installed');
    expect(await serviceWorkerHealth(containerOf(active, { active, waiting }))).toEqual({
      state: 'activated',
      controls: true,
      waiting: true,
    });
  });

  it('is told also when the page was loaded past it, when there is none, and where none can be', async () => {
    const active = workerIn('activated');
    expect(await serviceWorkerHealth(containerOf(null, { active }))).toEqual({
      state: 'activated',
      controls: false,
      waiting: false,
    });
    expect((await serviceWorkerHealth(containerOf(null, undefined))).state).toBe('none');
    expect((await serviceWorkerHealth(null)).state).toBe('unsupported');
  });
});

describe('the ping', () => {
  const { signal } = new AbortController();
  const answering = (body: string, status = 200) =>
    pingServiceWorker(async () => new Response(body, { status }), signal);

  it('knows the service worker from a host that answers everything', async () => {
    expect(await answering('{"pong":true}')).toEqual({ ok: true, value: null });
    expect(await answering('{}')).toMatchObject({ error: { code: 'not-ready' } });
    expect(await answering('no', 404)).toMatchObject({ error: { code: 'not-ready' } });
    expect(await answering('<html>')).toMatchObject({ ok: false });
  });
});
