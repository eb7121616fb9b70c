import { NO_METRICS } from '../../shared/ports/engine-metrics.ts';
import type { Payments } from '../../shared/ports/node.ts';
import type { PaymentsSnapshot, PaymentsSpec } from '../../shared/ports/payments.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { satoshi, satPerMiB } from '../../shared/units.ts';

type Calls = PaymentsSpec['calls'];
type Answers = {
  readonly [K in keyof Calls]?: (arg: Calls[K]['arg']) => Calls[K]['value'] | null;
};

export const emptySnapshot = (change: Partial<PaymentsSnapshot> = {}): PaymentsSnapshot => ({
  identity: null,
  network: 'devnet',
  wallet: {
    status: 'ready',
    failure: null,
    available: satoshi(0),
    locked: satoshi(0),
    lockedPaid: satoshi(0),
    pending: satoshi(0),
    backup: { madeAt: null, checked: false, channelsSince: 0 },
  },
  totals: {
    paidSat: satoshi(0),
    paidBytes: 0,
    paidBlocks: 0,
    earnedSat: satoshi(0),
    earnedBytes: 0,
    earnedBlocks: 0,
  },
  torrents: [],
  peers: [],
  channels: [],
  feed: [],
  settings: {
    budget: {
      maxSatPerMiB: satPerMiB(20_000),
      maxSatPerTitle: satoshi(1_000_000),
      maxSatPerDay: satoshi(5_000_000),
    },
    batcher: { mode: 'adaptive', maxEvents: 50, maxWaitMs: 250 },
    defaultSellPrice: satPerMiB(1088),
  },
  engine: NO_METRICS,
  ...change,
});

/** Payments that answer the named calls; `null` and every other call fail as `not-ready`. */
export const stubPayments = (
  answers: Answers,
  snapshot: () => PaymentsSnapshot = emptySnapshot,
): Payments => ({
  snapshot,
  subscribe: () => () => undefined,
  call: async <K extends keyof Calls>(
    name: K,
    arg: Calls[K]['arg'],
  ): Promise<Result<Calls[K]['value']>> => {
    const value = answers[name]?.(arg) ?? null;
    return value === null ? fail('not-ready', `${name} is not there.`) : ok(value);
  },
});
