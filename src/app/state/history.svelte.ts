import type { Payments } from '../../shared/ports/node.ts';
import type { FeedItem } from '../../shared/ports/payments.ts';
import type { Failure } from '../../shared/result.ts';
import type { InfoHash } from '../../shared/units.ts';

const PAGE = 25;

export type DirectionFilter = 'all' | 'sent' | 'received';

/** Pages of past payments, newest first, under a filter. */
export class History {
  rows = $state.raw<readonly FeedItem[]>([]);
  direction = $state<DirectionFilter>('all');
  infoHash = $state<InfoHash | null>(null);
  status = $state<'pending' | 'done' | 'failed'>('pending');
  failure = $state.raw<Failure | null>(null);
  /** Whether older rows may follow. */
  more = $state(false);
  readonly #payments: Payments;
  /** Counts readings, so that an answer to an older question is dropped. */
  #reading = 0;

  constructor(payments: Payments) {
    this.#payments = payments;
  }

  filter(direction: DirectionFilter, infoHash: InfoHash | null): void {
    this.direction = direction;
    this.infoHash = infoHash;
    this.rows = [];
    void this.#read(undefined);
  }

  /** Reads the newest page again. */
  refresh(): void {
    void this.#read(undefined);
  }

  next(): void {
    void this.#read(this.rows.at(-1)?.id);
  }

  async #read(before: number | undefined): Promise<void> {
    this.#reading += 1;
    const reading = this.#reading;
    this.status = 'pending';
    const page = await this.#payments.call('history', {
      limit: PAGE,
      ...(before === undefined ? {} : { before }),
      ...(this.direction === 'all' ? {} : { direction: this.direction }),
      ...(this.infoHash === null ? {} : { infoHash: this.infoHash }),
    });
    if (reading !== this.#reading) return;
    if (page.ok) {
      this.rows = before === undefined ? page.value : [...this.rows, ...page.value];
      this.more = page.value.length === PAGE;
      this.status = 'done';
      this.failure = null;
    } else {
      this.status = 'failed';
      this.failure = page.error;
    }
  }
}
