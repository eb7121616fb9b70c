import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OPENING_BYTES, OPENING_MS, OPENING_SHARE } from './limits.ts';
import { createOpening, openingPlan } from './opening.ts';
import { makePlan } from './plan.ts';
import { manualClock } from './testing/clock.ts';

const PIECE = 262_144;
const FILM = 400 * PIECE;
const layout = { files: [{ offset: 0, length: FILM }], pieceLength: PIECE };
const wanted = new Set([0]);
/** Pieces of a film of this length that a first picture may need from one place. */
const HEAD = Math.ceil((OPENING_BYTES + FILM * OPENING_SHARE) / PIECE);

const readerAt = (from: number, at = from, reader = 1) => ({
  reader,
  file: 0,
  from: from * PIECE,
  at: at * PIECE,
  end: FILM,
});
const planFor = (...readers: ReturnType<typeof readerAt>[]) =>
  openingPlan(makePlan(layout, wanted, readers), layout, readers);

describe('what is fetched before the first picture', () => {
  it('is how the film begins, and its end, before anybody reads', () => {
    const plan = planFor();
    expect(plan.streams).toEqual([{ from: 0, to: HEAD - 1 }]);
    expect(plan.ends).toEqual([
      { from: 0, to: 0 },
      { from: 399, to: 399 },
    ]);
    expect([plan.urgent, plan.rest, plan.files]).toEqual([[], [], []]);
  });

  it('is what each player reads, the piece that it waits for first', () => {
    const plan = planFor(readerAt(0, 1), readerAt(398, 398, 2));
    expect(plan.urgent).toEqual([
      { from: 1, to: 1 },
      { from: 398, to: 398 },
    ]);
    expect(plan.streams).toEqual([
      { from: 1, to: HEAD - 1 },
      { from: 398, to: 399 },
    ]);
  });

  it('never leaves a player waiting, however far it has read, and is part of what is wanted', () => {
    const places = fc.record({ from: fc.nat(399), on: fc.nat(399) });
    fc.assert(
      fc.property(fc.array(places, { maxLength: 5 }), (all) => {
        const readers = all.map(({ from, on }, i) => readerAt(from, Math.min(399, from + on), i));
        const { urgent, streams } = planFor(...readers);
        for (const { at } of readers) {
          const piece = at / PIECE;
          expect(urgent).toContainEqual({ from: piece, to: piece });
          expect(streams.some(({ from, to }) => from <= piece && piece <= to)).toBe(true);
        }
        for (const { from, to } of streams) {
          expect(from).toBeLessThanOrEqual(to);
          expect(to).toBeLessThan(400);
          expect(to - from).toBeLessThanOrEqual(HEAD);
        }
      }),
    );
  });
});

describe('the wait for a first picture', () => {
  const opening = () => {
    const clock = manualClock();
    let changes = 0;
    const it = createOpening(clock, () => (changes += 1));
    return { clock, it, changes: () => changes };
  };

  it('ends when the picture is there, once', () => {
    const { it: wait, changes } = opening();
    const shown = wait.begin();
    expect([wait.isOn, changes()]).toEqual([true, 1]);
    shown();
    shown();
    expect([wait.isOn, changes()]).toEqual([false, 2]);
  });

  it('ends by itself, and leaves one that began since alone', () => {
    const { clock, it: wait } = opening();
    const first = wait.begin();
    clock.advance(OPENING_MS - 1);
    wait.begin();
    first();
    clock.advance(OPENING_MS - 1);
    expect(wait.isOn).toBe(true);
    clock.advance(1);
    expect(wait.isOn).toBe(false);
  });

  it('says nothing after the end of all', () => {
    const { clock, it: wait, changes } = opening();
    wait.begin();
    wait.stop();
    clock.advance(OPENING_MS);
    expect([wait.isOn, changes()]).toEqual([false, 1]);
  });
});
