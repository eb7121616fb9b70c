import { describe, expect, it } from 'vitest';
import { agreementsOf, agreementTable } from './agreement.ts';

const run = (speeds: readonly number[], blocks: number) => ({
  scenario: 'trade',
  metrics: { MBps: speeds[1] ?? 0, blocks },
  rounds: { MBps: speeds },
});

describe('the comparison of two runs', () => {
  it('agrees where the rounds of both overlap', () => {
    const found = agreementsOf([run([10, 12, 14], 5)], [run([13, 15, 16], 5)]);
    expect(found.map(({ metric, agree }) => [metric, agree])).toEqual([
      ['MBps', true],
      ['blocks', null],
    ]);
  });

  it('disagrees where they do not', () => {
    const found = agreementsOf([run([10, 12, 14], 5)], [run([15, 16, 17], 6)]);
    expect(found[0]?.agree).toBe(false);
    expect(agreementTable('Runs', found).rows).toEqual([
      ['trade MBps', '12', '16', '33.3 %', 'no'],
      ['trade blocks', '5', '6', '20.0 %', 'one value each'],
    ]);
  });

  it('leaves out what only one run has', () => {
    expect(agreementsOf([], [run([1, 2, 3], 1)])).toEqual([]);
  });
});
