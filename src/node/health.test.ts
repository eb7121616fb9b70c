import { describe, expect, it } from 'vitest';
import type { Clock } from '../shared/clock.ts';
import type { TestOutcome } from '../shared/ports/health.ts';
import type { PaymentCall } from '../shared/ports/node.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import { createHealth, type HealthParts } from './health.ts';

const never = new Promise<never>(() => undefined);
const still: Clock = { now: () => 7, after: () => () => undefined };
/** Time runs out once nothing else happens. */
const hasty: Clock = {
  now: () => 7,
  after: (_ms, task) => {
    const turn = setImmediate(task);
    return () => clearImmediate(turn);
  },
};
const storage = { mode: 'opfs', used: 1, quota: 2, persisted: true } as const;
const worker = { state: 'activated', controls: true, waiting: false } as const;
const tracker = { url: 'wss://tracker.example', state: 'unused', answeredAt: null } as const;

const ANSWERS: Record<string, Result<unknown>> = {
  health: ok({ services: [], height: 3 }),
  probe: ok(null),
};
const paymentsWith = (answers: Record<string, Result<unknown> | Promise<never>>): PaymentCall =>
  (async (name: string, _arg: unknown, options?: { readonly signal?: AbortSignal }) => {
    const answer = answers[name];
    if (!(answer instanceof Promise)) return answer;
    return new Promise((resolve) => {
      options?.signal?.addEventListener('abort', () => resolve(fail('aborted', 'Cancelled.')));
    });
  }) as PaymentCall;

const healthWith = (change: Partial<HealthParts> = {}) => {
  let ms = 0;
  return createHealth({
    clock: still,
    stopwatch: () => (ms += 1),
    payments: paymentsWith(ANSWERS),
    store: { usage: async () => ok(storage), probe: async () => ok(65_536) },
    trackers: () => [tracker],
    probeTracker: async () => ok(null),
    serviceWorker: { health: async () => worker, ping: async () => ok(null) },
    requests: () => [],
    metricsUrl: '/api/metrics',
    ...change,
  });
};

const outcomesOf = async (health: ReturnType<typeof healthWith>): Promise<TestOutcome[]> => {
  const outcomes: TestOutcome[] = [];
  await health.selfTest((one) => void outcomes.push(one), new AbortController().signal);
  return outcomes;
};

describe('the health of a node', () => {
  it('is what its parts say, with the time they took', async () => {
    const report = await healthWith().read();
    expect(report).toMatchObject({ at: 7, trackers: [tracker], serviceWorker: worker });
    expect(report.chain.result).toEqual(ok({ services: [], height: 3 }));
    expect(report.store.result).toEqual(ok(storage));
    expect(report.store.ms).toBeGreaterThan(0);
  });

  it('is a failure for a worker that does not answer, and the rest is still told', async () => {
    const health = healthWith({ clock: hasty, payments: paymentsWith({ health: never }) });
    const report = await health.read();
    expect(report.chain.result).toMatchObject({ ok: false });
    expect(report.store.result.ok).toBe(true);
  });
});

describe('the self-test', () => {
  it('tries every part once, each tracker too', async () => {
    const outcomes = await outcomesOf(healthWith());
    expect(outcomes.map(({ name }) => name)).toEqual([
      'payments',
      'ledger',
      'store',
      'serviceWorker',
      'arc',
      'chain',
      'tracker',
    ]);
    expect(outcomes.every(({ failure, ms }) => failure === null && ms > 0)).toBe(true);
    expect(outcomes.at(-1)?.target).toBe(tracker.url);
    expect(outcomes[2]?.figure).toBe('64 KiB');
  });

  it('goes on after a part that fails, throws or says nothing', async () => {
    const outcomes = await outcomesOf(
      healthWith({
        clock: hasty,
        store: {
          usage: async () => ok(storage),
          probe: async () => {
            throw new Error('gone');
          },
        },
        serviceWorker: { health: async () => worker, ping: () => never },
        probeTracker: async () => fail('network', 'Not there.'),
      }),
    );
    const failed = outcomes.filter(({ failure }) => failure !== null);
    expect(failed.map(({ name, failure }) => [name, failure?.code])).toEqual([
      ['store', 'internal'],
      ['serviceWorker', 'timeout'],
      ['tracker', 'network'],
    ]);
    expect(outcomes).toHaveLength(7);
  });

  it('stops when nobody wants to know any more', async () => {
    const left = new AbortController();
    const outcomes: TestOutcome[] = [];
    await healthWith().selfTest((one) => {
      outcomes.push(one);
      left.abort();
    }, left.signal);
    expect(outcomes).toHaveLength(1);
  });
});
