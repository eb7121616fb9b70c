import {
  BUDGET_MAX_SAT_PER_DAY,
  BUDGET_MAX_SAT_PER_MIB,
  BUDGET_MAX_SAT_PER_TITLE,
  DEFAULT_PRICE,
} from '../protocol/policy.ts';
import type { Ledger } from '../shared/ports/ledger.ts';
import type { PaymentSettings } from '../shared/ports/payments.ts';
import { fail, failureOf, ok, type Result } from '../shared/result.ts';
import { satoshi, satPerMiB } from '../shared/units.ts';
import { DEFAULT_BATCHER } from './batcher/schedule.ts';

const KEY = 'payments';

/** What holds until the user says otherwise. */
export const DEFAULT_SETTINGS: PaymentSettings = {
  budget: {
    maxSatPerMiB: BUDGET_MAX_SAT_PER_MIB,
    maxSatPerTitle: BUDGET_MAX_SAT_PER_TITLE,
    maxSatPerDay: BUDGET_MAX_SAT_PER_DAY,
  },
  batcher: DEFAULT_BATCHER,
  defaultSellPrice: DEFAULT_PRICE,
};

const between = (value: number, min: number, max: number, what: string): number => {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`${what} must be a whole number from ${min} to ${max}`);
  }
  return value;
};

/** Settings of the page or of an older version, checked. @returns `bad-input` with the field's name. */
export const checkSettings = (given: PaymentSettings): Result<PaymentSettings> => {
  try {
    const { budget, batcher } = given;
    if (batcher.mode !== 'adaptive' && batcher.mode !== 'fixed') {
      throw new RangeError('the mode must be adaptive or fixed');
    }
    return ok({
      budget: {
        maxSatPerMiB: satPerMiB(budget.maxSatPerMiB),
        maxSatPerTitle: satoshi(budget.maxSatPerTitle),
        maxSatPerDay: satoshi(budget.maxSatPerDay),
      },
      batcher: {
        mode: batcher.mode,
        maxEvents: between(batcher.maxEvents, 1, 1_000, 'events in a batch'),
        maxWaitMs: between(batcher.maxWaitMs, 10, 5_000, 'the wait'),
      },
      defaultSellPrice: satPerMiB(given.defaultSellPrice),
    });
  } catch (error) {
    return { ok: false, error: failureOf(error, 'bad-input') };
  }
};

export const loadSettings = async (ledger: Ledger): Promise<PaymentSettings> => {
  const stored = await ledger.setting<PaymentSettings>(KEY);
  if (stored === undefined) return DEFAULT_SETTINGS;
  const checked = checkSettings(stored);
  return checked.ok ? checked.value : DEFAULT_SETTINGS;
};

export const storeSettings = async (
  ledger: Ledger,
  given: PaymentSettings,
): Promise<Result<PaymentSettings>> => {
  const checked = checkSettings(given);
  if (!checked.ok) return checked;
  const stored = await ledger.putSetting(KEY, checked.value);
  return stored.ok ? checked : fail(stored.error.code, stored.error.message);
};
