import { describe, expect, it } from 'vitest';
import type { LibConnection, LibWire } from './library.ts';
import { FIRST_BACKLOG, MAX_BACKLOG, MAX_SEND, MIN_BACKLOG } from './limits.ts';
import { openTransport, type Transport } from './transport.ts';

/** A wire, a simple-peer that holds back writes above 64 KiB as the real one does, and its channel. */
const setUp = (speed = 0, maxMessageSize: number | null = null) => {
  const lows: (() => void)[] = [];
  const channel = {
    bufferedAmount: 0,
    bufferedAmountLowThreshold: 65_536,
    addEventListener: (_type: string, listener: () => void) => void lows.push(listener),
  };
  const conn: LibConnection = {
    _channel: channel,
    _pc: { sctp: { maxMessageSize } },
    _cb: null,
    _write(chunk, done) {
      channel.bufferedAmount += chunk.length;
      if (channel.bufferedAmount > 65_536) this._cb = done;
      else done(null);
    },
    removeAllListeners: () => undefined,
  };
  const link = { speed };
  const wire = { push: () => true, uploadSpeed: () => link.speed } as unknown as LibWire;
  const calls = { room: 0, done: 0 };
  const transport: Transport = openTransport(wire, conn, () => {
    calls.room += 1;
  });
  return {
    transport,
    channel,
    conn,
    calls,
    link,
    push: (bytes: number) => wire.push(new Uint8Array(bytes)),
    write: (bytes: number) => conn._write(new Uint8Array(bytes), () => (calls.done += 1)),
    drain(to: number) {
      channel.bufferedAmount = to;
      const done = conn._cb;
      conn._cb = null;
      done?.(null);
      for (const listener of lows) listener();
    },
  };
};

describe('the transport', () => {
  it('counts what is on its way to the channel as well as what waits in it', () => {
    const { transport, push, write } = setUp();
    expect(transport.hasRoom()).toBe(true);
    push(FIRST_BACKLOG - 1);
    expect(transport.hasRoom()).toBe(true);
    push(1);
    expect(transport.hasRoom()).toBe(false);
    write(FIRST_BACKLOG);
    expect(transport.hasRoom()).toBe(false);
  });

  it('lets the stream go on up to our mark and not beyond', () => {
    const { conn, calls, write } = setUp();
    write(100_000);
    expect([calls.done, conn._cb]).toEqual([1, null]);
    write(FIRST_BACKLOG);
    expect(calls.done).toBe(1);
    expect(conn._cb).not.toBeNull();
  });

  it('wakes the sender once, and only after it was refused', () => {
    const { transport, calls, push, write, drain } = setUp();
    drain(0);
    expect(calls.room).toBe(0);
    push(FIRST_BACKLOG);
    write(FIRST_BACKLOG);
    expect(transport.hasRoom()).toBe(false);
    drain(FIRST_BACKLOG);
    expect(calls.room).toBe(0);
    drain(1_000);
    drain(0);
    expect(calls.room).toBe(1);
  });

  it('wakes the sender when a throttled stream hands over its last bytes', () => {
    const { transport, channel, calls, push, write } = setUp();
    push(FIRST_BACKLOG);
    expect(transport.hasRoom()).toBe(false);
    write(FIRST_BACKLOG / 2);
    channel.bufferedAmount = 0;
    write(1);
    expect(calls.room).toBe(1);
  });

  it('keeps less in slow links and more in fast ones', () => {
    const { transport, channel, link, drain } = setUp(1);
    const mark = (speed: number): number => {
      link.speed = speed;
      drain(0);
      return channel.bufferedAmountLowThreshold;
    };
    expect(mark(100_000)).toBe(MIN_BACKLOG / 2);
    expect(transport.maxMessage).toBe(MIN_BACKLOG / 2);
    expect(mark(4_000_000)).toBe(200_000);
    expect(mark(100_000_000)).toBe(MAX_BACKLOG / 2);
    expect(transport.maxMessage).toBe(MAX_SEND);
  });

  it('never builds a message that the other side cannot take', () => {
    expect(setUp(100_000_000, 65_535).transport.maxMessage).toBe(65_535);
  });

  it('leaves streams without a data channel alone', () => {
    const wire = { push: () => true, uploadSpeed: () => 0 } as unknown as LibWire;
    const transport = openTransport(wire, null, () => undefined);
    wire.push(new Uint8Array(10_000_000));
    expect(transport.hasRoom()).toBe(true);
  });
});
