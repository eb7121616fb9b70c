import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Commit } from '../shared/ports/ledger.ts';
import { done, failureOf } from '../shared/result.ts';
import { createCommitQueue, mergeCommits } from './commit.ts';
import { outboxOf } from './testing/records.ts';

/** A store whose writes end when the test says so. */
const createGatedStore = () => {
  const groups: (readonly Commit[])[] = [];
  const gates: { open: () => void; fail: (error: Error) => void }[] = [];
  const queue = createCommitQueue(
    (commits) =>
      new Promise<void>((resolve, reject) => {
        groups.push(commits);
        gates.push({ open: resolve, fail: reject });
      }),
    (thrown) => failureOf(thrown, 'storage'),
  );
  return { groups, gates, queue };
};
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const one = (n: number): Commit => ({ outbox: [outboxOf(n)] });

describe('commit queue', () => {
  it('takes the commits of one turn together, and those of a running write into the next', async () => {
    const { groups, gates, queue } = createGatedStore();
    const first = [queue.push(one(1)), queue.push(one(2))];
    await turn();
    expect(groups).toEqual([[one(1), one(2)]]);

    const settled: number[] = [];
    const later = [3, 4, 5].map(async (n) => {
      const result = await queue.push(one(n));
      settled.push(n);
      return result;
    });
    await turn();
    expect(groups).toHaveLength(1);
    gates[0]?.open();
    expect(await Promise.all(first)).toEqual([done, done]);
    await turn();
    expect(groups[1]).toEqual([one(3), one(4), one(5)]);
    expect(settled).toEqual([]);
    gates[1]?.open();
    expect(await Promise.all(later)).toEqual([done, done, done]);
    expect(settled).toEqual([3, 4, 5]);
  });

  it('fails all of one transaction and none of the next', async () => {
    const { gates, queue } = createGatedStore();
    const doomed = [queue.push(one(1)), queue.push(one(2))];
    await turn();
    const next = queue.push(one(3));
    gates[0]?.fail(new Error('disk'));
    const failed = { ok: false, error: { code: 'storage', message: 'disk' } };
    expect(await Promise.all(doomed)).toEqual([failed, failed]);
    await turn();
    gates[1]?.open();
    expect(await next).toEqual(done);
  });

  it('is idle only when nothing is left', async () => {
    const { gates, queue } = createGatedStore();
    await queue.idle();
    void queue.push(one(1));
    let idle = false;
    const whenIdle = queue.idle().then(() => (idle = true));
    await turn();
    void queue.push(one(2));
    gates[0]?.open();
    await turn();
    expect(idle).toBe(false);
    gates[1]?.open();
    await whenIdle;
    expect(idle).toBe(true);
  });
});

describe('mergeCommits', () => {
  it('keeps the last record of each key, and all batches in order', () => {
    const key = fc.nat({ max: 4 });
    fc.assert(
      fc.property(fc.array(fc.array(fc.tuple(key, fc.nat()), { maxLength: 4 })), (lists) => {
        const commits = lists.map((list) => ({
          outbox: list.map(([n, attempts]) => outboxOf(n, { attempts })),
        }));
        const model = new Map(lists.flat());
        const merged = mergeCommits(commits).outbox;
        expect(new Map(merged.map(({ tx, attempts }) => [tx[2], attempts]))).toEqual(model);
        expect(merged).toHaveLength(model.size);
      }),
    );
  });
});
