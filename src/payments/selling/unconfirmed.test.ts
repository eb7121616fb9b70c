import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UNCONFIRMED_CAP } from '../../protocol/policy.ts';
import type { ChannelRecord } from '../../shared/ports/ledger.ts';
import { satoshi, txId } from '../../shared/units.ts';
import { unconfirmedCap } from './unconfirmed.ts';

const channel = (
  capacity: number,
  {
    status = 'open',
    funding = 'a',
    paid = 0,
  }: { status?: string; funding?: string; paid?: number } = {},
): ChannelRecord =>
  ({
    role: 'payee',
    status,
    capacity: satoshi(capacity),
    paid: satoshi(paid),
    fundingTxid: txId(funding.repeat(64)),
  }) as ChannelRecord;

describe('what counts of channels whose funding is not mined', () => {
  it('is never more for one transaction than for one channel', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 500_000 }), { minLength: 1 }),
        (capacities) => {
          const channels = capacities.map((one) => channel(one));
          const sum = channels.reduce(
            (total, one, at) => total + unconfirmedCap(one, channels.slice(0, at)),
            0,
          );
          const all = capacities.reduce((total, one) => total + one, 0);
          expect(sum).toBe(Math.min(UNCONFIRMED_CAP, all));
        },
      ),
    );
  });

  it('is not lessened by other transactions', () => {
    const one = channel(150_000);
    expect(unconfirmedCap(one, [channel(400_000, { funding: 'b' })])).toBe(150_000);
    expect(unconfirmedCap(one, [channel(400_000)])).toBe(0);
  });

  it('does not grow anew by settling what was paid: that dies with the funding too', () => {
    const over = channel(400_000, { status: 'settled', paid: 120_000 });
    expect(unconfirmedCap(channel(150_000), [over])).toBe(80_000);
    const unpaid = channel(400_000, { status: 'settled' });
    expect(unconfirmedCap(channel(150_000), [unpaid])).toBe(150_000);
  });

  it('is at least what has been paid and counted already', () => {
    expect(unconfirmedCap(channel(300_000, { paid: 120_000 }), [channel(400_000)])).toBe(120_000);
  });
});
