import { describe, expect, it } from 'vitest';
import { batchTransactionBytes } from './batch-transaction.ts';

describe('a transaction for each batch', () => {
  it('has the size of a payment with one input and change', async () => {
    const bytes = await batchTransactionBytes();
    expect(bytes).toBeGreaterThanOrEqual(224);
    expect(bytes).toBeLessThanOrEqual(226);
  });
});
