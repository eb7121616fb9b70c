import { describe, expect, it } from 'vitest';
import type { Clock } from '../shared/clock.ts';
import { probeTracker, type ProbeSocket } from './tracker-probe.ts';

type Heard = { readonly data?: unknown };

const socketOf = () => {
  const listeners = new Map<string, (event: Heard) => void>();
  const sent: Record<string, unknown>[] = [];
  let closed = 0;
  const socket: ProbeSocket = {
    send: (text) => void sent.push(JSON.parse(text) as Record<string, unknown>),
    close: () => {
      closed += 1;
    },
    addEventListener: (type: string, listener: (event: never) => void) =>
      void listeners.set(type, listener as (event: Heard) => void),
  };
  return {
    socket,
    sent,
    closed: () => closed,
    fire: (type: string, event: Heard = {}) => listeners.get(type)?.(event),
  };
};

const start = (signal = new AbortController().signal) => {
  const fake = socketOf();
  let passTime = (): void => undefined;
  const clock: Clock = {
    now: () => 0,
    after: (_ms, task) => {
      passTime = task;
      return () => undefined;
    },
  };
  const tools = {
    connect: () => fake.socket,
    random: (n: number) => new Uint8Array(n).fill(200),
    clock,
  };
  const result = probeTracker('wss://tracker.example', tools, signal);
  return { ...fake, result, passTime: () => passTime() };
};

describe('a probe of a tracker', () => {
  it('announces without offers and passes with the answer to just that', async () => {
    const probe = start();
    probe.fire('open');
    const [announce] = probe.sent;
    expect(announce).toMatchObject({ action: 'announce', numwant: 0, offers: [] });
    const hash = announce?.['info_hash'];
    expect(String(hash)).toHaveLength(20);
    for (const data of ['{', '[]', 'null', '{"action":"announce","info_hash":"other"}', 7]) {
      probe.fire('message', { data });
    }
    probe.fire('message', { data: JSON.stringify({ action: 'announce', info_hash: hash }) });
    expect(await probe.result).toEqual({ ok: true, value: null });
    expect(probe.sent.at(-1)).toMatchObject({ event: 'stopped', info_hash: hash });
    expect(probe.closed()).toBe(1);
  });

  it.each(['error', 'close'])('fails on %s', async (type) => {
    const probe = start();
    probe.fire(type);
    expect(await probe.result).toMatchObject({ error: { code: 'network' } });
  });

  it('fails when time is up, and when nobody waits any more', async () => {
    const late = start();
    late.passTime();
    expect(await late.result).toMatchObject({ error: { code: 'timeout' } });
    const left = new AbortController();
    const probe = start(left.signal);
    left.abort();
    expect(await probe.result).toMatchObject({ error: { code: 'aborted' } });
    expect(probe.closed()).toBe(1);
  });

  it('fails when the address cannot be opened at all', async () => {
    const connect = (): never => {
      throw new SyntaxError('no such scheme');
    };
    const clock: Clock = { now: () => 0, after: () => () => undefined };
    const tools = { connect, random: (n: number) => new Uint8Array(n), clock };
    const { signal } = new AbortController();
    const result = await probeTracker('nonsense', tools, signal);
    expect(result).toMatchObject({ error: { code: 'network' } });
  });
});
