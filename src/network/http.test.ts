import { describe, expect, it } from 'vitest';
import { createHttp, type Fetch } from './http.ts';
import { createTestClock, createTestFetch } from './testing/services.ts';

const url = 'http://service.example/x';

/** A service that answers nothing until its request is aborted. */
const silent: Fetch = (_input, init) =>
  new Promise((_resolve, reject) => {
    init?.signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
  });

describe('http', () => {
  it('gives every answer of a service as a value', async () => {
    const { fetch, calls } = createTestFetch(() => ({ status: 418, text: 'no' }));
    const answer = await createHttp({ fetch, clock: createTestClock() }).send({
      url,
      body: { a: 1 },
    });
    expect(answer).toMatchObject({ ok: true, value: { status: 418, text: 'no' } });
    expect(calls).toEqual([{ path: '/x', body: { a: 1 } }]);
  });

  it('stops waiting at the deadline', async () => {
    const clock = createTestClock();
    const sent = createHttp({ fetch: silent, clock }).send({ url, timeoutMs: 500 });
    clock.pass(500);
    expect(await sent).toMatchObject({ ok: false, error: { code: 'timeout' } });
  });

  it('is cancelled by the caller, before and during the request', async () => {
    const http = createHttp({ fetch: silent, clock: createTestClock() });
    const controller = new AbortController();
    const sent = http.send({ url, signal: controller.signal });
    controller.abort();
    expect(await sent).toMatchObject({ ok: false, error: { code: 'aborted' } });
    const never = await http.send({ url, signal: controller.signal });
    expect(never).toMatchObject({ ok: false, error: { code: 'aborted' } });
  });

  it('says when nobody is there, and reads no more than it was told to', async () => {
    const clock = createTestClock();
    const gone = createTestFetch(() => {
      throw new TypeError('Failed to fetch');
    });
    expect(await createHttp({ ...gone, clock }).send({ url })).toMatchObject({
      ok: false,
      error: { code: 'network' },
    });
    const big = createHttp({ ...createTestFetch(() => ({ text: 'x'.repeat(101) })), clock });
    expect(await big.send({ url, maxBytes: 100 })).toMatchObject({
      ok: false,
      error: { code: 'network' },
    });
    expect((await big.send({ url, maxBytes: 101 })).ok).toBe(true);
  });
});
