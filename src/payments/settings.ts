import {
  BUDGET_MAX_SAT_PER_DAY,
  BUDGET_MAX_SAT_PER_MIB,
  BUDGET_MAX_SAT_PER_TITLE,
  DEFAULT_PRICE,
} from '../protocol/policy.ts';
import type { Ledger } from '../shared/ports/ledger.ts';
import type { PaymentSettings } from '../shared/ports/payments.ts';
import { fail, FailureError, failureOf, ok, type Result } from '../shared/result.ts';
import { isWithin, SETTINGS_RANGES, type SettingsFigure } from '../shared/settings-ranges.ts';
import { satoshi, satPerMiB } from '../shared/units.ts';
import { DEFAULT_BATCHER } from './batcher/schedule.ts';

/** Where the ledger's settings keep them. */
export const SETTINGS_KEY = 'payments';

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

/** What a person reads when a figure is refused. */
const NAMES: Readonly<Record<SettingsFigure, string>> = {
  maxSatPerMiB: 'The highest price per MiB',
  maxSatPerTitle: 'The budget of a title',
  maxSatPerDay: 'The budget of a day',
  maxEvents: 'The number of blocks in a batch',
  maxWaitMs: 'The longest wait in milliseconds',
  defaultSellPrice: 'The selling price per MiB',
};

const figure = (value: number, name: SettingsFigure): number => {
  const range = SETTINGS_RANGES[name];
  if (isWithin(value, range)) return value;
  const message = `${NAMES[name]} must be a whole number from ${range.min} to ${range.max}. Nothing was changed.`;
  throw new FailureError({ code: 'bad-input', message });
};

/** Settings of the page or of an older version, checked. @returns `bad-input` with the field's name. */
export const checkSettings = (given: PaymentSettings): Result<PaymentSettings> => {
  try {
    const { budget, batcher } = given;
    if (batcher.mode !== 'adaptive' && batcher.mode !== 'fixed') {
      return fail('bad-input', 'The mode must be adaptive or fixed. Nothing was changed.');
    }
    return ok({
      budget: {
        maxSatPerMiB: satPerMiB(figure(budget.maxSatPerMiB, 'maxSatPerMiB')),
        maxSatPerTitle: satoshi(figure(budget.maxSatPerTitle, 'maxSatPerTitle')),
        maxSatPerDay: satoshi(figure(budget.maxSatPerDay, 'maxSatPerDay')),
      },
      batcher: {
        mode: batcher.mode,
        maxEvents: figure(batcher.maxEvents, 'maxEvents'),
        maxWaitMs: figure(batcher.maxWaitMs, 'maxWaitMs'),
      },
      defaultSellPrice: satPerMiB(figure(given.defaultSellPrice, 'defaultSellPrice')),
    });
  } catch (error) {
    return { ok: false, error: failureOf(error, 'bad-input') };
  }
};

export const isSameBatcher = (
  one: PaymentSettings['batcher'],
  other: PaymentSettings['batcher'],
): boolean =>
  one.mode === other.mode && one.maxEvents === other.maxEvents && one.maxWaitMs === other.maxWaitMs;

export const loadSettings = async (ledger: Ledger): Promise<PaymentSettings> => {
  const stored = await ledger.setting<PaymentSettings>(SETTINGS_KEY);
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
  const stored = await ledger.putSetting(SETTINGS_KEY, checked.value);
  return stored.ok ? checked : fail(stored.error.code, stored.error.message);
};
