import type { Ledger } from '../../shared/ports/ledger.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Budget } from '../../shared/ports/payments.ts';
import type { InfoHash, Satoshi } from '../../shared/units.ts';
import type { Committed } from '../book.ts';

const SETTING = 'spent-today';
const DAY_MS = 86_400_000;
/** A crash forgets at most what was spent in this time; the ledger itself forgets nothing. */
const STORE_MS = 1_000;

/** What was spent, against the budget. */
export interface Spending {
  committed(written: Committed): void;
  /** Satoshi left of the day (UTC) and of a title. Never negative. */
  dayLeft(budget: Budget): number;
  titleLeft(infoHash: InfoHash, budget: Budget): number;
  close(): Promise<void>;
}

const isStored = (value: unknown): value is { day: number; sat: number } =>
  typeof value === 'object' &&
  value !== null &&
  Number.isSafeInteger((value as { day?: unknown }).day) &&
  Number.isSafeInteger((value as { sat?: unknown }).sat);

export const openSpending = async (
  ledger: Ledger,
  clock: Clock,
  titles: readonly { readonly infoHash: InfoHash; readonly paidSat: Satoshi }[],
): Promise<Spending> => {
  const today = (): number => Math.floor(clock.now() / DAY_MS);
  const stored = await ledger.setting<unknown>(SETTING);
  const perTitle = new Map<InfoHash, number>(titles.map((one) => [one.infoHash, one.paidSat]));
  let day = today();
  let spent = isStored(stored) && stored.day === day ? stored.sat : 0;
  let cancel: (() => void) | null = null;

  const turn = (): void => {
    if (day === today()) return;
    day = today();
    spent = 0;
  };
  const store = async (): Promise<void> => {
    cancel = null;
    await ledger.putSetting(SETTING, { day, sat: spent });
  };

  return {
    committed({ batches }) {
      turn();
      for (const { direction, sat, infoHash } of batches) {
        if (direction !== 'sent') continue;
        spent += sat;
        perTitle.set(infoHash, (perTitle.get(infoHash) ?? 0) + sat);
        cancel ??= clock.after(STORE_MS, () => void store());
      }
    },
    dayLeft(budget) {
      turn();
      return Math.max(0, budget.maxSatPerDay - spent);
    },
    titleLeft: (infoHash, budget) =>
      Math.max(0, budget.maxSatPerTitle - (perTitle.get(infoHash) ?? 0)),
    async close() {
      if (cancel === null) return;
      cancel();
      await store();
    },
  };
};
