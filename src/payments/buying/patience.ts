import type { Clock } from '../../shared/clock.ts';
import type { IdentityKey } from '../../shared/units.ts';
import type { PayerAccount } from './account.ts';
import { hasRivals, isProven } from './need.ts';

/**
 * Payees of a title that may have a channel before anything came from them. Most peers of a large
 * swarm have nothing to sell yet; the first blocks of the others come on credit, and then they count.
 */
const UNPROVEN_MAX = 3;
/** A payee without credit for strangers sends nothing until it is funded: so often one more gets its channel. */
const TURN_MS = 5_000;

/** Decides which payees wait for their first block before a channel is opened for them. */
export interface Patience {
  /** Whether a channel may be opened now; when not, `retry` is called once it may. */
  mayOpen(account: PayerAccount): boolean;
}

/** @param isFunded whether this payee has a channel, or is getting one. */
export const createPatience = (
  clock: Pick<Clock, 'after'>,
  isFunded: (peer: IdentityKey) => boolean,
  retry: (account: PayerAccount) => void,
): Patience => {
  const waiting = new Set<PayerAccount>();
  /** Whose turn it is, so long as it has not taken it. */
  const turns = new WeakSet<PayerAccount>();
  let timed = false;

  /** Payees of the same titles that are funded and have sent nothing. */
  const unproven = ({ wires, peer }: PayerAccount): number => {
    const found = new Set<IdentityKey>();
    const proven = new Set<IdentityKey>();
    for (const { torrent } of wires) {
      for (const { identity, buy } of torrent.wires) {
        if (identity === null || identity === peer) continue;
        if (buy.counted > 0) proven.add(identity);
        else if (!found.has(identity) && isFunded(identity)) found.add(identity);
      }
    }
    return [...found].filter((one) => !proven.has(one)).length;
  };

  const next = (): void => {
    timed = false;
    for (const account of waiting) {
      waiting.delete(account);
      if (account.wires.size === 0 || isProven(account)) continue;
      turns.add(account);
      retry(account);
      break;
    }
    time();
  };

  const time = (): void => {
    if (timed || waiting.size === 0) return;
    timed = true;
    clock.after(TURN_MS, next);
  };

  return {
    mayOpen(account) {
      const may =
        isProven(account) ||
        !hasRivals(account) ||
        turns.has(account) ||
        unproven(account) < UNPROVEN_MAX;
      if (may) {
        waiting.delete(account);
        turns.delete(account);
      } else {
        waiting.add(account);
        time();
      }
      return may;
    },
  };
};
