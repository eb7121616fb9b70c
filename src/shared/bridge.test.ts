import { describe, expect, it, vi } from 'vitest';
import { createBridgeClient, serveBridge } from './bridge.ts';
import { FailureError, ok, type Result } from './result.ts';

interface Spec {
  calls: {
    double: { arg: number; value: number };
    fails: { arg: void; value: void };
    waits: { arg: void; value: string };
    moves: { arg: Uint8Array; value: Uint8Array };
  };
  posts: { note: { n: number } };
  events: { echo: { n: number } };
}

const setUp = () => {
  const { port1, port2 } = new MessageChannel();
  const posted: number[] = [];
  let messages = 0;
  port2.addEventListener('message', () => (messages += 1));
  let aborted = false;
  const server = serveBridge<Spec>(
    port2,
    {
      double: (n) => ok(2 * n),
      fails: (): Result<void> => {
        throw new FailureError({ code: 'quota', message: 'Full.' });
      },
      waits: (_arg, signal) =>
        new Promise((resolve) =>
          signal.addEventListener('abort', () => {
            aborted = true;
            resolve(ok('late'));
          }),
        ),
      moves: (data) => ({ result: ok(data), transfer: [data.buffer as ArrayBuffer] }),
    },
    {
      note: ({ n }) => {
        if (n < 0) throw new RangeError('n is negative');
        posted.push(n);
        server.emit('echo', { n });
      },
    },
  );
  const client = createBridgeClient<Spec>(port1);
  return {
    client,
    posted,
    messages: () => messages,
    aborted: () => aborted,
    end: () => {
      client.close();
      server.close();
      port1.close();
    },
  };
};

describe('bridge', () => {
  it('fails calls under way when it is closed, and those that come later', async () => {
    const { client, end } = setUp();
    const waiting = client.call('waits', undefined);
    end();
    expect(await waiting).toMatchObject({ ok: false, error: { code: 'aborted' } });
    expect(await client.call('double', 2)).toMatchObject({ ok: false, error: { code: 'aborted' } });
  });

  it('answers calls with values and keeps failure codes', async () => {
    const { client, end } = setUp();
    expect(await client.call('double', 21)).toEqual(ok(42));
    expect(await client.call('fails', undefined)).toEqual({
      ok: false,
      error: { code: 'quota', message: 'Full.' },
    });
    end();
  });

  it('sends the posts of one turn as one message, in order', async () => {
    const { client, posted, messages, end } = setUp();
    const echoes: number[] = [];
    const all = new Promise<void>((resolve) => {
      client.on('echo', ({ n }) => {
        echoes.push(n);
        if (echoes.length === 100) resolve();
      });
    });
    for (let n = 0; n < 100; n += 1) client.post('note', { n });
    await all;
    expect(messages()).toBe(1);
    expect(posted).toEqual(echoes);
    expect(posted[99]).toBe(99);
    end();
  });

  it('goes on after a post that fails', async () => {
    const { client, posted, end } = setUp();
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    for (const n of [1, -1, 2]) client.post('note', { n });
    expect(await client.call('double', 2)).toEqual(ok(4));
    expect(posted).toEqual([1, 2]);
    expect(said).toHaveBeenCalledWith(new RangeError('n is negative'));
    said.mockRestore();
    end();
  });

  it('aborts on both sides', async () => {
    const { client, aborted, end } = setUp();
    const controller = new AbortController();
    const answer = client.call('waits', undefined, { signal: controller.signal });
    await client.call('double', 1);
    controller.abort();
    expect(await answer).toMatchObject({ ok: false, error: { code: 'aborted' } });
    await client.call('double', 1);
    expect(aborted()).toBe(true);
    end();
  });

  it('moves what is transferred', async () => {
    const { client, end } = setUp();
    const data = new Uint8Array([1, 2, 3]);
    const answer = await client.call('moves', data, { transfer: [data.buffer] });
    expect(data.byteLength).toBe(0);
    expect(answer).toEqual(ok(new Uint8Array([1, 2, 3])));
    end();
  });

  it('fails what is under way when it is closed', async () => {
    const { client, end } = setUp();
    const answer = client.call('waits', undefined);
    client.close();
    expect(await answer).toMatchObject({ ok: false, error: { code: 'aborted' } });
    end();
  });
});
