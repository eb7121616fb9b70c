import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { feeFor } from '../../channel/fee.ts';
import { MAX_BATCH } from '../../channel/settlement.ts';
import type { ChannelRecord } from '../../shared/ports/ledger.ts';
import { channelId, satoshi } from '../../shared/units.ts';
import { BYTES_PER_CHANNEL, groupsOf } from './groups.ts';

const RATE = 100;
const OWN_FEE = feeFor(BYTES_PER_CHANNEL, RATE);

const channel = (at: number, paid: number): ChannelRecord =>
  ({ cid: channelId(at.toString(16).padStart(32, '0')), paid: satoshi(paid) }) as ChannelRecord;

describe('the settlements of a payee', () => {
  it('hold each channel once, no more than a transaction may, and loners alone', () => {
    const one = fc.record({ paid: fc.integer({ min: 1, max: 5_000 }), alone: fc.boolean() });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 160, size: 'max' }), (given) => {
        const records = given.map(({ paid }, at) => channel(at, paid));
        const loners = new Set(records.filter((_, at) => given[at]?.alone === true));
        const groups = groupsOf(records, RATE, (record) => loners.has(record));
        const cids = groups.flat().map(({ cid }) => cid);
        expect(cids.sort()).toEqual(records.map(({ cid }) => cid).sort());
        for (const group of groups) {
          expect(group.length).toBeGreaterThan(0);
          expect(group.length).toBeLessThanOrEqual(MAX_BATCH);
          if (group.length > 1) expect(group.some((record) => loners.has(record))).toBe(false);
        }
      }),
    );
  });

  it('take along what does not earn its own input where the whole is well worth its fee', () => {
    const poor = channel(1, OWN_FEE);
    const groups = (paid: number) => groupsOf([poor, channel(2, paid)], RATE, () => false);
    expect(groups(100_000)).toEqual([[channel(2, 100_000), poor]]);
    expect(groups(OWN_FEE + 1)).toEqual([[channel(2, OWN_FEE + 1)], [poor]]);
  });
});
