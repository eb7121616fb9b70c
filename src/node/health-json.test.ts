import { describe, expect, it } from 'vitest';
import { NO_METRICS } from '../shared/ports/engine-metrics.ts';
import type { HealthReport } from '../shared/ports/health.ts';
import type { WalletView } from '../shared/ports/payments.ts';
import { fail, ok } from '../shared/result.ts';
import { satoshi } from '../shared/units.ts';
import { healthJson } from './health-json.ts';

const none = satoshi(0);
const wallet: WalletView = {
  status: 'ready',
  failure: null,
  available: none,
  locked: none,
  lockedPaid: none,
  pending: none,
  backup: { madeAt: null, checked: false, channelsSince: 0 },
};
const rest = { engine: NO_METRICS, network: 'devnet' };
const report: HealthReport = {
  at: 3,
  trackers: [],
  chain: { result: ok({ services: [], height: 9 }), ms: 1 },
  store: { result: ok({ mode: 'opfs', used: 1, quota: null, persisted: false }), ms: 2 },
  serviceWorker: { state: 'activated', controls: true, waiting: false },
};
const gone = { result: fail('aborted', 'Cancelled.'), ms: 4_000 };

describe('the health for programs', () => {
  it('is fine while both workers answer, and tells what they said', () => {
    expect(healthJson(report, { wallet, ...rest })).toMatchObject({
      status: 'ok',
      payments: { answers: true, failure: null, wallet: 'ready' },
      chain: { height: 9 },
      store: { answers: true, storage: { mode: 'opfs' } },
    });
  });

  it('is degraded when a worker is silent or the wallet is broken, and guesses nothing', () => {
    const silent = healthJson({ ...report, chain: gone }, { wallet, ...rest });
    expect(silent).toMatchObject({ status: 'degraded', chain: null });
    expect(silent.payments).toMatchObject({ answers: false, failure: { code: 'aborted' } });
    const stuck = healthJson({ ...report, store: gone }, { wallet, ...rest });
    expect(stuck).toMatchObject({ status: 'degraded', store: { storage: null } });
    const broken: WalletView = { ...wallet, status: 'failed' };
    expect(healthJson(report, { wallet: broken, ...rest }).status).toBe('degraded');
  });
});
