import type { BatchMode, PaymentSettings } from '../../shared/ports/payments.ts';
import { isWithin, SETTINGS_RANGES, type SettingsFigure } from '../../shared/settings-ranges.ts';
import { MIB, satoshi, satPerMiB } from '../../shared/units.ts';

/** The payment settings as a form holds them: what is typed may be nothing, or out of range. */
export interface SettingsDraft extends Record<SettingsFigure, number | null> {
  mode: BatchMode;
}

export const draftOf = ({ budget, batcher, defaultSellPrice }: PaymentSettings): SettingsDraft => ({
  ...budget,
  ...batcher,
  defaultSellPrice,
});

/** Whether a typed figure may be saved. */
export const isFigure = (name: SettingsFigure, value: number | null): value is number =>
  value !== null && isWithin(value, SETTINGS_RANGES[name]);

/** The settings that a draft stands for; null while a figure of it may not be saved. */
export const settingsOf = (draft: SettingsDraft): PaymentSettings | null => {
  const { mode, maxSatPerMiB, maxSatPerTitle, maxSatPerDay } = draft;
  const { maxEvents, maxWaitMs, defaultSellPrice } = draft;
  if (
    !isFigure('maxSatPerMiB', maxSatPerMiB) ||
    !isFigure('maxSatPerTitle', maxSatPerTitle) ||
    !isFigure('maxSatPerDay', maxSatPerDay) ||
    !isFigure('maxEvents', maxEvents) ||
    !isFigure('maxWaitMs', maxWaitMs) ||
    !isFigure('defaultSellPrice', defaultSellPrice)
  ) {
    return null;
  }
  return {
    budget: {
      maxSatPerMiB: satPerMiB(maxSatPerMiB),
      maxSatPerTitle: satoshi(maxSatPerTitle),
      maxSatPerDay: satoshi(maxSatPerDay),
    },
    batcher: { mode, maxEvents, maxWaitMs },
    defaultSellPrice: satPerMiB(defaultSellPrice),
  };
};

/** A film in high definition, in bits a second: what "an hour" of film is reckoned with. */
const FILM_BITRATE = 5_000_000;
const FILM_BYTES_PER_HOUR = (FILM_BITRATE / 8) * 3600;

/** Satoshi for one hour of such a film. */
export const filmHourCost = (price: number): number =>
  Math.ceil((FILM_BYTES_PER_HOUR / MIB) * price);

/** What a budget buys at a price: bytes, and seconds of such a film; null when data is free. */
export const reachOf = (
  sat: number,
  price: number,
): { readonly bytes: number; readonly seconds: number } | null => {
  if (price === 0) return null;
  const bytes = Math.floor((sat / price) * MIB);
  return { bytes, seconds: Math.floor((bytes / FILM_BYTES_PER_HOUR) * 3600) };
};
