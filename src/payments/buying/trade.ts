import { tradeState } from '../../protocol/payer-trade.ts';
import { CAPACITY_MAX, CAPACITY_MIN } from '../../protocol/policy.ts';
import { ceilSat, costOf } from '../../protocol/pricing.ts';
import type { TradeState } from '../../shared/ports/wire-payments.ts';
import { MIB, satPerMiB, type SatPerMiB } from '../../shared/units.ts';
import type { Context } from '../context.ts';
import type { WireEntry } from '../wires/registry.ts';
import { roomLeft, unpaidSat, type PayerAccount } from './account.ts';
import type { Funds } from './funds.ts';
import type { Spending } from './spending.ts';

/** Requests that are under way when buying stops still bring this much. */
const MARGIN_BYTES = 2 * MIB;

export interface Trade {
  /** Decides anew about one wire and tells the page when the answer differs. */
  review(wire: WireEntry, account: PayerAccount | null): void;
}

/** Tells the page what it may ask for on which wire. */
export const createTrade = (
  context: Pick<Context, 'book' | 'settings' | 'emit' | 'changed'>,
  funds: Pick<Funds, 'mayFund'>,
  spending: Pick<Spending, 'titleLeft' | 'dayLeft'>,
): Trade => {
  const tell = (wire: WireEntry, state: TradeState, price: SatPerMiB): void => {
    const allowed = state === 'free' || state === 'buying';
    const { told } = wire;
    if (told !== null && told.state === state && told.price === price) return;
    wire.told = { allowed, state, price };
    context.emit('wireBuy', { wire: wire.id, allowed, state, satPerMiB: price });
    context.changed();
  };

  const funded = (account: PayerAccount | null, wire: WireEntry): boolean => {
    // What cannot be written down cannot be paid.
    if (account === null || context.book.problem() !== null) return false;
    if (roomLeft(account) > unpaidSat(account)) return true;
    if (account.state.channels.some(({ phase }) => phase === 'refused')) return false;
    if (account.opening) return true;
    const smallest = Math.max(CAPACITY_MIN, wire.terms?.minCapacity ?? 0);
    return account.failures < 3 && smallest <= CAPACITY_MAX && funds.mayFund(smallest);
  };

  return {
    review(wire, account) {
      const free = satPerMiB(0);
      if (wire.refused) {
        tell(wire, 'refused', free);
        return;
      }
      if (wire.hello === null) {
        tell(wire, 'free', free);
        return;
      }
      const price = wire.identity === null ? null : (wire.terms?.satPerMiB ?? null);
      const { budget } = context.settings();
      const owed = account === null ? 0 : unpaidSat(account);
      const state = tradeState({
        price,
        maxPrice: budget.maxSatPerMiB,
        buying: wire.torrent.buying,
        titleLeft: spending.titleLeft(wire.torrent.infoHash, budget) - owed,
        dayLeft: spending.dayLeft(budget) - owed,
        margin: ceilSat(costOf(MARGIN_BYTES, price ?? free)),
        funded: funded(account, wire),
        pressed: account?.pressed ?? false,
      });
      const accepted = price !== null && price <= budget.maxSatPerMiB;
      if (accepted && wire.buy.lastPrice !== price) wire.buy.set(price, wire.terms?.fromBytes ?? 0);
      tell(wire, state, price ?? free);
    },
  };
};
