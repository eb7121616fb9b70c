import type { Payments } from '../../shared/ports/node.ts';
import type { WalletAction } from '../../shared/ports/payments.ts';
import type { Failure } from '../../shared/result.ts';

const PAGE = 20;

/** The wallet's own transactions, a page at a time. */
export class WalletActions {
  rows = $state.raw<readonly WalletAction[]>([]);
  pending = $state(false);
  failure = $state.raw<Failure | null>(null);
  more = $state(false);
  readonly #payments: Payments;
  #reading = 0;

  constructor(payments: Payments) {
    this.#payments = payments;
  }

  /** Reads the newest page again. */
  refresh(): void {
    void this.#read(0);
  }

  next(): void {
    void this.#read(this.rows.length);
  }

  async #read(offset: number): Promise<void> {
    this.#reading += 1;
    const reading = this.#reading;
    this.pending = true;
    const page = await this.#payments.call('walletHistory', { limit: PAGE, offset });
    if (reading !== this.#reading) return;
    this.pending = false;
    if (page.ok) {
      const kept = offset === 0 ? [] : this.rows.slice(0, offset);
      this.rows = [...kept, ...page.value];
      this.more = page.value.length === PAGE;
      this.failure = null;
    } else {
      this.failure = page.error;
    }
  }
}
