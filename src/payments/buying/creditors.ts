import type { Clock } from '../../shared/clock.ts';
import type { InfoHash } from '../../shared/units.ts';
import type { Context } from '../context.ts';
import { isUntold, unpaidSat, type PayerAccount } from './account.ts';
import { dueOf, unsigned } from './due.ts';

/** Peers come and go in bursts: what they are owed is counted once for all of a moment. */
const GATHER_MS = 250;

/**
 * Payees that are owed something, or may not know of what they were paid, and are not here: each can
 * only be told on a wire, and nobody else would look for it once the title is complete.
 */
export interface Creditors {
  /** Somebody came or went, or what is owed has changed. */
  changed(): void;
  close(): void;
}

export interface CreditorsParts {
  readonly clock: Pick<Clock, 'after'>;
  readonly registry: Context['registry'];
  readonly accounts: () => Iterable<PayerAccount>;
  /** Whether what this account owes may stand until its payee is met for another reason. */
  readonly mayStand: (account: PayerAccount) => boolean;
  /** By title, how many such payees there are; only what is new is told. */
  readonly tell: (infoHash: InfoHash, payees: number) => void;
}

export const createCreditors = (parts: CreditorsParts): Creditors => {
  const { clock, registry, accounts, mayStand, tell } = parts;
  let told: ReadonlyMap<InfoHash, number> = new Map();
  let cancel: (() => void) | null = null;

  const count = (): ReadonlyMap<InfoHash, number> => {
    const counts = new Map<InfoHash, number>();
    for (const account of accounts()) {
      if (account.wires.size > 0) continue;
      const titles = new Set<InfoHash>(isUntold(account) ? account.titles : []);
      if (unpaidSat(account) > 0 && !mayStand(account)) {
        for (const due of dueOf({ registry }, unsigned(account))) titles.add(due.infoHash);
      }
      for (const title of titles) counts.set(title, (counts.get(title) ?? 0) + 1);
    }
    return counts;
  };

  const look = (): void => {
    cancel = null;
    const counts = count();
    for (const title of new Set([...told.keys(), ...counts.keys()])) {
      const payees = counts.get(title) ?? 0;
      if (payees !== (told.get(title) ?? 0)) tell(title, payees);
    }
    told = counts;
  };

  return {
    changed() {
      cancel ??= clock.after(GATHER_MS, look);
    },
    close: () => cancel?.(),
  };
};
