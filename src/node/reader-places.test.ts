import { describe, expect, it } from 'vitest';
import { ok, type Result } from '../shared/result.ts';
import { nextTurn } from '../shared/turn.ts';
import { infoHash } from '../shared/units.ts';
import { createReaderPlaces } from './reader-places.ts';

const HASH = infoHash('ab'.repeat(20));

/** Places over a swarm that holds nothing: each call is a place until its signal ends it. */
const setUp = (returned: () => Promise<void> = () => Promise.resolve()) => {
  const open = new Set<number>();
  /** Of each call: what it asks for, and the places that there were. */
  const calls: { readonly offset: number; readonly beside: readonly number[] }[] = [];
  const places = createReaderPlaces((_hash, { offset }, signal) => {
    calls.push({ offset, beside: [...open] });
    open.add(offset);
    return new Promise<Result<number>>((resolve) => {
      signal.addEventListener('abort', () => {
        open.delete(offset);
        resolve(ok(0));
      });
    });
  }, returned);
  const ensure = (offset: number, signal = new AbortController().signal) =>
    places.ensure({ reader: 1, infoHash: HASH, file: 0, offset, end: 100 }, signal);
  return { places, ensure, open, calls };
};

describe('the places of readers', () => {
  it('move on: the old one is given up once the new one is taken, or it would pass for a seek', async () => {
    const { ensure, open, calls } = setUp();
    void ensure(0);
    await nextTurn();
    void ensure(50);
    await nextTurn();
    expect(calls).toEqual([
      { offset: 0, beside: [] },
      { offset: 50, beside: [0] },
    ]);
    expect([...open]).toEqual([50]);
  });

  it('go when their reader is released, or when nobody waits for the answer any more', async () => {
    const { places, ensure, open } = setUp();
    void ensure(0);
    await nextTurn();
    places.release(1);
    expect([...open]).toEqual([]);
    const waiting = new AbortController();
    void ensure(50, waiting.signal);
    await nextTurn();
    expect([...open]).toEqual([50]);
    waiting.abort();
    expect([...open]).toEqual([]);
  });

  it('are taken by nobody who left before the title was back', async () => {
    let comeBack = (): void => undefined;
    const { places, ensure, open, calls } = setUp(() => new Promise((done) => (comeBack = done)));
    const cancelled = new AbortController();
    const first = ensure(0, cancelled.signal);
    cancelled.abort();
    comeBack();
    expect(await first).toMatchObject({ error: { code: 'aborted' } });
    const second = ensure(50);
    places.release(1);
    comeBack();
    expect(await second).toMatchObject({ error: { code: 'aborted' } });
    const dead = ensure(70, AbortSignal.abort());
    comeBack();
    expect(await dead).toMatchObject({ error: { code: 'aborted' } });
    expect([calls, [...open]]).toEqual([[], []]);
  });

  it('of before a release do not outlive it, although the reader had just asked again', async () => {
    const { places, ensure, open } = setUp();
    void ensure(0);
    await nextTurn();
    void ensure(50);
    places.release(1);
    await nextTurn();
    expect([...open]).toEqual([]);
  });
});
