import type { Clock } from '../shared/clock.ts';
import type { Ledger } from '../shared/ports/ledger.ts';
import type { Retention } from '../shared/ports/payments.ts';
import { fail, ok, type Result } from '../shared/result.ts';

/** Where the ledger's settings keep it. */
const RETENTION_KEY = 'retention';
const DAY_MS = 86_400_000;
const MOST_DAYS = 3_650;

/**
 * A channel lives a week and a payee may be asked about the last one for some time more; after a month
 * nobody asks what a single block cost.
 */
const DEFAULT_RETENTION: Retention = { keepDays: 30 };
/**
 * Batches whose blocks are kept at most, however young: with 50 blocks in each some 300 MB, which is
 * what a browser gives a page on a small disk before it asks.
 */
const KEEP_BATCHES = 250_000;

/** The first look comes when start and first film are over, the next ones twice a day. */
const FIRST_MS = 60_000;
const AGAIN_MS = DAY_MS / 2;

const isRetention = (value: unknown): value is Retention => {
  if (typeof value !== 'object' || value === null) return false;
  const { keepDays } = value as Partial<Retention>;
  if (keepDays === null) return true;
  return (
    keepDays !== undefined &&
    Number.isSafeInteger(keepDays) &&
    keepDays >= 1 &&
    keepDays <= MOST_DAYS
  );
};

/** Adds up old payments when nothing else is to be done. */
export interface Tidying {
  get(): Promise<Retention>;
  /** @returns `bad-input`, or the failure of the write. */
  set(given: Retention): Promise<Result<Retention>>;
  /** Begins to look, once a while. */
  start(): void;
  stop(): void;
}

export const createTidying = (parts: {
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** Whether somebody waits for a payment now. */
  readonly isBusy: () => boolean;
}): Tidying => {
  const { ledger, clock, isBusy } = parts;
  let stopped = false;
  let cancel = (): void => undefined;

  const get = async (): Promise<Retention> => {
    const stored = await ledger.setting<unknown>(RETENTION_KEY);
    return isRetention(stored) ? stored : DEFAULT_RETENTION;
  };

  const tidy = async (): Promise<void> => {
    const { keepDays } = await get();
    if (keepDays === null) return;
    // Whole days, so that a day's sum is made once.
    const before = (Math.floor(clock.now() / DAY_MS) - keepDays) * DAY_MS;
    // A failed write leaves everything as it was; the next look tries again.
    await ledger.compact({ before, keep: KEEP_BATCHES });
  };

  const plan = (ms: number): void => {
    if (stopped) return;
    cancel = clock.after(ms, () => {
      if (isBusy()) plan(FIRST_MS);
      else void tidy().finally(() => plan(AGAIN_MS));
    });
  };

  return {
    get,
    async set(given) {
      if (!isRetention(given))
        return fail('bad-input', `Days are a number from 1 to ${MOST_DAYS}.`);
      const stored = await ledger.putSetting(RETENTION_KEY, given);
      if (!stored.ok) return stored;
      cancel();
      plan(FIRST_MS);
      return ok(given);
    },
    start: () => plan(FIRST_MS),
    stop() {
      stopped = true;
      cancel();
    },
  };
};
