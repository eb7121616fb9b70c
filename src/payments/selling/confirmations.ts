import type { Context } from '../context.ts';
import { isMined } from './acceptance.ts';
import type { Incoming, PayeeAccount } from './account.ts';
import type { PayeeDesk } from './desk.ts';

/** A channel that is about to use up what counts before it is mined is asked about this often. */
const PRESSED_MS = 2_000;
/** Share of that sum from which it is. */
const PRESSED_AT = 0.5;

/** Learns which funding transactions are mined, from when on their whole capacity counts. */
export const createConfirmations = (context: Context, desk: PayeeDesk) => {
  const { book, clock } = context;
  let pressedAt = 0;

  const ask = async (account: PayeeAccount, { cid, capacity }: Incoming): Promise<void> => {
    const fundingTxid = book.channel(cid)?.fundingTxid ?? null;
    if (fundingTxid === null || !(await isMined(context, fundingTxid))) return;
    if (desk.capOf(account, cid) === capacity) return;
    desk.apply(account, { type: 'mined', cid, cap: capacity });
    const [wire] = account.wires;
    if (wire === undefined) return;
    context.send(wire.id, { type: 'open_ok', cid, status: 'mined', credit: capacity });
  };

  const unmined = (account: PayeeAccount): Incoming[] =>
    [...account.channels.values()].filter(
      ({ cid, capacity, closing }) => !closing && desk.capOf(account, cid) < capacity,
    );

  return {
    /** Asks about every channel. */
    async tick(): Promise<void> {
      for (const account of desk.accounts()) {
        for (const channel of unmined(account)) await ask(account, channel);
      }
    },
    /** Asks, now and then, about those whose payers would soon have to wait. */
    press(): void {
      const now = clock.now();
      if (now - pressedAt < PRESSED_MS) return;
      pressedAt = now;
      for (const account of desk.accounts()) {
        for (const channel of unmined(account)) {
          if (channel.paid > PRESSED_AT * desk.capOf(account, channel.cid)) {
            void ask(account, channel);
          }
        }
      }
    },
  };
};
