import type { Payments } from '../../shared/ports/node.ts';
import { satoshi } from '../../shared/units.ts';
import { Action } from './action.svelte.ts';

/** A test film costs thousands of satoshi; this buys about 92 MiB at the usual price. */
const TEST_COINS = 100_000;
/** One coin: no faucet gives more at a time. */
const MOST_COINS = 100_000_000;

/** Coming by coins: a receiving address, asked for once a session, and the faucet of a test network. */
export class Receiving {
  readonly address: Action<[], { address: string; lockingScript: string }>;
  /** `short`: satoshi that are missing; the gift covers at least them. */
  readonly coins: Action<[short?: number], { txid: string }>;

  constructor(payments: Payments) {
    this.address = new Action(() => payments.call('receive', undefined));
    this.coins = new Action((short = 0) => {
      const sat = Math.min(MOST_COINS, Math.max(TEST_COINS, Math.ceil(short)));
      return payments.call('testCoins', { sat: satoshi(sat) });
    });
  }

  /** Makes the first address; later calls keep it, since each address uses up a key. */
  ensureAddress(): void {
    if (this.address.status === 'idle') void this.address.run();
  }
}
