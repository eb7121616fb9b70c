import {
  BATCH_SIZE_BOUNDS,
  type FlushReason,
  type TuningNote,
} from '../../shared/ports/engine-metrics.ts';
import type {
  ServiceHealth,
  ServiceWorkerHealth,
  TestName,
  TrackerHealth,
} from '../../shared/ports/health.ts';
import type { MessageKey } from '../i18n/translate.ts';
import type { Wording } from './words.ts';

/** Plain words and figures for the Health view. */

export const SERVICE_WORDS: Readonly<Record<ServiceHealth['state'], Wording>> = {
  closed: { key: 'outside.closed', tone: 'good' },
  open: { key: 'outside.open', tone: 'bad' },
  'half-open': { key: 'outside.halfOpen', tone: 'plain' },
};

export const SERVICE_NAMES: Readonly<Record<ServiceHealth['service'], MessageKey>> = {
  arc: 'outside.arc',
  lookup: 'outside.lookup',
};

export const TRACKER_WORDS: Readonly<Record<TrackerHealth['state'], Wording>> = {
  connected: { key: 'outside.connected', tone: 'good' },
  connecting: { key: 'outside.connecting', tone: 'plain' },
  lost: { key: 'outside.lost', tone: 'bad' },
  unused: { key: 'outside.unused', tone: 'plain' },
};

export const SERVICE_WORKER_WORDS: Readonly<Record<ServiceWorkerHealth['state'], Wording>> = {
  unsupported: { key: 'threads.swUnsupported', tone: 'bad' },
  none: { key: 'threads.swNone', tone: 'bad' },
  parsed: { key: 'threads.swInstalling', tone: 'plain' },
  installing: { key: 'threads.swInstalling', tone: 'plain' },
  installed: { key: 'threads.swWaiting', tone: 'plain' },
  activating: { key: 'threads.swInstalling', tone: 'plain' },
  activated: { key: 'threads.swActive', tone: 'good' },
  redundant: { key: 'threads.swGone', tone: 'bad' },
};

export const ANSWER_WORDS = {
  yes: { key: 'threads.answers', tone: 'good' },
  no: { key: 'threads.silent', tone: 'bad' },
} as const satisfies Record<string, Wording>;

export const TEST_WORDS: Readonly<Record<TestName, MessageKey>> = {
  payments: 'test.payments',
  ledger: 'test.ledger',
  store: 'test.store',
  serviceWorker: 'test.serviceWorker',
  arc: 'test.arc',
  chain: 'test.chain',
  tracker: 'test.tracker',
};

const FLUSH_WORDS: Readonly<Record<FlushReason, MessageKey>> = {
  allowance: 'flush.allowance',
  pressure: 'flush.pressure',
  full: 'flush.full',
  waited: 'flush.waited',
  asked: 'flush.asked',
  close: 'flush.close',
};

export interface Share<Name> {
  readonly name: Name;
  readonly count: number;
  /** Of all, 0 to 1. */
  readonly share: number;
}

const shares = <Name>(counted: readonly (readonly [Name, number])[]): readonly Share<Name>[] => {
  const all = counted.reduce((sum, [, count]) => sum + count, 0);
  return counted
    .filter(([, count]) => count > 0)
    .map(([name, count]) => ({ name, count, share: count / all }));
};

/** Reasons that occurred, the commonest first. */
export const flushShares = (
  flushes: Readonly<Record<FlushReason, number>>,
): readonly (Share<FlushReason> & { readonly key: MessageKey })[] =>
  shares(Object.entries(flushes) as [FlushReason, number][])
    .map((one) => ({ ...one, key: FLUSH_WORDS[one.name] }))
    .sort((a, b) => b.count - a.count);

/** Sizes that occurred, smallest first; `name` is the most blocks of that size, null beyond all bounds. */
export const sizeShares = (sizes: readonly number[]): readonly Share<number | null>[] =>
  shares(sizes.map((count, at) => [BATCH_SIZE_BOUNDS[at] ?? null, count] as const));

/** The sentence about a change of the batcher. */
export const tuningKey = ({ reason, mode }: TuningNote): MessageKey =>
  reason === 'settings' && mode === 'adaptive' ? 'tuning.adaptive' : `tuning.${reason}`;
