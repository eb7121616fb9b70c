import type { Terms } from '../../protocol/messages.ts';
import {
  CAPACITY_MIN,
  CHANNEL_LIFETIME_MIN_S,
  SETTLE_MARGIN_S,
  UNCONFIRMED_CAP,
  WINDOW_MAX,
  WINDOW_MIN,
} from '../../protocol/policy.ts';
import { costUnits, type Cost } from '../../protocol/pricing.ts';
import type { SatPerMiB } from '../../shared/units.ts';
import type { WireEntry } from '../wires/registry.ts';

/** Terms hold this long; a wire that lives longer gets new ones. */
const VALID_S = 24 * 3600;
/** Old terms that a late `open` may still name. */
const REMEMBERED = 4;
/** On a free wire nothing limits what may be under way; this is more than any send buffer. */
const FREE_LEAD = WINDOW_MAX;

/**
 * From which byte a new price can hold: the page may have sent, without our knowing it yet, as much
 * as the credit it has allows.
 */
export const firstByteAt = (wire: WireEntry, limit: number, sessionCost: Cost): number => {
  const { counted, lastPrice } = wire.sell;
  if (counted === 0 && wire.offered.length === 0) return 0;
  if (lastPrice === 0) return counted + FREE_LEAD;
  const room = Math.max(0, limit - costUnits(sessionCost));
  return counted + Math.ceil(room / lastPrice) + 1;
};

/** Makes the next terms of a wire and puts their price into its schedule. */
export const nextTerms = (
  wire: WireEntry,
  satPerMiB: SatPerMiB,
  fromBytes: number,
  now: number,
): Terms => {
  const terms: Terms = {
    type: 'terms',
    termsId: (wire.offered.at(-1)?.termsId ?? 0) + 1,
    satPerMiB,
    fromBytes,
    windowMin: WINDOW_MIN,
    windowMax: WINDOW_MAX,
    minCapacity: CAPACITY_MIN,
    minLifetime: CHANNEL_LIFETIME_MIN_S,
    settleMargin: SETTLE_MARGIN_S,
    unconfirmedCap: UNCONFIRMED_CAP,
    validUntil: Math.floor(now / 1000) + VALID_S,
  };
  wire.offered.push(terms);
  if (wire.offered.length > REMEMBERED) wire.offered.shift();
  wire.sell.set(satPerMiB, fromBytes);
  return terms;
};
