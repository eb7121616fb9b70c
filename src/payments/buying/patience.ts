import type { Clock } from '../../shared/clock.ts';
import type { IdentityKey } from '../../shared/units.ts';
import type { PayerAccount } from './account.ts';
import { hasRivals, isProven } from './need.ts';

/** So few payees of a title all get a channel before anything came from them. */
const FEW = 3;
/**
 * Of more it is one at a time: most peers of a large swarm have nothing to sell yet. The first blocks
 * of the others come on credit, and then they count.
 */
const UNPROVEN_MAX = 1;
/** A payee without credit for strangers sends nothing until it is funded: so often one more gets its channel. */
const TURN_MS = 5_000;
/**
 * While others send, each that was funded in vain doubles the time to the next, up to this: a title
 * would else pay for channels to everybody who has nothing to sell.
 */
const TURN_LAST_MS = 160_000;

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
  /** Those that had one and have sent nothing since. */
  const taken = new Set<PayerAccount>();
  let timer: { readonly ms: number; readonly cancel: () => void } | null = null;

  /** Whether enough other payees of the same titles are funded and have sent nothing. */
  const isEnough = ({ wires, peer }: PayerAccount): boolean => {
    const silent = new Set<IdentityKey>();
    const proven = new Set<IdentityKey>();
    for (const { torrent } of wires) {
      for (const { identity, buy } of torrent.wires) {
        if (identity !== null && identity !== peer)
          (buy.counted > 0 ? proven : silent).add(identity);
      }
    }
    const sellers = 1 + new Set([...silent, ...proven]).size;
    const unproven = [...silent].filter((one) => !proven.has(one) && isFunded(one));
    return unproven.length >= (sellers > FEW ? UNPROVEN_MAX : FEW);
  };

  /** Whether somebody else sends what this one might. */
  const isServed = ({ wires, peer }: PayerAccount): boolean =>
    [...wires].some(({ torrent }) =>
      [...torrent.wires].some(({ identity, buy }) => identity !== peer && buy.counted > 0),
    );

  const delay = (): number => {
    if (![...waiting].every(isServed)) return TURN_MS;
    for (const one of taken) if (one.wires.size === 0 || isProven(one)) taken.delete(one);
    return Math.min(TURN_MS * 2 ** taken.size, TURN_LAST_MS);
  };

  const next = (): void => {
    timer = null;
    const mayTake = [...waiting].filter((one) => one.wires.size > 0 && !isProven(one));
    for (const account of waiting) if (!mayTake.includes(account)) waiting.delete(account);
    const account = mayTake.find((one) => !isServed(one)) ?? mayTake[0];
    if (account !== undefined) {
      waiting.delete(account);
      turns.add(account);
      taken.add(account);
      retry(account);
    }
    time();
  };

  const time = (): void => {
    if (waiting.size === 0) return;
    const ms = delay();
    if (timer !== null && timer.ms <= ms) return;
    timer?.cancel();
    timer = { ms, cancel: clock.after(ms, next) };
  };

  return {
    mayOpen(account) {
      const may =
        isProven(account) || !hasRivals(account) || turns.has(account) || !isEnough(account);
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
