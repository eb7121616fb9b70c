import { MAX_SAT_PER_MIB, MAX_SATOSHI } from './units.ts';

/** A whole number from `min` to `max`, both allowed. */
interface Range {
  readonly min: number;
  readonly max: number;
}

export const isWithin = (value: number, { min, max }: Range): boolean =>
  Number.isSafeInteger(value) && value >= min && value <= max;

/** What each figure of the payment settings may be. The page asks in these bounds, the worker insists on them. */
export const SETTINGS_RANGES = {
  maxSatPerMiB: { min: 0, max: MAX_SAT_PER_MIB },
  maxSatPerTitle: { min: 0, max: MAX_SATOSHI },
  maxSatPerDay: { min: 0, max: MAX_SATOSHI },
  /** Events of one batch: beyond a thousand, one record of the ledger grows too large. */
  maxEvents: { min: 1, max: 1_000 },
  /** Below a frame nothing is saved; beyond five seconds a payee takes the wait for a refusal. */
  maxWaitMs: { min: 10, max: 5_000 },
  defaultSellPrice: { min: 0, max: MAX_SAT_PER_MIB },
} as const satisfies Record<string, Range>;

/** Names of the figures. */
export type SettingsFigure = keyof typeof SETTINGS_RANGES;
