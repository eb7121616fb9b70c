import { describe, expect, it } from 'vitest';
import { VIEW_INTERVAL_MS } from './limits.ts';
import { createMilestone } from './milestone.ts';
import { manualClock } from './testing/clock.ts';
import { createWaiters } from './waiters.ts';
import { createWatchers } from './watchers.ts';
import { ok } from '../shared/result.ts';

const setUp = () => {
  const clock = manualClock();
  const state = { value: 0, built: 0, moving: false };
  const watchers = createWatchers(
    clock,
    () => {
      state.built += 1;
      return [state.value];
    },
    () => state.moving,
  );
  return { clock, state, watchers };
};

describe('snapshots', () => {
  it('are built at most four times a second, however much changes', () => {
    const { clock, state, watchers } = setUp();
    let told = 0;
    watchers.subscribe(() => {
      told += 1;
      watchers.read();
    });
    for (let ms = 0; ms < 1_000; ms += 10) {
      state.value += 1;
      watchers.changed();
      watchers.read();
      clock.advance(10);
    }
    expect(told).toBeLessThanOrEqual(1_000 / VIEW_INTERVAL_MS + 1);
    // The first look, and the first notice at once.
    expect(state.built).toBeLessThanOrEqual(1_000 / VIEW_INTERVAL_MS + 2);
  });

  it('are told at once after a rest, and after a command', () => {
    const { clock, watchers } = setUp();
    let told = 0;
    watchers.subscribe(() => {
      told += 1;
    });
    watchers.changed();
    clock.advance(1);
    expect(told).toBe(1);
    watchers.changed();
    clock.advance(VIEW_INTERVAL_MS - 2);
    expect(told).toBe(1);
    watchers.invalidate();
    clock.advance(1);
    expect(told).toBe(2);
  });

  it('show how a figure fades when nothing happens and nobody listens', () => {
    const { clock, state, watchers } = setUp();
    state.moving = true;
    state.value = 9;
    expect(watchers.read()).toEqual([9]);
    state.value = 0;
    state.moving = false;
    clock.advance(VIEW_INTERVAL_MS);
    expect(watchers.read()).toEqual([0]);
    const { built } = state;
    clock.advance(VIEW_INTERVAL_MS);
    watchers.read();
    expect(state.built).toBe(built);
  });

  it('show a command at the next look', () => {
    const { state, watchers } = setUp();
    expect(watchers.read()).toEqual([0]);
    state.value = 1;
    watchers.changed();
    expect(watchers.read()).toEqual([0]);
    watchers.invalidate();
    expect(watchers.read()).toEqual([1]);
  });

  it('show listeners the last change, also when someone looked just before it', () => {
    const { clock, state, watchers } = setUp();
    let seen = 0;
    watchers.subscribe(() => {
      [seen = 0] = watchers.read();
    });
    watchers.changed();
    clock.advance(VIEW_INTERVAL_MS - 1);
    watchers.invalidate();
    watchers.read();
    state.value = 7;
    watchers.changed();
    clock.advance(VIEW_INTERVAL_MS);
    expect(seen).toBe(7);
  });

  it('go on while figures fade, and rest then', () => {
    const { clock, state, watchers } = setUp();
    let told = 0;
    const leave = watchers.subscribe(() => (told += 1));
    state.moving = true;
    watchers.changed();
    clock.advance(4 * VIEW_INTERVAL_MS);
    expect(told).toBe(5);
    state.moving = false;
    clock.advance(VIEW_INTERVAL_MS);
    clock.advance(10 * VIEW_INTERVAL_MS);
    expect(told).toBeLessThanOrEqual(7);
    leave();
    watchers.changed();
    clock.advance(VIEW_INTERVAL_MS);
    expect(told).toBeLessThanOrEqual(7);
  });
});

describe('those who wait', () => {
  it('for a milestone hear of it, of its failure, or of their own abort', async () => {
    const milestone = createMilestone();
    const abort = new AbortController();
    const impatient = milestone.wait(abort.signal);
    const patient = milestone.wait(new AbortController().signal);
    abort.abort();
    expect(await impatient).toMatchObject({ ok: false, error: { code: 'aborted' } });
    milestone.fail({ code: 'bad-torrent', message: 'no' });
    milestone.succeed();
    expect(await patient).toMatchObject({ ok: false, error: { code: 'bad-torrent' } });
    expect(await milestone.wait()).toMatchObject({ ok: false });
    expect(await milestone.wait(AbortSignal.abort())).toMatchObject({ ok: false });
  });

  it('for a piece are answered each by its own question', async () => {
    const waiters = createWaiters();
    const { signal } = new AbortController();
    const here = [waiters.wait(3, () => ok(1), signal), waiters.wait(3, () => ok(2), signal)];
    const gone = waiters.wait(4, () => ok(3), signal);
    waiters.verified(3);
    expect(await Promise.all(here)).toEqual([ok(1), ok(2)]);
    waiters.closeAll({ code: 'storage', message: 'disk full' });
    expect(await gone).toMatchObject({ ok: false, error: { code: 'storage' } });
    expect(await waiters.wait(5, () => ok(1), AbortSignal.abort())).toMatchObject({ ok: false });
  });
});
