import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/shared/clock.ts';
import { createPatience } from './patience.ts';

describe('patience', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('lasts as long as there are signs, however long that is', () => {
    const lost = vi.fn();
    const patience = createPatience(systemClock, 1_000, lost);
    for (let i = 0; i < 100; i += 1) {
      vi.advanceTimersByTime(999);
      patience.sign();
    }
    expect(lost).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1_000);
    expect(lost).toHaveBeenCalledOnce();
  });

  it('is over when it is ended, whatever is still said', () => {
    const lost = vi.fn();
    const patience = createPatience(systemClock, 1_000, lost);
    patience.end();
    patience.sign();
    vi.advanceTimersByTime(10_000);
    expect(lost).not.toHaveBeenCalled();
  });
});
