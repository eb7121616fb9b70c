import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CRITICAL_BYTES, MAX_READERS, READER_IDLE_MS } from './limits.ts';
import { createWindows } from './windows.ts';

const MIB = 1_048_576;
const FILM = 1024 * MIB;

describe('windows', () => {
  it('move on with their reader, however far it has read meanwhile', () => {
    const windows = createWindows();
    const first = windows.read({ reader: 1, file: 0, at: 0, end: FILM }, 0);
    first.settled();
    const next = windows.read({ reader: 1, file: 0, at: 700 * MIB, end: FILM }, 1);
    expect([first.jumped, next.jumped]).toEqual([true, false]);
    expect(windows.readers.map(({ from, at }) => [from, at])).toEqual([[0, 700 * MIB]]);
  });

  it('are told apart by the reader, also while the first still waits for all of the film', () => {
    const windows = createWindows();
    const first = windows.read({ reader: 1, file: 0, at: 0, end: FILM }, 0);
    // A player that goes to the end of the film says so before it gives its first request up.
    const last = windows.read({ reader: 2, file: 0, at: FILM - MIB, end: FILM }, 0);
    expect(last.jumped).toBe(true);
    expect(windows.readers.map(({ at }) => at)).toEqual([0, FILM - MIB]);
    expect(first.left()).toBe(true);
    expect(windows.readers.map(({ at }) => at)).toEqual([FILM - MIB]);
  });

  it.each([
    ['at the place of another', 0, false],
    ['a little behind it', -MIB, false],
    ['within what comes next', CRITICAL_BYTES - 1, false],
    ['further on', CRITICAL_BYTES, true],
    ['further back', -MIB - 1, true],
  ])('do not jump for what another waits for already: %s', (_where, distance, jumped) => {
    const windows = createWindows();
    windows.read({ reader: 1, file: 0, at: 10 * MIB, end: FILM }, 0);
    const second = windows.read({ reader: 2, file: 0, at: 10 * MIB + distance, end: FILM }, 0);
    const elsewhere = windows.read({ reader: 3, file: 1, at: 10 * MIB, end: FILM }, 0);
    expect([second.jumped, elsewhere.jumped]).toEqual([jumped, true]);
  });

  it('go when their reader leaves, unless it has asked again', () => {
    const windows = createWindows();
    const first = windows.read({ reader: 1, file: 0, at: 0, end: 10 }, 0);
    const next = windows.read({ reader: 1, file: 0, at: 10, end: 20 }, 0);
    first.settled();
    expect([first.left(), windows.readers.length]).toEqual([false, 1]);
    next.settled();
    expect([next.left(), next.left(), windows.readers.length]).toEqual([true, false, 0]);
  });

  it('keep those who wait before those who do not', () => {
    const windows = createWindows();
    for (let reader = 0; reader < MAX_READERS; reader += 1) {
      const reading = windows.read({ reader, file: reader, at: 0, end: 1 }, 0);
      if (reader === 7) reading.settled();
    }
    windows.read({ reader: 100, file: 100, at: 0, end: 1 }, 0);
    expect(windows.readers.map(({ reader }) => reader)).not.toContain(7);
    windows.read({ reader: 101, file: 101, at: 0, end: 1 }, 0);
    expect(windows.readers.map(({ reader }) => reader)).not.toContain(0);
    expect(windows.readers).toHaveLength(MAX_READERS);
  });

  it('are forgotten when their reader stays silent', () => {
    const windows = createWindows();
    for (let reader = 0; reader < 10; reader += 1) {
      windows.read({ reader, file: 0, at: reader * 9 * MIB, end: FILM }, 0).settled();
    }
    expect(windows.expire(READER_IDLE_MS - 1)).toBe(false);
    expect(windows.expire(READER_IDLE_MS)).toBe(true);
    expect(windows.readers).toEqual([]);
  });

  it('are one for each reader that is there, those who wait first, in the order they asked', () => {
    const call = fc.record({
      reader: fc.nat(MAX_READERS - 1),
      at: fc.nat(FILM),
      then: fc.constantFrom('waits', 'is answered', 'leaves'),
    });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 80 }), (calls) => {
        const windows = createWindows();
        let expected: { reader: number; at: number; waiting: number }[] = [];
        for (const { reader, at, then } of calls) {
          const reading = windows.read({ reader, file: reader, at, end: FILM }, 0);
          const before = expected.find((other) => other.reader === reader);
          expect(reading.jumped).toBe(before === undefined);
          const waiting = (before?.waiting ?? 0) + 1;
          const others = expected.filter((other) => other.reader !== reader);
          if (then === 'leaves') {
            expect(reading.left()).toBe(true);
            expected = others;
            continue;
          }
          if (then === 'is answered') reading.settled();
          expected = [...others, { reader, at, waiting: then === 'waits' ? waiting : waiting - 1 }];
        }
        const places = (isWaiting: boolean) =>
          expected
            .filter(({ waiting }) => waiting > 0 === isWaiting)
            .map(({ reader, at }) => ({ reader, at }));
        expect(windows.readers.map(({ reader, at }) => ({ reader, at }))).toEqual([
          ...places(true),
          ...places(false),
        ]);
      }),
    );
  });
});
