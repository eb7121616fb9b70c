import type { HealthReport, Timed } from '../shared/ports/health.ts';
import type { PaymentsSnapshot } from '../shared/ports/payments.ts';

const thread = ({ result, ms }: Timed<unknown>) => ({
  answers: result.ok,
  ms,
  failure: result.ok ? null : result.error,
});

/**
 * The report for programs (`/api/health`). `ok` means that both workers answer and that the wallet
 * is not broken; services and trackers of others are told about, but their outage is not ours.
 */
export const healthJson = (
  { at, trackers, chain, store, serviceWorker }: HealthReport,
  { wallet, engine, network }: Pick<PaymentsSnapshot, 'wallet' | 'engine' | 'network'>,
) => ({
  status:
    chain.result.ok && store.result.ok && wallet.status !== 'failed'
      ? ('ok' as const)
      : ('degraded' as const),
  at,
  network,
  payments: {
    ...thread(chain),
    wallet: wallet.status,
    walletFailure: wallet.failure,
    queued: engine.queued,
    eventsPerSecond: engine.eventsPerSecond,
    latencyMs: { p50: engine.latencyP50, p95: engine.latencyP95, p99: engine.latencyP99 },
  },
  chain: chain.result.ok ? chain.result.value : null,
  store: { ...thread(store), storage: store.result.ok ? store.result.value : null },
  serviceWorker,
  trackers,
});
