import type { BridgeClient } from '../shared/bridge.ts';
import type { Payments } from '../shared/ports/node.ts';
import type { PaymentsSnapshot, PaymentsSpec } from '../shared/ports/payments.ts';
import { unwrap } from '../shared/result.ts';

/**
 * Keeps the worker's latest figures for the views.
 * @throws FailureError when the worker cannot give the first ones.
 */
export const createPaymentsView = async (
  worker: Pick<BridgeClient<PaymentsSpec>, 'call' | 'on'>,
): Promise<Payments> => {
  let latest: PaymentsSnapshot = unwrap(await worker.call('snapshot', undefined));
  const listeners = new Set<() => void>();
  worker.on('snapshot', (snapshot) => {
    latest = snapshot;
    for (const listener of listeners) listener();
  });
  return {
    snapshot: () => latest,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    call: (name, arg, options) => worker.call(name, arg, options),
  };
};
