import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { letAsk, lengthOf, usersAt } from './users.ts';

const stretches = fc.array(
  fc.record({ users: fc.nat(100), seconds: fc.integer({ min: 1, max: 60 }) }),
  { minLength: 1, maxLength: 6 },
);

/** Time that passes only when everybody waits. */
const virtualTime = () => {
  let now = 0;
  const waiting: { at: number; resolve: () => void }[] = [];
  return {
    now: () => now,
    pause: (ms: number): Promise<void> =>
      new Promise((resolve) => void waiting.push({ at: now + ms, resolve })),
    async run(): Promise<void> {
      for (;;) {
        // Everything that is ready goes on before time does.
        await new Promise((resolve) => setImmediate(resolve));
        waiting.sort((a, b) => a.at - b.at);
        const next = waiting.shift();
        if (next === undefined) return;
        now = Math.max(now, next.at);
        next.resolve();
      }
    },
  };
};

describe('users', () => {
  it('grow and shrink evenly and are gone at the end', () => {
    const plan = [
      { users: 10, seconds: 10 },
      { users: 0, seconds: 5 },
    ];
    expect([0, 5_000, 9_999, 10_000, 12_500, 15_000].map((ms) => usersAt(plan, ms))).toEqual([
      0, 5, 10, 10, 5, 0,
    ]);
  });

  it('are never more than planned, and whole', () => {
    fc.assert(
      fc.property(stretches, fc.nat(400_000), (plan, ms) => {
        const users = usersAt(plan, ms);
        expect(Number.isInteger(users)).toBe(true);
        expect(users).toBeGreaterThanOrEqual(0);
        expect(users).toBeLessThanOrEqual(Math.max(...plan.map((one) => one.users)));
        if (ms >= lengthOf(plan)) expect(users).toBe(0);
      }),
    );
  });

  it('ask once a think time, each as long as there is room for it', async () => {
    const time = virtualTime();
    const turns: number[] = [];
    const asking = letAsk(
      [
        { users: 2, seconds: 10 },
        { users: 2, seconds: 10 },
      ],
      1_000,
      async (user, turn) => {
        await time.pause(20);
        turns[user] = turn + 1;
        if (user === 1 && turn === 0) throw new Error('no');
        return 'asked';
      },
      time,
    );
    await time.run();
    const asked = await asking;
    expect(asked.filter(({ error }) => error === 'no')).toHaveLength(1);
    expect(asked.every(({ ms }) => ms === 20)).toBe(true);
    expect(asked.length).toBe((turns[0] ?? 0) + (turns[1] ?? 0));
    // The first comes at 2.5 s, the second at 7.5 s: so it is rounded.
    expect(turns[0]).toBeGreaterThanOrEqual(16);
    expect(turns[0]).toBeLessThanOrEqual(18);
    expect(turns[1]).toBeGreaterThanOrEqual(11);
    expect(turns[1]).toBeLessThanOrEqual(13);
  });
});
