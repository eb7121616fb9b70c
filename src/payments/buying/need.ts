import { CAPACITY_HEADROOM } from '../../protocol/policy.ts';
import { MIB } from '../../shared/units.ts';
import type { WireEntry } from '../wires/registry.ts';
import { unpaidSat, type PayerAccount } from './account.ts';

/** After so much has come, what each seller has brought says as much as the guess that all bring the same. */
const GUESS_BYTES = MIB;

/** A pause until what waits is paid ends by itself. */
const isBuying = ({ told }: WireEntry): boolean =>
  told?.state === 'buying' || told?.state === 'catching-up';

/**
 * The part of what is still to come of its title that this wire may bring. At first all sellers count
 * alike; then what each has brought tells more and more: a peer that brings nearly all would else get
 * one small channel after another. The parts of all wires of a title make 1 at most.
 */
const shareOf = ({ torrent, buy }: WireEntry): number => {
  let sellers = 0;
  let received = 0;
  for (const one of torrent.wires) {
    if (!isBuying(one)) continue;
    received += one.buy.counted;
    sellers += 1;
  }
  return (GUESS_BYTES / Math.max(1, sellers) + buy.counted) / (GUESS_BYTES + received);
};

/** Whether anything came from this payee on the wires that it has. */
export const isProven = (account: PayerAccount): boolean =>
  unpaidSat(account) > 0 || [...account.wires].some(({ buy }) => buy.counted > 0);

/** Whether others may sell the same titles: then no one of them gets all the money there is. */
export const hasRivals = ({ wires }: PayerAccount): boolean =>
  [...wires].some(({ torrent }) => torrent.wires.size > 1);

/** Satoshi that this payee may still have to be paid, debts included. */
export const expectedSat = (account: PayerAccount): number => {
  let units = 0;
  for (const wire of account.wires) {
    if (!isBuying(wire) || wire.terms === null) continue;
    units += wire.torrent.expected * wire.terms.satPerMiB * shareOf(wire);
  }
  const coming = Math.ceil((CAPACITY_HEADROOM * units) / MIB);
  return unpaidSat(account) + coming;
};

/** Share of the channel in use that is paid out; 1 when there is none. */
export const usedShare = ({ state, full }: PayerAccount): number => {
  const usable = state.channels.filter(
    ({ phase, cid }) => phase !== 'closing' && phase !== 'refused' && !full.has(cid),
  );
  const last = usable.at(-1);
  return last === undefined ? 1 : last.paid / Math.min(last.capacity, last.credit);
};
