import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterStep,
  beginFiling,
  nextStep,
  withoutChannels,
  type Filing,
  type FilingStep,
} from './filing.ts';
import { accountKey, noRows, type Rows } from './journal.ts';
import { packSlab, readHeads, type FullSlab } from './slab.ts';
import { createBooks } from './testing/records.ts';

/** What a journal holds after one payment on each of these channels, `sizes` payments an entry. */
const journalOf = (sizes: readonly number[], from: number) => {
  const books = createBooks();
  const rows: Rows = noRows();
  const slabs: FullSlab[] = [];
  let first = 1;
  for (const size of sizes) {
    const commits = Array.from({ length: size }, (_, n) =>
      books.pay({ channel: (first + n) % 40, torrent: n % 3, sats: [n + 1] }),
    );
    const batches = commits.flatMap((commit) => commit.batches ?? []);
    slabs.push(packSlab(batches, first));
    first += size;
    for (const { channels = [], accounts = [] } of commits) {
      for (const one of channels) rows.channels.set(one.cid, { ...one, entry: from });
      for (const one of accounts) rows.accounts.set(accountKey(one), one);
    }
  }
  return { rows, slabs, entries: [from, from + sizes.length - 1] as const };
};

const stepsOf = (filing: Filing): FilingStep[] => {
  const steps: FilingStep[] = [];
  for (let left: Filing | null = filing; left !== null;) {
    const step = nextStep(left);
    steps.push(step);
    left = afterStep(left, step);
  }
  return steps;
};

const idsOf = (slabs: readonly FullSlab[]): number[] =>
  slabs.flatMap((slab) => readHeads(slab).map(({ id }) => id));

const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 60 });

describe('filing', () => {
  it('files every batch in order and every row, each once, before anything is forgotten', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 1e6 }), (entrySizes, from) => {
        const { rows, slabs, entries } = journalOf(entrySizes, from);
        const steps = stepsOf(beginFiling(slabs, rows, entries));
        expect(idsOf(steps.flatMap((step) => step.slabs))).toEqual(idsOf(slabs));
        const channels = steps.flatMap((step) => [...step.rows.channels.values()]);
        const accounts = steps.flatMap((step) => [...step.rows.accounts.values()]);
        expect(channels).toEqual([...rows.channels.values()]);
        expect(accounts).toEqual([...rows.accounts.values()]);
        const forgetting = steps.findIndex(({ forget }) => forget !== null);
        expect(steps.slice(forgetting).every(({ slabs: filed }) => filed.length === 0)).toBe(true);
        const gone = steps.flatMap(({ forget }) => (forget === null ? [] : [forget]));
        expect(gone[0]?.[0]).toBe(entries[0]);
        expect(gone.at(-1)?.[1]).toBe(entries[1]);
        gone.slice(1).forEach(([start], n) => expect(start).toBe((gone[n]?.[1] ?? NaN) + 1));
      }),
    );
  });

  it('ends after few steps however much there is', () => {
    const { rows, slabs, entries } = journalOf(Array<number>(2_000).fill(3), 1);
    const steps = stepsOf(beginFiling(slabs, rows, entries));
    expect(steps.length).toBeLessThanOrEqual(32);
    for (const { rows: some } of steps) {
      expect(some.channels.size + some.accounts.size).toBeLessThanOrEqual(5);
    }
  });

  it('leaves out a channel that was written whole meanwhile', () => {
    const { rows, slabs, entries } = journalOf([3, 3], 1);
    const [cid = ''] = rows.channels.keys();
    const steps = stepsOf(withoutChannels(beginFiling(slabs, rows, entries), [cid]));
    const written = steps.flatMap((step) => [...step.rows.channels.keys()]);
    expect(written).not.toContain(cid);
    expect(written).toHaveLength(rows.channels.size - 1);
  });
});
