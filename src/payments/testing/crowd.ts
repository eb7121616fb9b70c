import type { Terms } from '../../protocol/messages.ts';
import { DEFAULT_PRICE } from '../../protocol/policy.ts';
import { identityKey, infoHash, wireId } from '../../shared/units.ts';
import { newPayerAccount, type PayerAccount } from '../buying/account.ts';
import { nextTerms } from '../selling/offers.ts';
import { createRegistry } from '../wires/registry.ts';

const TITLE = infoHash('a'.repeat(40));
const none = new Uint8Array(0);

/** Payees of one title of which `left` bytes are still to come, by what each has sent so far. */
export const createCrowd = (left: number, received: readonly number[]): readonly PayerAccount[] => {
  const registry = createRegistry();
  registry.torrent(TITLE).expected = left;
  return received.map((bytes, at) => {
    const opened = {
      wire: wireId(at + 1),
      infoHash: TITLE,
      ourPeerId: none,
      theirPeerId: none,
      ourNonce: none,
      theirHello: none,
    };
    const wire = registry.open(opened, null);
    const terms: Terms = nextTerms(wire, DEFAULT_PRICE, 0, 0);
    const identity = identityKey(`02${String(at).padStart(64, '0')}`);
    wire.identity = identity;
    wire.terms = terms;
    wire.told = { allowed: true, state: 'buying', price: DEFAULT_PRICE };
    wire.buy.take(bytes);
    const account = newPayerAccount(identity, 0);
    account.wires.add(wire);
    return account;
  });
};
