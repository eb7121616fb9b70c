import { encodeHello } from '../protocol/hello.ts';
import { NETWORK_BYTES, PROTOCOL_VERSION } from '../protocol/limits.ts';
import {
  BUDGET_MAX_SAT_PER_DAY,
  BUDGET_MAX_SAT_PER_MIB,
  BUDGET_MAX_SAT_PER_TITLE,
  BATCH_EVENTS,
  BATCH_WAIT_MS,
  DEFAULT_PRICE,
} from '../protocol/policy.ts';
import { createBridgeClient, type Endpoint } from '../shared/bridge.ts';
import { NO_METRICS } from '../shared/ports/engine-metrics.ts';
import { fromHex } from '../shared/hex.ts';
import type { Payments } from '../shared/ports/node.ts';
import type { PaymentsSnapshot, PaymentsSpec } from '../shared/ports/payments.ts';
import type { WirePayments } from '../shared/ports/wire-payments.ts';
import { done, type Result } from '../shared/result.ts';
import { satoshi, type IdentityKey } from '../shared/units.ts';

const nothing = satoshi(0);

/** What is shown until the worker has spoken. */
const startingSnapshot = (network: string): PaymentsSnapshot => ({
  identity: null,
  network,
  wallet: {
    status: 'starting',
    failure: null,
    available: nothing,
    locked: nothing,
    lockedPaid: nothing,
    pending: nothing,
    backup: { madeAt: null, checked: false, channelsSince: 0 },
  },
  totals: {
    paidSat: nothing,
    paidBytes: 0,
    paidBlocks: 0,
    earnedSat: nothing,
    earnedBytes: 0,
    earnedBlocks: 0,
  },
  torrents: [],
  peers: [],
  channels: [],
  feed: [],
  settings: {
    budget: {
      maxSatPerMiB: BUDGET_MAX_SAT_PER_MIB,
      maxSatPerTitle: BUDGET_MAX_SAT_PER_TITLE,
      maxSatPerDay: BUDGET_MAX_SAT_PER_DAY,
    },
    batcher: { mode: 'adaptive', maxEvents: BATCH_EVENTS, maxWaitMs: BATCH_WAIT_MS },
    defaultSellPrice: DEFAULT_PRICE,
  },
  engine: NO_METRICS,
});

export interface PaymentsClient {
  readonly payments: Payments;
  /** For the swarm; `hello` works once {@link PaymentsClient.open} has succeeded. */
  readonly wire: WirePayments;
  open(arg: PaymentsSpec['calls']['open']['arg']): Promise<Result<{ identity: IdentityKey }>>;
  /** Flushes the worker; it may be terminated afterwards. */
  close(): Promise<Result<void>>;
}

/** The page's side of the payments worker (worker.ts). */
export const createPaymentsClient = (worker: Endpoint): PaymentsClient => {
  const bridge = createBridgeClient<PaymentsSpec>(worker);
  const listeners = new Set<() => void>();
  let snapshot = startingSnapshot('');
  let hello: { readonly identity: Uint8Array; readonly network: number } | null = null;

  const show = (next: PaymentsSnapshot): void => {
    snapshot = next;
    for (const listener of listeners) listener();
  };
  bridge.on('snapshot', show);

  return {
    payments: {
      snapshot: () => snapshot,
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      call: (name, arg, options) => bridge.call(name, arg, options),
    },
    wire: {
      hello(nonce) {
        if (hello === null) throw new Error('the payments are not open yet');
        return encodeHello({ version: PROTOCOL_VERSION, ...hello, nonce });
      },
      post: (name, payload, transfer) => bridge.post(name, payload, transfer),
      noted: async () => void (await bridge.call('noted', undefined)),
      on: (name, listener) => bridge.on(name, listener),
    },
    async open(arg) {
      const opened = await bridge.call('open', arg);
      if (!opened.ok) return opened;
      const { network } = arg.config;
      hello = { identity: fromHex(opened.value.identity), network: NETWORK_BYTES[network] };
      show({ ...snapshot, identity: opened.value.identity, network });
      const first = await bridge.call('snapshot', undefined);
      if (first.ok) show(first.value);
      return opened;
    },
    async close() {
      const closed = await bridge.call('close', undefined);
      bridge.close();
      return closed.ok ? done : closed;
    },
  };
};
