import { NOTE_AFTER_MS } from '../../protocol/policy.ts';
import type { Commit } from '../../shared/ports/ledger.ts';
import type { Context } from '../context.ts';
import { unsignedBytes, type PayerAccount } from './account.ts';
import { dueOf, unsigned } from './due.ts';

/** Signatures are this many times their usual distance late when what they would bring along is noted without them. */
const NOTE_AFTER_GAPS = 1.2;

/** What is received and not signed for, written down as owed: a crash must not forget a debt. */
export interface Notes {
  /** Writes this with all that the account owes besides, which it names itself; resolves when it is durable. */
  write(account: PayerAccount, commit: Commit): Promise<void>;
  /** Sees to it that what is owed gets written down soon, by a signature or without one. */
  note(account: PayerAccount): void;
  /** Resolves when what came until now is durable, as signed for or as owed. */
  noted(account: PayerAccount): Promise<void>;
}

/** @param rate signatures a second that the account may make at this time */
export const createNotes = (
  context: Pick<Context, 'book' | 'clock' | 'registry'>,
  rate: (account: PayerAccount, now: number) => number,
): Notes => {
  const { book, clock } = context;
  const waiting = new WeakMap<PayerAccount, (() => void)[]>();
  const last = new WeakMap<PayerAccount, Promise<unknown>>();

  const isNoted = (account: PayerAccount): boolean => unsignedBytes(account) === account.notedBytes;

  /** Who waits hears of it when the last write is durable. */
  const tell = (account: PayerAccount): void => {
    const told = waiting.get(account) ?? [];
    waiting.delete(account);
    void (last.get(account) ?? Promise.resolve()).then(() => {
      for (const resolve of told) resolve();
    });
  };

  const write = (account: PayerAccount, commit: Commit): Promise<void> => {
    account.notedBytes = unsignedBytes(account);
    account.notedAt = clock.now();
    const written = book.write(commit);
    last.set(account, written);
    tell(account);
    return written;
  };

  /** When a debt is to be on disk: when signatures, as often as they come at best, have not brought it along. */
  const noteAt = (account: PayerAccount, now: number): number =>
    account.notedAt + Math.max(NOTE_AFTER_MS, (NOTE_AFTER_GAPS * 1000) / rate(account, now));

  const note = (account: PayerAccount): void => {
    if (account.noting || isNoted(account)) return;
    account.noting = true;
    const now = clock.now();
    // The machine's clock may have been set back meanwhile.
    account.notedAt = Math.min(account.notedAt, now);
    const late = noteAt(account, now) - now;
    if (late > 0) clock.after(late, () => writeDue(account));
    else writeDue(account);
  };

  const writeDue = (account: PayerAccount): void => {
    const now = clock.now();
    if (isNoted(account)) {
      account.noting = false;
      tell(account);
      return;
    }
    if (now < noteAt(account, now)) {
      account.noting = false;
      note(account);
      return;
    }
    const before = book.account('payer', account.peer);
    const due = dueOf(context, unsigned(account));
    void write(account, { accounts: [{ ...before, due, updatedAt: now }] }).then(() => {
      account.noting = false;
      note(account);
    });
  };

  return {
    write,
    note,
    noted(account) {
      return new Promise((resolve) => {
        waiting.set(account, [...(waiting.get(account) ?? []), resolve]);
        if (isNoted(account)) tell(account);
        else note(account);
      });
    },
  };
};
