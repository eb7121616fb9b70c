import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gatherWrites } from './gather.ts';
import type { LibWire } from './library.ts';
import { HAVE_HOLD_MS, MAX_GATHERED } from './limits.ts';

const have = (piece: number): Uint8Array => Uint8Array.of(0, 0, 0, 5, 4, 0, 0, 0, piece);
const request = (piece: number): Uint8Array =>
  Uint8Array.of(0, 0, 0, 13, 6, 0, 0, 0, piece, ...new Array<number>(8).fill(0));
const block = (byte: number): Uint8Array => new Uint8Array(MAX_GATHERED + 1).fill(byte);

/** A wire that notes what is sent, and timers that fire when told. */
const setUp = () => {
  const sent: (Uint8Array | null)[] = [];
  const timers = new Map<() => void, number>();
  const lib = {
    destroyed: false,
    push(data: Uint8Array | null) {
      sent.push(data);
      return true;
    },
  };
  const wire = lib as unknown as LibWire;
  gatherWrites(wire, {
    after(ms, task) {
      timers.set(task, ms);
      return () => timers.delete(task);
    },
  });
  return {
    sent,
    timers,
    push: (data: Uint8Array | null) => wire.push(data),
    destroy() {
      lib.destroyed = true;
    },
    fire() {
      for (const task of [...timers.keys()]) {
        timers.delete(task);
        task();
      }
    },
  };
};

const endOfTurn = (): Promise<void> => Promise.resolve();
const joined = (parts: readonly (Uint8Array | null)[]): number[] =>
  parts.flatMap((part) => [...(part ?? [])]);

describe('what is written to a wire', () => {
  it('goes out once a turn', async () => {
    const { sent, push } = setUp();
    push(request(1));
    push(request(2));
    expect(sent).toEqual([]);
    await endOfTurn();
    expect(sent).toHaveLength(1);
    push(request(3));
    await endOfTurn();
    expect(sent).toHaveLength(2);
    expect(joined(sent)).toEqual(joined([request(1), request(2), request(3)]));
  });

  it('tells of pieces with what is sent next', async () => {
    const { sent, timers, push } = setUp();
    push(have(1));
    await endOfTurn();
    push(have(2));
    await endOfTurn();
    expect(sent).toEqual([]);
    push(request(3));
    await endOfTurn();
    expect(sent).toHaveLength(1);
    expect(joined(sent)).toEqual(joined([have(1), have(2), request(3)]));
    expect(timers.size).toBe(0);
  });

  it('tells of pieces after a while when nothing else is sent', async () => {
    const { sent, timers, push, fire } = setUp();
    push(have(1));
    push(have(2));
    await endOfTurn();
    expect([...timers.values()]).toEqual([HAVE_HOLD_MS]);
    fire();
    expect(sent).toHaveLength(1);
    expect(joined(sent)).toEqual(joined([have(1), have(2)]));
    push(have(3));
    expect(timers.size).toBe(1);
  });

  it('does not gather without bound', () => {
    const { sent, push } = setUp();
    const count = Math.ceil(MAX_GATHERED / have(0).length) + 1;
    for (let piece = 0; piece < count; piece += 1) push(have(piece % 256));
    expect(sent).toHaveLength(1);
  });

  it('ends with all of it sent, and takes nothing after', async () => {
    const { sent, timers, push } = setUp();
    push(have(1));
    push(null);
    expect(push(have(2))).toBe(false);
    await endOfTurn();
    expect(sent).toEqual([have(1), null]);
    expect(timers.size).toBe(0);
  });

  it('sends nothing to a wire that is gone', async () => {
    const { sent, push, destroy, fire } = setUp();
    push(have(1));
    push(request(2));
    destroy();
    await endOfTurn();
    fire();
    expect(sent).toEqual([]);
  });

  it('keeps its order', async () => {
    const step = fc.oneof(
      fc.record({ make: fc.constantFrom(have, request, block), of: fc.nat(255) }),
      fc.constantFrom('turn' as const, 'fire' as const),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { sent, push, fire } = setUp();
        const written: Uint8Array[] = [];
        for (const one of steps) {
          if (one === 'turn') await endOfTurn();
          else if (one === 'fire') fire();
          else {
            const data = one.make(one.of);
            written.push(data);
            push(data);
          }
        }
        push(null);
        expect(joined(sent)).toEqual(joined(written));
      }),
      { numRuns: 100 },
    );
  });
});
