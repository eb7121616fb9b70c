import { describe, expect, it } from 'vitest';
import { MAX_FUNDING_BYTES } from '../../protocol/limits.ts';
import { txId, type TxId } from '../../shared/units.ts';
import { createAncestry } from './ancestry.ts';

const txOf = (n: number): TxId => txId(n.toString(16).padStart(64, '0'));

const setUp = () => {
  const mined = new Set<TxId>();
  const asked: TxId[] = [];
  const ancestry = createAncestry((txid) => {
    asked.push(txid);
    return Promise.resolve(mined.has(txid));
  });
  return { mined, asked, ancestry };
};

describe('what a funding rests on', () => {
  it('is never more than a payee takes, until it is mined', async () => {
    const { mined, ancestry } = setUp();
    let bytes = 0;
    let made = 0;
    for (; made < 10 && (await ancestry.mayFund(100)); made += 1) {
      // A hundred channels and as much as there was before.
      bytes += 24_200;
      expect(bytes).toBeLessThanOrEqual(MAX_FUNDING_BYTES);
      ancestry.funded(txOf(made), bytes);
    }
    expect(made).toBe(3);
    expect(await ancestry.mayFund(100)).toBe(false);
    mined.add(txOf(made - 1));
    expect(await ancestry.mayFund(100)).toBe(true);
  });

  it('is the largest of several chains, and nobody is asked while there is room', async () => {
    const { mined, asked, ancestry } = setUp();
    ancestry.funded(txOf(1), 97_000);
    ancestry.funded(txOf(2), 900);
    mined.add(txOf(2));
    expect(await ancestry.mayFund(1)).toBe(false);
    expect(asked).toEqual([txOf(1)]);
    const other = setUp();
    other.ancestry.funded(txOf(1), 5_000);
    expect(await other.ancestry.mayFund(100)).toBe(true);
    expect(other.asked).toEqual([]);
  });
});
