import type { CallOptions } from '../shared/bridge.ts';
import type { Clock } from '../shared/clock.ts';
import type {
  ChainHealth,
  HealthReport,
  NodeHealth,
  RequestLine,
  ServiceWorkerHealth,
  StoreHealth,
  Timed,
  TrackerHealth,
} from '../shared/ports/health.ts';
import type { PaymentCall } from '../shared/ports/node.ts';
import { ok, type Result } from '../shared/result.ts';
import { runSelfTest, type SelfTest } from './self-test.ts';

export interface HealthParts {
  readonly clock: Clock;
  /** Milliseconds with fractions, from any start. */
  readonly stopwatch: () => number;
  readonly payments: PaymentCall;
  readonly store: {
    usage(options: CallOptions): Promise<Result<StoreHealth>>;
    /** Writes and reads a scratch file; answers its length in bytes. */
    probe(options: CallOptions): Promise<Result<number>>;
  };
  readonly trackers: () => readonly TrackerHealth[];
  probeTracker(url: string, signal: AbortSignal): Promise<Result<null>>;
  readonly serviceWorker: {
    health(): Promise<ServiceWorkerHealth>;
    ping(signal: AbortSignal): Promise<Result<null>>;
  };
  readonly requests: () => readonly RequestLine[];
  readonly metricsUrl: string;
}

/** A worker that takes longer than this to say how it is does not answer. */
const READ_TIMEOUT_MS = 4_000;

/** Tells how the parts of this node do, and tries them. */
export const createHealth = (parts: HealthParts): NodeHealth => {
  const { clock, stopwatch, payments, store } = parts;

  const timed = async <T>(ask: (options: CallOptions) => Promise<Result<T>>): Promise<Timed<T>> => {
    const limit = new AbortController();
    const stop = clock.after(READ_TIMEOUT_MS, () => limit.abort());
    const startedAt = stopwatch();
    const result = await ask({ signal: limit.signal });
    stop();
    return { result, ms: stopwatch() - startedAt };
  };

  const tests = (): readonly SelfTest[] => [
    ...(['ping', 'ledger'] as const).map((part): SelfTest => ({
      name: part === 'ping' ? 'payments' : part,
      target: '',
      run: (signal) => payments('probe', { part }, { signal }),
    })),
    {
      name: 'store',
      target: '',
      async run(signal) {
        const tried = await store.probe({ signal });
        return tried.ok ? ok(`${tried.value / 1_024} KiB`) : tried;
      },
    },
    { name: 'serviceWorker', target: '', run: (signal) => parts.serviceWorker.ping(signal) },
    ...(['arc', 'chain'] as const).map((part): SelfTest => ({
      name: part,
      target: '',
      run: (signal) => payments('probe', { part }, { signal }),
    })),
    ...parts.trackers().map(({ url }): SelfTest => ({
      name: 'tracker',
      target: url,
      run: (signal) => parts.probeTracker(url, signal),
    })),
  ];

  return {
    async read(): Promise<HealthReport> {
      const [chain, usage, serviceWorker] = await Promise.all([
        timed<ChainHealth>((options) => payments('health', undefined, options)),
        timed<StoreHealth>((options) => store.usage(options)),
        parts.serviceWorker.health(),
      ]);
      const trackers = parts.trackers();
      return { at: clock.now(), trackers, chain, store: usage, serviceWorker };
    },
    requests: () => parts.requests(),
    metricsUrl: parts.metricsUrl,
    selfTest: (onOutcome, signal) => runSelfTest(tests(), { clock, stopwatch }, onOutcome, signal),
  };
};
