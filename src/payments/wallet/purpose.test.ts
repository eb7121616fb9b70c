import { describe, expect, it } from 'vitest';
import { incomeOf, openingOf, purposeOf } from './purpose.ts';

describe('purpose of a transaction', () => {
  it('comes back from what the wallet keeps', () => {
    for (const purpose of ['faucet', 'received', 'payout', 'change', 'refund'] as const) {
      expect(purposeOf(incomeOf(purpose))).toEqual({ purpose, channels: 0 });
    }
    for (const channels of [1, 2, 100]) {
      expect(purposeOf(openingOf(channels))).toEqual({ purpose: 'channels', channels });
    }
  });

  it('has texts of the length that BRC-100 wants, 5 to 50 bytes', () => {
    const texts = [incomeOf('change'), incomeOf('payout'), incomeOf('refund'), openingOf(1)];
    for (const text of texts) {
      expect(text.length).toBeGreaterThanOrEqual(5);
      expect(text.length).toBeLessThanOrEqual(50);
    }
  });

  it('is another when the text is not ours', () => {
    for (const text of ['', 'Rent', 'Open 12345 channels', 'constructor']) {
      expect(purposeOf(text)).toEqual({ purpose: 'other', channels: 0 });
    }
  });
});
