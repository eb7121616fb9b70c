import type { SatPerMiB } from '../shared/units.ts';

interface Change {
  readonly from: number;
  readonly price: SatPerMiB;
}

/**
 * The price of each byte of one direction of one wire. Both ends count the same payload bytes in the
 * same order, so a price that holds from a stated byte on means the same to both.
 */
export class PriceSchedule {
  #price: SatPerMiB;
  #changes: Change[] = [];
  #counted = 0;

  constructor(price: SatPerMiB) {
    this.#price = price;
  }

  /** Price of the byte that was counted last, or of the first one. */
  get price(): SatPerMiB {
    return this.#price;
  }

  /** The price that holds in the end. */
  get lastPrice(): SatPerMiB {
    return this.#changes.at(-1)?.price ?? this.#price;
  }

  get counted(): number {
    return this.#counted;
  }

  /** From byte `from` on, but never for bytes that are counted already. A later call replaces changes from there on. */
  set(price: SatPerMiB, from: number): void {
    const at = Math.max(from, this.#counted);
    this.#changes = this.#changes.filter((change) => change.from < at);
    this.#changes.push({ from: at, price });
  }

  /** Counts up to `bytes` that have one price, {@link price} afterwards, and answers how many. */
  take(bytes: number): number {
    let next = this.#changes[0];
    while (next !== undefined && next.from <= this.#counted) {
      this.#price = next.price;
      this.#changes.shift();
      next = this.#changes[0];
    }
    const taken = next === undefined ? bytes : Math.min(bytes, next.from - this.#counted);
    this.#counted += taken;
    return taken;
  }
}
