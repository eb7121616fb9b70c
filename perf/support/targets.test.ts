import { describe, expect, it } from 'vitest';
import { loadTargets, meets, missed, targetText } from './targets.ts';

describe('targets', () => {
  it('bind from below, from above and to another figure of the run', () => {
    const metrics = { ratio: 1.5, paid: 17, due: 17 };
    expect(meets(metrics, 'ratio', { min: 1.5, max: 1.5 })).toBe(true);
    expect(meets(metrics, 'ratio', { min: 1.51 })).toBe(false);
    expect(meets(metrics, 'ratio', { max: 1.49 })).toBe(false);
    expect(meets(metrics, 'paid', { equals: 'due' })).toBe(true);
    expect(meets(metrics, 'paid', { equals: 'ratio' })).toBe(false);
    expect(meets(metrics, 'paid', { equals: 'absent' })).toBe(false);
  });

  it('are not met by what was not measured', () => {
    expect(missed({ odd: Number.NaN }, { odd: { max: 1 }, gone: { min: 0 } })).toEqual([
      'odd',
      'gone',
    ]);
  });

  it('are all bounded, and said in words', () => {
    for (const targets of Object.values(loadTargets())) {
      for (const target of Object.values(targets)) expect(targetText(target)).not.toBe('');
    }
    expect(targetText({ min: 1, max: 2 })).toBe('≥ 1, ≤ 2');
  });
});
