import { CAPACITY_MIN } from '../protocol/policy.ts';
import { MIB, type SatPerMiB, type WireId } from '../shared/units.ts';
import type { Clock } from '../shared/clock.ts';
import { MIN_PARTNERS, PARTNER_IDLE_MS } from './limits.ts';

/**
 * Of how many sellers one title is bought. Each costs a channel, and a channel its transactions: a
 * short title that is bought from everybody in a large swarm would cost more than itself. So only as
 * many are asked as can each earn twice the smallest channel; of a long title that is no limit.
 */
export interface Partners {
  /** Whether this seller may be asked for this piece. */
  mayAsk(wire: WireId, price: SatPerMiB, piece: number): boolean;
  /** It was asked. */
  asked(wire: WireId): void;
}

export interface PartnersParts {
  readonly clock: Pick<Clock, 'now'>;
  /** Length of the title. */
  readonly length: () => number;
  /** Whether this wire is there and can be asked for the piece now. */
  readonly has: (wire: WireId, piece: number) => boolean;
}

/** Sellers that a title of `length` bytes is worth. */
const worthOf = (length: number, price: SatPerMiB): number =>
  Math.max(MIN_PARTNERS, Math.floor(((length / MIB) * price) / (2 * CAPACITY_MIN)));

export const createPartners = ({ clock, length, has }: PartnersParts): Partners => {
  /** When each was last asked; ms. */
  const lastAsked = new Map<WireId, number>();

  const forgetIdle = (now: number): void => {
    for (const [wire, at] of lastAsked) if (now - at >= PARTNER_IDLE_MS) lastAsked.delete(wire);
  };

  return {
    mayAsk(wire, price, piece) {
      if (price === 0 || lastAsked.has(wire)) return true;
      if (lastAsked.size < MIN_PARTNERS) return true;
      forgetIdle(clock.now());
      if (lastAsked.size < worthOf(length(), price)) return true;
      // Nobody else has it.
      for (const partner of lastAsked.keys()) if (has(partner, piece)) return false;
      return true;
    },
    asked: (wire) => void lastAsked.set(wire, clock.now()),
  };
};
