import type { AccountRecord } from '../../shared/ports/ledger.ts';
import { unpaidSat, unsignedBytes, type PayerAccount } from './account.ts';

/** About what funding and settling a channel cost, at 100 satoshi a kilobyte: less is worth no channel of its own. */
const REST_SAT = 64;

/**
 * Whether all that this payee may still get is the rest of a trade that is over: blocks that came when
 * its channel was closed, or the part of a satoshi. It is noted as a debt and paid from the next
 * channel; one of its own would lock many times as much, and settling it would bring next to nothing.
 * A payee that was never paid is another matter, as is one whose window the debt is filling.
 */
export const isRest = (account: PayerAccount, { paid }: Pick<AccountRecord, 'paid'>): boolean =>
  paid > 0 &&
  unpaidSat(account) <= REST_SAT &&
  unsignedBytes(account) < account.state.window / 2 &&
  account.state.channels.every(({ phase }) => phase === 'closing') &&
  [...account.wires].every(({ torrent }) => !torrent.buying || torrent.expected === 0);
