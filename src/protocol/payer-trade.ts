import type { TradeState } from '../shared/ports/wire-payments.ts';
import type { SatPerMiB } from '../shared/units.ts';

/** What decides whether blocks may be asked for on a wire. Amounts in satoshi. */
export interface TradeQuestion {
  /** Null until authenticated terms are there. */
  readonly price: SatPerMiB | null;
  readonly maxPrice: SatPerMiB;
  /** Whether the user lets this title be bought. */
  readonly buying: boolean;
  /** What is left of the budgets of the title and of the day, less what is owed already. */
  readonly titleLeft: number;
  readonly dayLeft: number;
  /** What blocks under way may still cost once asking stops. */
  readonly margin: number;
  /** Whether there is, or soon will be, money to pay this payee with. */
  readonly funded: boolean;
  /** Whether so much waits to be paid that it has to go out first. */
  readonly pressed: boolean;
}

/** The payer's decision about one wire whose peer is not refused. */
export const tradeState = (question: TradeQuestion): TradeState => {
  const { price, margin } = question;
  if (price === null) return 'negotiating';
  if (price === 0) return 'free';
  if (price > question.maxPrice) return 'too-expensive';
  const affordable = question.titleLeft > margin && question.dayLeft > margin;
  if (!question.buying || !affordable || !question.funded) return 'not-buying';
  return question.pressed ? 'catching-up' : 'buying';
};
