import { BATCH_EVENTS, BATCH_WAIT_MS, SIGNATURES_PER_SECOND } from '../../protocol/policy.ts';
import type { FlushReason } from '../../shared/ports/engine-metrics.ts';
import type { PaymentSettings } from '../../shared/ports/payments.ts';
import { BATCH_ROWS_MAX } from '../limits.ts';
import type { BlockQueue } from './block-queue.ts';
import type { Decision } from './decision.ts';
import { fixedDecision } from './fixed.ts';

export type BatcherSettings = PaymentSettings['batcher'];

/** Of the first generation of such systems; also what `fixed` means until it is set otherwise. */
export const DEFAULT_BATCHER: BatcherSettings = {
  mode: 'adaptive',
  maxEvents: BATCH_EVENTS,
  maxWaitMs: BATCH_WAIT_MS,
};

/** How far a payment that the window waits for may run ahead of the rate limit. */
const OVERDRAFT = SIGNATURES_PER_SECOND;

/** Signatures that a channel may still make: refilled evenly, spent one by one. */
export interface Allowance {
  readonly tokens: number;
  readonly at: number;
}

export const fullAllowance = (now: number): Allowance => ({
  tokens: SIGNATURES_PER_SECOND,
  at: now,
});

/** @param rate signatures a second */
export const refill = ({ tokens, at }: Allowance, now: number, rate: number): Allowance => ({
  tokens: Math.min(SIGNATURES_PER_SECOND, tokens + (Math.max(0, now - at) * rate) / 1000),
  at: now,
});

export const spend = ({ tokens, at }: Allowance): Allowance => ({ tokens: tokens - 1, at });

export interface Load {
  readonly settings: BatcherSettings;
  /** Blocks that wait. */
  readonly queue: BlockQueue;
  /** Units by which the account's cost exceeds whole satoshi. */
  readonly remainder: number;
  readonly now: number;
  /** Refilled to `now`. */
  readonly allowance: Allowance;
  /** Signatures a second by which it is refilled. */
  readonly rate: number;
  /** Bytes that the payee lets us owe. */
  readonly window: number;
  /** Everything that is due has to go out: the payee waits, or the session ends. */
  readonly flush: 'asked' | 'close' | null;
}

/** Rows of all torrents, in the order in which they came. */
const sign = (reason: FlushReason): Decision => ({
  type: 'sign',
  torrent: null,
  rows: BATCH_ROWS_MAX,
  reason,
});

const adaptive = ({ queue, now, allowance, rate, window }: Load): Decision => {
  if (allowance.tokens >= 1) return sign('allowance');
  const pressed = queue.bytes >= window / 2 && allowance.tokens > -OVERDRAFT;
  if (pressed) return sign('pressure');
  const wait = ((1 - allowance.tokens) * 1000) / rate;
  return { type: 'wait', until: now + Math.min(BATCH_WAIT_MS, Math.ceil(wait)) };
};

/**
 * When to sign for one account that has no signature under way. `fixed` waits for exactly so many
 * events of a torrent or so long. `adaptive` never waits while it may sign, so an idle channel pays
 * at once and a busy one gathers what comes while the last signature is being stored or its allowance
 * refills.
 */
export const decide = (load: Load): Decision => {
  if (load.queue.size === 0) return { type: 'idle' };
  if (load.flush !== null) return sign(load.flush);
  const { settings, queue, remainder, now } = load;
  return settings.mode === 'fixed'
    ? fixedDecision(queue, remainder, settings, now)
    : adaptive(load);
};
